"""Exact conversion of costs to small integers."""

import math
from typing import Any, Final

import numpy as np

from trajectories.arrays import Array, Floats

BITS: Final = 53
"""Bits of a float64."""

SOME: Final = 64
"""Number of costs that are tried first."""


def in_units(
    costs: Floats, length: int, dtype: np.dtype[Any], worth: float = 1.0
) -> tuple[Array, float]:
    """Convert costs to small integers if this is exact.

    Sums of the result times the unit are the same numbers, to the last bit, whether the costs were
    converted or not, if these are whole.

    Args:
        costs: non-negative costs of any shape.
        length: largest number of costs in a sum.
        dtype: type of the result if the costs are not small multiples of one unit.
        worth: what a cost of 1 is worth. If not a power of two, costs are whole and stay as they
            are, since a unit worth several of them would be rounded.

    Returns:
        The costs in units, in the smaller of uint8 and uint16 that holds the sum of `length` of
        them, and what the unit is worth; or the costs in `dtype` and `worth`.
    """
    largest = float(costs.max(initial=0))
    if not largest:
        return np.zeros(costs.shape, np.uint8), worth
    most = np.iinfo(np.uint16).max // max(length, 1)
    if math.frexp(worth)[0] == 0.5:
        scale = BITS - math.frexp(largest)[1]
        least = math.ldexp(largest, scale) / most
        divisor = _common(np.ldexp(costs[costs > 0], scale), least)
        unit = math.ldexp(divisor, -scale)
    else:
        unit = 1.0
    if largest > unit * most:
        return costs.astype(dtype), worth
    whole = costs / unit
    small = np.uint8 if whole.max() * length <= np.iinfo(np.uint8).max else np.uint16
    return whole.astype(small), unit * worth


def _common(costs: Floats, least: float) -> int:
    """Return the greatest common divisor of whole numbers below 2⁵³; 0 if it is below `least`."""
    divisor = 0
    # A few costs exclude most tables, and once the divisor is known, checks are fast.
    for part in (costs[:: max(len(costs) // SOME, 1)], costs):
        if divisor:
            part = part[part % divisor != 0]
        if np.any(part != np.rint(part)):
            return 0
        divisor = int(np.gcd.reduce(part.astype(np.int64), initial=divisor))
        if divisor < least:
            return 0
    return divisor
