"""Reading the input tables: files, formats and column names."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from trajectories.config.sections.files import MISSING, TableFiles
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.patterns import PARQUET, matching
from trajectories.register.read.columns import find_columns, suggest
from trajectories.register.read.dates import Dates
from trajectories.register.read.statistical_files import (
    STATISTICAL,
    original_name,
    read_statistical,
    statistical_columns,
)
from trajectories.register.read.text_files import find_header, read_csv

CSV = (".csv", ".txt", ".tsv")


@described(lambda x: f"{x.name}, {x.frame.height:,} rows of {x.frame.width} columns from {x.label}")
@dataclass(frozen=True)
class RawTable:
    """An input table as read, before cleaning.

    Attributes:
        name: persons, spells, employment, assignments, readiness or activities.
        frame: the columns under project names, as stored, in the order of files and rows.
        files: the names of the files, in the order of reading, see `names_of`.
        rows: the number of rows of each file.
        log: one mapping per file: table, file, format, encoding, delimiter, rows, columns.
        source: the table and row from which each row was derived, if rows are derived.
        dates: format of its dates, see `dates.parse_dates`.
        key_digits: number of digits to which keys are padded with leading zeros, if any.
        missing: words that mean a missing value.
        unnamed: columns of the file that may be meant by missing optional columns.
    """

    name: str
    frame: pl.DataFrame
    files: tuple[str, ...] = ("frame",)
    rows: tuple[int, ...] = ()
    log: tuple[Mapping[str, Any], ...] = field(default=())
    source: "tuple[RawTable, np.ndarray] | None" = None
    dates: Dates = "auto"
    key_digits: int | None = None
    missing: Sequence[str] = MISSING
    unnamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the table's name in messages: its file, or the first of its files."""
        more = f" and {len(self.files) - 1} more files" if len(self.files) > 1 else ""
        return self.files[0] + more

    def locate(self, rows: np.ndarray) -> pl.DataFrame:
        """Return the file and the row number in it (from 1) of rows of `frame` (from 0)."""
        if self.source is not None:
            table, made_from = self.source
            return table.locate(made_from[rows])
        ends = np.cumsum(self.rows or (self.frame.height,))
        which = np.searchsorted(ends, rows, side="right")
        starts = np.concatenate(([0], ends))[which]
        return pl.DataFrame(
            {
                "file": pl.Series(self.files, dtype=pl.String).gather(which),
                "row": pl.Series(rows - starts + 1, dtype=pl.UInt32),
            }
        )


class MissingColumns(UserError):
    """A file lacks columns.

    Attributes:
        likely: columns of the file that may be meant, by project name.
    """

    def __init__(self, message: str, likely: Mapping[str, str]) -> None:
        """Store the message and the columns that may be meant."""
        super().__init__(message)
        self.likely = dict(likely)


def find_files(spec: TableFiles, *, table: str) -> list[Path]:
    """Return the files of a table, sorted; a folder means the Parquet files in it.

    Raises:
        UserError: a file does not exist or a pattern matches nothing.
    """
    if spec.path is None:
        return []
    patterns = [spec.path] if isinstance(spec.path, str) else spec.path
    key = f"register.files.{table}.path"
    if not [pattern for pattern in patterns if pattern not in ("", ".")]:
        raise UserError(f"{key} names no file: name one, a folder of Parquet files, or a pattern.")
    found: set[Path] = set()
    for pattern in patterns:
        matches = matching(pattern)
        if not matches:
            raise UserError(_unmatched(pattern, key))
        found.update(matches)
    return sorted(found)


def _unmatched(pattern: str, key: str) -> str:
    """Return the sentence for a path that names no file."""
    if Path(pattern).is_dir():
        return f"{pattern} is a folder without Parquet files: write {pattern}/*.csv under {key}."
    if pattern.startswith("~") or "$" in pattern:
        return f"{pattern} does not exist: {key} takes ~ and $ as they are; write the whole path."
    return (
        f"{pattern} does not exist: {key} must name a file, a folder of Parquet files, or a "
        "pattern that matches some."
    )


