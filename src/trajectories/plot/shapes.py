"""Shapes of what is drawn, without drawing it."""

import numpy as np

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
