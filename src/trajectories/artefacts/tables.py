"""The folder `tables` of a part: the exact aggregates that wait for the disclosure gate."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from trajectories.io import make_private, write_parquet

TABLES = "tables"


def write_tables(tables: Mapping[str, pl.DataFrame], out: Path) -> None:
    """Write `tables/<name>.parquet` in the private folder of a part."""
    make_private(out)
    for name, table in tables.items():
        write_parquet(table, out / TABLES / f"{name}.parquet")
