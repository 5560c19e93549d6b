"""Persons drawn with replacement, and the typology made anew from those drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import ndtri

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.parallel import Team
from trajectories.typology.medoids.fasterpam import swap

Statistic = Callable[[Ints, Floats], Floats]
"""Clusters from 0 and weights of all windows in, numbers out."""

CANDIDATES_KEY, REPLICATE_KEY = 0, 1


@dataclass(frozen=True, eq=False)
class Typed:
    """Windows with a typology around medoids.

    Attributes:
        space: the dissimilarities of the unique sequences.
        item: (n,) the unique sequence of each window.
        person: (n,) the person of each window.
        weight: (n,) its weight.
        cluster: (n,) its cluster, from 0.
        medoids: (k,) the unique sequence of each cluster's medoid.
    """

    space: OnDemand
    item: Ints
    person: Ints
    weight: Floats
    cluster: Ints
    medoids: Ints


def resampled(
    typed: Typed,
    statistic: Statistic,
    *,
    replicates: int,
    seed: int,
    recluster: bool = True,
    candidates: int = 2000,
    threads: int | None = None,
) -> Floats:
    """Compute a statistic in samples of persons, each with a typology of its own.

    In each replicate persons are drawn with replacement, with all their windows; medoids are
    improved by FasterPAM's swaps from those of the typology, windows go to the nearest one, and
    clusters keep the number of the old cluster with which they share most weight (Hungarian
    method). Medoids are sought among `candidates` unique sequences, drawn once in proportion to
    their weight, which stand for all: each replicate weights them by how often they were drawn
    and by the replicate's weight over the original one.

    Args:
        typed: windows and typology.
        statistic: what is computed; called from several threads.
        replicates: number of samples.
        seed: seed of the samples; replicate r depends on seed and r alone.
        recluster: false keeps each window's cluster, so that only persons vary.
        candidates: most unique sequences among which medoids are sought.
        threads: number of threads; the processor's by default.

    Returns:
        (replicates, s) the statistics.
    """
    people = int(typed.person.max()) + 1
    own = np.unique(typed.person)
    search = _Search(typed, seed, candidates) if recluster else None
    out: list[Floats | None] = [None] * replicates

    def work(number: int) -> None:
        stream = np.random.default_rng([seed, REPLICATE_KEY, number])
        drawn = own[stream.integers(0, len(own), len(own))]
        weight = typed.weight * np.bincount(drawn, minlength=people)[typed.person]
        cluster = typed.cluster if search is None else search.labels(weight)
        out[number] = statistic(cluster, weight)

    with Team(threads) as team:
        team.each(work, range(replicates), "replicates of persons")
    return np.array(out)


def normal_interval(
    estimate: Floats, replicates: Floats, confidence: float
) -> tuple[Floats, Floats, Floats]:
    """Return the standard deviation over replicates, and the normal interval about an estimate.

    Args:
        estimate: (s,) the estimates.
        replicates: (r, s) as `resampled` returns them; replicates without a number are left out.
        confidence: level.
    """
    se = np.nanstd(replicates, axis=0, ddof=1)
    half = float(ndtri(0.5 + confidence / 2)) * se
    return se, estimate - half, estimate + half


class _Search:
    """The search for medoids among candidates."""

    def __init__(self, typed: Typed, seed: int, most: int) -> None:
        self.typed = typed
        self.total = np.bincount(typed.item, weights=typed.weight, minlength=typed.space.size)
        held = np.flatnonzero(self.total > 0)
        if len(held) <= most:
            self.items, self.times = np.union1d(held, typed.medoids), None
        else:
            stream = np.random.default_rng([seed, CANDIDATES_KEY])
            chance = self.total / self.total.sum()
            counts = np.bincount(stream.choice(len(chance), most, p=chance), minlength=len(chance))
            self.items = np.union1d(np.flatnonzero(counts), typed.medoids)
            self.times = counts[self.items] / np.maximum(self.total[self.items], 1e-300)
        self.start = np.searchsorted(self.items, typed.medoids)
        # One thread a replicate: the team outside shares them out.
        self.rows = Rows(typed.space.among(self.items), Team(1))
        self.columns: dict[int, Floats] = {}

    def labels(self, weight: Floats) -> Ints:
        """Cluster windows of some weights; return the cluster of every window."""
        typed = self.typed
        mass = np.bincount(typed.item, weights=weight, minlength=typed.space.size)
        candidates: Floats = mass[self.items].astype(np.float64)
        if self.times is not None:
            candidates = candidates * self.times
        (found,), _ = swap(self.rows, candidates, [self.start])
        distances = np.stack([self._column(int(item)) for item in self.items[found]])
        new = distances.argmin(axis=0)[typed.item]
        k = len(typed.medoids)
        shared = np.bincount(new * k + typed.cluster, weights=weight, minlength=k * k)
        _, renamed = linear_sum_assignment(-shared.reshape(k, k))
        named: Ints = np.asarray(renamed, dtype=np.int64)[new]
        return named

    def _column(self, item: int) -> Floats:
        """Return the distances of all unique sequences to one, computed once."""
        found = self.columns.get(item)
        if found is None:
            every = np.arange(self.typed.space.size)
            found = self.typed.space.between(every, np.array([item]))[:, 0]
            self.columns[item] = found
        return found
