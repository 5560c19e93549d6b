"""Shapes and places of what is drawn, without drawing it."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from trajectories.arrays import Floats


def steps(edges: Floats, low: Floats, high: Floats) -> Floats:
    """Return the corners of a band of steps: (4 L, 2), along the top and back along the bottom.

    Args:
        edges: (L + 1,) borders of the positions.
        low: (L,) lower bounds.
        high: (L,) upper bounds.
    """
    x = np.repeat(edges, 2)[1:-1]
    top = np.column_stack([x, np.repeat(high, 2)])
    bottom = np.column_stack([x, np.repeat(low, 2)])
    return np.vstack([top, bottom[::-1]])


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart, as little as needed, so that no two are nearer than a gap.

    The places have the least sum of squared moves (isotonic regression). Where there is no room for
    all, the gap is smaller.

    Args:
        places: where each label wants to be.
        gap: least distance between two labels.
        low: lowest place.
        high: highest place.
    """
    count = len(places)
    if count < 2:
        return [min(max(place, low), high) for place in places]
    gap = min(gap, (high - low) / (count - 1))
    order = np.argsort(places, kind="stable")
    room = gap * np.arange(count)
    moved = isotonic_regression(np.asarray(places, dtype=np.float64)[order] - room).x
    found = np.empty(count)
    found[order] = np.clip(moved, low, high - room[-1]) + room
    return [float(place) for place in found]
