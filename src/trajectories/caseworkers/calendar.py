"""Months counted on the calendar."""

import polars as pl


def months_between(month: pl.Expr, origin: pl.Expr) -> pl.Expr:
    """Calendar months from `origin` to `month`, both days of a month (i32); days do not count."""
    years = month.dt.year().cast(pl.Int32) - origin.dt.year().cast(pl.Int32)
    return 12 * years + month.dt.month().cast(pl.Int32) - origin.dt.month().cast(pl.Int32)
