"""Which row of a table holds for a key on a day: the last that began, by one sorted search."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Rows = NDArray[np.int64]

STRIDE = 1 << 24
"""More days than there are between any two dates."""


def _place(key: pl.Series, day: pl.Series) -> Rows:
    """One number for a key and a day, in the order of both."""
    days = day.cast(pl.Date).to_physical().cast(pl.Int64).to_numpy()
    return np.asarray(key.cast(pl.Int64).to_numpy() * STRIDE + days)


def last_begun(
    key: pl.Series, day: pl.Series, table: pl.DataFrame, *, by: str, start: str, end: str = ""
) -> pl.Series:
    """The row of `table` that began last for each key, on its day or before.

    Args:
        key: whole numbers, as in the column `by`.
        day: dates.
        table: sorted by `by` and `start`; of rows that begin on the same day the last is taken.
        by: its column of keys.
        start: its column of first days.
        end: its column of last days; a row that has ended does not count. Without one none ends.

    Returns:
        Row numbers (i64), null where none has begun or it has ended.
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
