"""`rejected`: rejected rows with their reasons."""

from pathlib import Path

import polars as pl

from trajectories.errors import UserError
from trajectories.io import read_parquet


def rejected(*, register: Path, table: str | None = None) -> str:
    """Print rejected rows with their reasons as CSV: person-level, for the closed server alone.

    Args:
        register: the folder `private/register` of a run.
        table: one table alone.

    Raises:
        UserError: the folder holds no quarantine, or no row of that table was read.
    """
    rows = read_parquet(register / "rejected.parquet")
    if table is None:
        return rows.write_csv()
    known = read_parquet(register / "tables" / "accounting.parquet")["table"].unique().sort()
    if table not in known:
        raise UserError(f"No row of {table!r} was read: name one of {', '.join(known)}.")
    return rows.filter(pl.col("table") == table).write_csv()
