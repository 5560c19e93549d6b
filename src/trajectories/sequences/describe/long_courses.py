"""Courses of support that last for years: how they end, for how long, and into how much work."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import polars as pl

from trajectories.sequences.months.hours import window_hours

ALL, OTHER = "all", "other"
AGE_BANDS = (30, 40, 50)


def support_courses(
    person_months: pl.DataFrame,
    *,
    states: Collection[str],
    gap_months: int,
    last_seen: dt.date,
) -> pl.DataFrame:
    """Join months on support into courses.

    Args:
        person_months: person, month (first day), state, municipality; one row a month.
        states: the states of support.
        gap_months: months off support that do not end a course.
        last_seen: the last month of the data.

    Returns:
        One row a course, sorted by person and start: person, start (its first month on support),
        last (its last), months (from start to last), exit (the first month off support; null where
        fewer than `gap_months` + 1 months are seen after it), next (the person's next month on
        support, if any), municipality (of the last month). A course that is under way when the
        register opens begins with its first month, so that it is at least as long.
    """
    on = (
        person_months.filter(pl.col("state").cast(pl.String).is_in(list(states)))
        .select("person", "month", "municipality")
        .sort("person", "month")
    )
    reach = pl.col("month").shift(1).over("person").dt.offset_by(f"{gap_months + 1}mo")
    begins = (pl.col("month") > reach).fill_null(value=True)
    courses = (
        on.with_columns(course=begins.cum_sum())
        .group_by("course", maintain_order=True)
        .agg(
            pl.col("person").first(),
            start=pl.col("month").first(),
            last=pl.col("month").last(),
            municipality=pl.col("municipality").last(),
        )
        .drop("course")
    )
    span = 12 * (pl.col("last").dt.year().cast(pl.Int64) - pl.col("start").dt.year())
    span += pl.col("last").dt.month().cast(pl.Int64) - pl.col("start").dt.month() + 1
    left = pl.col("last").dt.offset_by("1mo")
    decided = left.dt.offset_by(f"{gap_months}mo") <= last_seen
    return courses.select(
        "person",
        "start",
        "last",
        months=span,
        exit=pl.when(decided).then(left),
        next=pl.col("start").shift(-1).over("person"),
        municipality="municipality",
    )


def with_exits(
    courses: pl.DataFrame, person_months: pl.DataFrame, exits: Mapping[str, Sequence[str]]
) -> pl.DataFrame:
    """Add how each course ended: `exit_kind` by the state of its first month off support."""
    state = pl.col("state").cast(pl.String)
    kind = pl.lit(OTHER)
    for name, to in exits.items():
        kind = pl.when(state.is_in(list(to))).then(pl.lit(name)).otherwise(kind)
    months = person_months.select("person", exit="month", exit_kind=kind)
    return courses.join(months, on=["person", "exit"], how="left", maintain_order="left")


def people_table(long: pl.DataFrame, persons: pl.DataFrame, *, months: int) -> pl.DataFrame:
    """Count who reached the length that makes a course long.

    Args:
        long: long courses; each person's first one counts.
        persons: person, birth_date, sex.
        months: months that make a course long.

    Returns:
        covariate ("age_band", "sex", "municipality"), level, persons, left (whose course ended).
    """
    reached = pl.col("start").dt.offset_by(f"{months - 1}mo")
    age = reached.dt.year() - pl.col("birth_date").dt.year()
    age -= (reached.dt.month() <= pl.col("birth_date").dt.month()).cast(pl.Int32)
    band = pl.lit(f"{AGE_BANDS[-1]}+")
    for above, below in zip(reversed(AGE_BANDS), (*reversed(AGE_BANDS[:-1]), 0), strict=True):
        name = f"{below}-{above - 1}" if below else f"under {above}"
        band = pl.when(age < above).then(pl.lit(name)).otherwise(band)
    known = [name for name in ("birth_date", "sex") if name in persons.columns]
    first = long.unique("person", keep="first", maintain_order=True).join(
        persons.select("person", *known), on="person", how="left"
    )
    parts = []
    for covariate, level in (
        ("age_band", pl.when(pl.col("birth_date").is_not_null()).then(band)),
        ("sex", pl.col("sex")),
        ("municipality", pl.col("municipality")),
    ):
        if covariate == "sex" and "sex" not in first.columns:
            continue
        parts.append(
            first.select(
                pl.lit(covariate).alias("covariate"),
                level.cast(pl.String).fill_null("unknown").alias("level"),
                pl.col("exit").is_not_null().alias("left"),
            )
            .group_by("covariate", "level")
            .agg(persons=pl.len().cast(pl.Int64), left=pl.col("left").sum().cast(pl.Int64))
        )
    return pl.concat(parts).sort("covariate", "level")


def lasting_table(long: pl.DataFrame, last_seen: dt.date, *, months: Sequence[int]) -> pl.DataFrame:
    """Count exits that last, by kind of exit.

    Args:
        long: long courses with `exit_kind`.
        last_seen: the last month of the data.
        months: lengths of follow-up.

    Returns:
        exit, time (months of follow-up), persons, followed (exits seen so long), lasted (those with
        no month on support in it); rows of exit "all" are sums.
    """
    ended = long.filter(pl.col("exit").is_not_null())
    parts = []
    for time in months:
        end = pl.col("exit").dt.offset_by(f"{time}mo")
        seen = ended.filter(end.dt.offset_by("-1mo") <= last_seen).with_columns(
            lasted=(pl.col("next") >= end).fill_null(value=True)
        )
        parts += [
            seen.with_columns(exit_kind=kind)
            .group_by(exit="exit_kind")
            .agg(
                time=pl.lit(time, pl.Int64),
                persons=pl.col("person").n_unique().cast(pl.Int64),
                followed=pl.len().cast(pl.Int64),
                lasted=pl.col("lasted").sum().cast(pl.Int64),
            )
            for kind in (pl.col("exit_kind"), pl.lit(ALL))
        ]
    return pl.concat(parts).sort("exit", "time")


def work_table(
    long: pl.DataFrame,
    employment: pl.DataFrame,
    last_seen: dt.date,
    *,
    hours: Sequence[int],
    after_months: int,
) -> pl.DataFrame:
    """Count exits into so many hours of work a month, some months later.

    Args:
        long: long courses with `exit_kind`.
        employment: person, start, end, weekly_hours.
        last_seen: the last month of the data.
        hours: hours a month, ascending.
        after_months: months from the exit to the month whose hours count.

    Returns:
        exit, hours (text, "80"), persons, followed, reached; rows of exit "all" are sums.
    """
    then = pl.col("exit").dt.offset_by(f"{after_months}mo")
    seen = long.filter(pl.col("exit").is_not_null(), then <= last_seen)
    worked = window_hours(seen.select("person", origin=then), employment, 1)[:, 0]
    held = seen.with_columns(worked=pl.Series(worked, dtype=pl.Float64))
    parts = [
        held.with_columns(exit_kind=kind)
        .group_by(exit="exit_kind")
        .agg(
            hours=pl.lit(str(least)),
            persons=pl.col("person").n_unique().cast(pl.Int64),
            followed=pl.len().cast(pl.Int64),
            reached=(pl.col("worked") >= least).sum().cast(pl.Int64),
        )
        for least in hours
        for kind in (pl.col("exit_kind"), pl.lit(ALL))
    ]
    return pl.concat(parts).sort("exit", "hours")


def before_table(long: pl.DataFrame, cluster: pl.Series) -> pl.DataFrame:
    """Count exits by kind and by the type of the course just before them.

    Args:
        long: long courses with `exit_kind`, one row a value of `cluster`.
        cluster: the type of the months before the exit.

    Returns:
        cluster, exit, persons, exits.
    """
    held = long.with_columns(cluster=cluster.cast(pl.Int64))
    return (
        held.group_by("cluster", exit="exit_kind")
        .agg(persons=pl.col("person").n_unique().cast(pl.Int64), exits=pl.len().cast(pl.Int64))
        .sort("cluster", "exit")
    )
