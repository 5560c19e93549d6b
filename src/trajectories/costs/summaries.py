"""Mean amounts by cluster, group and municipality, exact; the gate rounds them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.costs.monthly import MonthlyCosts, codes_in, usable_rates, usable_refunds
from trajectories.notebook.checked_frames import Kind, checked_frame
from trajectories.notebook.checked_values import texts_in, whole_number
from trajectories.sequences.coding import MISSING

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

    Raises:
        UserError: the windows lack a column, or a column holds what it must not.
        ValueError: the costs are of other windows, or `by` is no list of texts.
    """
    windows, by = _usable(windows, costs, by)
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

    Raises:
        UserError: as for `cost_table`.
        ValueError: as there; the states are of other windows, or code or months are no numbers.
    """
    windows, by = _usable(windows, costs, by)
    exit_code = whole_number(exit_code, "exit_code", least=0)
    months = whole_number(months, "months", least=1)
    states = codes_in(states, MISSING)
    if states.shape != costs.amount.shape:
        raise ValueError(
            f"states have the shape {states.shape} and costs {costs.amount.shape}: give those of "
            "the same windows."
        )
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

    Raises:
        UserError: rates or refunds lack a column, or a column holds what it must not.
    """
    rates = checked_frame(usable_rates(rates), "rates", {"source": "label"})
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
    refunds = checked_frame(usable_refunds(refunds), "refunds", {"source": "label"})
    steps = refunds.select(
        state=pl.lit("ladder"),
        from_month=month,
        from_week=pl.col("from_week").cast(pl.String),
        amount=pl.lit(None, dtype=pl.Float64),
        state_share="state_share",
        source="source",
    )
    return pl.concat([listed, steps]).with_columns(source)


def _usable(windows: object, costs: object, by: object) -> tuple[pl.DataFrame, list[str]]:
    """Return windows as a frame of polars that fits the costs, and the names of its groups."""
    names = texts_in(by, "by")
    if taken := sorted({"windows", "persons", *PARTS} & set(names)):
        raise ValueError(f"by names {taken[0]!r}, as another column is: rename it.")
    columns: dict[str, Kind] = {"person": "label", "weight": "weight"}
    columns |= dict.fromkeys(names, "label")
    found = checked_frame(windows, "windows", columns, may_miss=names)
    if not isinstance(costs, MonthlyCosts) or len(costs.amount) != found.height:
        raise ValueError(f"costs must be the MonthlyCosts of the same {found.height:,} windows.")
    return found, names


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
