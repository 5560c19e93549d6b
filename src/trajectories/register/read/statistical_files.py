"""Conversion of SAS and Stata files to Parquet, in chunks of rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from trajectories.errors import UserError
from trajectories.io import write_parquet_parts

STATISTICAL: Final = (".sas7bdat", ".xpt", ".dta")
CONVERTED: Final = "converted.json"
"""What lists the copies in the folder of converted files."""
CELLS_AT_ONCE: Final = 2**24
A_YEAR: Final = {"w": 52, "m": 12, "q": 4, "h": 2}
"""How many weeks, months, quarters and halves of a year Stata counts, from 1960 on."""
STATA_ZERO: Final = 1960

COPY: Final = ".parquet"

Say = Callable[[str], None]


def announce(line: str) -> None:
    """Print a line immediately, also to a file or a pipe."""
    print(line, flush=True)


def convert(path: Path, target: Path, *, say: Say = announce) -> int:
    """Convert a SAS or Stata file to Parquet.

    Texts stay texts, columns with a date format become dates, Stata's integers stay integers, its
    weeks, months, quarters and halves become texts such as 2010m1, and all other numbers
    Float64. Value labels are not applied.

    Returns:
        The number of rows.

    Raises:
        UserError: the file is truncated or of another format.
    """
    rows = 0

    def counted() -> Iterator[pl.DataFrame]:
        nonlocal rows
        for chunk in _chunks(path, say):
            rows += chunk.height
            yield chunk

    write_parquet_parts(counted(), target)
    return rows


def copy_of(path: Path, number: int, folder: Path) -> Path:
    """Return the path of a file's Parquet copy."""
    return folder / f"{number:03d}" / f"{path.name}{COPY}"


def original_name(path: Path) -> str:
    """Return the name of a file; for a Parquet copy, that of the original."""
    name = path.name.removesuffix(COPY)
    return name if name.lower().endswith(STATISTICAL) else path.name


def read_statistical(path: Path) -> pl.DataFrame:
    """Read a SAS or Stata file into memory, with the types of `convert`.

    Raises:
        UserError: the file is truncated or of another format.
    """
    return pl.concat(_chunks(path, lambda _: None))


def statistical_columns(path: Path) -> list[str]:
    """Return the column names of a SAS or Stata file; none if it is of another format."""
    import pyreadstat

    try:
        names: list[str] = _reader(path)(path, metadataonly=True)[1].column_names
    except pyreadstat.ReadstatError:
        return []
    return names


def _reader(path: Path) -> Any:
    import pyreadstat  # here, because it is slow to import and rarely used

    return {
        ".sas7bdat": pyreadstat.read_sas7bdat,
        ".xpt": pyreadstat.read_xport,
        ".dta": pyreadstat.read_dta,
    }[path.suffix.lower()]


def _chunks(path: Path, say: Say) -> Iterator[pl.DataFrame]:
    import pyreadstat  # here, because it is slow to import and rarely used

    read = _reader(path)
    try:
        about = read(path, metadataonly=True)[1]
        rows = max(1, CELLS_AT_ONCE // max(1, len(about.column_names)))
        schema: dict[str, Any] = {}
        done, known = 0, about.number_rows
        whole = f" of {known:,}" if known else ""
        while True:
            frame = read(path, row_offset=done, row_limit=rows, output_format="polars")[0]
            schema = schema or _schema(frame, about)
            if done and frame.is_empty():
                return
            done += frame.height
            say(f"{path.name}: {done:,}{whole} rows")
            typed = frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
            yield typed.with_columns(_written(about))
            if frame.height < rows or done == known:
                return
    except pyreadstat.ReadstatError as error:
        raise UserError(
            f"{path.name} is not a whole {path.suffix[1:]} file: it may be cut short; copy it "
            "again."
        ) from error


def _schema(frame: pl.DataFrame, about: Any) -> dict[str, Any]:
    """Return the types from the file's metadata, since a chunk may contain only nulls."""
    return {
        name: dtype if dtype.is_temporal() else _type_of(about.readstat_variable_types[name])
        for name, dtype in frame.schema.items()
    }


def _written(about: Any) -> list[pl.Expr]:
    """Write Stata's months and the like as Stata shows them: numbers would pass for days."""
    found = []
    for name, form in about.original_variable_types.items():
        unit = form[2:3] if str(form).startswith("%t") else ""
        if unit in A_YEAR:
            number = pl.col(name).floor().cast(pl.Int64)
            year = number.floordiv(A_YEAR[unit])
            part = number - year * A_YEAR[unit] + 1
            found.append(pl.format(f"{{}}{unit}{{}}", year + STATA_ZERO, part).alias(name))
    return found


def _type_of(stored: str) -> Any:
    if stored == "string":
        return pl.String
    return pl.Int64 if stored.startswith("int") else pl.Float64
