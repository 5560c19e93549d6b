"""Captions and alternative texts of the figures of courses before and after changes."""

import polars as pl

from trajectories.release.captions_words import ratio
from trajectories.release.figures.histories import AFTER, LEAVING, firm_rows, names_of
from trajectories.release.store import Tables
from trajectories.release.style import Style

FAMILIES = {
    "transition to a course": "The hazard of a transition that begins each type of course, for a "
    "departure and for a change of any cause so far (sequence analysis multistate model)",
    "course so far": "The hazard of {outcome} by the type of the course so far, and of a departure "
    "holding that type constant (sequence history analysis)",
}
"""What the models of each family say."""


def _types(tables: Tables, style: Style, kind: str) -> str:
    rows = tables["course_types"].filter(pl.col("kind") == kind)
    parts = [
        f"{style.cluster(row['name'])} "
        f"{'withheld' if row['share'] is None else style.percent(row['share'])}"
        for row in rows.iter_rows(named=True)
    ]
    return f"{len(parts)} panels of stacked shares by month: {'; '.join(parts)}."


def after_states(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the types of course after a change."""
    caption = (
        "Types of course in the months after a change of caseworker while at risk (optimal "
        "matching, partition around medoids); month 1 is the one after that of the change."
    )
    return caption, _types(tables, style, AFTER)


def leaving_states(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the types of course that begin with a transition."""
    caption = (
        "Types of course that begin with a transition out of the state of the month before, among "
        "those at risk; month 1 is that of the transition."
    )
    return caption, _types(tables, style, LEAVING)


def after_types(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe how much more often each type follows a change than matched months."""
    table = firm_rows(tables)
    names = names_of(tables, AFTER)
    parts = []
    for row in table.filter((pl.col("low") > 0) | (pl.col("high") < 0)).iter_rows(named=True):
        parts.append(
            f"{style.cluster(names.get(row['cluster']))} after {style.word(row['cause']).lower()} "
            f"{style.signed(100 * row['difference'])}"
        )
    caption = (
        "How much more often each type of course follows a change of caseworker, by the cause "
        "known then, than months at risk without a change in the same calendar month, duration "
        "band, municipality and state: difference of shares with 95 % intervals clustered by "
        "municipality and first team. Rare causes are in the table alone."
    )
    clear = "; ".join(parts) or "none"
    return (
        caption,
        f"Points with intervals by cause, one panel a type. Intervals that exclude zero: {clear}.",
    )


def history_models(tables: Tables, style: Style) -> tuple[str, str]:
    """Describe the hazard ratios of the SAMM and of the course so far."""
    table = tables["history_models"].drop_nulls(["hazard_ratio", "low", "high"])
    parts = [
        f"{style.cluster(row['design'])}, {style.cluster(row['term'])} {ratio(style, row)}"
        for row in table.iter_rows(named=True)
    ]
    outcome = style.study.english.outcome
    caption = (
        "Above, the hazard of a transition that begins each type of course, for a departure and "
        "for a change of any cause so far (sequence analysis multistate model). Below, the "
        f"hazard of {outcome} by the type of the course so far, and of a departure holding that "
        "type constant (sequence history analysis)."
        if table["family"].n_unique() > 1
        else f"{FAMILIES[table['family'][0]].format(outcome=outcome)}."
    )
    caption += " 95 % intervals; bars that reach the frame go beyond it."
    return caption, f"Hazard ratios: {'; '.join(parts)}."
