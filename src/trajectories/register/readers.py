"""Reading the input tables: which files, in which format, under which column names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from trajectories.config.register import TableFiles
from trajectories.errors import UserError
from trajectories.register.dates import Dates
from trajectories.register.statistical_files import STATISTICAL, read_statistical
from trajectories.register.text_files import read_csv

PARQUET = (".parquet", ".pq")
CSV = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class RawTable:
    """An input table as read: nothing is cleaned yet.

    Attributes:
        name: persons, spells, employment, assignments or readiness.
        frame: the columns under project names, as stored, in the order of files and rows.
        files: the file names (without folders), in the order of reading.
        rows: the number of rows of each file.
        log: one mapping a file: table, file, format, encoding, delimiter, rows, columns.
        source: the table, and the row in it, that each row was made from, where rows are made.
        dates: how its dates are written, see `dates.parse_dates`.
    """

    name: str
    frame: pl.DataFrame
    files: tuple[str, ...] = ("frame",)
    rows: tuple[int, ...] = ()
    log: tuple[Mapping[str, Any], ...] = field(default=())
    source: "tuple[RawTable, np.ndarray] | None" = None
    dates: Dates = "auto"

    @property
    def label(self) -> str:
        """What to call the table in messages: its file, or the first of its files."""
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


def find_files(spec: TableFiles, *, table: str) -> list[Path]:
    """List the files of a table in sorted order; folders stand for the Parquet files in them.

    Raises:
        UserError: a file does not exist or a pattern matches nothing.
    """
    patterns = [spec.path] if isinstance(spec.path, str) else spec.path or []
    found: set[Path] = set()
    for pattern in patterns:
        path = Path(pattern)
        if path.is_dir():
            matches = [file for suffix in PARQUET for file in path.rglob(f"*{suffix}")]
        elif path.exists():
            matches = [path]
        else:
            root = Path(path.anchor) if path.is_absolute() else Path()
            matches = list(root.glob(str(path.relative_to(root) if path.is_absolute() else path)))
        if not matches:
            raise UserError(
                f"{pattern} does not exist: register.files.{table}.path must name a file, a "
                "folder of Parquet files, or a pattern that matches some."
            )
        found.update(matches)
    return sorted(found)


def read_files(
    spec: TableFiles, *, table: str, required: Sequence[str], optional: Sequence[str]
) -> RawTable:
    """Read one input table.

    Args:
        spec: its files and column names.
        table: its name in the config.
        required: project names of columns that each file must hold.
        optional: those that are read where they exist.

    Raises:
        UserError: a file is missing, empty, cut short or of an unknown format, or lacks a column.
    """
    wanted = {name: spec.columns.get(name, name) for name in (*required, *optional)}
    stray = sorted(set(spec.columns) - set(wanted))
    if stray:
        raise UserError(
            f"register.files.{table}.columns names {stray[0]!r}, which is no column of this "
            f"table: it may name {', '.join(wanted)}."
        )
    frames, names, log = [], [], []
    for path in find_files(spec, table=table):
        raw, entry = read_one(path, spec)
        must = [*required, *(name for name in optional if name in spec.columns)]
        missing = [name for name in must if wanted[name] not in raw.columns]
        if missing:
            raise UserError(
                f"{path.name} has no column {wanted[missing[0]]!r}: give the file's own name of "
                f"{missing[0]!r} under register.files.{table}.columns "
                f"({_describe_header(raw.columns)})."
            )
        here = {name: column for name, column in wanted.items() if column in raw.columns}
        frames.append(raw.select(pl.col(column).alias(name) for name, column in here.items()))
        names.append(path.name)
        log.append({"table": table, "file": path.name, "rows": raw.height, **entry})
    frame = _stack(frames, table=table)
    heights = tuple(f.height for f in frames)
    return RawTable(table, frame, tuple(names), heights, tuple(log), dates=spec.dates)


def _describe_header(columns: Sequence[str]) -> str:
    """Name the columns of a file, unless its first row is data: then nothing of it is shown."""
    if any(name[:1].isdigit() or not name for name in columns):
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
            f"the files of {table} hold one column in types that do not go together: store it in "
            "one type."
        ) from error


def read_one(path: Path, spec: TableFiles) -> tuple[pl.DataFrame, dict[str, str]]:
    """Read one file with all its columns.

    Args:
        path: the file; its ending names the format.
        spec: its encoding and delimiter.

    Returns:
        The columns as stored (CSV: as text) and how they were read: format, encoding, delimiter.

    Raises:
        UserError: the file is empty, cut short or of an unknown format.
    """
    suffix = path.suffix.lower()
    if suffix in CSV:
        frame, encoding, delimiter = read_csv(
            path, encoding=spec.encoding, delimiter=spec.delimiter
        )
        return frame, {"format": "csv", "encoding": encoding, "delimiter": delimiter}
    if suffix in PARQUET:
        if path.stat().st_size == 0:
            raise UserError(f"{path.name} is empty: it is no Parquet file.")
        try:
            return pl.read_parquet(path, hive_partitioning=False), {"format": "parquet"}
        except (pl.exceptions.PolarsError, OSError) as error:
            raise UserError(
                f"{path.name} is not a whole Parquet file: it may be cut short; copy it again."
            ) from error
    if suffix in STATISTICAL:
        return read_statistical(path), {"format": suffix[1:]}
    raise UserError(
        f"{path.name} has an unknown format: it must end in "
        f"{', '.join((*CSV, *PARQUET, *STATISTICAL))}."
    )
