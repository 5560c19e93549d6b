"""Stacking, cutting, aligning and aggregating state sequences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from trajectories.sequences.coding import MISSING, VOID
from trajectories.sequences.state_sequences import StateSequences

Rule = Literal["first", "last", "commonest"]


def stack(parts: Sequence[StateSequences]) -> StateSequences:
    """Stack sets of sequences.

    Alphabets are joined in the order in which states first occur in them; shorter sequences are
    void after their end.

    Raises:
        ValueError: no set is given, or a state has two labels.
    """
    if not parts:
        raise ValueError("there is nothing to stack")
    labels: dict[str | int, str] = {}
    for part in parts:
        for state, label in zip(part.alphabet, part.long_labels, strict=True):
            if labels.setdefault(state, label) != label:
                raise ValueError(f"the state {state!r} has two labels")
    alphabet = tuple(labels)
    length = max(part.length for part in parts)
    rows = []
    for part in parts:
        table = np.arange(256, dtype=np.uint8)
        table[: len(part.alphabet)] = [alphabet.index(state) for state in part.alphabet]
        states = np.full((len(part), length), VOID, dtype=np.uint8)
        states[:, : part.length] = table[part.states]
        rows.append(states)
    return StateSequences(
        np.concatenate(rows),
        alphabet,
        np.concatenate([part.weights for part in parts]),
        tuple(labels.values()),
    )


def cut(seqs: StateSequences, first: int, last: int) -> StateSequences:
    """Return positions `first` to `last` (from 1, both inclusive) of each sequence.

    Raises:
        ValueError: the positions are not within the sequences in this order.
    """
    if not 1 <= first <= last <= seqs.length:
        raise ValueError(f"positions {first} to {last} do not lie in 1 to {seqs.length}")
    return replace(seqs, states=seqs.states[:, first - 1 : last].copy())


def aligned(
    seqs: StateSequences, origin: npt.ArrayLike, *, before: int, after: int
) -> StateSequences:
    """Shift sequences so that their origins are at the same position, as seqstart.

    Args:
        seqs: the sequences.
        origin: position of each sequence's origin, from 1; 0 if it has none (n,).
        before: positions to keep before the origin.
        after: positions to keep after the origin.

    Returns:
        Sequences of `before` + 1 + `after` positions with the origin at position `before` + 1.
        Positions before the first are missing, positions after the end void; a sequence without an
        origin is void.

    Raises:
        ValueError: an origin is outside its sequence, or a number of positions is negative.
    """
    place = np.asarray(origin, dtype=np.int64)
    if place.shape != (len(seqs),) or ((place < 0) | (place > seqs.lengths)).any():
        raise ValueError("origins must be a position of each sequence, or 0 where it has none")
    if before < 0 or after < 0:
        raise ValueError("positions before and after the origin cannot be negative")
    index = place[:, None] - 1 + np.arange(-before, after + 1)
    inside = (index >= 0) & (index < seqs.length)
    taken = np.take_along_axis(seqs.states, np.where(inside, index, 0), axis=1)
    states = np.where(inside, taken, np.where(index < 0, MISSING, VOID)).astype(np.uint8)
    states[place == 0] = VOID
    return replace(seqs, states=states)


def aggregated(seqs: StateSequences, width: int, rule: Rule = "commonest") -> StateSequences:
    """Return sequences in coarser time, one position for `width`, as seqgranularity.

    The last position covers the remainder if `width` does not divide the length.

    Args:
        seqs: the sequences.
        width: number of positions that become one.
        rule: `"first"` or `"last"` (the first or last state that is neither missing nor void), or
            `"commonest"` (ties go to the alphabet's first). Missing if there is no state, void
            where all positions are void.

    Raises:
        ValueError: the width is less than one, or the rule is unknown.
    """
    if width < 1:
        raise ValueError("the width must be at least one position")
    if rule not in ("first", "last", "commonest"):
        raise ValueError(f"the rule {rule!r} is neither first, last nor commonest")
    blocks = -(-seqs.length // width)
    padded = np.full((len(seqs), blocks * width), VOID, dtype=np.uint8)
    padded[:, : seqs.length] = seqs.states
    cells = padded.reshape(len(seqs), blocks, width)
    valid = cells < VOID
    if rule == "commonest":
        best = np.zeros(cells.shape[:2], dtype=np.int64)
        chosen = np.zeros(cells.shape[:2], dtype=np.uint8)
        for state in range(len(seqs.alphabet)):
            count = np.count_nonzero(cells == state, axis=2)
            chosen[count > best] = state
            best = np.maximum(best, count)
    else:
        place = valid.argmax(axis=2)
        if rule == "last":
            place = width - 1 - valid[:, :, ::-1].argmax(axis=2)
        chosen = np.take_along_axis(cells, place[:, :, None], axis=2)[:, :, 0]
    empty = np.where((cells == VOID).all(axis=2), VOID, MISSING).astype(np.uint8)
    return replace(seqs, states=np.where(valid.any(axis=2), chosen, empty))
