"""Courses on social assistance: when they begin, when they end, and with which exit."""

import datetime as dt
from typing import get_args

import polars as pl

from trajectories.caseworkers.responsible_on import STRIDE
from trajectories.config.sections.hazards import Exit, ExitsConfig, RiskConfig

EXITS: tuple[str, ...] = get_args(Exit)
"""The competing exits, numbered from 1 in this order; 0 is censored."""

ExitName = pl.Enum(EXITS)
WEEKS_A_MONTH = 52 / 12
ONE_DAY = pl.duration(days=1)


def exit_groups(exits: ExitsConfig) -> dict[str, str]:
    """Codelist group → exit."""
    return {group: name for name in type(exits).model_fields for group in getattr(exits, name)}


def merge_intervals(frame: pl.DataFrame, *, gap_days: int) -> pl.DataFrame:
    """Join intervals of a person that overlap or are fewer than `gap_days` apart.

    Args:
        frame: person, start, end (days inclusive).
        gap_days: the shortest gap that separates intervals; with 1, only adjoining or overlapping
            intervals are joined.

    Returns:
        person, start, end, sorted.
    """
    ordered = frame.select("person", "start", "end").sort("person", "start", "end")
    # Shifting each person's days far beyond those of the person before lets one running maximum
    # serve all persons.
    person = pl.col("person").cast(pl.Int64) * STRIDE
    start, end = (person + pl.col(name).to_physical().cast(pl.Int64) for name in ("start", "end"))
    apart = (start - end.cum_max().shift(1) - 1 >= gap_days).fill_null(value=True)
    return (
        ordered.with_columns(run=apart.cast(pl.UInt32).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(pl.col("person").first(), pl.col("start").min(), pl.col("end").max())
        .drop("run")
    )


def assistance_stretches(spells: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    """Stretches of social assistance, ignoring interruptions shorter than `gap_days`.

    Args:
        spells: person, group, start, end (days inclusive).
        rules: the groups that are social assistance, and the shortest interruption.

    Returns:
        person, start, end, sorted.
    """
    assistance = spells.filter(pl.col("group").is_in(list(rules.assistance_groups)))
    return merge_intervals(assistance, gap_days=rules.gap_days)


def courses(
    spells: pl.DataFrame,
    employment: pl.DataFrame,
    persons: pl.DataFrame,
    *,
    first_day: dt.date,
    last_day: dt.date,
    rules: RiskConfig | None = None,
) -> pl.DataFrame:
    """Courses on social assistance with their exits, dated in days.

    Spells of social assistance fewer than `gap_days` apart form one stretch. A stretch ends with

    - the benefit that follows within `gap_days` (its codelist group decides the exit);
    - death or emigration within a month;
    - a job: `job_days` consecutive days without benefit and with employment, begun within
      `job_within_days`, and lasting `job_months` if set;
    - old age from `old_age_years`, self-support otherwise.

    A job that does not last is not an exit: if social assistance resumes within `gap_days` of its
    end the course continues (the months in the job are not at risk), otherwise what follows is the
    exit. With `job_hours`, employment of fewer hours a month is not a job; unknown hours count as
    enough. An exit is dated at the first day without social assistance, so everybody at risk at the
    start of a month is on social assistance then. A stretch followed by an exit in `pause` that
    resumes within `pause_months` belongs to the same course as the next stretch. A stretch that
    reaches `last_day` is censored.

    Args:
        spells: person, group, start, end (days inclusive); no overlap within a person.
        employment: person, start, end.
        persons: person, birth_date, died, emigrated.
        first_day: the extract's first day.
        last_day: the extract's last day.
        rules: definitions; the defaults if None.

    Returns:
        One row per stretch, sorted by person and start: person, course (u32), stretch (u32 row
        number), course_start, start, end (last day of assistance), exit (Enum of `EXITS`; null
        if censored or paused), exit_date (Date; null as exit), observed (bool: the course
        began after `first_day`).
    """
    rules = rules or RiskConfig()
    groups = exit_groups(rules.exits)
    stretches = assistance_stretches(spells, rules).with_row_index("stretch")
    no_benefit = [*rules.exits.self_support, *rules.exits.job]
    benefits = spells.filter(~pl.col("group").is_in(no_benefit))
    jobs = pl.concat(
        [
            _with_hours(employment, rules).select("person", "start", "end"),
            spells.filter(pl.col("group").is_in(list(rules.exits.job))).select(
                "person", "start", "end"
            ),
        ]
    )
    followed = _with_next_benefit(stretches, benefits, groups, rules)
    followed = _with_job(followed, merge_intervals(jobs, gap_days=1), last_day, rules)
    followed = _with_job_end(followed, merge_intervals(jobs, gap_days=rules.gap_days), rules)
    followed = followed.join(
        persons.select("person", "birth_date", "died", "emigrated"), on="person", how="left"
    ).sort("stretch")
    named = _with_exit(followed, last_day, rules)
    return _with_pauses(named, benefits, first_day, rules)


def _with_hours(employment: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    """Employment of at least `job_hours` a month; rows without hours are kept."""
    if rules.job_hours == 0:
        return employment
    hours = pl.col("weekly_hours") * WEEKS_A_MONTH
    return employment.filter(hours.is_null() | (hours >= rules.job_hours))


def _with_next_benefit(
    stretches: pl.DataFrame, benefits: pl.DataFrame, groups: dict[str, str], rules: RiskConfig
) -> pl.DataFrame:
    """Add the first day of the next benefit after each stretch, and the exit it implies."""
    following = benefits.select(
        "person",
        pl.col("start").alias("next_start"),
        pl.col("group")
        .cast(pl.String)
        .replace_strict(groups, default="other_benefit", return_dtype=pl.String)
        .alias("next_exit"),
        next_is_assistance=pl.col("group").is_in(list(rules.assistance_groups)),
    ).sort("next_start")
    return (
        stretches.with_columns(after=pl.col("end") + ONE_DAY)
        .sort("after")
        .join_asof(
            following,
            left_on="after",
            right_on="next_start",
            by="person",
            strategy="forward",
            check_sortedness=False,
        )
        .sort("stretch")
    )


def _with_job(
    stretches: pl.DataFrame, jobs: pl.DataFrame, last_day: dt.date, rules: RiskConfig
) -> pl.DataFrame:
    """Add the first day of the first long enough job after each stretch; null if none."""
    free_until = pl.coalesce(pl.col("next_start") - ONE_DAY, pl.lit(last_day))
    latest = pl.col("after") + pl.duration(days=rules.job_within_days)
    found = (
        stretches.lazy()
        .select("stretch", "person", "after", free_until=free_until, latest=latest)
        .join(jobs.lazy().rename({"start": "job_start", "end": "job_end"}), on="person")
        .filter((pl.col("job_start") <= pl.col("latest")) & (pl.col("job_end") >= pl.col("after")))
        .with_columns(
            job_date=pl.max_horizontal("job_start", "after"),
            until=pl.min_horizontal("job_end", "free_until"),
        )
        .filter((pl.col("until") - pl.col("job_date")).dt.total_days() + 1 >= rules.job_days)
        .group_by("stretch")
        .agg(pl.col("job_date").min())
        .collect()
    )
    return stretches.join(found, on="stretch", how="left")


def _with_job_end(stretches: pl.DataFrame, jobs: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    """Add `brief` (the job does not last `job_months`) and `follows` (a benefit soon after it)."""
    ends = (
        stretches.filter(pl.col("job_date").is_not_null())
        .select("stretch", "person", "job_date", "next_start")
        .sort("job_date")
        .join_asof(
            jobs.select("person", "start", "end").sort("start"),
            left_on="job_date",
            right_on="start",
            by="person",
            check_sortedness=False,
        )
        .select("stretch", job_end=pl.min_horizontal("end", pl.col("next_start") - ONE_DAY))
    )
    kept_until = pl.col("job_date").dt.offset_by(f"{rules.job_months}mo") - ONE_DAY
    idle = (pl.col("next_start") - pl.col("job_end")).dt.total_days() - 1
    joined = stretches.join(ends, on="stretch", how="left")
    if rules.job_months == 0:
        return joined.with_columns(brief=pl.lit(value=False), follows=pl.lit(value=False))
    return joined.with_columns(
        brief=(pl.col("job_end") < kept_until).fill_null(value=False),
        follows=(idle < rules.gap_days).fill_null(value=False),
    )


def _with_exit(stretches: pl.DataFrame, last_day: dt.date, rules: RiskConfig) -> pl.DataFrame:
    soon = (pl.col("next_start") - pl.col("after")).dt.total_days() < rules.gap_days
    month = pl.duration(days=31)
    dead = pl.col("died") <= pl.col("after") + month
    gone = pl.col("emigrated").is_between(pl.col("start"), pl.col("after") + month)
    old = pl.col("birth_date").dt.offset_by(f"{rules.old_age_years}y") <= pl.col("after")
    name = (
        pl.when(pl.col("end") >= last_day)
        .then(None)
        .when(dead)
        .then(pl.lit("death"))
        .when(gone)
        .then(pl.lit("emigration"))
        .when(soon)
        .then(pl.col("next_exit"))
        .when(pl.col("job_date").is_not_null() & ~pl.col("brief"))
        .then(pl.lit("job"))
        .when(pl.col("brief") & pl.col("follows") & ~pl.col("next_is_assistance"))
        .then(pl.col("next_exit"))
        .when(old)
        .then(pl.lit("old_age"))
        .otherwise(pl.lit("self_support"))
    )
    resumes = (
        pl.col("brief")
        & pl.col("follows")
        & pl.col("next_is_assistance")
        & ~(dead | gone | soon).fill_null(value=False)
    )
    return stretches.with_columns(exit=name.cast(ExitName), resumes=resumes).with_columns(
        exit_date=pl.when(pl.col("exit").is_not_null()).then("after")
    )


def _with_pauses(
    stretches: pl.DataFrame, benefits: pl.DataFrame, first_day: dt.date, rules: RiskConfig
) -> pl.DataFrame:
    """Join stretches separated by a pause or a brief job into one course, and number them."""
    before = benefits.select("person", pl.col("end").alias("before_end")).sort("before_end")
    ordered = (
        stretches.with_columns(eve=pl.col("start") - ONE_DAY)
        .sort("eve")
        .join_asof(
            before, left_on="eve", right_on="before_end", by="person", check_sortedness=False
        )
        .sort("person", "start")
    )
    resumed = pl.col("start").shift(-1).over("person")
    adjoins = (resumed - pl.col("before_end").shift(-1).over("person")).dt.total_days()
    paused = (
        pl.col("exit").cast(pl.String).is_in(list(rules.pause))
        & (resumed <= pl.col("after").dt.offset_by(f"{rules.pause_months}mo"))
        & (adjoins <= rules.gap_days)
    ).fill_null(value=False) | pl.col("resumes")
    continues = pl.col("paused").shift(1).over("person").fill_null(value=False)
    return (
        ordered.with_columns(paused=paused)
        .with_columns(course=(~continues).cast(pl.UInt32).cum_sum() - 1)
        .with_columns(
            course_start=pl.col("start").first().over("course"),
            exit=pl.when(~pl.col("paused")).then("exit"),
            exit_date=pl.when(~pl.col("paused")).then("exit_date"),
        )
        .with_columns(observed=pl.col("course_start") > first_day)
        .select(
            "person",
            "course",
            "stretch",
            "course_start",
            "start",
            "end",
            "exit",
            "exit_date",
            "observed",
        )
    )
