"""The person-months at risk of an exit, with what was known at the start of each (`risk_set`)."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.caseworkers.assignments import responsible_on
from trajectories.caseworkers.calendar import months_between
from trajectories.caseworkers.changes import NOT_A_CHANGE, CaseworkerChanges
from trajectories.caseworkers.responsible_on import last_begun
from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.episodes import EXITS, ExitName, courses
from trajectories.hazards.at_risk.readiness import readiness_by_day, readiness_on, with_time_zero
from trajectories.hazards.columns import PANEL
from trajectories.notebook.described import described
from trajectories.survival.bands import UNKNOWN, band

NO_MUNICIPALITY = -1
ACTIVE, PASSIVE = "SA_ACTIVE", "SA_PASSIVE"
"""States of the alphabet that tell whether a person on social assistance is in activation."""
ONE_DAY = pl.duration(days=1)
WORDS = ("half_year", "sex", "team_first", "cluster", "readiness_now")
"""Text columns of the panel."""


@described(lambda x: f"{x.panel.height:,} person-months", "accounting")
@dataclass(frozen=True)
class RiskSet:
    """Person-months at risk.

    Attributes:
        panel: one row per person-month, sorted by person and month; see `risk_set`.
        accounting: reason, courses (i64): the number of courses on social assistance that are
            followed (`followed`) and that are not, by reason.
    """

    panel: pl.DataFrame
    accounting: pl.DataFrame


def risk_set(
    spells: pl.DataFrame,
    employment: pl.DataFrame,
    persons: pl.DataFrame,
    changes: CaseworkerChanges,
    *,
    months: pl.DataFrame,
    readiness: pl.DataFrame | None = None,
    first_day: dt.date,
    last_day: dt.date,
    rules: RiskConfig | None = None,
) -> RiskSet:
    """Follow persons who are activity-ready at time zero month by month until their exit.

    A person is at risk in a month if on social assistance on its eve, the last day of the month
    before. The event of the month is the exit dated in it. Time zero is the first such month of a
    course. The panel holds what was known on the eve: with `lag_months` 1 the counts include
    changes dated before the first day of the month. Follow-up continues whatever the later
    readiness; it ends with the exit, when no caseworker is observed any more, or when causes of
    changes can no longer be determined.

    Args:
        spells: person, group, readiness, start, end; no overlap within a person.
        employment: person, start, end.
        persons: person, birth_date, sex, died, emigrated.
        changes: as `caseworker_changes` returns them.
        months: person, month, municipality: person-months as `monthly_states` returns them.
        readiness: person, readiness, start, end; overrides the readiness of the spells.
        first_day: the extract's first day.
        last_day: the extract's last day.
        rules: definitions; the defaults if None.

    Returns:
        The panel, columns: person, course (u32), month (Date, first day), duration (i16, completed
        months at risk since time zero), duration_band, municipality (i16; −1 unknown), half_year
        ("2014H1"), calendar_month (i8), age_band, sex, team_first (the course's first team),
        cluster (municipality × the person's first team), readiness_now (on the eve), active_now
        (i8, in activation in the month before; null in other states), caseworker (responsible
        on the eve, the last one carried forward), changes, departures, other_changes,
        listed_departures (i16, lagged counts within the course), months_since_change (i16, null
        before the first), exit (Enum; null if the month has none), and a 0/1 column (i8) for each
        exit.

    Examples:
        A person has a new caseworker in May and a job from the end of August.

        >>> from datetime import date
        >>> import polars as pl
        >>> from trajectories.hazards import caseworker_changes, risk_set
        >>> def spell(start, end, **columns):
        ...     return pl.DataFrame({"person": [1], "start": start, "end": end, **columns})
        >>> first, last = date(2008, 1, 1), date(2012, 12, 31)
        >>> held = {"team": "A", "municipality": 751, "reason": pl.Series([None], dtype=pl.String)}
        >>> assignments = pl.concat(
        ...     [
        ...         spell(date(2010, 1, 1), date(2010, 5, 9), caseworker=1, **held),
        ...         spell(date(2010, 5, 10), last, caseworker=2, **held),
        ...     ]
        ... )
        >>> persons = pl.DataFrame({"person": 1, "birth_date": [date(1980, 5, 1)], "sex": "K"})
        >>> months = {"person": 1, "month": [date(2010, 1, 1)], "municipality": 751}
        >>> at_risk = risk_set(
        ...     spell(
        ...         date(2010, 1, 10),
        ...         date(2010, 8, 20),
        ...         group="SA_NOTREADY",
        ...         readiness="activity_ready",
        ...     ),
        ...     spell(date(2010, 8, 21), date(2011, 12, 31)),
        ...     persons.with_columns(
        ...         died=pl.lit(None, pl.Date), emigrated=pl.lit(None, pl.Date)
        ...     ),
        ...     caseworker_changes(assignments, last_day=last),
        ...     months=pl.DataFrame(months),
        ...     first_day=first,
        ...     last_day=last,
        ... )
        >>> at_risk.panel["changes"].to_list()
        [0, 0, 0, 0, 1, 1, 1]
        >>> at_risk.panel["exit"].to_list()[-1]
        'job'

    See Also:
        `caseworker_changes`, `monthly_states`, `fit_hazard`.

    R equivalent: `survival::tmerge`, which takes changes and exits as they are given.
    """
    rules = rules or RiskConfig()
    every = courses(
        spells, employment, persons, first_day=first_day, last_day=last_day, rules=rules
    )
    status = readiness_by_day(spells, readiness)
    every = with_time_zero(every, status, rules)
    followed, accounting = _eligible(every, changes, rules)
    panel = _person_months(followed, _last_month(changes.decided_until, last_day, rules), rules)
    panel = _with_state(panel, months, status, changes.assignments)
    panel = _with_person(panel, persons, rules)
    panel = _with_counts(panel, followed, changes, rules)
    panel = _with_events(panel, rules)
    if rules.current_readiness_only:
        now = pl.col("readiness_now").cast(pl.String)
        panel = panel.filter(now.is_in(list(rules.readiness)))
    reached = panel["course"].unique().implode()
    short = followed.filter(~pl.col("course").is_in(reached))["course"].n_unique()
    accounting = pl.concat(
        [
            accounting,
            pl.DataFrame(
                {
                    "reason": ["ended before its first whole month", "followed"],
                    "courses": [short, panel["course"].n_unique()],
                },
                schema=accounting.schema,
            ),
        ]
    )
    return RiskSet(panel, accounting)


def _eligible(
    every: pl.DataFrame, changes: CaseworkerChanges, rules: RiskConfig
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The courses that are followed, until exposure is lost, and the reasons for the others."""
    last_seen = (
        every.lazy()
        .group_by("course")
        .agg(pl.col("person").first(), pl.col("course_start").first(), pl.col("end").max())
        .join(changes.assignments.lazy().rename({"start": "from", "end": "to"}), on="person")
        .filter((pl.col("to") >= pl.col("course_start")) & (pl.col("from") <= pl.col("end")))
        .group_by("course")
        .agg(
            seen_until=pl.col("to").max(),
            team_first=pl.col("team").sort_by("from").first(),
            place_first=pl.col("municipality").sort_by("from").first(),
            caseworker_first=pl.col("caseworker").sort_by("from").first(),
        )
        .collect()
    )
    ready = pl.col("readiness_first").is_in(list(rules.readiness)).fill_null(value=False)
    reason = (
        pl.when((rules.starts == "observed") & ~pl.col("observed"))
        .then(pl.lit("start not observed"))
        .when(pl.col("readiness_first").is_null())
        .then(pl.lit("readiness at time zero unknown"))
        .when(~ready)
        .then(pl.lit("other readiness at time zero"))
        .when(pl.col("seen_until").is_null())
        .then(pl.lit("no caseworker observed"))
    )
    joined = every.join(last_seen, on="course", how="left", maintain_order="left").with_columns(
        reason=reason
    )
    accounting = (
        joined.filter(pl.col("reason").is_not_null())
        .group_by("reason")
        .agg(courses=pl.col("course").n_unique().cast(pl.Int64))
        .sort("reason")
    )
    followed = joined.filter(pl.col("reason").is_null()).drop("reason")
    team = pl.coalesce("team_first", pl.format("caseworker {}", pl.col("caseworker_first")))
    teams = followed.select(team).to_series()
    return followed.with_columns(_coded(teams)), accounting


def _last_month(decided_until: dt.date, last_day: dt.date, rules: RiskConfig) -> dt.date:
    """The last month in which causes are determined and a lasting job would be seen."""
    if rules.job_months == 0:
        return decided_until.replace(day=1)
    # A job may begin `job_within_days` after the exit's day and must then last `job_months`.
    latest = last_day + dt.timedelta(days=1 - rules.job_within_days)
    months = latest.year * 12 + latest.month - 1 - rules.job_months - 1
    return min(decided_until.replace(day=1), dt.date(months // 12, months % 12 + 1, 1))


def _person_months(followed: pl.DataFrame, limit: dt.date, rules: RiskConfig) -> pl.DataFrame:
    """One row per month with social assistance on its eve, up to the month `limit`."""
    first = pl.col("start").dt.truncate("1mo").dt.offset_by("1mo")
    until = pl.coalesce("exit_date", pl.col("end") + ONE_DAY)
    last = pl.min_horizontal(until.dt.truncate("1mo"), pl.lit(limit))
    # The months after the last observed caseworker are not followed.
    seen = pl.col("seen_until") + pl.duration(days=rules.exposure_gap_days)
    lost = pl.min_horizontal(last, seen.dt.truncate("1mo"))
    zero = pl.col("month").min().over("course")
    return (
        followed.with_columns(first=first, last=lost)
        .filter(pl.col("first") <= pl.col("last"))
        .with_columns(month=pl.date_ranges("first", "last", "1mo"))
        .explode("month")
        .with_columns(
            duration=months_between(pl.col("month"), zero).cast(pl.Int16),
            exit=pl.when(pl.col("exit_date").dt.truncate("1mo") == pl.col("month")).then("exit"),
            eve=pl.col("month") - ONE_DAY,
        )
        .select(
            "person",
            "course",
            "course_start",
            "month",
            "eve",
            "duration",
            "exit",
            "team_first",
            "place_first",
            "caseworker_first",
        )
        .sort("person", "month")
    )


def _with_state(
    panel: pl.DataFrame, months: pl.DataFrame, status: pl.DataFrame, assignments: pl.DataFrame
) -> pl.DataFrame:
    person, eve = panel["person"], panel["eve"]
    known = months.with_columns(active_now=_active(months)).sort("person", "month")
    month = last_begun(person, eve.dt.month_start(), known, by="person", start="month", end="month")
    return panel.with_columns(
        known["municipality"].cast(pl.Int16).gather(month).fill_null(NO_MUNICIPALITY),
        known["active_now"].gather(month),
        readiness_on(person, eve, status),
        responsible_on(person, eve, assignments),
    )


def _active(months: pl.DataFrame) -> pl.Expr:
    """1 in activation, 0 passive, null in other states or if states are unknown."""
    if "state" not in months.columns:
        return pl.lit(None, pl.Int8)
    state = pl.col("state").cast(pl.String)
    return (
        pl.when(state == ACTIVE)
        .then(pl.lit(1, pl.Int8))
        .when(state == PASSIVE)
        .then(pl.lit(0, pl.Int8))
    )


def _with_person(panel: pl.DataFrame, persons: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    joined = panel.join(
        persons.select("person", "birth_date", _coded(persons["sex"].cast(pl.String), UNKNOWN)),
        on="person",
        how="left",
        maintain_order="left",
    )
    # Months are first days: a person born later in the month has not yet completed it.
    months_old = months_between(pl.col("month"), pl.col("birth_date")) - (
        pl.col("birth_date").dt.day() > 1
    ).cast(pl.Int32)
    placed = joined.with_columns(
        duration_band=band(pl.col("duration").cast(pl.Int32), rules.duration_starts),
        age_band=band(months_old // 12, rules.age_starts),
        sex=pl.col("sex").fill_null(UNKNOWN),
        half_year=_half_years(joined["month"]),
        calendar_month=pl.col("month").dt.month(),
    )
    begins = placed["person"].rle_id()
    clusters = placed.filter(begins.is_first_distinct()).select(
        pl.format("{} {}", pl.coalesce("place_first", "municipality"), pl.col("team_first"))
    )
    return placed.with_columns(cluster=_coded(clusters.to_series()).gather(begins))


def _half_years(months: pl.Series) -> pl.Series:
    known = months.unique()
    named = known.dt.to_string("%Y") + pl.Series(["H1", "H2"]).gather(
        (known.dt.month() > 6).cast(pl.UInt32)
    )
    words = _coded(named)
    return months.replace_strict(known, words, return_dtype=words.dtype)


def _with_counts(
    panel: pl.DataFrame, followed: pl.DataFrame, changes: CaseworkerChanges, rules: RiskConfig
) -> pl.DataFrame:
    """Add the lagged counts of changes since the course began."""
    lag = f"{rules.lag_months}mo"
    spans = followed.group_by("course").agg(
        pl.col("person").first(), pl.col("course_start").first(), pl.col("end").max()
    )
    counted = changes.changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    made = (
        counted.lazy()
        .join(spans.lazy(), on="person")
        .filter((pl.col("date") > pl.col("course_start")) & (pl.col("date") <= pl.col("end")))
        .select(
            "course",
            pl.col("month").dt.offset_by(lag).alias("counts_from"),
            "month",
            changes=pl.lit(1, pl.Int16),
            departures=(pl.col("cause").cast(pl.String) == "departure").cast(pl.Int16),
            listed_departures=pl.lit(0, pl.Int16),
        )
    )
    listed = (
        changes.exposures.lazy()
        .join(spans.lazy(), on="person")
        .filter(
            (pl.col("list_day") >= pl.col("course_start")) & (pl.col("list_day") <= pl.col("end"))
        )
        .select(
            "course",
            pl.col("month").dt.offset_by(lag).alias("counts_from"),
            pl.lit(None, pl.Date).alias("month"),
            changes=pl.lit(0, pl.Int16),
            departures=pl.lit(0, pl.Int16),
            listed_departures=pl.lit(1, pl.Int16),
        )
    )
    names = ["changes", "departures", "listed_departures"]
    steps = (
        pl.concat([made, listed])
        .group_by("course", "counts_from")
        .agg(pl.col(names).sum(), pl.col("month").max().alias("last_change"))
        .sort("course", "counts_from")
        .with_columns(
            pl.col(names).cum_sum().over("course").cast(pl.Int16),
            pl.col("last_change").forward_fill().over("course"),
        )
        .collect()
    )
    row = last_begun(panel["course"], panel["month"], steps, by="course", start="counts_from")
    since = months_between(pl.col("month"), pl.col("last_change"))
    return panel.with_columns(
        steps[name].gather(row) for name in (*names, "last_change")
    ).with_columns(
        pl.col(names).fill_null(0),
        months_since_change=since.cast(pl.Int16),
        other_changes=pl.col("changes").fill_null(0) - pl.col("departures").fill_null(0),
    )


def _coded(words: pl.Series, *more: str) -> pl.Series:
    """The words as an Enum of themselves and `more`, sorted: one or two bytes per row."""
    return words.cast(pl.Enum(sorted({*words.drop_nulls().unique(), *more})))


def _occurring(words: pl.Series) -> pl.Series:
    """The words as an Enum of those that occur."""
    present = words.unique().sort()
    codes = present.to_physical().to_numpy()
    place = np.zeros(int(codes.max(initial=0)) + 1, np.uint32)
    place[codes] = np.arange(len(codes))
    kept = present.cast(pl.String)
    rows = pl.Series(place).gather(words.to_physical())
    return kept.cast(pl.Enum(kept)).gather(rows)


def _with_events(panel: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    names = [name for name in EXITS if name not in rules.pause]
    panel = panel.with_columns(_occurring(panel[name]) for name in WORDS)
    return panel.select(
        *PANEL,
        *[
            pl.col("exit").eq_missing(pl.lit(name, ExitName)).cast(pl.Int8).alias(name)
            for name in names
        ],
    )
