"""Tables of rates: what a month in a state costs, and what the state refunds of it."""

from pathlib import Path

import polars as pl

from trajectories.errors import FileError
from trajectories.register.codes.codelist import read_table

RATE_COLUMNS = ("state", "from_month", "amount", "state_share", "laddered", "source")
REFUND_COLUMNS = ("from_month", "from_week", "state_share", "source")
FLAGS = {"yes": True, "no": False}


def read_rates(path: str | Path) -> pl.DataFrame:
    """Load what a month in each state costs.

    Args:
        path: CSV with the columns state, from_month (YYYY-MM), amount (kroner a month),
            state_share (0 to 1: what the state refunds where no ladder says otherwise), laddered
            (yes or no: whether the ladder of refunds applies), source (where the rate is from).

    Returns:
        state (Utf8), month (Int32: months since year 0), amount, state_share (Float64), laddered
        (Boolean), source (Utf8); sorted by state and month.

    Raises:
        FileError: a cell is blank or none of what its column holds, or a rate stands twice.
    """
    table = read_table(path, RATE_COLUMNS).select(RATE_COLUMNS)
    found = table.select(
        "state",
        _month("from_month").alias("month"),
        pl.col("amount").cast(pl.Float64, strict=False),
        pl.col("state_share").cast(pl.Float64, strict=False),
        pl.col("laddered").replace_strict(FLAGS, default=None, return_dtype=pl.Boolean),
        "source",
    )
    _require(path, table, found, key=["state", "month"])
    if (found["amount"] < 0).any():
        raise FileError(f"{path} has a negative amount: a month costs nothing or more.")
    return found.sort("state", "month")


def read_refunds(path: str | Path) -> pl.DataFrame:
    """Load the ladder of refunds: the state's share by weeks on support.

    Args:
        path: CSV with the columns from_month (YYYY-MM: the first month of the ladder), from_week
            (1, 2, …: the first week of the step), state_share (0 to 1), source.

    Returns:
        month (Int32: months since year 0), from_week (Int32), state_share (Float64), source (Utf8);
        sorted by month and week.

    Raises:
        FileError: a cell is blank or none of what its column holds, a step stands twice, or a
            ladder does not begin with week 1.
    """
    table = read_table(path, REFUND_COLUMNS).select(REFUND_COLUMNS)
    found = table.select(
        _month("from_month").alias("month"),
        pl.col("from_week").cast(pl.Int32, strict=False),
        pl.col("state_share").cast(pl.Float64, strict=False),
        "source",
    )
    _require(path, table, found, key=["month", "from_week"])
    if (found.group_by("month").agg(pl.col("from_week").min())["from_week"] != 1).any():
        raise FileError(f"{path} has a ladder without a step from week 1.")
    return found.sort("month", "from_week")


def _month(column: str) -> pl.Expr:
    """Count months since year 0 of a text YYYY-MM; null where it is none."""
    parts = pl.col(column).str.extract_groups(r"^(\d{4})-(0[1-9]|1[0-2])$").struct
    year, month = (parts.field(name).cast(pl.Int32) for name in ("1", "2"))
    return 12 * year + month - 1


def _require(path: str | Path, table: pl.DataFrame, found: pl.DataFrame, *, key: list[str]) -> None:
    for column in found.columns:
        bad = found[column].is_null() | (table["source"] == "")
        if bad.any():
            row = int(bad.arg_true()[0]) + 2
            name = "from_month" if column == "month" else column
            if found[column].is_null()[row - 2]:
                raise FileError(
                    f"{path}, row {row}: {name} is blank or not what the column holds; see "
                    "docs/costs.md."
                )
            raise FileError(f"{path}, row {row}: source is blank: say where the rate is from.")
    if not found["state_share"].is_between(0, 1).all():
        raise FileError(f"{path} has a state_share that is not between 0 and 1.")
    if found.select(key).is_duplicated().any():
        raise FileError(f"{path} has two rows for the same {' and '.join(key)}.")
