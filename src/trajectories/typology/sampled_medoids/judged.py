"""Medoids judged by how they fit items, crisp and fuzzy."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.typology.sampled_medoids import fuzzy as fuzziness
from trajectories.typology.sampled_medoids import stability
from trajectories.typology.sampled_medoids.criteria import Criterion, criteria
from trajectories.typology.sampled_medoids.nearest_medoids import BLOCK, assign


@dataclass(frozen=True)
class Settings:
    """How CLARA draws, clusters and compares samples; meanings as in `clara`."""

    criterion: Criterion = "distance"
    samples: int = 20
    sample_size: int = 2_000
    evaluated: int = 20_000
    fuzzy: float | None = None
    noise: float | None = None
    representativeness: float | None = None
    starts: int = 3

    def __post_init__(self) -> None:
        """Check ranges and combinations."""
        if self.fuzzy is not None and not self.fuzzy > 1:
            raise ValueError(f"fuzzy is the exponent m and must be more than 1, not {self.fuzzy}")
        if self.representativeness is not None and self.fuzzy is not None:
            raise ValueError("clusters are either fuzzy or have representativeness: leave one out")
        for name in ("noise", "representativeness"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is a distance and must be more than 0, not {value}")
        for name in ("samples", "sample_size", "evaluated"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")


@dataclass(frozen=True)
class Judged:
    """Medoids and how they fit some items.

    Attributes:
        medoids: (k,) items.
        labels: (n,) uint8 position of each item's medoid; k for noise.
        memberships: (n, k) or (n, k + 1), None where clusters are crisp.
        criteria: the five criteria.
    """

    medoids: Ints
    labels: npt.NDArray[np.uint8]
    memberships: Floats | None
    criteria: dict[Criterion, float]

    def cross_table(self, other: "Judged", weights: Floats) -> Floats:
        """Return the weight that is together in a cluster of each, float64 (a, b)."""
        if self.memberships is None or other.memberships is None:
            return stability.cross_table(self.labels, other.labels, weights)
        table: Floats = self.memberships.T @ (weights[:, None] * other.memberships)
        return table


def judge(
    space: OnDemand, items: Ints, weights: Floats, medoids: Mapping[int, Ints], settings: Settings
) -> dict[int, Judged]:
    """Judge sets of medoids by some items.

    Args:
        space: the items' dissimilarities.
        items: (n,) items.
        weights: (n,) their weights.
        medoids: sets of medoids by number of clusters.
        settings: whether clusters are fuzzy.
    """
    if not medoids:
        return {}
    if settings.fuzzy is not None:
        return {k: _fuzzy(space, items, weights, own, settings) for k, own in medoids.items()}
    assigned = assign(space, items, weights, medoids, noise=settings.noise)
    return {
        k: Judged(
            medoids[k],
            one.labels,
            None,
            criteria(
                one.distance,
                one.within,
                one.simplified_silhouette,
                space.between(medoids[k], medoids[k]),
            ),
        )
        for k, one in assigned.items()
    }


def everybody(
    space: OnDemand, weights: Floats, medoids: Mapping[int, Ints], settings: Settings
) -> dict[int, Judged]:
    """Judge sets of medoids by all items, with memberships where `settings` ask for them."""
    items = np.arange(space.size)
    found = judge(space, items, weights, medoids, settings)
    largest = settings.representativeness
    if largest is None:
        return found
    with_shares = {}
    for k, one in found.items():
        shares = np.empty((space.size, k))
        for start in range(0, space.size, BLOCK):
            block = items[start : start + BLOCK]
            d = space.between(block, one.medoids)
            shares[block] = fuzziness.representativeness(d, largest)
        with_shares[k] = Judged(one.medoids, one.labels, shares, one.criteria)
    return with_shares


def _fuzzy(
    space: OnDemand, items: Ints, weights: Floats, medoids: Ints, settings: Settings
) -> Judged:
    """Judge fuzzy clusters; the noise cluster has a membership and no part in the criteria."""
    assert settings.fuzzy is not None
    k, noise = len(medoids), settings.noise
    u = np.empty((len(items), k + (noise is not None)))
    powered = plain = silhouette = certain = 0.0
    within, mass = np.zeros(k), np.zeros(k)
    for start in range(0, len(items), BLOCK):
        block = slice(start, start + BLOCK)
        d, w = space.between(items[block], medoids), weights[block]
        columns = d if noise is None else np.column_stack([d, np.full(len(d), noise)])
        own = fuzziness.memberships(columns, settings.fuzzy)
        u[block] = own
        powered += float(w @ (own**settings.fuzzy * columns).sum(axis=1))
        plain += float(w @ (own * columns).sum(axis=1))
        within += w @ (own[:, :k] * d)
        mass += w @ own[:, :k]
        if k > 1:
            two = np.sort(own, axis=1)[:, -2:]
            near = np.sort(d, axis=1)[:, :2]
            width = np.divide(
                near[:, 1] - near[:, 0], near[:, 1], out=np.zeros(len(d)), where=near[:, 1] > 0
            )
            silhouette += float((w * (two[:, 1] - two[:, 0])) @ width)
            certain += float(w @ (two[:, 1] - two[:, 0]))
    total = float(weights.sum())
    between = space.between(medoids, medoids)
    found = criteria(
        powered / total,
        np.divide(within, mass, out=np.zeros(k), where=mass > 0),
        silhouette / certain if certain else np.nan,
        between,
    )
    if k > 1:
        found["pbm"] *= (powered / plain) ** 2  # Its mean distance weighs by u, not u^m.
    return Judged(medoids, u.argmax(axis=1).astype(np.uint8), u, found)
