"""Which numbers of two releases are functions of the same persons, by their names."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from trajectories.arrays import Floats, Ints

NONE = -1
MOVING = frozenset({"", "month", "year", "position", "time", "cluster", "k"})
"""Coordinates whose values are no definitions: another month is another month."""

Coordinates = tuple[tuple[str, str], ...]
_Hole = tuple[int, Coordinates]


def counterparts(
    new: Sequence[Coordinates], old: Sequence[Coordinates], new_size: Floats, old_size: Floats
) -> Ints:
    """Find for each number of a release the one of an earlier release to be compared with it.

    It is the number of the same name. Where a definition changed its name (`under 30`, now `under
    31`), it is the one that differs in one coordinate alone, by a value that the other release does
    not have; of several, one that differs in digits alone, then the nearest in size.

    Args:
        new: (n,) populations and coordinates.
        old: (m,) the same of the earlier release.
        new_size: (n,) numbers.
        old_size: (m,) numbers.

    Returns:
        (n,) places in `old`, −1 where there is none.
    """
    place = {key: one for one, key in enumerate(old)}
    found = np.array([place.get(key, NONE) for key in new], np.int64)
    values = _values(new), _values(old)
    renamed: dict[_Hole, list[tuple[str, int]]] = defaultdict(list)
    taken = {*found.tolist()}
    for one, key in enumerate(old):
        if one not in taken:
            for hole, words in _holes(key, values[0]):
                renamed[hole].append((words, one))
    for one in np.flatnonzero(found == NONE).tolist():
        near = [
            (words != mine, abs(float(new_size[one] - old_size[other])), other)
            for hole, mine in _holes(new[one], values[1])
            for words, other in renamed.get(hole, ())
        ]
        if near:
            found[one] = min(near)[-1]
    return found


def _values(keys: Sequence[Coordinates]) -> set[tuple[str, str]]:
    return {pair for key in keys for pair in key}


def _holes(key: Coordinates, elsewhere: set[tuple[str, str]]) -> list[tuple[_Hole, str]]:
    """The coordinates without each one whose value the other release does not have.

    Returns:
        What is left, and the words of the value.
    """
    return [
        ((at, (*key[:at], (name, ""), *key[at + 1 :])), re.sub(r"\d+", "", value))
        for at, (name, value) in enumerate(key)
        if name.partition("@")[0] not in MOVING and (name, value) not in elsewhere
    ]