def names_of(paths: Sequence[Path]) -> list[str]:
    """Return names of files for messages, with folders if two names would be equal."""
    names = [original_name(path) for path in paths]
    if len(set(names)) == len(names):
        return names
    shared = Path(os.path.commonpath([path.absolute().parent for path in paths]))
    folders = [path.absolute().parent.relative_to(shared) for path in paths]
    return [str(folder / name) for folder, name in zip(folders, names, strict=True)]


def read_files(
    spec: TableFiles, *, table: str, required: Sequence[str], optional: Sequence[str]
) -> RawTable:
    """Read one input table.

    Args:
        spec: its files and column names.
        table: the table's name in the config.
        required: project names of columns that each file must have.
        optional: project names of columns that are read if they exist.

    Raises:
        UserError: a file is missing, empty, truncated or of an unknown format, or lacks a column.
    """
    wanted = {name: spec.columns.get(name, name) for name in (*required, *optional)}
    stray = sorted(set(spec.columns) - set(wanted))
    if stray:
        raise UserError(
            f"register.files.{table}.columns names {stray[0]!r}, which is no column of this "
            f"table: it may name {', '.join(wanted)}."
        )
    key = f"register.files.{table}.columns"
    frames, names, log = [], [], []
    unnamed: dict[str, str] = {}
    paths = find_files(spec, table=table)
    for path, file in zip(paths, names_of(paths), strict=True):
        raw = read_one(path, spec)
        here = find_columns(raw.header, wanted, named=spec.columns, file=file, key=key)
        must = [*required, *(name for name in optional if name in spec.columns)]
        missing = [name for name in must if name not in here]
        if missing:
            likely = suggest(raw.header, [name for name in wanted if name not in here])
            absent = {name: wanted[name] for name in missing}
            _refuse_title(raw, absent, file=file, key=key)
            raise _missing_columns(raw.header, absent, likely, file, key)
        unnamed |= suggest(raw.header, [name for name in optional if name not in here])
        columns = raw.frame.get_columns()
        frames.append(pl.DataFrame([columns[i].alias(name) for name, i in here.items()]))
        _refuse_second_header(frames[-1], [raw.header[i] for i in here.values()], file)
        names.append(file)
        log.append({"table": table, "file": file, "rows": raw.frame.height, **raw.reading})
    frame = _stack(frames, table=table)
    heights = tuple(f.height for f in frames)
    return RawTable(
        table,
        frame,
        tuple(names),
        heights,
        tuple(log),
        dates=spec.dates,
        key_digits=spec.key_digits,
        missing=spec.missing,
        unnamed=unnamed,
    )


def _refuse_title(raw: Any, absent: Mapping[str, str], *, file: str, key: str) -> None:
    """Refuse a file whose second line names its columns, below a title with as many cells."""
    cells = [str(cell or "") for cell in raw.frame.row(0)] if raw.frame.height else []
    if find_columns(cells, absent, named=(), file=file, key=key).keys() == absent.keys():
        raise UserError(
            f"{file}: the names of its columns stand in row 1, below a title: the first line must "
            "be the header; remove what is above it."
        )


def _refuse_second_header(frame: pl.DataFrame, header: Sequence[str], file: str) -> None:
    """Refuse a file in which a row repeats the header, as where files were joined."""
    if frame.width < 2 or not all(dtype == pl.String for dtype in frame.dtypes):
        return
    same = [pl.col(name) == own for name, own in zip(frame.columns, header, strict=True)]
    rows = frame.select(pl.all_horizontal(same).arg_true()).to_series()
    if len(rows):
        raise UserError(
            f"{file}: row {rows[0] + 1} repeats the header, as where files were joined: remove "
            "that row, or name the files one by one."
        )


