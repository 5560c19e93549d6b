"""Months on support, entries and exits, one row each, with their municipality."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

OTHER = "other"
"""Exits to a state that no named exit has."""


@dataclass(frozen=True)
class SupportEvents:
    """What happened in the months of support.

    Attributes:
        months: person, municipality, month, entry (the month before is seen and not on support).
        exits: person, municipality (of the last month on support), month (the first one off
            support), exit, lasting (no support in the months that make an exit last).
    """

    months: pl.DataFrame
    exits: pl.DataFrame


def support_events(
    person_months: pl.DataFrame,
    exits: Mapping[str, Sequence[str]],
    *,
    states: Collection[str],
    lasting_months: int = 6,
) -> SupportEvents:
    """Find the months on support, the entries to it and the exits from it.

    An exit is dated in the first month off support. It lasts if this month and the following
    `lasting_months` − 1 are seen and none of them is on support. A month without a month before,
    the extract's first, is no entry.

    Args:
        person_months: person, month (first day), state, municipality; one row a month.
        exits: by name, the states of an exit; an exit to any other state is `OTHER`.
        states: the states of support.
        lasting_months: months off support that make an exit last.
    """
    state = pl.col("state").cast(pl.String)
    support = state.is_in(list(states))
    before = pl.col("month").shift(1).over("person")
    ordered = (
        person_months.select("person", "month", "state", "municipality")
        .sort("person", "month")
        .with_columns(
            support=support,
            follows=(pl.col("month") == before.dt.offset_by("1mo")).fill_null(value=False),
        )
        # A run is a stretch of months without a gap, all on support or none.
        .with_columns(
            run=(
                ~pl.col("follows")
                | (pl.col("support") != pl.col("support").shift(1).over("person"))
            )
            .fill_null(value=True)
            .cum_sum()
        )
        .with_columns(
            length=pl.len().over("run"),
            begins=(pl.int_range(pl.len()).over("run") == 0) & pl.col("follows"),
            supported_before=pl.col("support").shift(1).over("person").fill_null(value=False),
            municipality_before=pl.col("municipality").shift(1).over("person"),
        )
    )
    months = ordered.filter("support").select(
        "person",
        "municipality",
        "month",
        entry=pl.col("begins") & ~pl.col("supported_before"),
    )
    kind = pl.lit(OTHER)
    for name, to in exits.items():
        kind = pl.when(state.is_in(list(to))).then(pl.lit(name)).otherwise(kind)
    left = ordered.filter(
        pl.col("begins") & ~pl.col("support") & pl.col("supported_before")
    ).select(
        "person",
        pl.col("municipality_before").alias("municipality"),
        "month",
        exit=kind,
        lasting=pl.col("length") >= lasting_months,
    )
    return SupportEvents(months, left)
