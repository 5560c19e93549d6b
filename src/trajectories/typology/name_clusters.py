"""Names of clusters, from their dominant states, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints

Order = Literal["states", "size"]


@dataclass(frozen=True)
class Clusters:
    """Named clusters in their final order.

    Attributes:
        labels: (u,) int64 positions 0…k−1 in this order.
        medoids: (k,) int64, the medoid of each cluster.
        names: k distinct names.
        states: the dominant states in each name, by mean time.
        shares: (k, alphabet) share of each state in the cluster's months.
    """

    labels: Ints
    medoids: Ints
    names: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    shares: Floats


def name_clusters(
    labels: Ints,
    medoids: Ints,
    states: NDArray[np.uint8],
    alphabet: Sequence[str],
    weights: Floats,
    *,
    share: float = 0.2,
    largest: int = 3,
    order: Order = "states",
) -> Clusters:
    """Name and order the clusters of a partition.

    A name lists the states with at least `share` of the cluster's months, the longest first, at
    most `largest` and at least one. Clusters with the same name get further states, by mean time,
    until they differ, and a number if they still do not.

    Args:
        labels: (u,) cluster of each sequence, 0…k−1.
        medoids: (k,) medoid of each cluster.
        states: (u, L) positions in the alphabet.
        alphabet: the states.
        weights: (u,) weights.
        share: smallest share of months of a state in a name.
        largest: largest number of states in a name.
        order: `states` numbers clusters by the alphabet's order of the states in their names,
            `size` by their weight; ties go to the larger, then to the earlier medoid.
    """
    k = medoids.size
    shares = state_shares(labels, k, states, len(alphabet), weights)
    ranked = np.argsort(-shares, axis=1, kind="stable")
    lengths = np.clip((shares >= share).sum(axis=1), 1, largest)
    _lengthen_twins(ranked, lengths)
    chosen = [tuple(int(s) for s in ranked[c, : lengths[c]]) for c in range(k)]
    sizes = np.bincount(labels, weights=weights, minlength=k)
    keys = [
        ((chosen[c] if order == "states" else ()), -float(sizes[c]), int(medoids[c]))
        for c in range(k)
    ]
    sequence = sorted(range(k), key=lambda c: keys[c])
    place = np.empty(k, np.int64)
    place[sequence] = np.arange(k)
    named = tuple(tuple(alphabet[s] for s in chosen[c]) for c in sequence)
    return Clusters(
        labels=place[labels],
        medoids=medoids[sequence],
        names=_numbered([" + ".join(words) for words in named]),
        states=named,
        shares=shares[sequence],
    )


def state_shares(
    labels: Ints, k: int, states: NDArray[np.uint8], size: int, weights: Floats
) -> Floats:
    """Return the weighted share of each state in each cluster's months, (k, size)."""
    cells = labels[:, np.newaxis] * size + states
    mass = np.repeat(weights, states.shape[1])
    time = np.bincount(cells.ravel(), weights=mass, minlength=k * size).reshape(k, size)
    return np.asarray(time / time.sum(axis=1, keepdims=True))


def _lengthen_twins(ranked: Ints, lengths: Ints) -> None:
    """Add states to equal names until they differ or all states are named."""
    while True:
        names = [tuple(row[:length]) for row, length in zip(ranked, lengths, strict=True)]
        twins = [
            c
            for c, name in enumerate(names)
            if names.count(name) > 1 and lengths[c] < ranked.shape[1]
        ]
        if not twins:
            return
        lengths[twins] += 1


def _numbered(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(f"{name} {seen[name]}" if names.count(name) > 1 else name)
    return tuple(out)


def spell_text(sequence: NDArray[np.uint8], alphabet: Sequence[str]) -> str:
    """Return a sequence as spells with their lengths in months, such as `SA_PASSIVE/18-JOB/6`."""
    starts = np.flatnonzero(np.diff(sequence, prepend=np.array([255], np.uint8)))
    lengths = np.diff(starts, append=sequence.size)
    return "-".join(
        f"{alphabet[sequence[start]]}/{length}"
        for start, length in zip(starts, lengths, strict=True)
    )
