"""Tables that describe changes, exits and the months before them."""

import polars as pl

from trajectories.config.hazards import RiskConfig
from trajectories.hazards.changes import CAUSES, NOT_A_CHANGE
from trajectories.hazards.courses import EXITS
from trajectories.hazards.incidence import cumulative_incidence, life_table

LAGS = (0, -1, -2, -3)
CURVE_SCHEMA = {
    "group": pl.String,
    "time": pl.Int64,
    "exit": pl.String,
    "at_risk": pl.Int64,
    "events": pl.Int64,
    "censored": pl.Int64,
    "estimate": pl.Float64,
    "se": pl.Float64,
}
CENSORED = "censored"


def changes_by_cause(changes: pl.DataFrame) -> pl.DataFrame:
    """Changes, persons and caseworkers (those left) by cause; one row a cause, all causes."""
    counts = changes.group_by(pl.col("cause").cast(pl.String)).agg(
        changes=pl.len().cast(pl.Int64),
        persons=pl.col("person").n_unique().cast(pl.Int64),
        caseworkers=pl.col("from_caseworker").n_unique().cast(pl.Int64),
    )
    return (
        pl.DataFrame({"cause": CAUSES})
        .join(counts, on="cause", how="left", maintain_order="left")
        .fill_null(0)
    )


def changes_at_risk(panel: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Changes dated in a month at risk, recodings left out; a month with an exit counts to it."""
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    return real.join(
        panel.select("person", "course", "month", "readiness_now"), on=["person", "month"]
    )


def ever_changed(panel: pl.DataFrame, changes: pl.DataFrame, rules: RiskConfig) -> pl.DataFrame:
    """Persons at risk, and those among them whose caseworker changed while at risk.

    Returns:
        population, persons, changed (i64): `followed`, all persons at risk; `activity_ready_month`,
        those with a month at risk in which the readiness is that of time zero; and both by the
        longest time at risk, so that the share can be read against the follow-up.
    """
    changed = changes_at_risk(panel, changes)["person"].unique().implode()
    now = pl.col("readiness_now").cast(pl.String)
    ready = panel.filter(now.is_in(list(rules.readiness)))
    rows = [
        _population("activity_ready_month", ready, changed),
        _population("followed", panel, changed),
    ]
    for months in (12, 24):
        long = panel.filter(pl.col("duration") >= months - 1)
        rows.append(_population(f"followed_{months}_months", long, changed))
    schema = {"population": pl.String, "persons": pl.Int64, "changed": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _population(name: str, panel: pl.DataFrame, changed: pl.Series) -> tuple[str, int, int]:
    persons = panel["person"].unique()
    return name, len(persons), int(persons.is_in(changed).sum())


def course_ends(panel: pl.DataFrame) -> pl.DataFrame:
    """The last month of each course: the panel's row, with time (months at risk) and exit number.

    Returns:
        person, course, time (i64), exit (i64, place in `EXITS` from 1; 0 censored), age_band (at
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
    """Persons by the exit that ended a course of theirs: exit, persons (i64); all exits."""
    names = {i: name for i, name in enumerate((CENSORED, *EXITS))}
    counts = (
        course_ends(panel)
        .with_columns(pl.col("exit").replace_strict(names, return_dtype=pl.String))
        .group_by("exit")
        .agg(persons=pl.col("person").n_unique().cast(pl.Int64))
    )
    return (
        pl.DataFrame({"exit": [*EXITS, CENSORED]})
        .join(counts, on="exit", how="left", maintain_order="left")
        .fill_null(0)
    )


def hazard_by_duration(panel: pl.DataFrame, *, event: str) -> pl.DataFrame:
    """Person-months, persons and events by duration band and exposure to departures.

    Returns:
        duration (band's label), exposure ("no departure", "one", "two or more"), person_months,
        persons, events (i64), in the bands' order.
    """
    labels = ("no departure", "one departure", "two or more departures")
    place = pl.min_horizontal(pl.col("listed_departures").cast(pl.Int32), 2)
    exposure = place.replace_strict(range(3), labels, return_dtype=pl.Enum(labels))
    return (
        panel.group_by("duration_band", exposure=exposure)
        .agg(
            person_months=pl.len().cast(pl.Int64),
            persons=pl.col("person").n_unique().cast(pl.Int64),
            events=pl.col(event).cast(pl.Int64).sum(),
        )
        .sort("duration_band", "exposure")
        .select(
            pl.col("duration_band").cast(pl.String).alias("duration"),
            pl.col("exposure").cast(pl.String),
            "person_months",
            "persons",
            "events",
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
    """How often the caseworker changed in the exit month and before, against matched months.

    Every month with the event is matched to all months at risk without any exit in the same
    calendar month, duration band and municipality. A lag of −k looks at the month k months earlier
    in the same course, where it was at risk.

    Returns:
        lag (0, −1, −2, −3), exit_months, exit_changes, matched_months, matched_changes (i64).
    """
    key = ["month", "duration_band", "municipality"]
    changed = (
        changes_at_risk(panel, changes)
        .select("course", "month", pl.lit(1, pl.Int64).alias("change"))
        .unique()
    )
    events = panel.filter(pl.col(event) == 1)
    quiet = panel.filter(pl.col("exit").is_null()).join(events, on=key, how="semi")
    rows = []
    for lag in LAGS:
        counts: list[int] = []
        for months in (events, quiet):
            looked = (
                months.filter(pl.col("duration") >= -lag)
                .select("course", month=pl.col("month").dt.offset_by(f"{lag}mo"))
                .join(changed, on=["course", "month"], how="left")
            )
            counts += [looked.height, int(looked["change"].sum())]
        rows.append((lag, *counts))
    names = ("lag", "exit_months", "exit_changes", "matched_months", "matched_changes")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")
