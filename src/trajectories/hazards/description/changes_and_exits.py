"""Descriptive tables of changes, exits and the months before exits."""

from typing import Any

import polars as pl

from trajectories.caseworkers.changes import CAUSES, NOT_A_CHANGE
from trajectories.caseworkers.handovers import (
    COUNTED,
    COUNTED_SCHEMA,
    LAST_LISTED,
    OF_CHANGES,
    count_of,
    counted,
)
from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.survival.life_tables import cumulative_incidence, life_table

LAGS = (0, -1, -2, -3)
CURVE_SCHEMA = {
    "group": pl.String,
    "time": pl.Int64,
    "exit": pl.String,
    **dict.fromkeys(("at_risk", "events", "censored"), pl.Int64),
    "estimate": pl.Float64,
    "se": pl.Float64,
}
EXIT_MONTHS_SCHEMA = dict.fromkeys(
    ("lag", "exit_months", "exit_changes", "matched_months", "matched_changes", *COUNTED), pl.Int64
)
CENSORED = "censored"


def changes_by_cause(changes: pl.DataFrame) -> pl.DataFrame:
    """Changes, persons and caseworkers by cause; one row for every cause."""
    counts = changes.group_by(pl.col("cause").cast(pl.String)).agg(
        pl.len().cast(pl.Int64).alias("changes"),
        pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
        *counted(),
    )
    return (
        pl.DataFrame({"cause": CAUSES})
        .join(counts, on="cause", how="left", maintain_order="left")
        .fill_null(0)
    )


