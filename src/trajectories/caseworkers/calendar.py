"""Differences in calendar months."""

import polars as pl


def months_between(month: pl.Expr, origin: pl.Expr) -> pl.Expr:
    """Calendar months from `origin` to `month` (i32); the day of the month is ignored."""
    years = month.dt.year().cast(pl.Int32) - origin.dt.year().cast(pl.Int32)
    return 12 * years + month.dt.month().cast(pl.Int32) - origin.dt.month().cast(pl.Int32)
