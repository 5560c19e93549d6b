"""Optimal matching over an expanded alphabet (state plus context).

Some measures are optimal matching with costs that depend on a spell's duration or on neighbouring
states. With one letter for each combination of state and context that occurs, they become plain
optimal matching and share its kernel. With w(a, b) = max(0, indel(a) + indel(b) − sub(a, b)) as the
gain of matching two letters, the distance is Σ indel(x) + Σ indel(y) minus the largest gain of a
monotone matching. A letter matched to itself costs nothing, so its indel is half its own gain.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array, Bools, Floats, Ints
from trajectories.dissimilarity.costs import Costs
from trajectories.dissimilarity.exact_sums.grid import Grid
from trajectories.dissimilarity.lanes.blocks import States
from trajectories.dissimilarity.spells import Spells
from trajectories.sequences import VOID

Codes = npt.NDArray[np.uint16]
MOST_LETTERS = 2**16 - 1


@dataclass(frozen=True, eq=False)
class Letters:
    """Two sets of sequences over one expanded alphabet.

    Attributes:
        queries: uint16 (n, L); the last letter represents positions after the end.
        targets: uint16 (m, L).
        gains: gain of matching two letters, float64 (letters, letters); 0 for the last.
        used: the sorted codes of the letters that occur.
        unit: what a gain of 1 is worth.
    """

    queries: Codes
    targets: Codes
    gains: Floats
    used: Ints
    unit: float = 1.0


def plain(queries: States, targets: States, costs: Costs, unit: float = 1.0) -> Letters:
    """Return the states themselves as letters: optimal matching with costs in `unit`."""
    length = max(queries.shape[1], targets.shape[1], 1)
    gains = saved(costs.substitution, np.broadcast_to(costs.indel, costs.states))
    coded = []
    for states in (queries, targets):
        codes = np.full((len(states), length), costs.states, np.uint16)
        codes[:, : states.shape[1]] = np.where(states == VOID, costs.states, states)
        coded.append(codes)
    return Letters(coded[0], coded[1], gains, np.arange(costs.states), unit)


def by_length(
    queries: States, targets: States, costs: Costs, link: str, h: float, grid: Grid
) -> Letters:
    """Return a letter for each state and duration: optimal matching by spell length.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        costs: costs of states, not in units.
        link: "mean" or "gmean" of the two spells' lengths, used in substitutions.
        h: exponent that reduces the weight of positions in longer spells.
        grid: unit of the letters' costs.
    """
    base = max(queries.shape[1], targets.shape[1], 1) + 1
    codes = [
        states.astype(np.int64) * base + Spells.of(states).by_position()
        for states in (queries, targets)
    ]

    def gains(letters: Ints) -> Floats:
        state, share = letters // base, (letters % base) ** -float(h)
        first, second = share[:, None], share
        linked = (first + second) / 2 if link == "mean" else np.sqrt(first * second)
        linked *= costs.substitution[state][:, state]
        indel = np.broadcast_to(costs.indel, costs.states)[state] * share
        return saved(*grid.edits(linked, indel))

    return compact(codes, [states == VOID for states in (queries, targets)], gains, grid.unit)


def by_spell(
    queries: States,
    targets: States,
    costs: Costs,
    lengthened: Callable[[Ints], Floats],
    unit: float,
) -> Letters:
    """Return a letter for each state and duration of a spell: optimal matching of spells.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        costs: costs of states in `unit`.
        lengthened: cost of lengthening a spell from one position to some numbers of them, in
            `unit`.
        unit: what a cost of 1 is worth.
    """
    spells = [Spells.of(states) for states in (queries, targets)]
    base = max(queries.shape[1], targets.shape[1], 1) + 1
    codes = [part.states.astype(np.int64) * base + part.durations for part in spells]

    def gains(letters: Ints) -> Floats:
        state, time = letters // base, lengthened(letters % base)
        indel = np.broadcast_to(costs.indel, costs.states)[state] + time
        cost = costs.substitution[state][:, state]
        cost += time[:, None] + time
        # Letters are sorted by state, so those of one state form a square block.
        ends = np.searchsorted(state, np.arange(costs.states + 1))
        for begin, end in pairwise(ends):
            own = time[begin:end]
            cost[begin:end, begin:end] = np.abs(own[:, None] - own)
        return saved(cost, indel)

    return compact(codes, [part.states == VOID for part in spells], gains, unit)


def with_previous(
    queries: States,
    targets: States,
    states: int,
    origin: int | None,
    gains: Callable[[Ints], Floats],
    unit: float = 1.0,
) -> Letters:
    """Return a letter for each state and the one before.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        states: number of states; a letter's number is the previous state's times this plus its own.
        origin: the state before the first; if None, the first itself.
        gains: function from letters' codes to their gains.
        unit: what a gain of 1 is worth.
    """
    codes = []
    for part in (queries, targets):
        now = part.astype(np.int64)
        before = np.roll(now, 1, axis=1)
        before[:, :1] = now[:, :1] if origin is None else origin
        codes.append(before * states + now)
    return compact(codes, [part == VOID for part in (queries, targets)], gains, unit)


def saved(substitution: Floats, indel: Floats) -> Floats:
    """Return the gains of matching, with a last letter of gain 0."""
    size = len(indel)
    gains = np.zeros((size + 1, size + 1))
    among = gains[:-1, :-1]
    np.add(indel[:, None], indel, out=among)
    among -= substitution
    np.maximum(among, 0, out=among)
    return gains


def compact(
    codes: list[Ints],
    void: list[Bools],
    gains: Callable[[Ints], Floats],
    unit: float = 1.0,
) -> Letters:
    """Number the letters that occur.

    Args:
        codes: an integer code for each letter, of the queries and of the targets.
        void: masks of positions after the end.
        gains: function from letters' codes to their gains.
        unit: what a gain of 1 is worth.

    Raises:
        ValueError: too many letters occur.
    """
    known = [part[~gone] for part, gone in zip(codes, void, strict=True)]
    occurs = np.zeros(max(int(part.max(initial=-1)) for part in known) + 1, np.bool_)
    for part in known:
        occurs[part] = True
    used = np.flatnonzero(occurs)
    if len(used) > MOST_LETTERS:
        raise ValueError(
            f"{len(used):,} combinations of states and durations occur, more than "
            f"{MOST_LETTERS:,} cannot be held: take shorter sequences or fewer states"
        )
    length = max(*(part.shape[1] for part in codes), 1)
    number = (np.cumsum(occurs) - 1).astype(np.uint16)
    placed = []
    for part, gone, letters in zip(codes, void, known, strict=True):
        row: Array = np.full((len(part), length), len(used), np.uint16)
        row[:, : part.shape[1]][~gone] = number[letters]
        placed.append(row)
    return Letters(placed[0], placed[1], gains(used), used, unit)