def changes_at_risk(panel: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Changes dated in a month at risk, including months with an exit; recodings excluded."""
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    return real.join(
        panel.select("person", "course", "month", "readiness_now"), on=["person", "month"]
    )


def ever_changed(panel: pl.DataFrame, changes: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    """Persons at risk, and how many of them changed caseworker while at risk.

    Returns:
        population, persons, changed, and the caseworkers behind their changes: from_caseworkers,
        to_caseworkers (i64). Populations are `followed`, all persons at risk; `ready_month`, those
        with a month at risk with the readiness of time zero; and both by the longest time at risk,
        so that the share can be read against the follow-up.
    """
    changed = changes_at_risk(panel, changes)
    now = pl.col("readiness_now").cast(pl.String)
    ready = panel.filter(now.is_in(list(rules.readiness)))
    rows = [_population("ready_month", ready, changed), _population("followed", panel, changed)]
    for months in (12, 24):
        long = panel.filter(pl.col("duration") >= months - 1)
        rows.append(_population(f"followed_{months}_months", long, changed))
    schema = {"population": pl.String, "persons": pl.Int64, "changed": pl.Int64, **COUNTED_SCHEMA}
    return pl.DataFrame(rows, schema=schema)


def _population(name: str, panel: pl.DataFrame, changed: pl.DataFrame) -> dict[str, Any]:
    persons = panel.select("person").unique()
    theirs = changed.join(persons, on="person", how="semi")
    return {
        "population": name,
        "persons": persons.height,
        "changed": theirs["person"].n_unique(),
        **count_of(theirs),
    }


def course_ends(panel: pl.DataFrame) -> pl.DataFrame:
    """The last month of each course: the panel's row, with time (months at risk) and exit number.

    Returns:
        person, course, time (i64), exit (i64, position in `EXITS` from 1; 0 censored), age_band (at
        time zero), sorted.
    """
    numbers = {name: i for i, name in enumerate(EXITS, start=1)}
    return (
        panel.sort("course", "month")
        .group_by("course", maintain_order=True)
        .agg(
            pl.col("person").first(),
            pl.col("exit").last().cast(pl.String),
            time=pl.col("duration").last().cast(pl.Int64) + 1,
            age_band=pl.col("age_band").first().cast(pl.String),
        )
        .with_columns(pl.col("exit").replace_strict(numbers, default=0, return_dtype=pl.Int64))
        .sort("person", "course")
    )


def exits(panel: pl.DataFrame) -> pl.DataFrame:
    """How courses ended: exit, courses, persons (i64); all exits.

    A person with several courses counts once per exit, so persons may add up to more than there
    are; courses add up to all that are followed.
    """
    names = {i: name for i, name in enumerate((CENSORED, *EXITS))}
    counts = (
        course_ends(panel)
        .with_columns(pl.col("exit").replace_strict(names, return_dtype=pl.String))
        .group_by("exit")
        .agg(courses=pl.len().cast(pl.Int64), persons=pl.col("person").n_unique().cast(pl.Int64))
    )
    return (
        pl.DataFrame({"exit": [*EXITS, CENSORED]})
        .join(counts, on="exit", how="left", maintain_order="left")
        .fill_null(0)
    )


def hazard_by_duration(
    panel: pl.DataFrame, *, event: str, by_departure: bool = True
) -> pl.DataFrame:
    """Person-months, persons and events by duration band and exposure to departures.

    Returns:
        duration (band label), exposure ("no departure", "one departure", "two or more departures",
        or "all"), person_months, persons, events, and the caseworkers behind the last departure:
        from_caseworkers, to_caseworkers (i64; null without a departure), in the order of the bands.
    """
    labels = ("no departure", "one departure", "two or more departures")
    place = pl.min_horizontal(pl.col("listed_departures").cast(pl.Int32), 2)
    exposure = place.replace_strict(range(3), labels, return_dtype=pl.Enum(labels))
    exposed = pl.col("exposure") != labels[0]
    if not by_departure:
        exposure, exposed = pl.lit("all"), pl.lit(value=False)
    return (
        panel.group_by("duration_band", exposure=exposure)
        .agg(
            pl.len().cast(pl.Int64).alias("person_months"),
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.col(event).cast(pl.Int64).sum().alias("events"),
            *counted(LAST_LISTED),
        )
        .with_columns(pl.when(exposed).then(pl.col(name)).alias(name) for name in COUNTED)
        .sort("duration_band", "exposure")
        .select(
            pl.col("duration_band").cast(pl.String).alias("duration"),
            pl.col("exposure").cast(pl.String),
            "person_months",
            "persons",
            "events",
            *COUNTED,
        )
    )


def incidence_curves(panel: pl.DataFrame) -> pl.DataFrame:
    """Cumulative incidence of every exit, for all and by age band at time zero.

    Returns:
        group, time (months since time zero), exit, at_risk, events, censored (i64), estimate, se
        (Aalen–Johansen), sorted.
    """
    ends = course_ends(panel)
    if ends.is_empty():
        return pl.DataFrame(schema=CURVE_SCHEMA)
    groups = pl.concat(
        [
            ends.with_columns(group=pl.lit("all")),
            ends.with_columns(group=pl.lit("age ") + pl.col("age_band")),
        ]
    )
    names = dict(enumerate(EXITS, start=1))
    keys = ["group", "time", "exit"]
    return (
        life_table(groups, by="group")
        .join(
            cumulative_incidence(groups, by="group").drop("at_risk"),
            on=keys,
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("exit").replace_strict(names, return_dtype=pl.String))
    )


def exit_months(panel: pl.DataFrame, changes: pl.DataFrame, *, event: str) -> pl.DataFrame:
    """Caseworker changes in and before the month of an exit, compared with matched months.

    Every month with the event is matched to all months at risk without any exit in the same
    calendar month, duration band and municipality. Lag −k is the month k months earlier in the same
    course, if at risk.

    Returns:
        lag (0, −1, −2, −3), exit_months, exit_changes, matched_months, matched_changes, and the
        caseworkers behind the changes, the smaller of the two groups: from_caseworkers,
        to_caseworkers (i64).
    """
    key = ["month", "duration_band", "municipality"]
    made = changes_at_risk(panel, changes).select("course", "month", *OF_CHANGES)
    events = panel.filter(pl.col(event) == 1)
    quiet = panel.filter(pl.col("exit").is_null()).join(events, on=key, how="semi")
    rows = []
    for lag in LAGS:
        row: dict[str, int] = {"lag": lag}
        behind = []
        for name, months in (("exit", events), ("matched", quiet)):
            looked = months.filter(pl.col("duration") >= -lag).select(
                "course", month=pl.col("month").dt.offset_by(f"{lag}mo")
            )
            key = ["course", "month"]
            row[f"{name}_months"] = looked.height
            row[f"{name}_changes"] = looked.join(made.unique(key), on=key, how="semi").height
            behind.append(count_of(made.join(looked, on=key, how="semi")))
        rows.append(row | {name: min(one[name] for one in behind) for name in COUNTED})
    return pl.DataFrame(rows, schema=EXIT_MONTHS_SCHEMA)
