"""A scan of our own by the rules of the export scan, before a file is taken home."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from trajectories.release.contents import files_of
from trajectories.release.hjemtag.columns import N, small_whole_numbers
from trajectories.release.hjemtag.names import FOLDERS, NAME, README, TWINS
from trajectories.release.hjemtag.workbook import workbook
from trajectories.release.inspection.findings import Finding
from trajectories.release.inspection.pictures import inspect_picture
from trajectories.release.inspection.tables import inspect_table
from trajectories.release.inspection.texts import inspect_text

LEAST = 5
"""Persons that a count must have: the stricter of what owners of Danish registers ask for."""
FORMATS = {
    FOLDERS[0]: {".csv", ".xlsx"},
    FOLDERS[1]: {".png", ".pdf", ".svg"},
    FOLDERS[2]: {".html"},
}
ORDER_STATISTIC = re.compile(
    r"(?:^|_)(?:median|percentile|quantile|quartile|min|max|minimum|maximum|p\d{1,2}|q\d)(?:_|$)"
)
OF_SAMPLES = frozenset({"jaccard_median", "share_at_maximum"})
"""Columns whose median or maximum is one over samples or estimates, not over persons."""
CURVE, TIME, STEPS = "estimate", "time", f"{N}_events"


def scan(folder: Path, users: Iterable[str] = ()) -> Iterator[Finding]:
    """Look into every file of a folder to be taken home.

    Args:
        folder: the folder.
        users: names of users that must not occur.

    Yields:
        The findings, in the order of the files.
    """
    named = list(users)
    names = files_of(folder)
    readme = folder / README
    said = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    listed = {line.removesuffix(TWINS) for line in said.splitlines() if not line.startswith(" ")}
    if not said:
        yield Finding(README, "missing file", "it says what each file is")
    for name in names:
        path = folder / name
        if path.is_symlink() or any(part.startswith(".") for part in Path(name).parts):
            yield Finding(name, "hidden file", "links and hidden files are not taken home")
            continue
        if name != README:
            placed = list(_place(name))
            yield from placed
            twin = path.suffix in FORMATS[FOLDERS[0]]
            known = (path.stem if twin else path.name) in listed
            if said and not known and not any(one.kind == "format" for one in placed):
                yield Finding(name, "foreign file", f"{README} does not say what it is")
        if path.suffix == ".csv":
            yield from _table(name, path)
        if path.suffix == ".xlsx" and not path.with_suffix(".csv").is_file():
            yield Finding(name, "unequal twins", "it has no CSV file of the same table")
        yield from inspect_picture(name, path.read_bytes())
        if path.suffix in {".csv", ".html", ".txt"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            yield from inspect_text(name, text, users=named, days=path.suffix == ".csv")


def _place(name: str) -> Iterator[Finding]:
    """Check folder, format and name of a file."""
    path = Path(name)
    formats = FORMATS.get(path.parts[0]) if len(path.parts) > 1 else None
    if formats is None or path.suffix not in formats:
        yield Finding(
            name,
            "format",
            f"take home csv and xlsx in {FOLDERS[0]}, pictures in {FOLDERS[1]}, html in "
            f"{FOLDERS[2]}",
        )
    elif path.parts[0] != FOLDERS[2] and not NAME.fullmatch(path.name):
        yield Finding(name, "file name", "it does not say what the file holds and its n")


def _table(name: str, path: Path) -> Iterator[Finding]:
    """Check a table by its texts, as the scan reads it."""
    yield from inspect_table(name, path, None, {})
    try:
        table = pl.read_csv(path, infer_schema=False, glob=False)
    except pl.exceptions.PolarsError:
        return
    for column in table.columns:
        yield from _column(name, column, table[column])
    steps = {CURVE, TIME} <= set(table.columns)
    if steps and (STEPS not in table.columns or _moves_without_events(table)):
        yield Finding(name, "step curve", f"a step rests on fewer than {LEAST} events")
    twin = path.with_suffix(".xlsx")
    if not twin.is_file() or twin.read_bytes() != workbook(table):
        yield Finding(name, "unequal twins", "its workbook is missing or holds another table")


def _column(name: str, column: str, texts: pl.Series) -> Iterator[Finding]:
    known = texts.drop_nulls().filter(texts.drop_nulls() != "")
    numbers = known.cast(pl.Float64, strict=False)
    if column == N or column.startswith(f"{N}_"):
        if numbers.null_count() or (numbers < LEAST).any():
            yield Finding(name, "small count", f"column {column} holds a count under {LEAST}")
        return
    if known.len() and not numbers.null_count() and numbers.is_in([0.0, 1.0]).all():
        yield Finding(name, "zeros and ones", f"column {column} holds only 0 and 1")
    elif small_whole_numbers(known):
        yield Finding(name, "whole numbers", f"column {column} looks like values of persons")
    elif column.lower() in {"n", "count", "antal", "persons", "personer"}:
        yield Finding(name, "column of counts", f"column {column} counts: call it {N}")
    if ORDER_STATISTIC.search(column.lower()) and column not in OF_SAMPLES:
        why = f"column {column} may hold the value of one person"
        yield Finding(name, "order statistic", why)


def _moves_without_events(table: pl.DataFrame) -> bool:
    """Whether a curve moves between two times at which no event is shown."""
    numbers = {CURVE, TIME, "se", "low", "high"}
    by = [column for column in table.columns if column not in numbers and not column.startswith(N)]
    moved = pl.col(CURVE) != pl.col(CURVE).shift(1)
    moved = moved.over(by) if by else moved
    return bool(table.select((moved & pl.col(STEPS).is_null()).any()).item())
