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

Anew = Callable[[Floats], Ints]

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
        anew: how unique sequences of given weights are clustered, where a model and not medoids
            makes the typology; labels from 0, −1 without weight.
    """

    space: OnDemand
    item: Ints
    person: Ints
    weight: Floats
    cluster: Ints
    medoids: Ints
    anew: Anew | None = None


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

    In each replicate persons are drawn with replacement, with all their windows; a model is fitted
    anew, or medoids are improved by FasterPAM's swaps from those of the typology and windows go to
    the nearest one;
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
    around = recluster and typed.anew is None
    search = _Search(typed, seed, candidates) if around else None
    out: list[Floats | None] = [None] * replicates

    def work(number: int) -> None:
        stream = np.random.default_rng([seed, REPLICATE_KEY, number])
        drawn = own[stream.integers(0, len(own), len(own))]
        weight = typed.weight * np.bincount(drawn, minlength=people)[typed.person]
        cluster = typed.cluster
        if search is not None:
            cluster = search.labels(weight)
        elif recluster and typed.anew is not None:
            mass = np.bincount(typed.item, weights=weight, minlength=typed.space.size)
            cluster = renamed(typed, typed.anew(mass.astype(np.float64))[typed.item], weight)
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


def renamed(typed: Typed, new: Ints, weight: Floats) -> Ints:
    """Give new clusters the number of the old one with which they share most weight.

    Args:
        typed: windows and typology.
        new: (n,) new clusters, 0…k−1; −1 for windows without weight, which keep their cluster.
        weight: (n,) weights of the windows.
    """
    k = len(typed.medoids)
    counted = new >= 0
    cell = new[counted] * k + typed.cluster[counted]
    shared = np.bincount(cell, weights=weight[counted], minlength=k * k)
    _, names = linear_sum_assignment(-shared.reshape(k, k))
    named: Ints = np.where(counted, np.asarray(names, dtype=np.int64)[new], typed.cluster)
    return named


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
        return renamed(typed, distances.argmin(axis=0)[typed.item], weight)

    def _column(self, item: int) -> Floats:
        """Return the distances of all unique sequences to one, computed once."""
        found = self.columns.get(item)
        if found is None:
            every = np.arange(self.typed.space.size)
            found = self.typed.space.between(every, np.array([item]))[:, 0]
            self.columns[item] = found
        return found
