"""Rates of municipalities that borrow from each other, from published counts."""

import numpy as np
import polars as pl

from trajectories.reform import pooled_rates
from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.municipal.municipal_rates import rates_by_side
from trajectories.release.tables import Tables

LEAST = 2
"""Fewer municipalities cannot borrow from each other."""
DIGITS = 9
"""Digits that survive another machine's last bits, so that figures are the same everywhere."""


def pooled_by_side(tables: Tables, name: str, reform_year: int) -> pl.DataFrame:
    """Return a rate of each municipality before and after the reform, borrowing from all.

    Returns:
        municipality, side, above, below, rate, pooled, low, high; those whose counts are published.
        No rows of a side with fewer than two municipalities.
    """
    table = rates_by_side(tables, name, reform_year).filter(
        pl.col("municipality") != ALL, pl.col("rate").is_not_null()
    )
    parts = [table.head(0).with_columns(pl.lit(0.0).alias(n) for n in ("pooled", "low", "high"))]
    for side in ("before", "after"):
        own = table.filter(pl.col("side") == side)
        if own.height < LEAST:
            continue
        below = own["below"].to_numpy()
        # Rounding may lift a numerator above its denominator where both are small.
        found = pooled_rates(np.minimum(own["above"].to_numpy(), below), below).table
        columns = found.select(pl.col("pooled", "low", "high").round_sig_figs(DIGITS))
        parts.append(pl.concat([own, columns], how="horizontal"))
    return pl.concat(parts)
