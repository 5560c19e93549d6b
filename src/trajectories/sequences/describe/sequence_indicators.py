"""Longitudinal indicators of each sequence, as R's seqindic."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.sequences import row_kernels as _row_kernels
from trajectories.sequences.coding import VOID
from trajectories.sequences.convert.spells import spell_rows
from trajectories.sequences.describe.cross_sections import divided, transition_rates
from trajectories.sequences.state_sequences import StateSequences

Int64s = Ints


@dataclass(frozen=True, eq=False)
class Rows:
    """Counts from which indicators are computed; every array is (n,).

    Attributes:
        length: positions that are not void.
        valid: positions with a state.
        spells: distinct successive states.
        visited: distinct states.
        squares: sum of the spells' squared durations.
        entropy: entropy of the time in each state, natural logarithm.
        subsequences: distinct subsequences of the spells, including the empty one.
        bits: the binary logarithm of `subsequences`.
        size: size of the alphabet.
    """

    length: Int64s
    valid: Int64s
    spells: Int64s
    visited: Int64s
    squares: Int64s
    entropy: Floats
    subsequences: Floats
    bits: Floats
    size: int


def described(seqs: StateSequences) -> Rows:
    """Return the counts of each sequence."""
    length, valid, spells, visited, squares = np.empty((5, len(seqs)), dtype=np.int64)
    entropy, subsequences, bits = np.empty((3, len(seqs)))
    size = len(seqs.alphabet)
    _row_kernels.describe_rows(
        seqs.states,
        size,
        VOID,
        length,
        valid,
        spells,
        visited,
        squares,
        entropy,
        subsequences,
        bits,
    )
    return Rows(length, valid, spells, visited, squares, entropy, subsequences, bits, size)


def indicators(
    seqs: StateSequences,
    *,
    with_missing: bool = False,
    volatility_weight: float = 0.5,
    longest: int | None = None,
) -> pl.DataFrame:
    """Describe each sequence by all of R's seqindic set.

    Spells are the distinct successive states, skipping missing positions, which count in the
    length. `docs/sequences.md` gives the definitions and their sources.

    Args:
        seqs: the sequences.
        with_missing: whether to treat missing as a state.
        volatility_weight: the weight of the visited states in the volatility, 0 to 1.
        longest: the length at which turbulence is normalised; by default that of the longest
            sequence, so that normalised numbers then depend on the set.

    Returns:
        One row per sequence: length (positions that are not void), valid (with a state, which
        missing is not), spells,
        transitions (spells − 1), transition_share (of length − 1), visited (different states),
        visited_share (of the alphabet), recurrence (spells a visited state), entropy (÷ log of the
        alphabet's size), mean_duration and sd_duration (of spells, population), mean_duration_2
        and sd_duration_2 (unvisited states count as spells of no duration), subsequences (of the
        spells), volatility, complexity, turbulence, turbulence_norm, turbulence_2 and
        turbulence_2_norm. Numbers that a sequence without a state does not have are NaN.

    Raises:
        ValueError: the weight lies outside 0 to 1.

    Examples:
        >>> from trajectories.sequences import as_sequences, indicators
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> indicators(seqs)["transitions"].to_list()
        [1, 1, 0, 0]

    See Also:
        `moving_indicators`, `ranked_indicators`.

    R equivalent: `TraMineR::seqindic`.
    """
    known = np.count_nonzero(seqs.states < VOID, axis=1)
    seqs = seqs.with_missing_state() if with_missing else seqs
    rows = described(seqs)
    transitions = np.maximum(rows.spells - 1, 0)
    moved = transitions / np.maximum(rows.length - 1, 1)
    entropy = rows.entropy / np.log(max(rows.size, 2))
    mean, sd = durations(rows, version=1)
    mean_2, sd_2 = durations(rows, version=2)
    one, two = turbulence(rows, version=1), turbulence(rows, version=2)
    most = int(rows.length.max(initial=0)) if longest is None else longest
    return pl.DataFrame(
        {
            "length": rows.length,
            "valid": known,
            "spells": rows.spells,
            "transitions": transitions,
            "transition_share": moved,
            "visited": rows.visited,
            "visited_share": rows.visited / rows.size,
            "recurrence": divided(rows.spells, rows.visited),
            "entropy": entropy,
            "mean_duration": mean,
            "sd_duration": sd,
            "mean_duration_2": mean_2,
            "sd_duration_2": sd_2,
            "subsequences": rows.subsequences,
            "volatility": volatility(rows, weight=volatility_weight),
            "complexity": np.sqrt(moved * entropy),
            "turbulence": one,
            "turbulence_norm": _normalised(one, rows.size, most, version=1),
            "turbulence_2": two,
            "turbulence_2_norm": _normalised(two, rows.size, most, version=2),
        },
        schema_overrides=dict.fromkeys(
            ("length", "valid", "spells", "transitions", "visited"), pl.Int32
        ),
    )


def rare_transitions(seqs: StateSequences) -> Floats:
    """Return the number of transitions, each weighted by 1 − its rate.

    Rates are those of `transition_rates` over all sequences, transitions those between distinct
    successive states, as seqtransn(pweight = TRUE); float64 (n,).
    """
    spells = spell_rows(seqs)
    later = np.flatnonzero(spells.place > 0)
    kept = 1 - transition_rates(seqs)[spells.state[later - 1], spells.state[later]]
    return np.bincount(spells.sequence[later], kept, len(seqs)).astype(np.float64)


def durations(rows: Rows, *, version: int) -> tuple[Floats, Floats]:
    """Return mean and population standard deviation of the durations of spells.

    Args:
        rows: the sequences.
        version: 1 for the spells only, 2 with each unvisited state as a spell of duration 0
            (Ritschard 2021).
    """
    count = rows.spells if version == 1 else rows.spells + rows.size - rows.visited
    # Integers until the last division, so that nothing cancels.
    spread = count * rows.squares - rows.valid**2
    return divided(rows.valid, count), np.sqrt(divided(spread, count**2))


def largest_variance(rows: Rows, *, version: int) -> Floats:
    """Return the largest variance of durations with the same number of spells and positions.

    All spells but one then last one position. Version 2 assumes the most unvisited states: all but
    one for one spell, all but two for more.
    """
    spells, valid = rows.spells, rows.valid
    if version == 1:
        return np.maximum(spells - 1, 0) * (1 - divided(valid, spells)) ** 2
    unvisited = np.where(spells == 1, rows.size - 1, max(rows.size - 2, 0))
    count = np.maximum(spells + unvisited, 1)
    squares = np.maximum(spells - 1, 0) + np.maximum(valid - spells + 1, 0) ** 2
    return np.where(spells > 0, divided(count * squares - valid**2, count**2), 0.0)


def turbulence(rows: Rows, *, version: int) -> Floats:
    """Return log2(φ·(s²max + 1)/(s² + 1)) (Elzinga & Liefbroer 2007), NaN without a spell in 1."""
    variance = durations(rows, version=version)[1] ** 2
    if version == 2:
        variance = np.nan_to_num(variance)
    return rows.bits + np.log2((largest_variance(rows, version=version) + 1) / (variance + 1))


def volatility(rows: Rows, *, weight: float = 0.5, adjust: bool = True) -> Floats:
    """Return the objective volatility (Ritschard 2021).

    Args:
        rows: the sequences.
        weight: weight of the share of visited states; the rest is that of transitions.
        adjust: whether to exclude the first visited state, so that staying gives 0.

    Raises:
        ValueError: the weight lies outside 0 to 1.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"the weight must lie between 0 and 1, not {weight}")
    moved = np.maximum(rows.spells - 1, 0) / np.maximum(rows.length - 1, 1)
    seen = rows.visited / rows.size
    if adjust:
        seen = np.maximum(rows.visited - 1, 0) / max(rows.size - 1, 1)
    result: Floats = weight * seen + (1 - weight) * moved
    return result


def _normalised(values: Floats, size: int, longest: int, *, version: int) -> Floats:
    """Return (T − 1)/(T of a sequence that runs through the alphabet over and over − 1), ≥ 0."""
    cycle = (np.arange(longest) % size).astype(np.uint8)[None, :]
    full = StateSequences(cycle, tuple(range(size)), np.ones(1))
    most = float(turbulence(described(full), version=version)[0]) if longest else np.nan
    share = divided(values - 1, np.full(len(values), most - 1))
    return np.where(values < 1, 0.0, share)
