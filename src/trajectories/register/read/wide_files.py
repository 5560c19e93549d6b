"""Reading wide files in pieces of rows or columns."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from trajectories.config.sections.files import TableFiles
from trajectories.errors import UserError
from trajectories.patterns import PARQUET
from trajectories.register.read.readers import CSV
from trajectories.register.read.statistical_files import STATISTICAL, announce, convert
from trajectories.register.read.text_files import open_csv

COLUMNS_AT_ONCE: Final = 64
ROWS_AT_ONCE: Final = 2**17
CELLS_AT_ONCE: Final = 2**23

Piece = tuple[int, pl.DataFrame]


@dataclass(frozen=True)
class WideFile:
    """A file with many columns.

    Attributes:
        path: the file.
        name: its name in messages.
        columns: the names under which its columns are read.
        header: their names as written, which may repeat.
        log: format and, for text, encoding and delimiter.
        by_columns: whether pieces are all rows of some columns; else all columns of some rows.
        scan: opens the file lazily.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    header: tuple[str, ...]
    log: dict[str, str]
    by_columns: bool
    scan: Callable[[], pl.LazyFrame]

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """Yield pieces of the file: the first row's number (from 0) and a frame.

        Parquet is read a few columns at a time, in batches of rows; text, which cannot be read by
        columns, is read with all columns. Columns keep their order, and so do rows within a column.

        Raises:
            UserError: the file is truncated or cannot be read as its format.
        """
        pieces = self._by_columns if self.by_columns else self._by_rows
        try:
            yield from one_ahead(pieces(columns))
        except pl.exceptions.PolarsError as error:
            raise UserError(
                f"{self.name} is not a whole {self.log['format']} file: it may be cut short; "
                "copy it again."
            ) from error

    def _by_columns(self, columns: Sequence[str]) -> Iterator[Piece]:
        lazy = self.scan()
        rows: int = lazy.select(pl.len()).collect().item()
        for begin in range(0, len(columns), COLUMNS_AT_ONCE):
            some = lazy.select(columns[begin : begin + COLUMNS_AT_ONCE])
            for row in range(0, rows, ROWS_AT_ONCE):
                yield row, some.slice(row, ROWS_AT_ONCE).collect()

    def _by_rows(self, columns: Sequence[str]) -> Iterator[Piece]:
        row, at_once = 0, max(1, CELLS_AT_ONCE // len(columns))
        frame: pl.DataFrame
        lazy: Any = self.scan().select(columns)
        for frame in lazy.collect_batches(chunk_size=at_once, maintain_order=True):
            yield row, frame
            row += frame.height


def one_ahead(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield pieces, reading the next one while the caller works on the current one."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            yield piece


def open_wide(
    path: Path,
    spec: TableFiles,
    *,
    scratch: Path,
    name: str | None = None,
    say: Callable[[str], None] = announce,
) -> WideFile:
    """Open a wide file, reading only its header (and, for text, detecting its encoding).

    Args:
        path: a CSV or Parquet file, or a SAS or Stata file, which is converted first.
        spec: delimiter and encoding of text.
        scratch: folder for a UTF-8 copy of text in another encoding, or a Parquet copy.
        name: name of the file in messages; by default its file name.
        say: called with lines of progress during a conversion.

    Raises:
        UserError: the file is empty, truncated or of an unknown format.
    """
    suffix, name = path.suffix.lower(), name or path.name
    if suffix in CSV:
        text = open_csv(path, encoding=spec.encoding, delimiter=spec.delimiter, scratch=scratch)
        how = text.layout
        log = {"format": "csv", "encoding": how.encoding, "delimiter": how.delimiter}
        return _opened(path, name, log, text.scan, by_columns=False, header=how.header)
    if suffix in PARQUET:
        log = {"format": "parquet"}
        return _opened(path, name, log, lambda: pl.scan_parquet(path, glob=False), by_columns=True)
    if suffix in STATISTICAL:
        copy = scratch / f"{path.name}.parquet"
        convert(path, copy, say=say)
        log = {"format": suffix[1:]}
        return _opened(path, name, log, lambda: pl.scan_parquet(copy, glob=False), by_columns=True)
    raise UserError(
        f"{name} has an unknown format for a weekly register: it must end in "
        f"{', '.join((*CSV, *PARQUET, *STATISTICAL))}."
    )


def _opened(
    path: Path,
    name: str,
    log: dict[str, str],
    scan: Callable[[], pl.LazyFrame],
    *,
    by_columns: bool,
    header: tuple[str, ...] | None = None,
) -> WideFile:
    try:
        names = tuple(scan().collect_schema().names())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(
            f"{name} is not a whole {log['format']} file: it may be cut short; copy it again."
        ) from error
    return WideFile(path, name, names, header or names, log, by_columns, scan)
