"""Keys of persons: as they are written, and pseudonymised at the door as row numbers."""

from typing import Final

import numpy as np
import polars as pl

TOTALS: Final = ("total", "i alt", "ialt", "hovedtotal", "sum", "grand total")
"""What spreadsheets write into the first cell of a row of totals, which is no person."""


def usable_keys(keys: pl.Series, digits: int | None = None) -> pl.Series:
    """Return keys with zeros in front, and null where a row is one of totals.

    Args:
        keys: text, as `parsing.parse` returns it.
        digits: keys of fewer digits get zeros in front; None leaves all as they are.
    """
    key = pl.col("key")
    filled = (
        key
        if digits is None
        else pl.when(key.str.contains(r"^\d+$")).then(key.str.zfill(digits)).otherwise(key)
    )
    total = key.str.to_lowercase().is_in(TOTALS)
    return keys.to_frame("key").select(pl.when(~total).then(filled).alias("key")).to_series()


def number_keys(keys: pl.Series, *, seed: int, name: str) -> pl.DataFrame:
    """Give each key a row number: a permutation of the sorted keys drawn from a seed.

    Args:
        keys: text, each key once, in any order.
        seed: of the permutation.
        name: what to call the column of row numbers.

    Returns:
        key (text, sorted), `name` (UInt32, 0 … n−1).
    """
    ordered = keys.sort()
    numbers = np.random.default_rng(seed).permutation(ordered.len()).astype(np.uint32)
    return pl.DataFrame({"key": ordered, name: numbers})
