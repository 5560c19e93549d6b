"""A small run on a disk of its own, and its rules one by one, for `faults.py`."""

import csv
import hashlib
import io
import re
import resource
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PERSONS = 1000
DISK_MIB = 1500
OVERLAY = {
    "run": {"niceness": 0},
    "simulator": {"persons": PERSONS},
    "dissimilarity": {"tiles": 2},
    "typology": {
        "k_max": 4,
        "starts": 1,
        "validation": {"replicates": 19, "sample": 100, "bootstraps": 10, "draws": 100},
        "hours": {"sample": 30},
    },
    "costs": {"rates": "config/rates/example.csv", "refunds": "config/rates/refunds.csv"},
    "hazards": {
        "models": {"randomisations": 99},
        "histories": {"sample": 300},
        "sensitivity": {"selection_strengths": [1.0, 2.0], "draws": 2},
    },
}
RUN = Path("results/synthetic")
KINDS = (".parquet", ".npy", ".npz", ".json", ".csv")
UNFINISHED = re.compile(r"\.[0-9a-f]{8}\..|\.parts\.")
CAP_GIB = 0.05
PROGRAM = ("A fault of the program", "Traceback", "panicked")
TITLES = {
    "kill-begin": "kill −9 while it reads",
    "kill-write": "kill −9 while it writes",
    "full": "full disk",
    "read-only": "read-only folder",
    "budget": f"`memory_gib: {CAP_GIB}`",
    "memory": "the system's memory limit",
    "truncated": "truncated file of an earlier step",
    "input": "input changes while it is read",
}


@dataclass
class Rule:
    """One job of the run.

    Attributes:
        name: of the rule, with its wildcards.
        command: its words.
        outputs: files and folders that it makes, relative to the project.
    """

    name: str
    command: list[str]
    outputs: list[Path] = field(default_factory=list)


@dataclass
class Project:
    """A copy of the workflow with one finished run, and a second folder to break.

    Attributes:
        folder: with `base`, the finished run, and `work`, a disk in memory.
    """

    folder: Path

    @property
    def base(self) -> Path:
        """The finished run."""
        return self.folder / "base"

    @property
    def work(self) -> Path:
        """The folder to break."""
        return self.folder / "work"

    def make(self) -> None:
        """Make the whole run, unless there is one."""
        self.work.mkdir(parents=True, exist_ok=True)
        link(self.base)
        if not (self.base / RUN / "release/report.html").exists():
            done = snakemake(self.base, "--notemp")
            if done.returncode:
                sys.exit(done.stdout + done.stderr)

    def fresh(self) -> None:
        """Put the finished run into the disk in memory."""
        for path in self.work.iterdir():
            if path.is_symlink() or path.is_file():
                path.unlink()
            else:
                shutil.rmtree(path)
        link(self.work)
        shutil.copytree(self.base / "results", self.work / "results")


def link(folder: Path) -> None:
    """Put the workflow into a folder; the configuration as a copy, to be changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("Snakefile", "workflow", "profiles", "uv.lock"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    if not (folder / "config").exists():
        shutil.copytree(ROOT / "config", folder / "config")
    (folder / "my.yaml").write_text(yaml.safe_dump(OVERLAY), encoding="utf-8")


def snakemake(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Snakemake in a folder to its end."""
    return subprocess.run(
        [*SNAKEMAKE, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


SNAKEMAKE = [
    *(sys.executable, "-P", "-m", "snakemake"),
    # Options first: words after `--configfile` would be taken for further files.
    *("--configfile", "my.yaml", "--cores", "2"),
]


def rules(base: Path) -> list[Rule]:
    """The jobs of the finished run, as Snakemake's detailed summary lists them."""
    listed = snakemake(base, "--detailed-summary").stdout
    found: dict[str, Rule] = {}
    begin = listed.index("output_file\t")
    for row in csv.DictReader(io.StringIO(listed[begin:]), delimiter="\t", quoting=csv.QUOTE_NONE):
        words = shlex.split(row["shellcmd"])
        if "--log" not in words:
            continue
        name = Path(words[words.index("--log") + 1]).stem
        rule = found.setdefault(name, Rule(name, words))
        rule.outputs.append(Path(row["output_file"]))
    return list(found.values())


def files(rule: Rule, project: Path) -> dict[str, str]:
    """The hash of each file that a rule made, without unfinished ones and Snakemake's own."""
    return {
        str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in written(rule, project)
        if not UNFINISHED.match(path.name) and path.name != ".snakemake_timestamp"
    }


def written(rule: Rule, project: Path) -> Iterator[Path]:
    """All files of a rule, unfinished ones among them."""
    for output in rule.outputs:
        path = project / output
        yield from (
            (p for p in path.rglob("*") if p.is_file())
            if path.is_dir()
            else ([path] if path.is_file() else [])
        )


def remove(rule: Rule, project: Path) -> None:
    """Take the files of a rule away, as Snakemake does before its job."""
    for output in rule.outputs:
        path = project / output
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@dataclass
class Ended:
    """How a command ended: its exit code, and what it said."""

    code: int
    said: str


def run(
    rule: Rule,
    project: Path,
    act: Callable[[subprocess.Popen[str]], None] | None = None,
    limit: int | None = None,
) -> Ended:
    """Run the command of a rule, and do something to it meanwhile."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    with subprocess.Popen(
        rule.command,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=limited,
    ) as process:
        if act is not None:
            act(process)
        said, _ = process.communicate()
    return Ended(process.returncode, said)


@contextmanager
def disk(work: Path) -> Iterator[None]:
    """Mount a disk in memory, which notes when a file was read."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,strictatime,mode=755", "none"]
    subprocess.run([*mount, str(work)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(work)], check=True)
