"""Relative-frequency groups: similar sequences summarised by their commonest states."""

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.sequences.state_sequences import StateSequences

Int64s = Ints


def similarity_order(seqs: StateSequences) -> Int64s:
    """Order sequences by similarity.

    Unique sequences are sorted by their first principal coordinate under the Hamming distance (the
    first principal component of their states by position). Ties and differences below a millionth
    of the range are sorted lexicographically, so that the order depends only on content.

    Returns:
        int64 (n,): row numbers in order.
    """
    unique = seqs.unique()
    states, size = unique.sequences.states, len(seqs.alphabet)
    if len(unique) < 2:
        return np.argsort(unique.inverse, kind="stable")
    cells = seqs.length * size
    column = np.arange(seqs.length) * size
    counts = unique.count.astype(np.float64)
    valid = states < size
    shares = np.zeros((len(unique), cells))
    rows, places = np.nonzero(valid)
    shares[rows, column[places] + states[rows, places]] = 1.0
    # Sums of products of integers are exact in any order of addition.
    together = shares.T @ (shares * counts[:, None])
    total = counts.sum()
    mean = counts @ shares / total
    _, vectors = np.linalg.eigh(together / total - np.outer(mean, mean))
    first = vectors[:, -1]
    first = first * np.sign(first[np.abs(first).argmax()])
    score = shares @ first
    score = np.round((score - score.min()) / max(np.ptp(score), 1e-12), 6)
    rank = np.empty(len(unique), dtype=np.int64)
    rank[np.lexsort([np.arange(len(unique)), score])] = np.arange(len(unique))
    return np.argsort(rank[unique.inverse], kind="stable")


def relative_frequencies(seqs: StateSequences, *, stripes: int, minimum: int) -> pl.DataFrame:
    """Cut ordered sequences into groups of equal size and return the modal state by month.

    The disclosure-safe form of the relative-frequency plot (Fasang & Liao 2014, Sociological
    Methods & Research 43(4)): no group is represented by a real sequence.

    Args:
        seqs: the sequences.
        stripes: largest number of groups.
        minimum: smallest number of sequences in a group; fewer sequences in all form one group.

    Returns:
        One row per stripe and position: stripe (1…), position (1…L), state (the commonest, ties by
        the alphabet), count (sequences in it), size (sequences of the stripe).
    """
    order = similarity_order(seqs)
    groups = max(min(stripes, len(order) // max(minimum, 1)), 1)
    rows = []
    for stripe, members in enumerate(np.array_split(order, groups), start=1):
        states = seqs.states[members]
        for t in range(seqs.length):
            counts = np.bincount(states[:, t], minlength=256)[: len(seqs.alphabet)]
            best = int(counts.argmax())
            name = str(seqs.alphabet[best])
            rows.append((stripe, t + 1, name, int(counts[best]), len(members)))
    schema = {"stripe": pl.Int64, "position": pl.Int64, "state": pl.String}
    return pl.DataFrame(rows, schema={**schema, "count": pl.Int64, "size": pl.Int64}, orient="row")
