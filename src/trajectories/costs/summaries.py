"""Mean amounts by cluster, group and municipality, exact; the gate rounds them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.costs.monthly import MonthlyCosts

PARTS = ("amount", "state_part", "municipal_part")


def cost_table(windows: pl.DataFrame, costs: MonthlyCosts, *, by: Sequence[str]) -> pl.DataFrame:
    """Average what a window costs over all its months.

    Args:
        windows: one row a window, with person, weight and the columns of `by`.
        costs: the amounts of the same rows.
        by: columns that make the rows of the table.

    Returns:
        The columns of `by`, windows, persons (Int64), amount, state_part, municipal_part (Float64:
        kroner a window, weighted means); sorted.
    """
    sums = {
        "amount": costs.amount.sum(axis=1),
        "state_part": costs.state.sum(axis=1),
        "municipal_part": costs.municipal.sum(axis=1),
    }
    return _means(windows.with_columns(pl.Series(name, sums[name]) for name in PARTS), by)


def before_exit_table(
    windows: pl.DataFrame,
    states: Ints,
    costs: MonthlyCosts,
    *,
    exit_code: int,
    months: int,
    by: Sequence[str],
) -> pl.DataFrame:
    """Average what the last months before the first month in a state cost.

    Windows count that reach the state after at least `months` months in other ones. What these
    months cost is what an exit that many months earlier would be worth if nothing else differed:
    no other state in their place, no cost of a measure that brought it about, no return.

    Args:
        windows: one row a window, with person, weight and the columns of `by`.
        states: codes of the states, integers (windows, months).
        costs: the amounts of the same rows.
        exit_code: the state that ends a course, such as a job.
        months: months before it.
        by: columns that make the rows of the table.

    Returns:
        The columns of `by`, windows, persons (Int64), amount, state_part, municipal_part (Float64:
        kroner a window); sorted.
    """
    reached = states == exit_code
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), -1)
    rows = np.flatnonzero(first >= months)
    place = first[rows, None] - np.arange(months, 0, -1)
    parts = {
        "amount": costs.amount[rows[:, None], place].sum(axis=1),
        "state_part": costs.state[rows[:, None], place].sum(axis=1),
        "municipal_part": costs.municipal[rows[:, None], place].sum(axis=1),
    }
    chosen = windows[rows].with_columns(pl.Series(name, parts[name]) for name in PARTS)
    return _means(chosen, by)


def rate_table(rates: pl.DataFrame, refunds: pl.DataFrame | None) -> pl.DataFrame:
    """List the rates and the steps of the ladder with their sources.

    Returns:
        state (`ladder` in its steps), from_month (Utf8 YYYY-MM), from_week (Utf8; `` for rates),
        amount (Float64, null in steps), state_share (Float64), source (Utf8: numbers in it are
        left out, since a released text holds none).
    """
    month = pl.format(
        "{}-{}", pl.col("month") // 12, (pl.col("month") % 12 + 1).cast(pl.String).str.zfill(2)
    )
    source = pl.col("source").str.replace_all(r"[\d%]+(?:[.,/:–-]\d+)*", "…")
    listed = rates.select(
        "state",
        from_month=month,
        from_week=pl.lit(""),
        amount="amount",
        state_share="state_share",
        source="source",
    )
    if refunds is None:
        return listed.with_columns(source)
    steps = refunds.select(
        state=pl.lit("ladder"),
        from_month=month,
        from_week=pl.col("from_week").cast(pl.String),
        amount=pl.lit(None, dtype=pl.Float64),
        state_share="state_share",
        source="source",
    )
    return pl.concat([listed, steps]).with_columns(source)


def _means(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    weight = pl.col("weight")
    return (
        frame.group_by(by)
        .agg(
            windows=pl.len().cast(pl.Int64),
            persons=pl.col("person").n_unique().cast(pl.Int64),
            **{name: (pl.col(name) * weight).sum() / weight.sum() for name in PARTS},
        )
        .sort(by)
    )
