"""Writing simulated extracts in the formats of real ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl

SUFFIXES: Final = {
    "parquet": ".parquet",
    "csv": ".csv",
    "stata": ".dta",
    "sas_transport": ".xpt",
    "dream": ".parquet",
}
"""File suffix for each value of `simulator.format`."""
LETTERS_AT_ONCE: Final = 2**24


def write_table(table: pl.LazyFrame, path: Path) -> None:
    """Write a table in the format of the path's suffix.

    CSV files have semicolons, decimal commas, ISO dates and the encoding Latin-1, as Danish exports
    often do. Stata and SAS transport files store dates as numbers of days with those programs' date
    formats; they are built in memory.
    """
    WRITERS[path.suffix](table, path)


def _write_parquet(table: pl.LazyFrame, path: Path) -> None:
    table.sink_parquet(path, compression="zstd", compression_level=3)


def _write_csv(table: pl.LazyFrame, path: Path) -> None:
    plain = path.with_suffix(".utf-8")
    table.sink_csv(plain, separator=";", decimal_comma=True, line_terminator="\n")
    try:
        with (
            plain.open(encoding="utf-8", newline="") as source,
            path.open("w", encoding="latin-1", newline="") as target,
        ):
            while text := source.read(LETTERS_AT_ONCE):
                target.write(text)
    finally:
        plain.unlink()


def _write_stata(table: pl.LazyFrame, path: Path) -> None:
    import pyreadstat  # here, because it is slow to import and rarely used

    pyreadstat.write_dta(_portable(table), path)


def _write_transport(table: pl.LazyFrame, path: Path) -> None:
    import pyreadstat

    pyreadstat.write_xport(_portable(table), path)


def _portable(table: pl.LazyFrame) -> Any:
    """Return a frame without the types that these formats lack."""
    return table.with_columns(pl.col(pl.Int16).cast(pl.Int32)).collect()


WRITERS: Final[dict[str, Callable[[pl.LazyFrame, Path], None]]] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
    ".dta": _write_stata,
    ".xpt": _write_transport,
}
