"""Assignments → dated caseworker changes, each with its cause (`caseworker_changes`)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from trajectories.caseworkers.assignments import (
    carry_forward,
    find_recodings,
    handovers,
    map_recodings,
    responsible_on,
    with_returns,
)
from trajectories.caseworkers.list_ends import decided_until, list_ends, without_each_client
from trajectories.caseworkers.responsible_on import last_begun
from trajectories.config.sections.changes import ChangesConfig
from trajectories.errors import UserError
from trajectories.notebook.checked_frames import Kind, checked_frame
from trajectories.notebook.described import described

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
MAY_MISS = ("team", "municipality", "reason")
COLUMNS: Mapping[str, Kind] = {
    "person": "label",
    "caseworker": "label",
    "start": "day",
    "end": "day",
    **dict.fromkeys(MAY_MISS, "label"),
}


@described(lambda x: f"{x.changes.height:,} changes, {x.lists.height:,} lists that ended")
@dataclass(frozen=True)
class CaseworkerChanges:
    """Caseworker changes and what they were derived from.

    Attributes:
        changes: one row per change, sorted by person and date: person, date (first day with the new
            caseworker), month (Date), cause (Enum of `CAUSES`), from_caseworker, to_caseworker,
            from_team, to_team, from_municipality, to_municipality, gap_days (i32, days without a
            caseworker). Rows with cause `recoding` are new identifiers of the same caseworkers, not
            changes; they are kept so that they can be counted.
        lists: client lists that ended, as `list_ends` returns them.
        exposures: the clients on a leaver's list `list_months` before the leaver's last month,
            whatever happened to them later: person, list, caseworker, list_day (Date), month (Date,
            the leaver's last month). A client's own hand-over does not count in defining the end.
        assignments: the assignments with recoded identifiers mapped, and `responsible_until` (Date,
            the last day on which the caseworker is responsible; see `carry_forward`).
        recodings: recoded identifiers, as `find_recodings` returns them.
        decided_until: the last day on which a departure can be told from an absence.
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
    """Date each change of caseworker and classify it by the cause known at the time.

    The first cause that applies is used:

    1. request: the assignment's reason says so;
    2. municipality move;
    3. departure, absence or reorganisation, if the caseworker's whole list ended at once;
    4. visitation: the person's readiness changed within `visitation_days`;
    5. team switch near a birthday in `youth_ages`;
    6. departure, absence or reorganisation of a list handed over gradually;
    7. reform assignment: a team switch under the highest of these ages, within the reform's dates;
    8. absence: the client is back with the same caseworker within `absence_months`;
    9. return: the client goes back to an earlier caseworker;
    10. any other team switch;
    11. reform assignment of a coordinating caseworker to a young activity-ready person;
    12. other.

    Changes too close to the end of the data to be told from an absence are `undecided`. Events
    after a change do not affect its cause, except the return that makes it an absence.

    Args:
        assignments: person, caseworker, start, end (days inclusive), team, municipality, reason;
            no overlap within a person.
        readiness: person, readiness, start, end; no overlap within a person. If None, no change is
            classified as visitation.
        persons: person, birth_date. If None, no change is classified as a reform assignment.
        cases: person, start, end of each person's cases (stretches of social assistance). A new
            caseworker on a new case is not counted as a change, and the last caseworker remains
            responsible within the case. If None, a gap of more than `gap_days` without a caseworker
            begins a new case.
        last_day: the last day covered by the extract.
        rules: the thresholds; the defaults if None.

    Raises:
        UserError: the assignments lack a column, keys or days are missing, or some end before they
            start.
        ValueError: the last day is no date.

    Examples:
        A caseworker hands over six clients on one day and is not seen again.

        >>> from datetime import date
        >>> import polars as pl
        >>> from trajectories.hazards import caseworker_changes
        >>> assignments = pl.DataFrame(
        ...     {
        ...         "person": [*range(6)] * 2,
        ...         "caseworker": [1] * 6 + [2] * 6,
        ...         "start": [date(2009, 1, 1)] * 6 + [date(2010, 6, 16)] * 6,
        ...         "end": [date(2010, 6, 15)] * 6 + [date(2012, 12, 31)] * 6,
        ...     }
        ... ).with_columns(team=pl.lit("A"), municipality=751, reason=pl.lit(None, pl.String))
        >>> found = caseworker_changes(assignments, last_day=date(2012, 12, 31))
        >>> found.changes.select("date", "cause").row(0)
        (datetime.date(2010, 6, 16), 'departure')
        >>> found.exposures.height
        6

    See Also:
        `risk_set`, `event_study`.
    """
    if isinstance(last_day, dt.datetime):
        last_day = last_day.date()
    if not isinstance(last_day, dt.date):
        raise ValueError(f"last_day is {last_day!r}: give a datetime.date.")
    assignments = checked_frame(assignments, "assignments", COLUMNS, may_miss=MAY_MISS)
    if backwards := int((assignments["end"] < assignments["start"]).sum()):
        raise UserError(
            f"{backwards:,} of {assignments.height:,} assignments end before they start."
        )
    rules = rules or ChangesConfig()
    recodings = find_recodings(assignments, rules)
    mapped = carry_forward(
        map_recodings(assignments, recodings), gap_days=rules.gap_days, cases=cases
    )
    lists = list_ends(mapped, last_day=last_day, rules=rules, cases=cases)
    members = without_each_client(mapped, lists, rules, cases)
    limit = decided_until(last_day, rules)
    facts = handovers(mapped, gap_days=rules.gap_days, cases=cases)
    facts = _with_list_ends(facts, members, rules)
    facts = with_returns(facts, mapped, absence_months=rules.absence_months)
    facts = _with_readiness(facts, readiness, rules)
    facts = _with_age(facts, persons)
    classed = facts.with_columns(cause=_cause(rules, limit).cast(pl.Enum(CAUSES)))
    recoded = handovers(assignments, gap_days=0).join(
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
    """Add the kind of list end that each hand-over belongs to, and whether it was at once."""
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
    # Clients without a caseworker when the list ended still belong to the list.
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
    """Add the readiness on the day before the hand-over, and whether it changed close to it."""
    if readiness is None or readiness.is_empty():
        return facts.with_columns(
            readiness=pl.lit(None, dtype=pl.String), visitation=pl.lit(value=False)
        )
    ordered = readiness.sort("person", "start")
    turned = ordered.filter(
        pl.col("readiness") != pl.col("readiness").shift(1).over("person")
    ).select("person", pl.col("start").alias("turned"))
    near = pl.duration(days=rules.visitation_days)
    index = facts.with_row_index("handover")
    visited = (
        index.join(turned, on="person")
        .filter(
            (pl.col("turned") >= pl.col("date") - near)
            & (pl.col("turned") <= pl.col("date") + near)
        )["handover"]
        .unique()
    )
    eve = index.select(pl.col("date") - pl.duration(days=1)).to_series()
    row = last_begun(index["person"], eve, ordered, by="person", start="start")
    return index.with_columns(
        ordered["readiness"].cast(pl.String).gather(row),
        visitation=pl.col("handover").is_in(visited.implode()),
    ).drop("handover")


def _with_age(facts: pl.DataFrame, persons: pl.DataFrame | None) -> pl.DataFrame:
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
    switched = (pl.col("from_team") != pl.col("to_team")).fill_null(value=False)
    reformed = _by_reform(rules, switched)
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


def _by_reform(rules: ChangesConfig, switched: pl.Expr) -> pl.Expr:
    """Whether the reform itself gave a young person another caseworker."""
    if rules.reform_from is None or rules.reform_to is None or not rules.youth_ages:
        return pl.lit(value=False)
    date = pl.col("date")
    grown = pl.col("birth_date").dt.offset_by(f"{max(rules.youth_ages)}y")
    return (
        date.is_between(rules.reform_from, rules.reform_to)
        & (grown > date)
        & ((pl.col("readiness") == "activity_ready") | switched).fill_null(value=False)
    )


def _at_a_border(rules: ChangesConfig) -> pl.Expr:
    """Whether a birthday at which persons leave the youth teams is near the date."""
    if not rules.youth_ages:
        return pl.lit(value=False)
    birthdays = [pl.col("birth_date").dt.offset_by(f"{age}y") for age in rules.youth_ages]
    near = [
        (pl.col("date") - birthday).dt.total_days().abs() <= rules.visitation_days
        for birthday in birthdays
    ]
    return pl.any_horizontal(near).fill_null(value=False)


def _exposures(
    members: pl.DataFrame, assignments: pl.DataFrame, rules: ChangesConfig
) -> pl.DataFrame:
    """The clients on a leaver's list on the last day of the month `list_months` before the end."""
    listed = pl.col("month").dt.offset_by(f"-{rules.list_months}mo").dt.month_end()
    asked = members.filter(pl.col("kind") == "departure").with_columns(list_day=listed)
    held = responsible_on(asked["person"], asked["list_day"], assignments)
    return (
        asked.filter(held == asked["caseworker"])
        .select("person", "list", "caseworker", "list_day", "month")
        .unique()
        .sort("person", "month", "list")
    )
