"""Weighted counts: what they add to counts is a share, and nothing else leaves.

A sum of weights is no count: rounded to a base it may tell its persons exactly (weights of 10), and
beside a rounded count it bounds that count again. So the share of a total is what is published of
weights, in steps worth at least a base of persons, and the weighted columns are that share of the
published total.
"""

import numpy as np
import polars as pl

from trajectories.release.gate.derive import divide, floats, with_floats
from trajectories.release.gate.rounding import round_decimals
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec

EQUAL = 1e-9
"""Weights that differ by less than this share are equal."""


def publish_weights(
    published: pl.DataFrame, exact: pl.DataFrame, spec: TableSpec, rules: Rules
) -> pl.DataFrame:
    """Replace weighted counts and their totals by what the published counts allow.

    Where all weights are equal they are the counts. Otherwise a weighted count is its exact share
    of the weighted total, rounded to steps of at least `rules.base` persons, times the published
    total.

    Args:
        published: the table with its published counts and totals.
        exact: the exact table.
        spec: its declaration; a weighted count goes with the first count, and its total with the
            total of that count.
        rules: the gate's rules.
    """
    weighted = [count.name for count in spec.counts if count.unit == "weight"]
    if rules.exact or not weighted:
        return published
    count = spec.counts[0].name
    total_of = {total.count: total.name for total in spec.totals}
    shown, size = floats(published, count), floats(published, total_of[count])
    for name in weighted:
        values = shown
        if not _equal(floats(exact, name), floats(exact, count)):
            share = divide(floats(exact, name), floats(exact, total_of[name]))
            steps = np.nan_to_num(size, nan=0.0) / rules.base
            decimals = np.floor(np.log10(np.maximum(steps, 1.0)) + 1e-12).astype(np.int64)
            rounded = round_decimals(share, decimals, rules)
            values = np.where(np.isfinite(shown), np.round(rounded * size, 6), np.nan)
        published = with_floats(published, **{name: values, total_of[name]: size})
    return published


def _equal(weights: np.ndarray, counts: np.ndarray) -> bool:
    """Whether weights are the counts times one number."""
    there = np.isfinite(weights) & np.isfinite(counts)
    factor = divide(weights[there].sum(keepdims=True), counts[there].sum(keepdims=True))
    return bool(np.allclose(weights[there], factor * counts[there], rtol=EQUAL, atol=0))
