"""Agreement of two partitions by their weighted cross-table."""

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats


def cross_table(
    first: npt.NDArray[np.integer], second: npt.NDArray[np.integer], weights: Floats
) -> Floats:
    """Return the weight of each pair of labels, float64 (a, b)."""
    a, b = int(first.max()) + 1, int(second.max()) + 1
    pairs = first.astype(np.int64) * b + second
    found: Floats = np.bincount(pairs, weights, a * b).reshape(a, b).astype(np.float64)
    return found


def adjusted_rand(table: Floats) -> float:
    """Return the adjusted Rand index of a cross-table (Hubert & Arabie 1985).

    Weights count as cases: a weight of x makes x (x − 1) / 2 pairs.
    """

    def pairs(weight: Floats) -> Floats:
        found: Floats = weight * (weight - 1) / 2
        return found

    both = float(pairs(table).sum())
    one, other = (float(pairs(table.sum(axis=axis)).sum()) for axis in (0, 1))
    every = float(pairs(table.sum(keepdims=True)).sum())
    expected = one * other / every if every else 0.0
    most = (one + other) / 2
    return (both - expected) / (most - expected) if most > expected else 1.0


def jaccard(table: Floats) -> float:
    """Return the share of pairs together in both partitions among those together in any.

    Σ n_ij² / (Σ n_i·² + Σ n_·j² − Σ n_ij²), as WeightedCluster has it for memberships (u′Wu).
    """
    both = float(np.square(table).sum())
    one, other = (float(np.square(table.sum(axis=axis)).sum()) for axis in (0, 1))
    return both / (one + other - both)
