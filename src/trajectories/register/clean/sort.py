"""Sorting of interval rows by their content alone."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Array
from trajectories.register.clean.sweep_kernels import order_by_days

Rows = Array


def sort_by_content(rows: pl.DataFrame, then: Sequence[str], *, persons: int) -> pl.DataFrame:
    """Sort rows by person, start and end, then by further columns.

    Args:
        rows: person (UInt32, below `persons`), start, end (Date, no nulls) and the columns `then`.
        then: further columns; nulls come first.
        persons: number of persons.
    """
    person = own(rows["person"], np.uint32)
    start, end = (own(rows[name].to_physical(), np.int32) for name in ("start", "end"))
    order = order_by_days(person, start, end, persons)
    equal = np.zeros(len(order) + 1, dtype=bool)
    if len(order):
        equal[1:-1] = True
        for values in (person[order], start[order], end[order]):
            equal[1:-1] &= values[1:] == values[:-1]
    tied = np.flatnonzero(equal[1:] | equal[:-1])
    if len(tied):
        groups = np.cumsum(~equal[:-1])[tied]
        part = rows.select(then)[order[tied]].with_columns(
            _group=pl.Series(groups), _row=pl.Series(order[tied])
        )
        order[tied] = part.sort("_group", *then, nulls_last=False)["_row"].to_numpy()
    return rows[order]


def own(values: pl.Series | Rows, dtype: type[np.generic]) -> Rows:
    """Copy values into a writable array, so that a kernel is compiled for one array type."""
    return np.array(values, dtype=dtype)
