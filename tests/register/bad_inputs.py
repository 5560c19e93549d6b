"""What happens to bad input: the runner, and the page of the documentation that it writes.

`PYTHONPATH=src:tests python -m register.bad_inputs docs/bad-input.md` writes the page.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from trajectories.commands.register.ingest import ingest
from trajectories.config import root
from trajectories.errors import UserError

ROOT = Path(__file__).parents[2]
LISTS = {
    key: str(ROOT / "config" / "codelists" / f"{name}.csv")
    for key, name in (("codelist", "dream"), ("states", "states"), ("alphabet", "alphabet"))
}
GOOD = {
    "persons": "person,birth_date,sex,municipality,died,emigrated\n"
    "p,1980-01-01,K,657,,\nq,1990-06-01,M,657,2014-06-30,\n",
    "spells": "person,code,start,end,municipality,registered\n"
    "p,130,2010-01-01,2010-12-31,657,2010-01-02\n",
    "employment": "person,start,end,weekly_hours,industry\np,2011-01-01,2011-12-31,37,47\n",
    "assignments": "person,caseworker,start,end,team,municipality,reason\n"
    "p,anna,2010-01-01,2010-12-31,adult,657,new\n",
    "readiness": "person,readiness,start,end\np,job_ready,2010-01-01,2010-12-31\n",
    "activities": "person,activity,start,end\np,internship_private,2010-03-01,2010-03-31\n",
}
Content = str | bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Bad:
    """One kind of bad input.

    Attributes:
        kind: what is wrong, in words.
        expect: words that the outcome must hold.
        rows: of a table, rows that are added to a good file.
        files: of a table, the file that stands in for the good one (name and content); content
            None means that there is no such file.
        section: keys of the section `register`.
        document: a whole configuration, where the configuration is what is wrong.
    """

    kind: str
    expect: str
    rows: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, Content | None]] = field(default_factory=dict)
    section: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] | None = None

    def outcome(self, folder: Path) -> str:
        """Run it in an empty folder and say what happened, in one line.

        Args:
            folder: to write the files to.

        Returns:
            `stops: ` and the sentence, or the fates of the rows that were not simply used.
        """
        try:
            if self.document is not None:
                root.load(self.document, name="The configuration")
                return "is accepted"
            with inside(folder):
                ingest(config=self._configure(folder), out=folder / "out")
        except UserError as error:
            lines = str(error).replace(f"{ROOT}/", "").splitlines()
            return "stops: " + " ".join(line.strip() for line in lines)
        accounting = pl.read_parquet(folder / "out" / "tables" / "accounting.parquet")
        fates = accounting.filter(~pl.col("reason").is_in(["rows read", "as registered"]))
        found = [f"{step}: {reason}" for step, reason in fates.select("step", "reason").rows()]
        read = accounting.filter(pl.col("step") == "read")["rows"].sum()
        assert read == accounting.filter(pl.col("step") != "read")["rows"].sum()
        return "; ".join(dict.fromkeys(found)) or "is read"

    def _configure(self, folder: Path) -> Path:
        files = {}
        for table in dict.fromkeys((*GOOD, *self.files)):
            name, content = self.files.get(table, (f"{table}.csv", GOOD.get(table, "")))
            files[table] = {"path": name, **self.section.get("files", {}).get(table, {})}
            path = folder / name
            if callable(content):
                content(path)
            elif isinstance(content, bytes):
                path.write_bytes(content)
            elif content is not None:
                path.write_text(content + self.rows.get(table, ""), encoding="utf-8")
        section = {
            "source": "files",
            **LISTS,
            "first_day": "2008-01-01",
            "last_day": "2015-12-31",
            **{key: value for key, value in self.section.items() if key != "files"},
            "files": files,
        }
        config = folder / "config.yaml"
        document = root.load(
            {"register": section, "hazards": {"enabled": False}}, name="The configuration"
        )
        config.write_text(root.dump(document), encoding="utf-8")
        return config


@contextmanager
def inside(folder: Path) -> Iterable[None]:
    """Work in a folder, so that messages name files without it."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def page(outcomes: Iterable[tuple[str, str]]) -> str:
    """Write the page of the documentation from kinds and their outcomes."""
    rows = list(outcomes)
    head = (
        "# Bad input, and what becomes of it\n\n"
        f"{len(rows)} kinds of bad input, each with what the program says or does. The table is "
        "written from the tests (`tests/register/bad_inputs.py`) and holds the sentences as they "
        "were printed. *Stops* ends the run with that sentence and exit code 2, before anything is "
        "written. *Rejected* puts the row into `rejected.parquet` with the reason, and the run "
        "goes on. No sentence shows a key.\n\n"
        "| what is wrong | what happens |\n|---|---|\n"
    )
    cells = ((kind, said.replace("|", "\\|")) for kind, said in rows)
    body = "".join(f"| {kind} | {_first_bold(said)} |\n" for kind, said in cells)
    return head + body


def _first_bold(said: str) -> str:
    word, colon, rest = said.partition(":")
    return f"**{word}**{colon}{rest}"


def all_bad() -> tuple[Bad, ...]:
    """List every kind."""
    from register.bad_files import FILES, SETTINGS
    from register.bad_paths import PATHS
    from register.bad_rows import READ, ROWS, VALUES

    return (*PATHS, *FILES, *VALUES, *ROWS, *READ, *SETTINGS)


def main(target: str) -> None:
    """Write the page."""
    outcomes = []
    for bad in all_bad():
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append((bad.kind, bad.outcome(Path(folder))))
    Path(target).write_text(page(outcomes), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])


def document(text: str) -> dict[str, Any]:
    """Read a configuration written as YAML."""
    found: dict[str, Any] = yaml.safe_load(text)
    return found
