"""`caseworker_changes`: assignments → dated changes of caseworker, each with its cause."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from trajectories.caseworkers.assignments import (
    carry_forward,
    find_recodings,
    map_recodings,
    passings,
    responsible_on,
    with_returns,
)
from trajectories.caseworkers.list_ends import decided_until, list_ends, without_each_client
from trajectories.caseworkers.responsible_on import last_begun
from trajectories.config.sections.changes import ChangesConfig

CAUSES = (
    "departure",
    "absence",
    "return",
    "reorganisation",
    "team_switch",
    "visitation",
    "municipality_move",
    "reform_assignment",
    "request",
    "other",
    "undecided",
    "recoding",
)
NOT_A_CHANGE = "recoding"


@dataclass(frozen=True)
class CaseworkerChanges:
    """What the assignments show.

    Attributes:
        changes: one row a change, sorted by person and date: person, date (first day with the new
            caseworker), month (Date), cause (Enum of `CAUSES`), from_caseworker, to_caseworker,
            from_team, to_team, from_municipality, to_municipality, gap_days (i32, days without a
            caseworker). Rows of cause `recoding` are new identifiers of the same caseworkers: no
            changes, kept so that they can be counted.
        lists: lists that ended, as `list_ends` gives them.
        exposures: who was on the list of a leaving caseworker `list_months` before the leaver's
            last month, whatever the person did later: person, list, caseworker, list_day (Date),
            month (Date, the leaver's last month); the person's own move defines nothing.
        assignments: the assignments with recoded identifiers mapped, and `responsible_until`
            (Date): until when the caseworker is the client's, as `carry_forward` gives it.
        recodings: recoded identifiers, as `find_recodings` gives them.
        decided_until: last day on which a list that ends can be told from an absence.
    """

    changes: pl.DataFrame
    lists: pl.DataFrame
    exposures: pl.DataFrame
    assignments: pl.DataFrame
    recodings: pl.DataFrame
    decided_until: dt.date


def caseworker_changes(
    assignments: pl.DataFrame,
    readiness: pl.DataFrame | None = None,
    persons: pl.DataFrame | None = None,
    cases: pl.DataFrame | None = None,
    *,
    last_day: dt.date,
    rules: ChangesConfig | None = None,
) -> CaseworkerChanges:
    """Date each change of caseworker and class it by the cause known at the change.

    The cause is the first that holds of: request (the assignment's reason says so); municipality
    move; departure, absence or reorganisation, where the passing goes with a list that ended at
    once; visitation (the person's readiness changed within `visitation_days`); a switch of team
    near a birthday of `youth_ages`; departure, absence or reorganisation of a list handed over
    gradually; a switch of team under the highest of these ages within the reform's dates (reform
    assignment); absence (the person is back with the same caseworker within `absence_months`);
    return (the person goes back to the caseworker before); any other switch of team; the reform's
    assignment of a coordinating caseworker to a young activity-ready person; other. What cannot be
    told from an absence so close to the end of the data is undecided. What follows a change is
    never part of its class, but for the return that makes an absence one.

    Args:
        assignments: person, caseworker, start, end (days inclusive), team, municipality, reason;
            no overlap within a person.
        readiness: person, readiness, start, end; no overlap within a person. Without it no change
            is put down to visitation.
        persons: person, birth_date. Without it no change is put down to the reform.
        cases: person, start, end: each person's cases (stretches of social assistance). Who gets
            another caseworker with a new case did not change caseworker, and the last caseworker
            is carried forward within the case. Without them a gap of more than `gap_days` without
            a caseworker makes a new case.
        last_day: last day that the extract covers.
        rules: the thresholds; the defaults where not given.
    """
    rules = rules or ChangesConfig()
    recodings = find_recodings(assignments, rules)
    mapped = carry_forward(
        map_recodings(assignments, recodings), gap_days=rules.gap_days, cases=cases
    )
    lists = list_ends(mapped, last_day=last_day, rules=rules, cases=cases)
    members = without_each_client(mapped, lists, rules, cases)
    limit = decided_until(last_day, rules)
    facts = passings(mapped, gap_days=rules.gap_days, cases=cases)
    facts = _with_list_ends(facts, members, rules)
    facts = with_returns(facts, mapped, absence_months=rules.absence_months)
    facts = _with_readiness(facts, readiness, rules)
    facts = _with_age(facts, persons)
    classed = facts.with_columns(cause=_cause(rules, limit).cast(pl.Enum(CAUSES)))
    recoded = passings(assignments, gap_days=0).join(
        recodings.select(
            "date",
            pl.col("caseworker").alias("from_caseworker"),
            pl.col("successor").alias("to_caseworker"),
        ),
        on=["date", "from_caseworker", "to_caseworker"],
        how="semi",
    )
    columns = [
        "person",
        "date",
        "month",
        "cause",
        "from_caseworker",
        "to_caseworker",
        "from_team",
        "to_team",
        "from_municipality",
        "to_municipality",
        "gap_days",
    ]
    month = pl.col("date").dt.truncate("1mo").alias("month")
    changes = pl.concat(
        [
            classed.with_columns(month).select(columns),
            recoded.with_columns(month, cause=pl.lit(NOT_A_CHANGE, dtype=pl.Enum(CAUSES))).select(
                columns
            ),
        ]
    ).sort("person", "date", "cause")
    exposures = _exposures(members, mapped, rules)
    return CaseworkerChanges(changes, lists, exposures, mapped, recodings, limit)


def _with_list_ends(
    facts: pl.DataFrame, members: pl.DataFrame, rules: ChangesConfig
) -> pl.DataFrame:
    """Add the kind of list end that each passing belongs to, and whether it was at once."""
    own = members.select(
        "person",
        pl.col("caseworker").alias("from_caseworker"),
        pl.col("end").alias("last_day"),
        pl.col("kind").cast(pl.String).alias("list_kind"),
        "at_once",
        pl.col("last_day").alias("list_end"),
    )
    days = pl.when("at_once").then(rules.at_once_days).otherwise(7 * rules.list_end_weeks)
    off = (pl.col("list_end") - pl.col("last_day")).dt.total_days()
    # Who was without a caseworker when the list ended passes with the list all the same.
    later = (pl.col("date") - pl.col("list_end")).dt.total_days() - 1
    with_list = later.is_between(0, rules.at_once_days) & (off <= 7 * rules.list_end_weeks)
    belongs = (off >= -rules.at_once_days) & ((off <= days) | with_list)
    return facts.join(own, on=["person", "from_caseworker", "last_day"], how="left").with_columns(
        list_kind=pl.when(belongs).then("list_kind"),
        at_once=pl.col("at_once").fill_null(value=True),
    )


def _with_readiness(
    facts: pl.DataFrame, readiness: pl.DataFrame | None, rules: ChangesConfig
) -> pl.DataFrame:
    """Add the readiness on the eve of the passing, and whether it changed near the passing."""
    if readiness is None or readiness.is_empty():
        return facts.with_columns(
            readiness=pl.lit(None, dtype=pl.String), visitation=pl.lit(value=False)
        )
    ordered = readiness.sort("person", "start")
    turned = ordered.filter(
        pl.col("readiness") != pl.col("readiness").shift(1).over("person")
    ).select("person", pl.col("start").alias("turned"))
    near = pl.duration(days=rules.visitation_days)
    index = facts.with_row_index("passing")
    visited = (
        index.join(turned, on="person")
        .filter(
            (pl.col("turned") >= pl.col("date") - near)
            & (pl.col("turned") <= pl.col("date") + near)
        )["passing"]
        .unique()
    )
    eve = index.select(pl.col("date") - pl.duration(days=1)).to_series()
    row = last_begun(index["person"], eve, ordered, by="person", start="start")
    return index.with_columns(
        ordered["readiness"].cast(pl.String).gather(row),
        visitation=pl.col("passing").is_in(visited.implode()),
    ).drop("passing")


def _with_age(facts: pl.DataFrame, persons: pl.DataFrame | None) -> pl.DataFrame:
    """Add the date of birth, null where it is not known."""
    if persons is None:
        return facts.with_columns(birth_date=pl.lit(None, dtype=pl.Date))
    return facts.join(
        persons.select("person", "birth_date"), on="person", how="left", maintain_order="left"
    )


def _cause(rules: ChangesConfig, limit: dt.date) -> pl.Expr:
    reasons = [reason.lower() for reason in rules.request_reasons]
    date = pl.col("date")
    requested = pl.col("reason").str.to_lowercase().is_in(reasons).fill_null(value=False)
    moved = pl.col("from_municipality") != pl.col("to_municipality")
    grown = pl.col("birth_date").dt.offset_by(f"{max(rules.youth_ages)}y")
    switched = (pl.col("from_team") != pl.col("to_team")).fill_null(value=False)
    reformed = (
        date.is_between(rules.reform_from, rules.reform_to)
        & (grown > date)
        & ((pl.col("readiness") == "activity_ready") | switched).fill_null(value=False)
    )
    ended = pl.col("list_kind").is_not_null()
    return (
        pl.when(requested)
        .then(pl.lit("request"))
        .when(moved)
        .then(pl.lit("municipality_move"))
        .when(ended & pl.col("at_once") & (pl.col("list_kind") != "undecided"))
        .then(pl.col("list_kind"))
        .when(pl.col("visitation"))
        .then(pl.lit("visitation"))
        .when(switched & _at_a_border(rules))
        .then(pl.lit("team_switch"))
        .when(ended)
        .then(pl.col("list_kind"))
        .when(reformed & switched)
        .then(pl.lit("reform_assignment"))
        .when(pl.col("covered"))
        .then(pl.lit("absence"))
        .when(pl.col("returns"))
        .then(pl.lit("return"))
        .when(switched)
        .then(pl.lit("team_switch"))
        .when(reformed)
        .then(pl.lit("reform_assignment"))
        .when(date > limit)
        .then(pl.lit("undecided"))
        .otherwise(pl.lit("other"))
    )


def _at_a_border(rules: ChangesConfig) -> pl.Expr:
    """Whether a birthday on which persons leave the youth teams is near the date."""
    birthdays = [pl.col("birth_date").dt.offset_by(f"{age}y") for age in rules.youth_ages]
    near = [
        (pl.col("date") - birthday).dt.total_days().abs() <= rules.visitation_days
        for birthday in birthdays
    ]
    return pl.any_horizontal(near).fill_null(value=False)


def _exposures(
    members: pl.DataFrame, assignments: pl.DataFrame, rules: ChangesConfig
) -> pl.DataFrame:
    """Who was on a leaver's list on the last day of the month `list_months` before the last."""
    listed = pl.col("month").dt.offset_by(f"-{rules.list_months}mo").dt.month_end()
    asked = members.filter(pl.col("kind") == "departure").with_columns(list_day=listed)
    held = responsible_on(asked["person"], asked["list_day"], assignments)
    return (
        asked.filter(held == asked["caseworker"])
        .select("person", "list", "caseworker", "list_day", "month")
        .unique()
        .sort("person", "month", "list")
    )
