"""Normative indicators, based on positive and negative states or on an order of states.

Definitions as Ritschard (2021), "Measuring the nature of individual sequences", Sociological
Methods & Research, and Ritschard, Bussi & O'Reilly (2018) for precarity.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Floats
from trajectories.sequences.coding import MISSING, State
from trajectories.sequences.convert.spells import SpellRows, distinct_states, spell_rows
from trajectories.sequences.describe.cross_sections import transition_counts
from trajectories.sequences.describe.sequence_indicators import described, volatility
from trajectories.sequences.describe.state_order import StateOrder
from trajectories.sequences.state_sequences import StateSequences

Method = Literal[
    "rank", "one", "freq", "trate", "tratedss", "rank+", "freq+", "trate+", "tratedss+"
]
Penalised = Literal["both", "worse", "better"]
Weighting = Literal["additive", "inverse", "log"]


def integration(seqs: StateSequences, *, power: float = 1.0) -> Floats:
    """Return the integration index of each state, as seqintegr.

    The index of a state is Σ tᵖ over its positions t = 1… ÷ Σ tᵖ over all valid positions
    (Brzinsky-Fay 2007), so that late positions count more.

    Returns:
        float64 (n, a); NaN for a sequence without a state.
    """
    late = np.arange(1, seqs.length + 1, dtype=np.float64) ** power
    sums = np.stack([(seqs.states == place) @ late for place in range(len(seqs.alphabet))], axis=1)
    with np.errstate(invalid="ignore"):
        shares: Floats = sums / sums.sum(axis=1, keepdims=True)
    return shares


def positive_indicators(
    seqs: StateSequences,
    positive: Sequence[State],
    negative: Sequence[State] | None = None,
    *,
    power: float = 1.0,
    volatility_weight: float = 0.5,
) -> pl.DataFrame:
    """Describe each sequence by its positive and negative states, as seqipos.

    Args:
        seqs: the sequences.
        positive: the positive states.
        negative: the negative states; all others by default. Positions in states that are
            neither count as missing.
        power: exponent of `integration`.
        volatility_weight: weight of the visited states in the volatility.

    Returns:
        One row per sequence: positive_share (of positions), positive_spell_share (of spells, R's
        normative volatility), positive_volatility (objective volatility of positive against
        negative), positive_integration. NaN without a positive or negative position.

    Raises:
        ValueError: a state is not in the alphabet, or both positive and negative.
    """
    others = [state for state in seqs.alphabet if state not in positive]
    bad = others if negative is None else negative
    for state in (*positive, *bad):
        if state not in seqs.alphabet:
            raise ValueError(f"the state {state!r} is not in the alphabet")
    if set(positive) & set(bad):
        raise ValueError("a state is both positive and negative")
    sign = np.full(256, MISSING, dtype=np.uint8)
    sign[[seqs.alphabet.index(state) for state in positive]] = 0
    sign[[seqs.alphabet.index(state) for state in bad]] = 1

    def share(states: npt.NDArray[np.uint8]) -> Floats:
        good = np.count_nonzero(sign[states] == 0, axis=1)
        all_of_them = good + np.count_nonzero(sign[states] == 1, axis=1)
        return np.where(all_of_them > 0, good / np.maximum(all_of_them, 1), np.nan)

    binary = replace(
        seqs, states=sign[seqs.states], alphabet=("positive", "negative"), long_labels=()
    )
    dense = described(binary.treat_missing(left="drop", gaps="drop", right="drop"))
    return pl.DataFrame(
        {
            "positive_share": share(seqs.states),
            "positive_spell_share": share(distinct_states(seqs)[0].states),
            "positive_volatility": volatility(dense, weight=volatility_weight),
            "positive_integration": integration(binary, power=power)[:, 0],
        }
    )


def ranked_indicators(seqs: StateSequences, order: StateOrder) -> pl.DataFrame:
    """Describe each sequence by an order of its states.

    Args:
        seqs: the sequences, with missing positions treated or a state of their own.
        order: the order of states, for the same alphabet.

    Returns:
        One row per sequence: badness, degradation, precarity, insecurity, each with its defaults.
    """
    return pl.DataFrame(
        {
            "badness": badness(seqs, order),
            "degradation": degradation(seqs, order),
            "precarity": precarity(seqs, order),
            "insecurity": insecurity(seqs, order),
        }
    )


def badness(seqs: StateSequences, order: StateOrder, *, power: float = 1.0) -> Floats:
    """Return Σ degree · integration over the states, float64 (n,), as seqibad."""
    shares: Floats = integration(seqs, power=power) @ order.degree
    return shares


def degradation(
    seqs: StateSequences,
    order: StateOrder,
    *,
    method: Method = "rank",
    integrate: bool = True,
    power: float = 1.0,
    border: float = 10.0,
    penalised: Penalised = "both",
    weighting: Weighting = "additive",
) -> Floats:
    """Return the degradation: moves to worse states minus moves to better ones, as seqidegrad.

    Args:
        seqs: the sequences.
        order: the order of states. Moves within a class of equivalent states do not count; time in
            an incomparable state belongs to the state before it.
        method: the weight of a move from a to b: `"rank"` |degree b − degree a|, `"one"` 1, or
            1 − p with p its share of all moves (`"freq"`) or its transition rate between positions
            (`"trate"`) or between distinct successive states (`"tratedss"`). A method with `+` is
            requires `integrate=False`; it multiplies the method's result by the mean weight of the
            sequence's moves.
        integrate: whether to weight each move by the integration of the spell to which it leads and
            return the sum; otherwise the sum is divided by the sum of the moves' weights.
        power: exponent of the integration.
        border: if a rate exceeds 1 − 0.1/border, every rate p becomes p − p/border.
        penalised: whether moves for the worse and (negatively) for the better count, or only one
            kind (R's BOTH, NEG, POS).
        weighting: the weight from a rate p: 1 − p, 1/p or log(1/p) (R's ADD, INV, LOGINV).

    Returns:
        float64 (n,), positive if moves for the worse prevail, 0 without a move.

    Raises:
        ValueError: an unknown method, penalty or weighting, or `integrate` with a `+` method.
    """
    plain = cast("Method", method.removesuffix("+"))
    if plain != method and (integrate or plain == "one"):
        raise ValueError(f"the method {method!r} needs integrate=False and weights that differ")
    if penalised not in get_args(Penalised):
        raise ValueError(f"penalised must be both, worse or better, not {penalised!r}")
    recoded = _comparable(seqs, order)
    spells = spell_rows(recoded)
    later = np.flatnonzero(spells.place > 0)
    before, now = spells.state[later - 1].astype(np.int64), spells.state[later].astype(np.int64)
    weights = _move_weights(recoded, order, plain, border, weighting)[before, now]
    sign = np.sign(order.rank[now] - order.rank[before])
    sign[~(order.comparable[before] & order.comparable[now])] = 0
    if penalised != "both":
        sign[sign != (1 if penalised == "worse" else -1)] = 0
    if integrate:
        weights = weights * _spell_integration(spells, power)[later]
    case = spells.sequence[later]
    total: Floats = np.bincount(case, weights * sign, len(seqs)).astype(np.float64)
    if integrate:
        return total
    mass = np.bincount(case, weights if plain == method else None, len(seqs))
    return np.where(mass > 0, total, 0.0) / np.where(mass > 0, mass, 1.0)


def precarity(
    seqs: StateSequences,
    order: StateOrder,
    *,
    otto: float = 0.2,
    a: float = 1.0,
    b: float = 1.2,
    method: Method = "tratedss",
) -> Floats:
    """Return otto·degree of the first state + (1 − otto)·complexityᵃ·(1 + degradation)ᵇ.

    The degradation is not integrated (Ritschard, Bussi & O'Reilly 2018), as in seqprecarity;
    float64 (n,), NaN for a sequence without a state.
    """
    change = degradation(seqs, order, method=method, integrate=False)
    start = _first_degree(seqs, order)
    result: Floats = otto * start + (1 - otto) * _complexity(seqs) ** a * (1 + change) ** b
    return result


def insecurity(
    seqs: StateSequences,
    order: StateOrder,
    *,
    power: float = 1.0,
    start_power: float | None = None,
    method: Method = "rank",
    bound: bool = False,
) -> Floats:
    """Return the insecurity of each sequence (Ritschard 2021), as seqinsecurity.

    It is the degree of the first state times the integration of the first spell, plus complexity,
    plus integrated degradation.

    Args:
        seqs: the sequences.
        order: the order of states.
        power: exponent of the integration in the degradation.
        start_power: exponent of the integration of the first spell; `power` by default.
        method: method of the degradation.
        bound: whether to bound the result by the degrees of the best and worst state visited.

    Returns:
        float64 (n,), NaN for a sequence without a state.
    """
    spells = spell_rows(seqs)
    first = np.full(len(seqs), np.nan)
    has = spells.counts > 0
    begin = spells.offset[:-1][has]
    first[has] = _spell_integration(spells, power if start_power is None else start_power)[begin]
    change = degradation(seqs, order, method=method, power=power)
    result: Floats = _first_degree(seqs, order) * first + _complexity(seqs) + change
    if bound:
        degree = order.degree[spells.state]
        low, high = np.full((2, len(seqs)), np.nan)
        low[has] = np.minimum.reduceat(degree, begin) if len(begin) else 0
        high[has] = np.maximum.reduceat(degree, begin) if len(begin) else 0
        bounded: Floats = np.clip(result, low, high)
        return bounded
    return result


def _first_degree(seqs: StateSequences, order: StateOrder) -> Floats:
    """Return the degree of each sequence's first state, NaN without one."""
    spells = spell_rows(seqs)
    degree = np.full(len(seqs), np.nan)
    has = spells.counts > 0
    degree[has] = order.degree[spells.state[spells.offset[:-1][has]]]
    return degree


def _complexity(seqs: StateSequences) -> Floats:
    rows = described(seqs)
    moved = np.maximum(rows.spells - 1, 0) / np.maximum(rows.length - 1, 1)
    complexity: Floats = np.sqrt(moved * rows.entropy / np.log(max(rows.size, 2)))
    return complexity


def _comparable(seqs: StateSequences, order: StateOrder) -> StateSequences:
    """Merge equivalent states, and replace incomparable states by the state before them.

    Incomparable states at the beginning stay unchanged.
    """
    kept = np.ones(256, dtype=np.bool_)
    kept[: len(order.comparable)] = order.comparable
    place = np.where(kept[seqs.states], np.arange(seqs.length), 0)
    carried = np.take_along_axis(seqs.states, np.maximum.accumulate(place, axis=1), axis=1)
    table = np.arange(256, dtype=np.uint8)
    table[: len(order.stands_for)] = order.stands_for
    return replace(seqs, states=table[carried])


def _move_weights(
    seqs: StateSequences, order: StateOrder, method: Method, border: float, weighting: Weighting
) -> Floats:
    """Return the weight of each move between two states, float64 (a, a)."""
    size = len(order.degree)
    if method == "rank":
        steps: Floats = np.abs(order.degree[:, None] - order.degree[None, :])
        return steps
    if method == "one":
        return np.ones((size, size))
    if method not in ("freq", "trate", "tratedss"):
        raise ValueError(f"the method {method!r} is none of rank, one, freq, trate and tratedss")
    counts = transition_counts(seqs if method == "trate" else distinct_states(seqs)[0]).sum(axis=0)
    mass = counts.sum() if method == "freq" else counts.sum(axis=1, keepdims=True)
    rates = np.divide(
        counts, mass, out=np.zeros_like(counts), where=np.broadcast_to(mass, counts.shape) > 0
    )
    np.fill_diagonal(rates, 0.0)
    if (rates > 1 - 0.1 / border).any():
        rates = rates - rates / border
    if weighting not in get_args(Weighting):
        raise ValueError(f"weighting must be additive, inverse or log, not {weighting!r}")
    if weighting == "additive":
        weights: Floats = 1 - rates
        return weights
    # Moves that never happen need no weight.
    inverse = np.divide(1.0, rates, out=np.zeros_like(rates), where=rates > 0)
    return inverse if weighting == "inverse" else np.log(np.where(rates > 0, inverse, 1.0))


def _spell_integration(spells: SpellRows, power: float) -> Floats:
    """Return the integration of each spell within the valid positions of its sequence (m,)."""
    ends = np.cumsum(spells.duration, dtype=np.int64)
    before = np.repeat(np.concatenate([[0], ends])[spells.offset[:-1]], spells.counts)
    last = ends - before
    longest = int(last.max(initial=0))
    sums = np.concatenate([[0.0], np.cumsum(np.arange(1, longest + 1, dtype=np.float64) ** power)])
    own = sums[last] - sums[last - spells.duration]
    total = np.repeat(np.bincount(spells.sequence, own, len(spells.counts)), spells.counts)
    shares: Floats = own / total
    return shares
