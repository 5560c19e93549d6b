"""Samples of unique items and their medoids."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial.distance import squareform

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.typology.partitions import build
from trajectories.typology.sampled_medoids.fuzzy import fuzzy_medoids
from trajectories.typology.sampled_medoids.judged import Settings


def draw(probability: Floats, size: int, seed: Sequence[int]) -> tuple[Ints, Ints]:
    """Draw items with replacement.

    Args:
        probability: (n,) probabilities; they sum to 1.
        size: number of draws.
        seed: seed of the draws.

    Returns:
        The drawn items in ascending order, (m,), and how often each was drawn, (m,).
    """
    ends = np.cumsum(probability)
    points = np.random.default_rng(seed).random(size) * ends[-1]
    items = np.minimum(np.searchsorted(ends, points, side="right"), len(ends) - 1)
    return np.unique(items, return_counts=True)


def medoids_of_sample(
    space: OnDemand, items: Ints, draws: Ints, ks: Sequence[int], settings: Settings, seed: int
) -> dict[int, Ints]:
    """Return a sample's medoids in ascending order, for each k that it has items for.

    Args:
        space: the items' dissimilarities.
        items: (m,) the sample's items.
        draws: (m,) how often each was drawn.
        ks: numbers of clusters.
        settings: `starts`, and `fuzzy` and `noise` for fuzzy clusters.
        seed: seed of random starts.
    """
    possible = [k for k in ks if k <= len(items)]
    if not possible:
        return {}
    d, weights = space.among(items), draws.astype(np.float64)
    found = build(
        d,
        weights,
        methods=("ward", "pam"),
        ks=possible,
        starts=settings.starts,
        seed=seed,
        with_quality=False,
    )
    if settings.fuzzy is None:
        return {k: items[found.medoids["pam", k]] for k in possible}
    square = squareform(d)
    medoids = {}
    for k in possible:
        tried = [
            fuzzy_medoids(
                square,
                weights,
                found.medoids[method, k],
                exponent=settings.fuzzy,
                noise=settings.noise,
            )
            for method in ("ward", "pam")
        ]
        medoids[k] = np.sort(items[min(tried, key=lambda one: one.functional).medoids])
    return medoids
