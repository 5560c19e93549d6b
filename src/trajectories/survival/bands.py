"""Bands of integers: durations, ages, periods."""

import itertools
from collections.abc import Sequence

import polars as pl

UNKNOWN = "unknown"


def band_labels(starts: Sequence[int]) -> list[str]:
    """Labels of the bands that begin at `starts`: "0-2", "3-5", …, "36+"."""
    closed = [
        f"{low}-{high - 1}" if high > low + 1 else str(low)
        for low, high in itertools.pairwise(starts)
    ]
    return [*closed, f"{starts[-1]}+"]


def band(value: pl.Expr, starts: Sequence[int]) -> pl.Expr:
    """The band of an integer, as an Enum in the order of the bands.

    Numbers below the first start belong to the first band; nulls become `unknown`.
    """
    labels = [*band_labels(starts), UNKNOWN]
    above = pl.lit(0, pl.UInt32)
    for start in starts[1:]:
        above = above + (value >= start).cast(pl.UInt32)
    place = pl.when(value.is_null()).then(len(starts)).otherwise(above)
    return place.replace_strict(range(len(labels)), labels, return_dtype=pl.Enum(labels))