def _missing_columns(
    header: Sequence[str],
    missing: Mapping[str, str],
    likely: Mapping[str, str],
    file: str,
    key: str,
) -> UserError:
    """Return an error with the columns that a file lacks and those that may be meant."""
    absent = ", ".join(repr(column) for column in missing.values())
    names = ", ".join(repr(name) for name in missing)
    many = len(missing) > 1
    words = ", ".join(f"{name}: {column}" for name, column in likely.items())
    hint = f", perhaps {{{words}}}" if likely else ""
    return MissingColumns(
        f"{file} has no column{'s' if many else ''} {absent}: give the file's own "
        f"name{'s' if many else ''} of {names} under {key}{hint} ({_describe_header(header)}).",
        likely,
    )


def _describe_header(columns: Sequence[str]) -> str:
    """List the columns of a file in words, unless its first row looks like data."""
    if any(name.strip()[:1].isdigit() for name in columns) or not any(columns):
        return "its first row looks like data: it needs a header"
    more = f" and {len(columns) - 20} more" if len(columns) > 20 else ""
    return f"the file holds {', '.join(columns[:20])}{more}"


def _stack(frames: list[pl.DataFrame], *, table: str) -> pl.DataFrame:
    if len(frames) == 1:
        return frames[0]
    try:
        return pl.concat(frames, how="diagonal_relaxed")
    except pl.exceptions.PolarsError as error:
        raise UserError(
            f"the files of {table} hold one column in incompatible types: store it in one type."
        ) from error


def column_names(path: Path, spec: TableFiles) -> list[str]:
    """Return the column names of a file; none if it cannot be read."""
    suffix = path.suffix.lower()
    if suffix in CSV and path.exists() and path.stat().st_size:
        return list(find_header(path, encoding=spec.encoding, delimiter=spec.delimiter)[2])
    if suffix in STATISTICAL and path.exists():
        return statistical_columns(path)
    if suffix in PARQUET and path.exists() and path.stat().st_size:
        try:
            return pl.scan_parquet(path, glob=False).collect_schema().names()
        except (pl.exceptions.PolarsError, OSError):
            return []
    return []


class RawFile(NamedTuple):
    """One file as read: its columns, their names as written, and its format."""

    frame: pl.DataFrame
    header: tuple[str, ...]
    reading: dict[str, str]


def read_one(path: Path, spec: TableFiles) -> RawFile:
    """Read one file with all its columns.

    Returns:
        The columns as stored (CSV: as text) in the order of the header, with a number added to
        repeated names; the header; and the format, encoding and delimiter.

    Raises:
        UserError: the file is empty, truncated or of an unknown format.
    """
    suffix = path.suffix.lower()
    if suffix in CSV:
        frame, layout = read_csv(path, encoding=spec.encoding, delimiter=spec.delimiter)
        how = {"format": "csv", "encoding": layout.encoding, "delimiter": layout.delimiter}
        return RawFile(frame, layout.header, how)
    if suffix in PARQUET:
        frame, how = _read_parquet(path), {"format": "parquet"}
    elif suffix in STATISTICAL:
        frame, how = read_statistical(path), {"format": suffix[1:]}
    else:
        raise UserError(
            f"{path.name} has an unknown format: it must end in "
            f"{', '.join((*CSV, *PARQUET, *STATISTICAL))}."
        )
    return RawFile(frame, tuple(frame.columns), how)


def _read_parquet(path: Path) -> pl.DataFrame:
    if path.stat().st_size == 0:
        raise UserError(f"{path.name} is empty: it is not a Parquet file.")
    try:
        return pl.read_parquet(path, hive_partitioning=False, glob=False)
    except pl.exceptions.DuplicateError as error:
        raise UserError(f"{path.name} holds a column twice: give each its own name.") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(
            f"{path.name} is not a whole Parquet file: it may be cut short; copy it again."
        ) from error
