"""Distances between all pairs of sequences, and from sequences to references."""

from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Ints
from trajectories.dissimilarity.condensed import expand, row_offsets
from trajectories.dissimilarity.costs import Costs
from trajectories.dissimilarity.lanes.blocks import Place, fill
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.normalisation import Normalisation, normalise
from trajectories.dissimilarity.options import Measure
from trajectories.parallel import thread_count
from trajectories.sequences import VOID, StateSequences
from trajectories.sequences.coding import LARGEST_ALPHABET

Sequences = StateSequences | npt.NDArray[np.integer[Any]]
Distances = npt.NDArray[np.floating[Any]]


def pairwise(
    seqs: Sequences,
    measure: Measure,
    costs: Costs | None = None,
    normalise: Normalisation = "none",
    dtype: npt.DTypeLike = np.float64,
    threads: int | None = None,
    **options: Any,
) -> Distances:
    """Return the distances between all pairs of sequences.

    Equal sequences are computed once.

    Args:
        seqs: state sequences, or an integer array (n, L) of states numbered from 0.
        measure: "om" optimal matching; "omloc" localised, "omslen" by spell length, "omspell" of
            spells, "omstran" of transitions; "twed" time-warp edit distance; "lcs", "lcp", "rlcp"
            by the longest common subsequence, prefix or suffix; "ham" Hamming; "dhd" dynamic
            Hamming; "nms", "nmsmst", "svrspell" by common subsequences; "chi2", "euclid" between
            distributions of states.
        costs: the measure's own default by default: for "ham" 1, for "dhd" time-varying
            transition rates of these sequences, else 2 with indel 1. "lcp", "rlcp", "nms",
            "nmsmst", "svrspell", "chi2" and "euclid" take none.
        normalise: "none", "auto" (what suits the measure), "maxlength", "gmean", "maxdist" or
            "yujianbo".
        dtype: float64, or float32 for half the memory and twice the speed. Costs that are integer
            multiples of a unit are added exactly in either; others are added in this precision.
        threads: number of threads; the processor's by default. It does not change the result.
        **options: the measure's options, as `Options` describes them.

    Returns:
        `dtype` (n(n−1)/2,), row-major as SciPy's condensed matrices. Where costs are not
        symmetric, the entry of i < j holds the distance from i to j.

    Raises:
        ValueError: a name is unknown, or costs, options and sequences do not fit.

    Examples:
        >>> from trajectories.dissimilarity import pairwise
        >>> from trajectories.sequences import as_sequences
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> pairwise(seqs, "ham").tolist()
        [1.0, 2.0, 1.0, 1.0, 2.0, 3.0]

    See Also:
        `cross`, `substitution_costs`.

    R equivalent: `TraMineR::seqdist`.
    """
    sequences = as_sequences(seqs, costs)
    recipe = Recipe.of(sequences, measure, costs, normalise, dtype, **options)
    workers = thread_count(threads)
    unique = sequences.unique()
    states, inverse = unique.sequences.states, unique.inverse.astype(np.int64)
    if not recipe.symmetric:
        square = rectangle(recipe, states, states, workers)
        first, second = np.triu_indices(len(sequences), 1)
        return square[inverse[first], inverse[second]]
    if not recipe.model.ordered:
        # Their kernels do not profit from lexicographic order, which `expand` would have to undo.
        states, inverse = by_appearance(states, inverse)
    u = len(states)
    out = np.empty(u * (u - 1) // 2, recipe.dtype)
    fill_condensed(recipe, states, range(u), out, workers)
    return expand(out, inverse, workers)


def cross(
    seqs: Sequences,
    references: Sequences,
    measure: Measure,
    costs: Costs | None = None,
    normalise: Normalisation = "none",
    dtype: npt.DTypeLike = np.float64,
    threads: int | None = None,
    **options: Any,
) -> Distances:
    """Return the distances from sequences to references.

    Args:
        seqs: state sequences, or an integer array (n, L) of states numbered from 0.
        references: m sequences over the same alphabet.
        measure: as in `pairwise`.
        costs: as in `pairwise`; defaults that depend on the sequences are those of `seqs`.
        normalise: as in `pairwise`.
        dtype: as in `pairwise`.
        threads: as in `pairwise`.
        **options: as in `pairwise`.

    Returns:
        `dtype` (n, m): the distance from sequence i to reference j.

    Raises:
        ValueError: a name is unknown, or costs, sequences and references do not fit each other.

    Examples:
        >>> from trajectories.dissimilarity import cross
        >>> from trajectories.sequences import as_sequences
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> cross(seqs, seqs[:2], "lcs").tolist()
        [[0.0, 2.0], [2.0, 0.0], [4.0, 2.0], [2.0, 4.0]]

    See Also:
        `pairwise`.

    R equivalent: `TraMineR::seqdist` with `refseq`.
    """
    sequences = as_sequences(seqs, costs)
    others = as_sequences(references, costs, sequences.alphabet)
    if others.alphabet != sequences.alphabet:
        raise ValueError("sequences and references have different alphabets")
    recipe = Recipe.of(
        sequences, measure, costs, normalise, dtype, longest=others.length, **options
    )
    recipe.check(others)
    unique = sequences.unique()
    square = rectangle(recipe, unique.sequences.states, others.states, thread_count(threads))
    return square[unique.inverse]


def as_sequences(
    seqs: Sequences, costs: Costs | None, alphabet: tuple[str | int, ...] | None = None
) -> StateSequences:
    """Convert an integer array to state sequences over the states 0, 1, …."""
    if isinstance(seqs, StateSequences):
        return seqs
    states = np.asarray(seqs)
    if states.ndim != 2 or not np.issubdtype(states.dtype, np.integer):
        raise ValueError(
            "sequences must be StateSequences, as trajectories.sequences.as_sequences makes them, "
            "or an integer array (n, L)"
        )
    largest = int(states.max(initial=0))
    if largest >= LARGEST_ALPHABET:
        raise ValueError(f"states must be numbers from 0 to {LARGEST_ALPHABET - 1}, not {largest}")
    if alphabet is None:
        alphabet = tuple(range(largest + 1 if costs is None else costs.states))
    if largest >= len(alphabet) or states.min(initial=0) < 0:
        raise ValueError(f"states must be numbers from 0 to {len(alphabet) - 1}")
    return StateSequences(states.astype(np.uint8), alphabet, np.ones(len(states)))


def by_appearance(
    states: npt.NDArray[np.uint8], inverse: Ints
) -> tuple[npt.NDArray[np.uint8], Ints]:
    """Sort unique sequences by first appearance.

    Args:
        states: unique sequences, uint8 (u, L).
        inverse: the unique sequence of each sequence, (n,).

    Returns:
        Both, in the new order.
    """
    first = np.empty(len(states), np.int64)
    first[inverse[::-1]] = np.arange(len(inverse))[::-1]
    order = np.argsort(first)
    rank = np.empty(len(states), np.int64)
    rank[order] = np.arange(len(states))
    return states[order], rank[inverse]


def fill_condensed(
    recipe: Recipe, states: npt.NDArray[np.uint8], rows: range, out: Distances, threads: int
) -> None:
    """Write rows of the condensed matrix of unique sequences.

    Args:
        recipe: the measure.
        states: unique sequences, uint8 (u, L); lexicographic order is fastest.
        rows: the rows to write.
        out: flat output array for these rows.
        threads: number of threads.
    """
    plan = recipe.plan(states[rows.start : rows.stop], states[rows.start :])
    offsets = row_offsets(len(states))[rows.start : rows.stop] + rows.start
    offsets -= offsets[:1] + 1
    fill(plan, Place(out, offsets, ahead=1), threads)
    if recipe.normalisation in ("none", "auto"):
        return
    lengths, scale = recipe.model.positions(_lengths(states)), recipe.model.scale
    end = 0
    for i in rows:
        row = out[end : end + len(states) - i - 1]
        normalise(row, recipe.normalisation, scale, lengths[i], lengths[i + 1 :])
        end += len(row)


def rectangle(
    recipe: Recipe, queries: npt.NDArray[np.uint8], targets: npt.NDArray[np.uint8], threads: int
) -> Distances:
    """Return the distances of each query to each target."""
    out = np.empty((len(queries), len(targets)), recipe.dtype)
    offsets = np.arange(len(queries), dtype=np.int64) * len(targets)
    plan = recipe.plan(queries, targets)
    fill(plan, Place(out.reshape(-1), offsets, ahead=-len(queries)), threads)
    if recipe.normalisation not in ("none", "auto"):
        first, second = (recipe.model.positions(_lengths(part)) for part in (queries, targets))
        normalise(out, recipe.normalisation, recipe.model.scale, first[:, None], second)
    return out


def _lengths(states: npt.NDArray[np.uint8]) -> Ints:
    lengths: Ints = (states != VOID).sum(axis=1, dtype=np.int64)
    return lengths
