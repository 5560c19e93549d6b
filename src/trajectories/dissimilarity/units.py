"""Costs as small whole numbers, where that is exact."""

from typing import Any

import numpy as np
import numpy.typing as npt


def in_units(
    costs: npt.NDArray[np.float64], length: int, dtype: np.dtype[Any]
) -> tuple[npt.NDArray[Any], float]:
    """Write costs as small whole numbers where that is exact.

    Args:
        costs: not negative, any shape.
        length: the most costs that are ever added.
        dtype: what to use where the costs are not multiples of one unit.

    Returns:
        The costs in units, in the smaller of uint8 and uint16 that holds the sum of `length` of
        them, and the unit; or the costs in `dtype` and the unit 1.
    """
    positive = np.unique(costs[costs > 0])
    if not len(positive):
        return np.zeros(costs.shape, np.uint8), 1.0
    most = np.iinfo(np.uint16).max // max(length, 1)
    # Costs that come from data are all different, and too many to be multiples.
    if len(positive) > most:
        return costs.astype(dtype), 1.0
    units = positive[0] / np.arange(1, most + 1)
    whole = np.rint(positive / units[:, None])
    exact = np.all(whole * units[:, None] == positive, axis=1) & (whole[:, -1] <= most)
    if not exact.any():
        return costs.astype(dtype), 1.0
    coarsest = int(exact.argmax())
    largest = int(whole[coarsest, -1]) * length
    small = np.uint8 if largest <= np.iinfo(np.uint8).max else np.uint16
    return np.rint(costs / units[coarsest]).astype(small), float(units[coarsest])
