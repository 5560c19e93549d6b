"""Registered readiness: by day, on given days, and at time zero of a course."""

import polars as pl

from trajectories.config.hazards import RiskConfig
from trajectories.hazards.bands import UNKNOWN


def readiness_by_day(spells: pl.DataFrame, readiness: pl.DataFrame | None) -> pl.DataFrame:
    """Registered readiness with the day from which it holds: the table, else the code's."""
    columns = ["person", "start", "end", pl.col("readiness").cast(pl.String), "rank"]
    frames = [spells.with_columns(rank=pl.lit(1)).select(columns)]
    if readiness is not None:
        frames.append(readiness.with_columns(rank=pl.lit(0)).select(columns))
    return pl.concat(frames).filter(pl.col("readiness").is_not_null())


def readiness_on(days: pl.DataFrame, status: pl.DataFrame) -> pl.DataFrame:
    """The readiness of each person on each `day`, null where none is registered."""
    result = days.select("person", "day").unique().sort("day")
    names = []
    for rank in (0, 1):
        name = f"readiness_{rank}"
        part = status.filter(pl.col("rank") == rank).sort("start")
        found = result.select("person", "day").join_asof(
            part.select("person", "start", "end", pl.col("readiness").alias(name)),
            left_on="day",
            right_on="start",
            by="person",
            check_sortedness=False,
        )
        result = result.with_columns(
            found.select(pl.when(pl.col("end") >= pl.col("day")).then(name)).to_series().alias(name)
        )
        names.append(name)
    return result.select("person", "day", readiness_now=pl.coalesce([*names, pl.lit(UNKNOWN)]))


def with_time_zero(every: pl.DataFrame, status: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    """Add the readiness first registered within the allowed days of a course's start."""
    window = pl.duration(days=rules.readiness_within_days)
    starts = every.select("person", "course", "course_start").unique(maintain_order=True)
    first = (
        starts.lazy()
        .join(status.lazy(), on="person")
        .filter(
            (pl.col("end") >= pl.col("course_start"))
            & (pl.col("start") <= pl.col("course_start") + window)
        )
        .with_columns(seen=pl.max_horizontal("start", "course_start"))
        .sort("course", "seen", "rank")
        .group_by("course", maintain_order=True)
        .agg(readiness_first=pl.col("readiness").first())
        .collect()
    )
    return every.join(first, on="course", how="left", maintain_order="left")
