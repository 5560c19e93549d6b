"""Undoing a relabelling: the register as if a reform had not renamed its codes."""

from pathlib import Path
from typing import Literal

import polars as pl

from trajectories.errors import FileError
from trajectories.register.codes.codelist import read_table, to_day

Dimension = Literal["code", "readiness"]
COLUMNS = ("dimension", "after", "before", "from_date")


def load_relabelling(path: str | Path) -> pl.DataFrame:
    """Load a table of relabellings.

    Args:
        path: CSV with the columns dimension (code or readiness), after, before, from_date (ISO).

    Returns:
        The same columns; from_date as Date.

    Raises:
        FileError: a cell is blank or invalid, or a value is undone twice.
    """
    table = read_table(path, COLUMNS).select(COLUMNS)
    dated = table.with_columns(to_day("from_date"))
    if sum(dated.null_count().row(0)):
        raise FileError(f"{path} has a blank cell or a from_date that is not YYYY-MM-DD.")
    if not set(dated["dimension"]) <= {"code", "readiness"}:
        raise FileError(f"{path} has a dimension other than code and readiness.")
    if dated.select("dimension", "after").is_duplicated().any():
        raise FileError(f"{path} undoes one value twice: each value may occur in `after` once.")
    return dated


def undo_relabelling(
    frame: pl.DataFrame, relabelling: pl.DataFrame, *, dimension: Dimension
) -> pl.DataFrame:
    """Restore the former name of relabelled values from the day of the relabelling.

    Args:
        frame: rows with start and end (inclusive days) and a text column named by `dimension`.
        relabelling: as `load_relabelling` returns it; rows of other dimensions are ignored.
        dimension: "code" or "readiness".

    Returns:
        The same columns in the same order; a row that spans its value's from_date is split there.
        Columns derived from the code must be derived again.
    """
    table = relabelling.filter(pl.col("dimension") == dimension)
    joined = frame.join(
        table.select(pl.col("after").alias(dimension), "before", "from_date"),
        on=dimension,
        how="left",
        maintain_order="left",
    )
    cut = pl.col("from_date")
    straddles = (pl.col("start") < cut) & (pl.col("end") >= cut)
    split = joined.with_columns(
        _half=pl.when(straddles).then(pl.lit([0, 1])).otherwise(pl.lit([2]))
    ).explode("_half")
    first, second = pl.col("_half") == 0, pl.col("_half") == 1
    return (
        split.with_columns(
            start=pl.when(second).then(cut).otherwise("start"),
            end=pl.when(first).then(cut.dt.offset_by("-1d")).otherwise("end"),
        )
        .with_columns(
            pl.when(pl.col("start") >= cut)
            .then("before")
            .otherwise(pl.col(dimension))
            .alias(dimension)
        )
        .select(frame.columns)
    )
