"""Rank-based sums of partitions: concordant pairs, and sums of smallest and largest distances."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Array, Bools, Floats, Ints
from trajectories.parallel import Team
from trajectories.typology.indices import quality_kernels as kernels

BINS = 1 << 16
SEGMENT_PAIRS = 1 << 22  # pairs that a thread sorts at a time

Distances = NDArray[np.floating]


@dataclass(frozen=True)
class _Segment:
    """Pairs in a range of distances, in ascending order.

    Attributes:
        rises: whether each distance is larger than the preceding one, also across segments.
        firsts: first items.
        seconds: second items.
        products: products of their weights.
        mass: cumulative sum of products, from 0.
        distance: cumulative sum of product × distance, from 0.
        squares: the sum of product × distance².
    """

    rises: Bools
    firsts: Array
    seconds: Array
    products: Floats
    mass: Floats
    distance: Floats
    squares: float

    def up_to(self, mass: Floats) -> Floats:
        """Return the sum of the smallest distances of total weight `mass`, splitting pairs."""
        return np.interp(np.clip(mass, 0, self.mass[-1]), self.mass, self.distance)


@dataclass(frozen=True)
class OrderSums:
    """Sums over pairs sorted by distance.

    Attributes:
        of: (p, 4) by partition: weight of the concordant pairs of pairs (a pair between clusters
            is farther apart than one within), weight of the tied ones, sum of the smallest and of
            the largest distances with the same weight as the pairs within clusters.
        total_squares: Σ_i<j w_i w_j d², the same for all partitions.
    """

    of: Floats
    total_squares: float


def order_sums(
    d: Distances, labels: Ints, masses: Floats, within_pairs: Floats, team: Team
) -> OrderSums:
    """Compute sums over pairs in ascending order of distance, for several partitions at once.

    Pairs are sorted in segments of similar distances, so that memory is bounded.

    Args:
        d: condensed distances.
        labels: (p, n) labels from 0.
        masses: (n,) weights.
        within_pairs: (p,) weight of the pairs within clusters, including items with themselves.
        team: threads that share segments and partitions.
    """
    n = masses.size
    small = np.uint16 if n <= 1 << 16 else np.uint32  # what a core reads at random fits its cache
    narrow = labels.astype(small)
    top = float(d.max())
    scale = (BINS - 1) / top if top > 0 else 0.0
    counts = np.zeros(BINS, np.int64)
    kernels.count_bins(d, scale, counts)
    total_squares = 0.0
    before = float(masses @ masses) / 2  # each item with itself: a distance of 0 within
    state = np.zeros((len(labels), 6))
    state[:, 0] = before
    sums = np.zeros((len(labels), 2))
    beyond = float(masses.sum()) ** 2 / 2 - within_pairs
    segments: dict[int, _Segment] = {}

    def prepare(piece: tuple[int, int]) -> None:
        low, high = piece
        segments[low] = _sorted(d, masses, scale, piece, int(counts[low:high].sum()), small)

    pieces = list(_pieces(counts))
    for start in range(0, len(pieces), team.size):
        batch = pieces[start : start + team.size]
        team.each(prepare, batch)
        for low, _ in batch:
            segment = segments.pop(low)
            _scan(segment, narrow, state, team)
            sums[:, 0] += segment.up_to(within_pairs - before)
            sums[:, 1] += segment.distance[-1] - segment.up_to(beyond - before)
            before += float(segment.mass[-1])
            total_squares += segment.squares
    return OrderSums(np.column_stack([state[:, 4:], sums]), total_squares)


def _pieces(counts: Ints) -> Iterator[tuple[int, int]]:
    """Group adjacent bins so that a group has about `SEGMENT_PAIRS` pairs, or one bin."""
    group = np.cumsum(counts) // SEGMENT_PAIRS
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1), counts.size]
    return ((a, b) for a, b in itertools.pairwise(edges) if counts[a:b].any())


def _sorted(
    d: Distances,
    masses: Floats,
    scale: float,
    bins: tuple[int, int],
    size: int,
    small: type[np.unsignedinteger[Any]],
) -> _Segment:
    """Sort the pairs of some bins by their distance."""
    values = np.empty(size, d.dtype)
    firsts, seconds = np.empty(size, small), np.empty(size, small)
    kernels.select_pairs(d, masses.size, scale, *bins, values, firsts, seconds)
    order = np.argsort(values)
    values, firsts, seconds = values[order], firsts[order], seconds[order]
    products = masses[firsts] * masses[seconds]
    rises = np.empty(size, np.bool_)
    rises[0] = values[0] > 0  # bins part different distances; 0 ties with items themselves
    np.greater(values[1:], values[:-1], out=rises[1:])
    return _Segment(
        rises=rises,
        firsts=firsts,
        seconds=seconds,
        products=products,
        mass=np.concatenate([[0.0], np.cumsum(products)]),
        distance=np.concatenate([[0.0], np.cumsum(products * values)]),
        squares=float((products * np.square(values, dtype=np.float64)).sum()),
    )


def _scan(segment: _Segment, labels: Array, state: Floats, team: Team) -> None:
    def work(p: int) -> None:
        kernels.scan(
            segment.rises, segment.firsts, segment.seconds, segment.products, labels[p], state[p]
        )

    team.each(work, range(len(labels)))
