"""Fuzzy clustering around medoids, with and without a noise cluster."""

from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Floats, Ints

LARGEST_CHANGE = 0.001
ITERATIONS = 100


@dataclass(frozen=True)
class FuzzyPartition:
    """Fuzzy clusters of n items around k medoids.

    Attributes:
        medoids: (k,) items.
        memberships: (n, k), or (n, k + 1) with the noise cluster last; rows sum to 1.
        functional: Σ w u^m d, which the medoids minimise.
    """

    medoids: Ints
    memberships: Floats
    functional: float


def memberships(d: Floats, exponent: float) -> Floats:
    """Return memberships from distances to medoids: u ∝ d^(−1/(m − 1)).

    Args:
        d: (n, k) distances; with a noise cluster its constant distance is a further column.
        exponent: m, more than 1; the larger, the fuzzier.

    Returns:
        (n, k), rows sum to 1; an item at distance 0 belongs to the first such medoid alone.
    """
    nearest = d.min(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Relative to the nearest, so that no power overflows.
        u: Floats = (nearest / d) ** (1 / (exponent - 1))
        u /= u.sum(axis=1, keepdims=True)
    at_medoid = nearest[:, 0] == 0
    u[at_medoid] = 0
    u[at_medoid, d[at_medoid].argmin(axis=1)] = 1
    return u


def fuzzy_medoids(
    square: Floats,
    weights: Floats,
    start: Ints,
    *,
    exponent: float = 1.5,
    noise: float | None = None,
) -> FuzzyPartition:
    """Find k medoids that minimise Σ w u^m d, from given ones.

    Fuzzy c-medoids (Krishnapuram et al. 2001); the noise cluster is Davé's (1991). Medoids and
    memberships are improved in turn until no membership changes by more than 0.001.

    Args:
        square: (n, n) distances.
        weights: (n,) weights.
        start: (k,) medoids.
        exponent: m, more than 1.
        noise: constant distance of the noise cluster; none without it.

    Returns:
        The partition with the lowest functional that was seen.

    R equivalent: `WeightedCluster::wfcmdd`.
    """
    medoids = np.array(start)
    found = _at(square, weights, medoids, exponent, noise)
    for _ in range(ITERATIONS):
        mass = weights[:, None] * found.memberships[:, : len(medoids)] ** exponent
        moved = _moved(square, mass, found.memberships[:, : len(medoids)])
        following = _at(square, weights, moved, exponent, noise)
        change = np.abs(following.memberships - found.memberships).max()
        if following.functional < found.functional:
            found = following
        if change <= LARGEST_CHANGE or np.array_equal(moved, medoids):
            break
        medoids = moved
    return found


def _moved(square: Floats, mass: Floats, u: Floats) -> Ints:
    """Return each cluster's best medoid among items that are not full members elsewhere."""
    cost = square @ mass
    full = u >= 1
    taken = full.any(axis=1, keepdims=True) & ~full
    cost[taken] = np.inf
    medoids: list[int] = []
    for g in range(u.shape[1]):
        cost[medoids, g] = np.inf
        medoids.append(int(cost[:, g].argmin()))
    return np.array(medoids)


def _at(
    square: Floats, weights: Floats, medoids: Ints, exponent: float, noise: float | None
) -> FuzzyPartition:
    d = square[:, medoids]
    if noise is not None:
        d = np.column_stack([d, np.full(len(d), noise)])
    u = memberships(d, exponent)
    return FuzzyPartition(medoids, u, float(weights @ (u**exponent * d).sum(axis=1)))


def representativeness(d: Floats, largest: float) -> Floats:
    """Return 1 − d / largest, how well each medoid represents an item (Helske et al. 2024).

    Args:
        d: (n, k) distances to the medoids.
        largest: the measure's theoretical maximum.
    """
    share: Floats = 1 - d / largest
    return np.clip(share, 0.0, 1.0)
