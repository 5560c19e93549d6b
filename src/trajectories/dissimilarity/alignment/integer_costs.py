"""Exact conversion of costs to small integers."""

from typing import Any, Final

import numpy as np

from trajectories.arrays import Array, Bools, Floats

SOME: Final = 8
"""Number of costs on which units are tried first."""


def in_units(costs: Floats, length: int, dtype: np.dtype[Any]) -> tuple[Array, float]:
    """Convert costs to small integers if this is exact.

    Args:
        costs: non-negative costs of any shape.
        length: largest number of costs in a sum.
        dtype: type of the result if the costs are not multiples of one unit.

    Returns:
        The costs in units, in the smaller of uint8 and uint16 that holds the sum of `length` of
        them, and the unit; or the costs in `dtype` and the unit 1.
    """
    positive = costs[costs > 0]
    if not len(positive):
        return np.zeros(costs.shape, np.uint8), 1.0
    most = np.iinfo(np.uint16).max // max(length, 1)
    units = positive.min() / np.arange(1, most + 1)
    # A few costs exclude nearly all units, so that most costs need not be sorted; the remaining
    # units are tried on all costs, the coarsest first.
    units = units[_whole(np.unique(positive[:: max(len(positive) // SOME, 1)]), units)]
    if not len(units):
        return costs.astype(dtype), 1.0
    positive = np.unique(positive)
    for unit in units[_whole(positive[:: max(len(positive) // SOME, 1)], units)]:
        if positive[-1] <= unit * most and _whole(positive, np.array([unit])).all():
            whole = np.rint(costs / unit)
            small = np.uint8 if whole.max() * length <= np.iinfo(np.uint8).max else np.uint16
            return whole.astype(small), float(unit)
    return costs.astype(dtype), 1.0


def _whole(costs: Floats, units: Floats) -> Bools:
    """Return which of the units all costs are exact multiples of."""
    # Underflowing units give infinite multiples, which are not exact.
    with np.errstate(all="ignore"):
        multiples = np.rint(costs / units[:, None])
        exact: Bools = np.all(multiples * units[:, None] == costs, axis=1)
    return exact
