"""Clusters of everybody and of persons drawn anew, from a matrix or from samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import SamplingConfig
from trajectories.dissimilarity.costs import CostMethod, Costs, substitution_costs
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    item_count,
)
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.normalisation import Normalisation
from trajectories.dissimilarity.on_demand import OnDemand, of_states
from trajectories.dissimilarity.options import Measure
from trajectories.sequences import StateSequences
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.sampled_medoids.partitions import METHOD, from_samples
from trajectories.typology.validation.procedure import Procedure, index_values

LOW = "HC"
"""The index that is best when low."""

Distances = Callable[[Floats], OnDemand]


class Clusters(Protocol):
    """A way of clustering items of some weights."""

    def labels(self, space: OnDemand, weights: Floats, /) -> Ints:
        """Return (u,) labels from 0, −1 for items of weight 0."""


@dataclass(frozen=True)
class Clustering:
    """How items of some weights are clustered, and the number of clusters chosen.

    Attributes:
        procedure: how a matrix is clustered, and the numbers of clusters tried.
        index: the index whose best value chooses the number.
        largest: most items with weight whose matrix is computed; with more, CLARA.
        sampling: how CLARA samples.
        seed: seed of samples.
    """

    procedure: Procedure
    index: str
    largest: int
    sampling: SamplingConfig
    seed: int

    def labels(self, space: OnDemand, weights: Floats) -> Ints:
        """Cluster the items with weight.

        Args:
            space: the dissimilarities.
            weights: (u,) weights of the items.

        Returns:
            (u,) labels from 0; −1 for items of weight 0.
        """
        items = np.flatnonzero(weights)
        out = np.full(weights.size, -1, np.int64)
        ks = self.procedure.ks
        if items.size > self.largest:
            found = from_samples(
                space,
                weights,
                ks,
                self.sampling,
                starts=self.procedure.starts,
                seed=self.seed,
                with_quality=len(ks) > 1,
            ).partitions
            labels = {k: found.labels[METHOD, k] for k in ks}
            values = {k: found.quality[METHOD, k][self.index] for k in ks if len(ks) > 1}
            out[items] = labels[self._best(values)][items]
            return out
        d, masses = space.among(items), weights[items]
        labels = self.procedure.labels(d, masses)
        if not labels:
            raise ValueError(f"{items.size} different sequences are fewer than {min(ks)} clusters")
        values = {}
        if len(ks) > 1:
            table = index_values(d, labels, masses, ks)[:, INDICES.index(self.index)]
            values = {k: float(value) for k, value in zip(ks, table, strict=True) if k in labels}
        out[items] = labels[self._best(values)]
        return out

    def _best(self, values: dict[int, float]) -> int:
        """Return the k with the best index, the lower one at ties."""
        if not values:
            return self.procedure.ks[0]
        sign = -1.0 if self.index == LOW else 1.0
        return max(sorted(values), key=lambda k: np.nan_to_num(sign * values[k], nan=-np.inf))


@dataclass(frozen=True, eq=False)
class Source:
    """The items, and which of them each case is.

    Attributes:
        space: the items' dissimilarities where they have given weights.
        item: (n,) item of each case.
        items: their number.
        weights: (n,) the weights that come with the cases; None where all count alike.
    """

    space: Distances
    item: Ints
    items: int
    weights: Floats | None


def of_distances(d: ArrayLike) -> Source:
    """Take condensed distances of n cases."""
    distances = checked_distances(d)
    n = item_count(distances)

    # a draw's matrix is a copy of the pairs drawn, about two fifths of all
    def some(items: Ints) -> Floats:
        whole = items.size == n
        found: NDArray[np.floating] = distances if whole else among(distances, items)
        return found.astype(np.float64, copy=False)

    def between(rows: Ints, columns: Ints) -> Floats:
        raise ValueError("CLARA needs sequences, not their distances")

    space = OnDemand(n, some, between)
    return Source(lambda _: space, np.arange(n), n, None)


def of_sequences(
    seqs: StateSequences,
    measure: Measure,
    costs: CostMethod | Costs | None,
    normalise: Normalisation,
    options: dict[str, Any],
    *,
    reestimate: bool,
) -> Source:
    """Take sequences; with `reestimate`, costs come from the persons drawn."""
    unique = seqs.unique()

    def space(weights: Floats) -> OnDemand:
        own = StateSequences(unique.sequences.states, seqs.alphabet, weights, seqs.long_labels)
        given = substitution_costs(own, costs) if isinstance(costs, str) else costs
        recipe = Recipe.of(own, measure, given, normalise, np.float64, **options)
        return of_states(recipe, own.states, threads=1)

    once = space(unique.sequences.weights)
    weights = None if bool((seqs.weights == 1).all()) else seqs.weights
    item = unique.inverse.astype(np.int64)
    return Source(space if reestimate else lambda _: once, item, len(unique), weights)


def kept(source: Source) -> Source:
    """Compute all dissimilarities of a source once."""
    every = np.arange(source.items)
    whole = of_distances(source.space(np.ones(source.items)).among(every))
    return Source(whole.space, source.item, source.items, source.weights)


def drawn(seed: Sequence[int], count: int) -> Ints:
    """Return how often each of `count` persons is drawn, with replacement."""
    stream = np.random.default_rng(seed)
    return np.bincount(stream.integers(0, count, count), minlength=count)
