"""Error messages for an empty risk set: why courses were not followed and which key to change."""

from collections.abc import Sequence

import polars as pl

from trajectories.config.sections.hazards import RiskConfig
from trajectories.errors import UserError

LEAST_ROWS = 5
"""Least number of rows with a value for it to be named in a message."""
MOST_NAMED = 12
MENDS = {
    "start not observed": "they began before the extract: use an earlier extract, or set "
    "hazards.risk.starts to all",
    "readiness at time zero unknown": "name a file of visitations under "
    "register.files.readiness, use a codelist whose codes give readiness, or raise "
    "hazards.risk.readiness_within_days",
    "other readiness at time zero": "hazards.risk.readiness names {readiness}, but the register "
    "has {held}",
    "no caseworker observed": "register.files.assignments must cover the persons of the spells, on "
    "the days of their spells",
    "ended before its first whole month": "the extract, or the months in which causes of changes "
    "are decided (hazards.changes.decide_months), end too early",
}
"""How to fix each reason for which a course is not followed."""


def require_courses(
    panel: pl.DataFrame,
    accounting: pl.DataFrame,
    *,
    groups: pl.Series,
    readiness: Sequence[pl.Series],
    rules: RiskConfig,
) -> None:
    """Raise if nobody is at risk.

    Raises:
        UserError: nobody is at risk; the message lists the reasons, most common first, and the key
            that fixes each, without counts.
    """
    if panel.height:
        return
    lost = accounting.filter(pl.col("courses") > 0, pl.col("reason") != "followed")
    if lost.is_empty():
        raise UserError(
            "The risk set is empty: no spell belongs to a group in "
            f"hazards.risk.assistance_groups ({', '.join(rules.assistance_groups)}); the register "
            f"has {occurring([groups])}."
        )
    words = {"readiness": ", ".join(rules.readiness), "held": occurring(readiness)}
    reasons = [
        f"{reason} ({MENDS[reason].format(**words)})"
        for reason in lost.sort("courses", descending=True)["reason"]
    ]
    raise UserError(
        "The risk set is empty: no course on social assistance is followed. Reasons, "
        f"most common first: {'; '.join(reasons)}."
    )


def require_reasons(reasons: pl.Series, wanted: Sequence[str], usual: Sequence[str]) -> None:
    """Raise if none of the configured reasons for a change occurs.

    Raises:
        UserError: the assignments have none of the configured reasons.
    """
    held = reasons.drop_nulls().cast(pl.String)
    if tuple(wanted) == tuple(usual) or not wanted:
        return
    if held.str.to_lowercase().is_in([word.lower() for word in wanted]).any():
        return
    there = (
        f"its column 'reason' holds {occurring([held])}"
        if held.len()
        else "it has no column 'reason' with values: name it under "
        "register.files.assignments.columns"
    )
    raise UserError(
        f"hazards.changes.request_reasons names {', '.join(wanted)}, none of which occurs in the "
        f"table of assignments: {there}."
    )


def occurring(columns: Sequence[pl.Series]) -> str:
    """The values of some columns that enough rows have, most common first."""
    every = pl.concat([column.cast(pl.String).alias("value") for column in columns]).drop_nulls()
    counts = every.value_counts().filter(pl.col("count") >= LEAST_ROWS)
    names = counts.sort(["count", "value"], descending=[True, False])["value"].to_list()
    more = " …" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more if names else "no value found in five rows or more"
