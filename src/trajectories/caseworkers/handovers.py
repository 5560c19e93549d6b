"""Caseworkers behind table cells: how many lost clients and how many took them over.

A table about changes describes caseworkers as well as clients, so it counts both and the release
can withhold cells that rest on few caseworkers.
"""

from typing import Any

import polars as pl

from trajectories.caseworkers.changes import NOT_A_CHANGE
from trajectories.caseworkers.exposures import listed_months, time_zero
from trajectories.caseworkers.responsible_on import last_begun

Side = tuple[pl.Expr, pl.Expr]
"""Per row, the caseworker who lost the client and the one who took over; null for none."""

COUNTED = ("from_caseworkers", "to_caseworkers")
COUNTED_SCHEMA = dict.fromkeys(COUNTED, pl.Int64)
OF_CHANGES: Side = (pl.col("from_caseworker"), pl.col("to_caseworker"))
"""For rows of changes."""
LAST_LISTED: Side = (pl.col("leaver"), pl.col("successor"))
LAST_CHANGE: Side = (pl.col("changed_from"), pl.col("changed_to"))
"""For person-months, as `with_handovers` returns them."""
AHEAD: Side = (pl.col("caseworker"), pl.col("next_caseworker"))
"""For person-months whose caseworker is about to leave."""


def last_change_of(cause: pl.Expr) -> Side:
    """The two sides of person-months whose last change has a given cause.

    Args:
        cause: a condition on the column `changed_cause`.
    """
    left, right = (pl.when(cause).then(side) for side in LAST_CHANGE)
    return left, right


def counted(side: Side = OF_CHANGES) -> list[pl.Expr]:
    """Aggregations that count distinct caseworkers: from_caseworkers, to_caseworkers (i64)."""
    return [
        one.drop_nulls().n_unique().cast(pl.Int64).alias(name)
        for one, name in zip(side, COUNTED, strict=True)
    ]


def count_of(rows: pl.DataFrame, side: Side = OF_CHANGES) -> dict[str, Any]:
    """Count the caseworkers behind some rows; None if the rows do not name them."""
    needed = {name for one in side for name in one.meta.root_names()}
    if not needed <= set(rows.columns):
        return dict.fromkeys(COUNTED)
    return rows.select(counted(side)).row(0, named=True)


def with_handovers(
    panel: pl.DataFrame, changes: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int
) -> pl.DataFrame:
    """Add the caseworkers behind each person-month's last listed departure and last change.

    Only the last ones are named, so that no caseworker is counted for months before the hand-over.

    Returns:
        The panel with leaver (of the last list that counts; null before), successor (the person's
        next caseworker; null if none), changed_from, changed_to and changed_cause (of the last
        change that counts).
    """
    lag = f"{lag_months}mo"
    zero = time_zero(panel)
    made = (
        changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
        .join(zero, on="person")
        .filter(pl.col("month") >= pl.col("zero").dt.offset_by("-1mo"))
        .select(
            "course",
            pl.col("month").dt.offset_by(lag).alias("counts_from"),
            pl.col("date"),
            pl.col("from_caseworker").alias("changed_from"),
            pl.col("to_caseworker").alias("changed_to"),
            pl.col("cause").alias("changed_cause"),
        )
        .sort("course", "counts_from", "date")
    )
    lists = exposures.select("list", "caseworker").unique("list")
    met = (
        listed_months(panel, exposures)
        .join(lists, on="list")
        .join(zero.select("course", "person"), on="course")
        .rename({"caseworker": "leaver"})
    )
    met = (
        with_successors(met, changes)
        .with_columns(pl.col("month").dt.offset_by(lag).alias("counts_from"))
        .sort("course", "counts_from", "list")
    )
    for table, names in (
        (met, ("leaver", "successor")),
        (made, ("changed_from", "changed_to", "changed_cause")),
    ):
        row = last_begun(panel["course"], panel["month"], table, by="course", start="counts_from")
        panel = panel.with_columns(table[name].gather(row) for name in names)
    return panel


def with_successors(
    rows: pl.DataFrame,
    changes: pl.DataFrame,
    *,
    leaver: str = "leaver",
    successor: str = "successor",
) -> pl.DataFrame:
    """Add the caseworker who took over each row's person from the leaver; null if nobody did.

    Args:
        rows: person, and the leaver's column.
        changes: as `caseworker_changes` returns them.
        leaver: name of the column with the leaving caseworker.
        successor: name of the column to add.
    """
    taken = (
        changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
        .sort("date")
        .group_by("person", pl.col("from_caseworker").alias(leaver))
        .agg(pl.col("to_caseworker").last().alias(successor))
    )
    return rows.drop(successor, strict=False).join(
        taken, on=["person", leaver], how="left", maintain_order="left"
    )
