"""Registered readiness: by day, on given days, and at time zero of a course."""

import polars as pl

from trajectories.caseworkers.responsible_on import last_begun
from trajectories.config.sections.hazards import RiskConfig
from trajectories.survival.bands import UNKNOWN


def readiness_by_day(spells: pl.DataFrame, readiness: pl.DataFrame | None) -> pl.DataFrame:
    """Registered readiness from each day on: from the readiness table, otherwise from the codes."""
    columns = ["person", "start", "end", pl.col("readiness").cast(pl.String), "rank"]
    frames = [spells.with_columns(rank=pl.lit(1)).select(columns)]
    if readiness is not None:
        frames.append(readiness.with_columns(rank=pl.lit(0)).select(columns))
    return pl.concat(frames).filter(pl.col("readiness").is_not_null())


def readiness_on(person: pl.Series, day: pl.Series, status: pl.DataFrame) -> pl.Series:
    """The readiness of each person on each day, in their order; `unknown` if there is none."""
    words = pl.Enum(sorted({UNKNOWN, *status["readiness"].unique()}))
    found = []
    for rank in (0, 1):
        part = status.filter(pl.col("rank") == rank).sort("person", "start")
        row = last_begun(person, day, part, by="person", start="start", end="end")
        found.append(part["readiness"].cast(words).gather(row))
    known = pl.coalesce(*found, pl.lit(UNKNOWN, dtype=words))
    return pl.select(readiness_now=known).to_series()


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
