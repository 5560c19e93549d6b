"""Places of labels beside what they name."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression


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
