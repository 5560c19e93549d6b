"""Days of spells and hours of work in each month of windows."""

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints

DAYS_A_WEEK = 7


def days_by_month(windows: pl.DataFrame, spells: pl.DataFrame, length_months: int) -> pl.DataFrame:
    """Split spells by the months of windows.

    Args:
        windows: person and origin (first day of the first month), one row per window.
        spells: person, start, end (inclusive days), and any other columns.
        length_months: months in a window.

    Returns:
        One row per spell and month of a window that it touches: row (of the window), position (from
        0), month, days (of the spell in that month), and the spells' other columns; sorted by row
        and month, spells of one month by their content.
    """
    rows = windows.select("person", "origin").with_row_index("row")
    origin = pl.col("origin")
    last_day = origin.dt.offset_by(f"{length_months}mo").dt.offset_by("-1d")
    others = [name for name in spells.columns if name not in ("person", "start", "end")]
    months = (
        rows.join(spells, on="person", how="inner")
        .filter((pl.col("start") <= last_day) & (pl.col("end") >= origin))
        .with_columns(
            start=pl.max_horizontal("start", "origin"), end=pl.min_horizontal("end", last_day)
        )
        .with_columns(
            month=pl.date_ranges(
                pl.col("start").dt.month_start(), pl.col("end").dt.month_start(), "1mo"
            )
        )
        .explode("month")
        .sort("row", "month", "start", "end", *others)
    )
    first = pl.max_horizontal("start", "month")
    last = pl.min_horizontal("end", pl.col("month").dt.month_end())
    position = (pl.col("month").dt.year() - origin.dt.year()) * 12 + (
        pl.col("month").dt.month().cast(pl.Int32) - origin.dt.month().cast(pl.Int32)
    )
    return months.select(
        pl.col("row").cast(pl.Int64),
        "month",
        *others,
        position=position.cast(pl.Int64),
        days=(last - first).dt.total_days() + 1,
    )


def window_hours(
    windows: pl.DataFrame,
    employment: pl.DataFrame,
    length_months: int,
    *,
    missing_weekly_hours: float = 37.0,
) -> Floats:
    """Return the hours of work in each month of each window.

    An employment spell gives weekly hours / 7 on each of its days; parallel spells add up.

    Args:
        windows: person and origin (first day of the first month), one row per window.
        employment: person, start, end (inclusive days), weekly_hours.
        length_months: months in a window.
        missing_weekly_hours: weekly hours of a spell without registered hours.

    Returns:
        (windows, length_months) hours.
    """
    spells = employment.select("person", "start", "end", "weekly_hours")
    weekly = pl.col("weekly_hours").cast(pl.Float64).fill_null(missing_weekly_hours)
    cells = days_by_month(windows, spells, length_months).select(
        cell=pl.col("row") * length_months + pl.col("position"),
        hours=pl.col("days") * weekly / DAYS_A_WEEK,
    )
    flat = np.bincount(
        cells["cell"].to_numpy(),
        weights=cells["hours"].to_numpy(),
        minlength=windows.height * length_months,
    )
    return flat.astype(np.float64).reshape(windows.height, length_months)


def month_days(origins: pl.Series, length_months: int) -> Ints:
    """Return the number of days in each month of windows, (windows, length_months)."""
    first = origins.to_numpy().astype("datetime64[M]")
    months = first[:, None] + np.arange(length_months + 1)
    days: Ints = np.diff(months.astype("datetime64[D]"), axis=1).astype(np.int64)
    return days
