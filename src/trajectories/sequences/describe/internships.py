"""Internships (virksomhedspraktik) and whether paid work follows them."""

from collections.abc import Sequence

import polars as pl


def internships(spells: pl.DataFrame, *, activities: Sequence[str], gap_days: int) -> pl.DataFrame:
    """Join spells of an activity into internships.

    Args:
        spells: person, activity, start, end; days inclusive.
        activities: the activities that are internships.
        gap_days: spells of one person that leave at most this many days between them, or overlap,
            are one internship.

    Returns:
        One row an internship: person, start, end, activity (of the spell that ends last); sorted by
        person and start.
    """
    chosen = spells.filter(pl.col("activity").is_in(list(activities))).sort(
        "person", "start", "end"
    )
    ended = pl.col("end").cum_max().shift(1).over("person")
    begins = (pl.col("start") > ended + pl.duration(days=gap_days + 1)).fill_null(value=True)
    return (
        chosen.with_columns(number=begins.cum_sum())
        .group_by("person", "number", maintain_order=True)
        .agg(
            pl.col("start").min(),
            pl.col("end").max(),
            pl.col("activity").sort_by("end", "start", "activity").last(),
        )
        .select("person", "start", "end", "activity")
    )


def interns(spells: pl.DataFrame, activities: Sequence[str]) -> pl.Series:
    """Return the persons with a spell of the activities, ascending."""
    chosen = spells.filter(pl.col("activity").is_in(list(activities)))
    return chosen["person"].unique().sort()


def outcomes(
    found: pl.DataFrame, person_months: pl.DataFrame, *, job_state: str, within_months: int
) -> pl.DataFrame:
    """Return whether each internship is followed by a month in paid work.

    The follow-up is the month in which the internship ends and the `within_months` after it: the
    month of the end counts if most of it was spent in the job.

    Args:
        found: person, start and end of internships.
        person_months: person, month, state, municipality.
        job_state: the state of a month in paid work.
        within_months: length of the follow-up in months.

    Returns:
        One row an internship whose last month and whole follow-up are observed: person, month (the
        last one), municipality (in it), in_job.
    """
    ends = found.select("person", month=pl.col("end").dt.truncate("1mo"))
    return jobs_within(ends, person_months, job_state=job_state, within_months=within_months)


def jobs_within(
    asked: pl.DataFrame, person_months: pl.DataFrame, *, job_state: str, within_months: int
) -> pl.DataFrame:
    """Return whether a month, or one of those after it, is spent in paid work.

    Args:
        asked: person, month.
        person_months: person, month, state, municipality.
        job_state: the state of a month in paid work.
        within_months: how many months after the one that is asked for count.

    Returns:
        One row each where all these months are observed: person, month, municipality (in it),
        in_job; sorted by person and month.
    """
    months = person_months.select("person", "month", "municipality", "state")
    jobs = months.filter(pl.col("state").cast(pl.String) == job_state)
    last = months.group_by("person").agg(observed=pl.col("month").max())
    limit = pl.col("month").dt.offset_by(f"{within_months}mo")
    return (
        asked.join(months.drop("state"), on=["person", "month"])
        .join(last, on="person")
        .filter(limit <= pl.col("observed"))
        .sort("month", "person")
        .join_asof(
            jobs.select("person", "month", job=pl.col("month")).sort("month", "person"),
            on="month",
            by="person",
            strategy="forward",
            check_sortedness=False,
        )
        .select(
            "person",
            "month",
            "municipality",
            in_job=(pl.col("job") <= limit).fill_null(value=False),
        )
        .sort("person", "month")
    )


def internship_counts(
    followed: pl.DataFrame, windows: pl.DataFrame, *, length_months: int
) -> dict[str, pl.DataFrame]:
    """Count internships that end within windows, and those followed by paid work.

    An internship in two windows counts in both.

    Args:
        followed: as `outcomes` returns them.
        windows: window, person, group, origin, cluster.
        length_months: the length of a window.

    Returns:
        `internships` (cluster, group) and `internship_places` (municipality, group): internships,
        in_job, persons; combinations that occur.
    """
    end = pl.col("origin").dt.offset_by(f"{length_months}mo")
    inside = (
        followed.join(windows.select("person", "group", "origin", "cluster"), on="person")
        .filter((pl.col("month") >= pl.col("origin")) & (pl.col("month") < end))
        .with_columns(pl.col("cluster").cast(pl.Int64), pl.col("municipality").cast(pl.String))
    )
    tables = {}
    for name, by in (("internships", "cluster"), ("internship_places", "municipality")):
        tables[name] = (
            inside.drop_nulls(by)
            .group_by(by, "group")
            .agg(
                internships=pl.len().cast(pl.Int64),
                in_job=pl.col("in_job").sum().cast(pl.Int64),
                persons=pl.col("person").n_unique().cast(pl.Int64),
            )
            .sort(by, "group")
        )
    return tables
