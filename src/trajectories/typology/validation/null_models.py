"""Null models of sequences: courses without types, like the observed ones in one respect."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import NullModel
from trajectories.sequences import VOID, StateSequences
from trajectories.sequences.convert.spells import SpellRows, spell_rows
from trajectories.typology.validation import null_kernels as kernels

States = npt.NDArray[np.uint8]
Draw = Callable[[np.random.Generator], States]


def null_sequences(seqs: StateSequences, model: NullModel, *, seed: int = 0) -> StateSequences:
    """Draw as many sequences from a null model as there are observed ones (Studer 2021).

    - `combined`: spells follow each other at random. The first state is drawn by the states' shares
      of spells, a later one by the shares of the other states; durations come from all spells.
    - `duration`: each sequence keeps its successive states, their durations are random.
    - `sequencing`: spells with their durations are drawn in random order; neighbours in the same
      state merge.
    - `stateindep`: each position is drawn from its own distribution of states.
    - `markov`: the first position is drawn from its distribution, each later one by the transition
      rates of the whole window. A state that is never left stays.

    - `exchanged`: at each position, those in the same state exchange what follows. All numbers of
      transitions between two positions stay as observed, so that the draw is one of a Markov chain,
      homogeneous or not, given its sufficient statistics: nothing is estimated, and a test against
      it has its level exactly (Besag & Clifford 1989, section 2).

    A spell, position or transition counts with the weight of its sequence, except where courses are
    exchanged; R's function has no weights, and no such model. The last spell is cut at the end of
    the window. Row i keeps the weight of row i.

    R equivalent: `WeightedCluster::seqnull`.

    Args:
        seqs: sequences of equal length without missing states.
        model: the null model.
        seed: seed of the draws.

    Raises:
        ValueError: an unknown model, or sequences that are empty, unequal in length or incomplete.
    """
    draw = null_model(seqs, model)
    return replace(seqs, states=draw(np.random.default_rng(seed)))


def null_model(seqs: StateSequences, model: NullModel) -> Draw:
    """Return the function that draws sequences from the model fitted to `seqs`.

    Returns:
        A function of a random generator that returns the states, uint8 (n, L).

    Raises:
        ValueError: see `null_sequences`.
    """
    check(seqs)
    match model:
        case "combined":
            return _combined(seqs, spell_rows(seqs))
        case "duration":
            return _duration(spell_rows(seqs), seqs.length)
        case "sequencing":
            return _sequencing(seqs, spell_rows(seqs))
        case "stateindep":
            return _state_independent(seqs)
        case "markov":
            return _markov(seqs)
        case "exchanged":
            return _exchanged(seqs)
        case _:
            known = ", ".join(get_args(NullModel))
            raise ValueError(f"unknown null model {model!r}: use one of {known}")


def check(seqs: StateSequences) -> None:
    """Raise a ValueError unless sequences are complete, of equal length, and some have weight."""
    if seqs.has_missing or bool((seqs.states == VOID).any()):
        raise ValueError("null models need sequences of equal length without missing states")
    if not len(seqs) or not seqs.length or not seqs.weights.any():
        raise ValueError("null models need sequences with weight")


def _combined(seqs: StateSequences, spells: SpellRows) -> Draw:
    weight = seqs.weights[spells.sequence]
    shares = np.bincount(spells.state, weight, len(seqs.alphabet)).astype(np.float64)
    durations = np.cumsum(np.bincount(spells.duration - 1, weight, seqs.length))

    def draw(stream: np.random.Generator) -> States:
        out = np.empty_like(seqs.states)
        kernels.spells_of_both(shares, durations, stream.random((*out.shape, 2)), out)
        return out

    return draw


def _sequencing(seqs: StateSequences, spells: SpellRows) -> Draw:
    pair = spells.state.astype(np.int64) * seqs.length + spells.duration - 1
    mass = np.bincount(pair, seqs.weights[spells.sequence], len(seqs.alphabet) * seqs.length)
    ends = np.cumsum(mass)

    def draw(stream: np.random.Generator) -> States:
        out = np.empty_like(seqs.states)
        kernels.spells_in_pairs(ends, stream.random(out.shape), out)
        return out

    return draw


def _duration(spells: SpellRows, length: int) -> Draw:
    def draw(stream: np.random.Generator) -> States:
        durations = random_durations(spells.counts, length, stream)
        return np.repeat(spells.state, durations).reshape(-1, length)

    return draw


def random_durations(counts: Ints, length: int, stream: np.random.Generator) -> Ints:
    """Draw the durations of spells that fill sequences of equal length.

    Each spell of s lasts 1 + (L − s)·U / ΣU positions with uniform U, rounded down; the positions
    left over go to the largest remainders.

    Args:
        counts: (n,) number of spells of each sequence, at least 1.
        length: L, at least the largest of them.
        stream: the random generator.

    Returns:
        int64 (Σ counts,) durations, one sequence after another; they sum to L in each.
    """
    most = int(counts.max())
    there = np.arange(most) < counts[:, np.newaxis]
    points = np.where(there, stream.random(there.shape), 0.0)
    spare = length - counts
    exact = spare[:, np.newaxis] * points / points.sum(axis=1, keepdims=True)
    whole = np.floor(exact).astype(np.int64)
    remainder = np.where(there, exact - whole, -1.0)
    rank = np.argsort(np.argsort(-remainder, axis=1, kind="stable"), axis=1, kind="stable")
    left = spare - whole.sum(axis=1)
    found: Ints = (1 + whole + (rank < left[:, np.newaxis]))[there]
    return found


def _state_independent(seqs: StateSequences) -> Draw:
    ends = np.cumsum(_by_position(seqs), axis=1)

    def draw(stream: np.random.Generator) -> States:
        points = stream.random(seqs.states.shape) * ends[:, -1]
        out = np.zeros_like(seqs.states)
        for state in range(ends.shape[1] - 1):
            out += points >= ends[:, state]
        return out

    return draw


def _markov(seqs: StateSequences) -> Draw:
    size = len(seqs.alphabet)
    first = np.cumsum(_by_position(seqs)[0])
    pair = seqs.states[:, :-1].astype(np.int64) * size + seqs.states[:, 1:]
    weight = np.broadcast_to(seqs.weights[:, np.newaxis], pair.shape)
    counts = np.bincount(pair.ravel(), weight.ravel(), size * size).reshape(size, size)
    np.fill_diagonal(counts, np.where(counts.any(axis=1), np.diagonal(counts), 1.0))
    rates = np.cumsum(counts, axis=1)

    def draw(stream: np.random.Generator) -> States:
        out = np.empty_like(seqs.states)
        kernels.chains(first, rates, stream.random(out.shape), out)
        return out

    return draw


def _exchanged(seqs: StateSequences) -> Draw:
    states = seqs.states
    n, length = states.shape

    def draw(stream: np.random.Generator) -> States:
        out = np.empty_like(states)
        followed = stream.permutation(n)  # the observed sequence that each row goes on with
        out[:, 0] = states[followed, 0]
        for t in range(1, length):
            now = out[:, t - 1]
            points = stream.random(out.shape[:1])
            among_equals = np.lexsort((points, now))
            followed[np.argsort(now, kind="stable")] = followed[among_equals]
            out[:, t] = states[followed, t]
        return out

    return draw


def _by_position(seqs: StateSequences) -> Floats:
    """Return the weight of each state by position, (L, a)."""
    size = len(seqs.alphabet)
    found: Floats = np.stack(
        [seqs.weights @ (seqs.states == state) for state in range(size)], axis=1
    )
    return found
