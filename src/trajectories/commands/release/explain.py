"""`explain`: where a released number comes from."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter

from trajectories.commands.release.folder import DISCLOSURE, HEADLINE, read_provenance
from trajectories.config.root import complete, load
from trajectories.errors import UserError
from trajectories.io import read_object
from trajectories.release.about import settings
from trajectories.release.contents import require_tables
from trajectories.release.gate.spec import TableSpec
from trajectories.release.lineage.answer import answer, lines
from trajectories.release.lineage.headline_cells import cells_of
from trajectories.release.lineage.rows import Picked, pick
from trajectories.release.outputs.registry import SPECS
from trajectories.release.store import ABOUT, TABLES, read_about, read_tables


def explain(
    file: Path, /, *words: str, as_json: Annotated[bool, Parameter("--json")] = False
) -> Iterator[str]:
    """Say where released numbers come from: table, protection, rule and code, settings, inputs.

    Everything is read from the release folder and from the declarations of this package.

    Args:
        file: a table of a release (`release/tables/reform_shares.csv`) or its `headline.json`.
        words: values of key columns in any order (`after 2`, or `cluster=2`), then, if wanted,
            columns (`share`); of the headline one key.
        as_json: print the whole answer as JSON, with every setting.

    Yields:
        The lines to print.

    Raises:
        UserError: the file is no table or headline of a release, a word is none of the table's, or
            the words pick more rows than an answer may have.
    """
    release = _release_of(file)
    require_tables(release)
    tables = read_tables(release / TABLES)
    opening = ""
    if file.name == HEADLINE:
        opening, spec, picked = _of_headline(release, tables, words)
        if spec is None:
            yield opening
            return
    else:
        spec = next((one for one in SPECS.values() if one.file == file.stem), None)
        if spec is None or spec.name not in tables:
            raise UserError(
                f"{file} is no table of the release{_nearest(file.stem, _files(tables))}."
            )
        picked = pick(spec, tables[spec.name], words)
    about = read_about(release, "settings")
    found = answer(
        spec,
        picked,
        provenance=read_provenance(release),
        about=about,
        disclosure=pl.read_csv(release / DISCLOSURE, glob=False),
        defaults=usual_settings(about["settings"]),
    )
    if as_json:
        yield json.dumps(found, indent=2, ensure_ascii=False)
        return
    yield from filter(None, [opening, *lines(found)])


def usual_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a run that sets nothing but the reform package of this one."""
    packages = given.get("reform", {}).get("packages")
    # The package's own lists of states are files, which are not read.
    lists = {key: given.get("register", {}).get(key) for key in ("states", "alphabet")}
    plain = settings(complete({}))
    if not packages or None in lists.values():
        return plain
    try:
        filled = load(complete({"reform": {"packages": packages}, "register": lists}), name="about")
    except UserError:
        # The packages of another version may have other keys.
        return plain
    return settings(filled.model_dump(mode="json"))


def _release_of(file: Path) -> Path:
    """Return the release folder that a file lies in."""
    if file.is_dir():
        raise UserError(f"{file} is a folder: name a table in it or its {HEADLINE}.")
    if not file.is_file():
        raise UserError(f"{file} is missing: name a table or the headline of a release folder.")
    folder = next((one for one in file.absolute().parents if (one / ABOUT).is_file()), None)
    if folder is None:
        raise UserError(f"{file} lies in no release folder: name a file of one.")
    return folder


def _files(tables: dict[str, pl.DataFrame]) -> list[str]:
    return [SPECS[name].file for name in tables]


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=3)
    return f"; the nearest: {', '.join(near)}" if near else f"; there are {', '.join(known[:8])}, …"


def _of_headline(
    release: Path, tables: dict[str, pl.DataFrame], words: tuple[str, ...]
) -> tuple[str, TableSpec | None, Picked]:
    """Return a sentence on a headline number, and the cells that it is made of."""
    numbers = read_object(release / HEADLINE)
    if len(words) != 1 or words[0] not in numbers:
        near = _nearest(words[0] if words else "", list(numbers))
        raise UserError(f"Name one key of {HEADLINE}{near}.")
    key, cells = words[0], cells_of(words[0], tables)
    nothing = Picked(pl.DataFrame(), ())
    if numbers[key] is None or cells is None:
        return f"{HEADLINE}, {key}: null, because nothing of it may or can be shown.", None, nothing
    spec = SPECS[cells.table]
    rows = ", ".join(f"{name} {value}" for name, value in cells.rows.items()) or "all rows"
    several = isinstance(numbers[key], list) and any(isinstance(one, dict) for one in numbers[key])
    value = "" if several else f" {numbers[key]}"
    opening = (
        f"{HEADLINE}, {key}{value}: {', '.join(cells.columns)} of "
        f"{TABLES}/{spec.file}.csv, {rows}; {cells.how}."
    )
    return opening, spec, Picked(cells.of(tables[cells.table]), cells.columns)
