"""Risk sets of some persons after others, joined to that of all (`joined`)."""

from collections.abc import Iterable

import polars as pl

from trajectories.hazards.at_risk.person_months import WORDS, RiskSet

LAST_REASONS = ("ended before its first whole month", "followed")
"""Rows that close the accounting; those before are sorted."""


def joined(parts: Iterable[RiskSet]) -> RiskSet:
    """The risk set of all persons, equal to that made at once.

    Nothing in a person's months at risk depends on other persons, but for the number of the course
    and the order of words, which are mended here.

    Args:
        parts: risk sets of persons in ascending order, each person in one of them.
    """
    panels: list[pl.DataFrame] = []
    accounts: list[pl.DataFrame] = []
    courses = 0
    for part in parts:
        numbered = (pl.col("course") + courses).cast(part.panel.schema["course"])
        panels.append(part.panel.with_columns(numbered))
        accounts.append(part.accounting)
        # Every course is followed or has a reason why not, so that the accounting counts them all.
        courses += int(part.accounting["courses"].sum())
    counted = pl.concat(accounts).group_by("reason").agg(pl.col("courses").sum()).sort("reason")
    closing = pl.col("reason").is_in(LAST_REASONS)
    accounting = pl.concat([counted.filter(~closing), counted.filter(closing)])
    words = [
        pl.col(name).cast(pl.Enum(sorted(set().union(*(_words(panel, name) for panel in panels)))))
        for name in WORDS
    ]
    # One part after the other, so that only the shared words take memory twice.
    for number, panel in enumerate(panels):
        panels[number] = panel.with_columns(words)
    return RiskSet(pl.concat(panels), accounting)


def _words(panel: pl.DataFrame, name: str) -> set[str]:
    kind = panel.schema[name]
    assert isinstance(kind, pl.Enum)
    return set(kind.categories)
