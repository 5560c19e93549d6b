"""Keys of persons: normalised, and replaced by row numbers as pseudonyms."""

from typing import Final

import numpy as np
import polars as pl

TOTALS: Final = ("total", "i alt", "ialt", "hovedtotal", "sum", "grand total")
"""First cell of a row of totals in spreadsheets, which is not a person."""


def usable_keys(keys: pl.Series, digits: int | None = None) -> pl.Series:
    """Return keys padded with leading zeros, and null for rows of totals."""
    key = pl.col("key")
    filled = (
        key
        if digits is None
        else pl.when(key.str.contains(r"^\d+$")).then(key.str.zfill(digits)).otherwise(key)
    )
    total = key.str.to_lowercase().is_in(TOTALS)
    return keys.to_frame("key").select(pl.when(~total).then(filled).alias("key")).to_series()


def number_keys(keys: pl.Series, *, seed: int, name: str) -> pl.DataFrame:
    """Number keys by a random permutation of the sorted keys.

    Args:
        keys: text, each key once, in any order.
        seed: seed of the permutation.
        name: name of the column of row numbers.

    Returns:
        key (text, sorted), `name` (UInt32, 0 … n−1).
    """
    ordered = keys.sort()
    numbers = np.random.default_rng(seed).permutation(ordered.len()).astype(np.uint32)
    return pl.DataFrame({"key": ordered, name: numbers})
