"""Optimal matching over letters that say more than the state.

Some measures are optimal matching with costs that depend on a spell's duration or on neighbouring
states. Written with one letter for each state and circumstance that occurs, they are optimal
matching as such, and share its kernel. With w(a, b) = max(0, indel(a) + indel(b) − sub(a, b)) for
what matching two letters saves, the distance is Σ indel(x) + Σ indel(y) less the most that a
monotone matching saves. A letter matched to itself costs nothing, so that half its own gain is its
indel.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity.costs import Costs, Floats
from trajectories.dissimilarity.lanes.blocks import States
from trajectories.dissimilarity.spells import Spells
from trajectories.sequences import VOID

Codes = npt.NDArray[np.uint16]
Numbers = npt.NDArray[np.int64]

MOST_LETTERS = 2**16 - 1


@dataclass(frozen=True, eq=False)
class Letters:
    """Two sets of sequences over one alphabet of letters.

    Attributes:
        queries: uint16 (n, L); the last letter stands for positions after the end.
        targets: uint16 (m, L).
        gains: what matching two letters saves, float64 (letters, letters); the last saves nothing.
        used: what numbers the letters that occur stand for, in their order.
    """

    queries: Codes
    targets: Codes
    gains: Floats
    used: Numbers


def plain(queries: States, targets: States, costs: Costs) -> Letters:
    """Return the states themselves as letters: optimal matching."""
    length = max(queries.shape[1], targets.shape[1], 1)
    gains = saved(costs.substitution, np.broadcast_to(costs.indel, costs.states))
    coded = []
    for states in (queries, targets):
        codes = np.full((len(states), length), costs.states, np.uint16)
        codes[:, : states.shape[1]] = np.where(states == VOID, costs.states, states)
        coded.append(codes)
    return Letters(coded[0], coded[1], gains, np.arange(costs.states))


def by_length(queries: States, targets: States, costs: Costs, link: str, h: float) -> Letters:
    """Return a letter for each state and duration: optimal matching by spell length.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        costs: costs of states.
        link: "mean" or "gmean": how the lengths of two spells enter a substitution.
        h: exponent by which a position counts less in a longer spell.
    """
    base = max(queries.shape[1], targets.shape[1], 1) + 1
    codes = [
        states.astype(np.int64) * base + Spells.of(states).by_position()
        for states in (queries, targets)
    ]

    def gains(letters: Numbers) -> Floats:
        state, share = letters // base, (letters % base) ** -float(h)
        first, second = share[:, None], share
        linked = (first + second) / 2 if link == "mean" else np.sqrt(first * second)
        linked *= costs.substitution[state][:, state]
        indel = np.broadcast_to(costs.indel, costs.states)[state] * share
        return saved(linked, indel)

    return compact(codes, [states == VOID for states in (queries, targets)], gains)


def by_spell(
    queries: States, targets: States, costs: Costs, expcost: float, tpow: float
) -> Letters:
    """Return a letter for each state and duration of a spell: optimal matching of spells.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        costs: costs of states.
        expcost: cost of making a spell one unit of time longer or shorter.
        tpow: exponent of durations.
    """
    spells = [Spells.of(states) for states in (queries, targets)]
    base = max(queries.shape[1], targets.shape[1], 1) + 1
    codes = [part.states.astype(np.int64) * base + part.durations for part in spells]

    def gains(letters: Numbers) -> Floats:
        state, time = letters // base, (letters % base) ** float(tpow) - 1
        indel = np.broadcast_to(costs.indel, costs.states)[state] + expcost * time
        cost = costs.substitution[state][:, state]
        cost += expcost * (time[:, None] + time)
        # Letters are sorted by state: those of one state form a square.
        ends = np.searchsorted(state, np.arange(costs.states + 1))
        for begin, end in pairwise(ends):
            own = time[begin:end]
            cost[begin:end, begin:end] = expcost * np.abs(own[:, None] - own)
        return saved(cost, indel)

    return compact(codes, [part.states == VOID for part in spells], gains)


def with_previous(
    queries: States,
    targets: States,
    states: int,
    origin: int | None,
    gains: Callable[[Numbers], Floats],
) -> Letters:
    """Return a letter for each state and the one before.

    Args:
        queries: uint8 (n, L).
        targets: uint8 (m, L′).
        states: number of states; a letter's number is the previous state's times this plus its own.
        origin: the state before the first; the first itself where None.
        gains: what matching saves, for letters given by their numbers.
    """
    codes = []
    for part in (queries, targets):
        now = part.astype(np.int64)
        before = np.roll(now, 1, axis=1)
        before[:, :1] = now[:, :1] if origin is None else origin
        codes.append(before * states + now)
    return compact(codes, [part == VOID for part in (queries, targets)], gains)


def saved(substitution: Floats, indel: Floats) -> Floats:
    """Return what matching saves, with a last letter that saves nothing."""
    size = len(indel)
    gains = np.zeros((size + 1, size + 1))
    among = gains[:-1, :-1]
    np.add(indel[:, None], indel, out=among)
    among -= substitution
    np.maximum(among, 0, out=among)
    return gains


def compact(
    codes: list[Numbers],
    void: list[npt.NDArray[np.bool_]],
    gains: Callable[[Numbers], Floats],
) -> Letters:
    """Number the letters that occur.

    Args:
        codes: a whole number for each letter, of the queries and of the targets.
        void: which positions lie after the end.
        gains: what matching saves, for letters given by their numbers.

    Raises:
        ValueError: more letters occur than can be told apart.
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
        row: npt.NDArray[Any] = np.full((len(part), length), len(used), np.uint16)
        row[:, : part.shape[1]][~gone] = number[letters]
        placed.append(row)
    return Letters(placed[0], placed[1], gains(used), used)
