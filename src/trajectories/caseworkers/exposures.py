"""Exposures of person-months: changes by cause, time since departure, other lags, the placebo."""

import polars as pl

from trajectories.caseworkers.calendar import months_between
from trajectories.caseworkers.changes import CAUSES, NOT_A_CHANGE
from trajectories.caseworkers.responsible_on import last_begun

SINCE_BANDS = ("none", "0-5", "6-11", "12+")
CHANGE_BANDS = ("0", "1", "2", "3+")
PLACEBO_MONTHS = 6


def time_zero(panel: pl.DataFrame) -> pl.DataFrame:
    """The first month at risk of each course: course, person, zero (Date)."""
    return panel.group_by("course").agg(pl.col("person").first(), zero=pl.col("month").min())


def listed_months(panel: pl.DataFrame, exposures: pl.DataFrame) -> pl.DataFrame:
    """The leavers' lists that each course has been on.

    Returns:
        course, list, month (the leaver's last month), sorted. A list counts if its list day is in
        the month before the first month at risk or later.
    """
    return (
        exposures.join(time_zero(panel), on="person")
        .filter(pl.col("list_day").dt.truncate("1mo") >= pl.col("zero").dt.offset_by("-1mo"))
        .select("course", "list", "month")
        .sort("course", "month", "list")
    )


def with_lag(panel: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int) -> pl.DataFrame:
    """Recount listed departures with another lag.

    Returns:
        The panel with `listed_departures` (i16) replaced and `months_since_departure` (i16, null
        before the first) added.
    """
    steps = (
        listed_months(panel, exposures)
        .with_columns(counts_from=pl.col("month").dt.offset_by(f"{lag_months}mo"))
        .group_by("course", "counts_from")
        .agg(pl.len().cast(pl.Int16).alias("listed_departures"), last=pl.col("month").max())
        .sort("course", "counts_from")
        .with_columns(pl.col("listed_departures").cum_sum().over("course").cast(pl.Int16))
    )
    row = last_begun(panel["course"], panel["month"], steps, by="course", start="counts_from")
    since = months_between(pl.col("month"), pl.col("last"))
    return (
        panel.drop("listed_departures")
        .with_columns(
            steps["listed_departures"].gather(row).fill_null(0), steps["last"].gather(row)
        )
        .with_columns(months_since_departure=since.cast(pl.Int16))
        .drop("last")
    )


def with_causes(panel: pl.DataFrame, changes: pl.DataFrame, *, lag_months: int) -> pl.DataFrame:
    """Count the course's changes by cause, lagged.

    Returns:
        The panel with `cause_<name>` (i16) for each cause that occurs, and `other_change_now` (i8,
        1 in months with a change that is not a departure).
    """
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    made = (
        real.join(time_zero(panel), on="person")
        .filter(pl.col("month") >= pl.col("zero").dt.offset_by("-1mo"))
        .with_columns(pl.col("cause").cast(pl.String))
    )
    present = set(made["cause"].unique())
    names = [cause for cause in CAUSES if cause in present]
    columns = [f"cause_{name}" for name in names]
    steps = (
        made.with_columns(
            pl.col("month").dt.offset_by(f"{lag_months}mo").alias("counts_from"),
            *((pl.col("cause") == name).cast(pl.Int16).alias(f"cause_{name}") for name in names),
        )
        .group_by("course", "counts_from")
        .agg(pl.col(columns).sum())
        .sort("course", "counts_from")
        .with_columns(pl.col(columns).cum_sum().over("course").cast(pl.Int16))
    )
    row = last_begun(panel["course"], panel["month"], steps, by="course", start="counts_from")
    now = (
        real.filter(pl.col("cause").cast(pl.String) != "departure")
        .select("person", "month", other_change_now=pl.lit(1, pl.Int8))
        .unique()
    )
    return (
        panel.with_columns(steps[name].gather(row).fill_null(0) for name in columns)
        .join(now, on=["person", "month"], how="left", maintain_order="left")
        .with_columns(pl.col("other_change_now").fill_null(0))
    )


def with_placebo(panel: pl.DataFrame, departures: pl.DataFrame) -> pl.DataFrame:
    """Add `leaves_next` (i8): the caseworker at the start of the month leaves within six months.

    The client has not lost this caseworker yet: if departures are unforeseen and leavers do not
    differ from other caseworkers, the hazard ratio is 1.
    """
    leaving = departures.select("caseworker", leaves=pl.col("month")).sort("leaves")
    until = pl.col("month").dt.offset_by(f"{PLACEBO_MONTHS}mo")
    found = (
        panel.select("caseworker", "month")
        .with_row_index("row")
        .sort("month")
        .join_asof(
            leaving,
            left_on="month",
            right_on="leaves",
            by="caseworker",
            strategy="forward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .select("row", leaves_next=(pl.col("leaves") <= until).fill_null(value=False))
        .sort("row")
    )
    return panel.with_columns(found["leaves_next"].cast(pl.Int8)).sort("person", "month")


def with_bands(panel: pl.DataFrame) -> pl.DataFrame:
    """Add `change_band` (0, 1, 2, 3+ changes) and `since_departure` (months since departure)."""
    since = pl.col("months_since_departure")
    return panel.with_columns(
        change_band=pl.min_horizontal(pl.col("changes").cast(pl.Int32), 3).replace_strict(
            range(4), CHANGE_BANDS, return_dtype=pl.Enum(CHANGE_BANDS)
        ),
        since_departure=pl.when(since.is_null())
        .then(pl.lit("none"))
        .when(since < 6)
        .then(pl.lit("0-5"))
        .when(since < 12)
        .then(pl.lit("6-11"))
        .otherwise(pl.lit("12+"))
        .cast(pl.Enum(SINCE_BANDS)),
    )
