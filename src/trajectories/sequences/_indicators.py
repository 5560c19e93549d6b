"""Longitudinal indicators: one row of numbers a sequence."""

import numpy as np
import polars as pl

from trajectories.sequences import _row_kernels
from trajectories.sequences._coding import VOID
from trajectories.sequences._description import normalised_entropy
from trajectories.sequences._state_sequences import StateSequences


def indicators(seqs: StateSequences) -> pl.DataFrame:
    """Describe each sequence.

    Spells are the distinct successive states; missing positions are skipped in them and stay in
    the length. Entropy divides by the log of the alphabet's size, unvisited states included.
    Complexity is √(transitions/(length − 1) · entropy) (Gabadinho, Ritschard, Studer & Müller
    2010). Turbulence is log2(φ·(s²max + 1)/(s² + 1)) with φ the number of distinct subsequences of
    the spells, s² the population variance of their durations and s²max = (spells − 1)·(1 − mean)²
    (Elzinga & Liefbroer 2007).

    Args:
        seqs: the sequences.

    Returns:
        One row a sequence: length (positions that are not void), transitions (spells − 1),
        visited (different states), entropy, complexity, turbulence. Without a valid position
        entropy and complexity are 0 and turbulence is NaN, as in R; complexity of a sequence of
        one position is 0.
    """
    n, size = len(seqs), len(seqs.alphabet)
    length, spells = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    times = np.empty((n, size), dtype=np.int32)
    subsequences, variance = np.empty(n), np.empty(n)
    _row_kernels.describe_rows(
        seqs.states, size, VOID, length, times, spells, subsequences, variance
    )
    valid = times.sum(axis=1)
    shares = times / np.maximum(valid, 1)[:, None]
    entropy = np.abs(normalised_entropy(shares))
    transitions = np.maximum(spells - 1, 0)
    moved = transitions / np.maximum(length - 1, 1)
    mean = valid / np.maximum(spells, 1)
    largest = transitions * (1 - mean) ** 2
    turbulence = np.log2(subsequences * (largest + 1) / (variance + 1))
    return pl.DataFrame(
        {
            "length": length,
            "transitions": transitions,
            "visited": np.count_nonzero(times, axis=1).astype(np.int32),
            "entropy": entropy,
            "complexity": np.sqrt(moved * entropy),
            "turbulence": np.where(valid > 0, turbulence, np.nan),
        }
    )
