"""What starts of a mixture begin from: medoids, Ward's clusters, spread draws, and moves."""

from functools import cached_property
from typing import Protocol

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.typology.medoids.partition_around_medoids import pam
from trajectories.typology.trees.linkage_tree import cut, ward

FEW = 2  # starts up to which none is from the distances between rows
LARGEST_MATRIX = 1000  # rows whose distances are held for medoids and Ward's tree


class Gap(Protocol):
    """The dissimilarities of rows to one of them."""

    def __call__(self, row: int, among: Ints | slice = ..., /) -> Floats:
        """Return the dissimilarities to `row` of the rows `among`, of all by default."""


ALL = slice(None)


class Centres:
    """Sets of different rows from which mixtures of several numbers of clusters may start.

    Among at most a thousand rows the medoids of `pam` and those of Ward's clusters; then rows drawn
    one after the other with a probability that grows with the dissimilarity to the nearest drawn
    before (Arthur & Vassilvitskii 2007).
    """

    def __init__(self, gap: Gap, weights: Floats, seed: int) -> None:
        """Remember the rows.

        Args:
            gap: dissimilarities of all rows to one.
            weights: (u,) weights; rows of weight 0 are no centres.
            seed: seed of the draws.
        """
        self.gap, self.weights, self.seed = gap, weights, seed

    def sets(self, k: int, starts: int) -> list[tuple[str, Ints]]:
        """Return so many sets of k different rows, each with its kind.

        A set does not depend on how many are asked for.

        Args:
            k: number of centres, at most the number of rows with positive weight.
            starts: number of sets.

        Raises:
            UserError: fewer than `k` different rows.
        """
        if k == 1:
            return [("one cluster", np.flatnonzero(self.weights)[:1])]
        # Two starts are asked for where fits are many and small: distances would take most of it.
        found = self._from_distances(k)[:starts] if starts > FEW else []
        for number in range(starts - len(found)):
            drawn = _spread(self.gap, self.weights, k, [self.seed, 2, number])
            found.append(("spread draws", drawn))
        return found

    @cached_property
    def _sample(self) -> tuple[Ints, Floats, Floats, Floats]:
        """Rows between which all distances are held, their masses, distances and Ward's tree."""
        own, mass = np.flatnonzero(self.weights), self.weights
        if own.size > LARGEST_MATRIX:
            random = np.random.default_rng([self.seed, 1])
            drawn = random.multinomial(LARGEST_MATRIX, self.weights / self.weights.sum())
            own, mass = np.flatnonzero(drawn), drawn.astype(np.float64)
        square = np.stack([self.gap(int(row), own) for row in own])
        condensed = square[np.triu_indices(own.size, 1)]
        return own, mass[own], square, ward(condensed, mass[own], start="replicates")

    def _from_distances(self, k: int) -> list[tuple[str, Ints]]:
        own, mass, square, tree = self._sample
        if own.size <= k:
            return []
        condensed = square[np.triu_indices(own.size, 1)]
        medoids = pam(condensed, k, mass, seed=self.seed, starts=4).medoids
        labels = cut(tree, k)
        central = np.empty(k, np.int64)
        for cluster in range(k):
            members = np.flatnonzero(labels == cluster)
            loss = (square[np.ix_(members, members)] * mass[members]).sum(axis=1)
            central[cluster] = members[loss.argmin()]
        return [("medoids", own[medoids]), ("Ward", own[central])]


def nearest(gap: Gap, centres: Ints) -> Ints:
    """Return the position in `centres` of each row's nearest centre; the first if several are."""
    gaps = np.stack([gap(int(centre)) for centre in centres])
    found: Ints = gaps.argmin(axis=0)
    return found


def split_and_merged(
    gap: Gap, weights: Floats, memberships: Floats, misfit: Floats, k: int, seed: list[int]
) -> Floats:
    """Return memberships with one cluster given up and another component split in two.

    The rows of a cluster go to the components that fit them next best, and those of another one
    to the nearer of two rows drawn from it: the way out of a maximum in which two clusters share
    what is one, and one holds what are two (after Ueda et al. 2000).

    Args:
        gap: dissimilarities of all rows to one.
        weights: (u,) weights.
        memberships: (u, components) where an ascent ended.
        misfit: (components,) how badly each fits its rows, which makes it more likely to be split.
        k: number of clusters, at least 2; a further component is noise, and may be split too.
        seed: seed of the choices.
    """
    random = np.random.default_rng(seed)
    merged = int(random.integers(k))
    others = np.delete(np.arange(memberships.shape[1]), merged)
    if not misfit[others].any():
        # Rows of one kind in each of them: there is nothing to split.
        return memberships
    moved = memberships.copy()
    moved[:, merged] = 0.0
    left = moved.sum(axis=1, keepdims=True)
    moved[:, others] = np.where(
        left > 0, moved[:, others] / np.where(left > 0, left, 1.0), 1.0 / others.size
    )
    source = int(others[_draw(misfit[others], random)])
    parts = _parted(gap, weights, moved[:, source], random)
    if parts is None:
        return memberships
    moved[:, [source, merged]] = parts
    return moved


def split(
    gap: Gap, weights: Floats, memberships: Floats, cluster: int, seed: list[int]
) -> Floats | None:
    """Return the memberships (u, 2) of a cluster's two parts; None where no two rows differ.

    Rows belong to the nearer of two that are drawn from the cluster, the second far from the first.

    Args:
        gap: dissimilarities of all rows to one.
        weights: (u,) weights.
        memberships: (u, components) where an ascent ended.
        cluster: the component to be split.
        seed: seed of the draws.
    """
    return _parted(gap, weights, memberships[:, cluster], np.random.default_rng(seed))


def _parted(
    gap: Gap, weights: Floats, membership: Floats, random: np.random.Generator
) -> Floats | None:
    own = weights * membership
    if not own.any():
        return None
    first = gap(_draw(own, random))
    if not (own * first).any():
        return None
    nearer = gap(_draw(own * first, random)) < first
    return np.stack([np.where(nearer, 0.0, membership), np.where(nearer, membership, 0.0)], axis=1)


def _spread(gap: Gap, weights: Floats, k: int, seed: list[int]) -> Ints:
    random = np.random.default_rng(seed)
    drawn = [_draw(weights, random)]
    least = gap(drawn[0])
    for _ in range(k - 1):
        drawn.append(_draw(weights * least, random))
        least = np.minimum(least, gap(drawn[-1]))
    return np.array(drawn)


def _draw(mass: Floats, random: np.random.Generator) -> int:
    upto = np.cumsum(mass)
    if not upto[-1] > 0:
        raise UserError("There are fewer different sequences than clusters: ask for fewer.")
    found = int(np.searchsorted(upto, random.random() * upto[-1], side="right"))
    return min(found, int(np.flatnonzero(mass)[-1]))
