"""Pseudonymisation at the door: keys become row numbers."""

import numpy as np
import polars as pl


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
