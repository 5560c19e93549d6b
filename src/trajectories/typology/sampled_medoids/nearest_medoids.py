"""Assignment of every item to the nearest medoid, block by block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.on_demand import OnDemand

BLOCK = 1 << 15
"""Items whose distances to the medoids are in memory at a time."""


@dataclass(frozen=True)
class Assigned:
    """Items assigned to the nearest of k medoids.

    Attributes:
        labels: position of each item's medoid, uint8 (n,), the first one at ties; k for noise.
        distance: Σ w d(i, m) / Σ w, m the nearest medoid.
        within: weighted mean distance to the medoid, by cluster, (k,).
        simplified_silhouette: Σ w (b − a) / max(a, b) / Σ w, a ≤ b the distances to the two
            nearest medoids; NaN for k = 1.
        weight: weight of each cluster, (k,).
    """

    labels: npt.NDArray[np.uint8]
    distance: float
    within: Floats
    simplified_silhouette: float
    weight: Floats


def assign(
    space: OnDemand,
    items: Ints,
    weights: Floats,
    medoids: Mapping[int, Ints],
    *,
    noise: float | None = None,
) -> dict[int, Assigned]:
    """Assign items to the nearest medoid of each set, in one pass over the items.

    Args:
        space: the items' dissimilarities.
        items: (n,) the items to assign.
        weights: (n,) their weights, some above 0.
        medoids: sets of medoids, (k,) items each, by name.
        noise: distance from which an item belongs to no medoid; without it, all do.
    """
    every, places = _together(list(medoids.values()))
    sums = {name: _Sums(len(own), len(items)) for name, own in medoids.items()}
    for start in range(0, len(items), BLOCK):
        block = slice(start, min(start + BLOCK, len(items)))
        d = space.between(items[block], every)
        for own, place in zip(sums.values(), places, strict=True):
            own.add(np.ascontiguousarray(d[:, place]), weights[block], block, noise)
    return {name: own.result() for name, own in sums.items()}


def _together(sets: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    every, inverse = np.unique(np.concatenate(sets), return_inverse=True)
    ends = np.cumsum([len(own) for own in sets])
    return every, np.split(inverse.ravel(), ends[:-1])


class _Sums:
    """What is summed over blocks for one set of k medoids."""

    def __init__(self, k: int, n: int) -> None:
        self.labels = np.empty(n, np.uint8)
        self.total = np.zeros(k + 1)
        self.weight = np.zeros(k + 1)
        self.silhouette = 0.0

    def add(self, d: Floats, weights: Floats, block: slice, noise: float | None) -> None:
        """Add a block: distances (b, k) and weights (b,)."""
        k = d.shape[1]
        labels = d.argmin(axis=1)
        nearest = d[np.arange(len(d)), labels]
        if k > 1:
            d[np.arange(len(d)), labels] = np.inf
            second = d.min(axis=1)
            width = np.divide(second - nearest, second, out=np.zeros_like(second), where=second > 0)
            self.silhouette += float(weights @ width)
        if noise is not None:
            far = nearest > noise
            labels[far], nearest[far] = k, noise
        self.labels[block] = labels
        self.total += np.bincount(labels, weights * nearest, k + 1)
        self.weight += np.bincount(labels, weights, k + 1)

    def result(self) -> Assigned:
        """Divide by the weights."""
        k = len(self.total) - 1
        mass = float(self.weight.sum())
        clusters = self.weight[:k]
        return Assigned(
            labels=self.labels,
            distance=float(self.total.sum()) / mass,
            within=np.divide(self.total[:k], clusters, out=np.zeros(k), where=clusters > 0),
            simplified_silhouette=self.silhouette / mass if k > 1 else np.nan,
            weight=clusters,
        )
