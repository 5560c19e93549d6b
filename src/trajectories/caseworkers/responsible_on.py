"""Look up the spell in force on a given day, by binary search."""

import numpy as np
import polars as pl

from trajectories.arrays import Ints

Rows = Ints

STRIDE = 1 << 24
"""Larger than the number of days between any two dates."""


def _place(key: pl.Series, day: pl.Series) -> Rows:
    """One integer per key and day that sorts by key, then day."""
    days = day.cast(pl.Date).to_physical().cast(pl.Int64).to_numpy()
    return np.asarray(key.cast(pl.Int64).to_numpy() * STRIDE + days)


def last_begun(
    key: pl.Series, day: pl.Series, table: pl.DataFrame, *, by: str, start: str, end: str = ""
) -> pl.Series:
    """The row of `table` that began last for each key, on or before its day.

    Args:
        key: integers, as in the column `by`.
        day: dates.
        table: sorted by `by` and `start`; of rows that begin on the same day the last is used.
        by: its column of keys.
        start: its column of first days.
        end: its column of last days; rows that have ended do not count. If empty, rows do not end.

    Returns:
        Row numbers (i64); null if no row has begun or the last one has ended.
    """
    asked, known = _place(key, day), _place(table[by], table[start])
    row = np.searchsorted(known, asked, side="right") - 1
    found = row >= 0
    row[~found] = 0
    if len(known):
        found &= table[by].cast(pl.Int64).to_numpy()[row] == key.cast(pl.Int64).to_numpy()
    if end and len(known):
        found &= _place(table[by], table[end])[row] >= asked
    return pl.Series(row).set(pl.Series(~found), None)
