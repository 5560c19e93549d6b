"""Coding of states as bytes, and treatment of missing positions."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array, Bools, Ints

MISSING: Final = 255
"""Code of a position in the sequence whose state is unknown."""

VOID: Final = 254
"""Code of positions after the end of a sequence."""

LARGEST_ALPHABET: Final = VOID

LONGEST: Final = 1_000_000
"""Most positions of a sequence: more are a date or a number taken for a time."""

KEEP: Final = "keep"
DROP: Final = "drop"
TRUNCATE: Final = "truncate"

State = str | int
States = npt.NDArray[np.uint8]


def check_alphabet(alphabet: tuple[State, ...]) -> None:
    """Refuse an alphabet that is empty, too long or repeats a state."""
    if not alphabet:
        raise ValueError("the alphabet has no state")
    for letter in alphabet:
        # Tables of numbers with missing ones hold whole floats.
        whole = isinstance(letter, int | np.integer) or (
            isinstance(letter, float) and letter.is_integer()
        )
        if not whole and not isinstance(letter, str):
            raise ValueError(
                f"the alphabet holds {letter!r}: states are texts or whole numbers, and what is "
                "missing is no state"
            )
    if len(set(alphabet)) != len(alphabet):
        raise ValueError("the alphabet holds a state more than once")
    if len(alphabet) > LARGEST_ALPHABET:
        raise ValueError(
            f"the alphabet has {len(alphabet)} states, more than {LARGEST_ALPHABET} cannot be held"
        )


def code(given: Array, alphabet: tuple[State, ...], *, by_position: bool) -> States:
    """Translate entries into positions in the alphabet."""
    position: dict[Any, int] = {letter: place for place, letter in enumerate(alphabet)}
    flat = given.ravel()
    coded = np.empty(flat.shape, dtype=np.uint8)
    if given.dtype == object:
        entries, inverse = _distinct_objects(flat)
    else:
        values, inverse = np.unique(flat, return_inverse=True)
        entries = values.tolist()
    table = np.empty(len(entries), dtype=np.uint8)
    for place, entry in enumerate(entries):
        table[place] = _position(entry, position, by_position=by_position)
    coded[:] = table[inverse]
    return coded.reshape(given.shape)


def _distinct_objects(flat: Array) -> tuple[list[Any], Ints]:
    """Return the distinct entries of an object array and the index of each entry."""
    places: dict[Any, int] = {}
    inverse = np.fromiter(
        (places.setdefault(entry, len(places)) for entry in flat), dtype=np.int64, count=len(flat)
    )
    return list(places), inverse


def _position(entry: Any, position: dict[Any, int], *, by_position: bool) -> int:
    """Return the position of one entry, or `MISSING`."""
    if entry is None or (isinstance(entry, float) and np.isnan(entry)):
        return MISSING
    if entry in position:
        return position[entry]
    whole = isinstance(entry, (int, np.integer)) or (
        isinstance(entry, float) and entry.is_integer()
    )
    if by_position and whole and 0 <= int(entry) < len(position):
        return int(entry)
    # A state given as number and met as text looks the same without quotation marks.
    alike = str(entry) in map(str, position)
    known = ", ".join(repr(letter) if alike else str(letter) for letter in position)
    mend = ": write both as texts or both as numbers" if alike else ""
    raise ValueError(f"the state {entry!r} is not in the alphabet ({known}){mend}")


def require_length(longest: int) -> None:
    """Refuse sequences of more than `LONGEST` positions."""
    if longest > LONGEST:
        raise ValueError(
            f"a sequence would have {longest:,} positions, and {LONGEST:,} is the most: "
            "look for a wrong time or duration"
        )


def treated(states: States, alphabet: tuple[State, ...], places: Mapping[str, State]) -> States:
    """Keep, drop, truncate or fill missing positions.

    Args:
        states: uint8 (n, L), void only at the end of rows.
        alphabet: the states.
        places: what to do with missing positions at the `left`, in `gaps` and at the `right`.
    """
    out = states.copy()
    dropped, ended = np.zeros((2, *states.shape), dtype=np.bool_)
    for place, where in missing_places(states).items():
        choice = places[place]
        if choice in alphabet:
            out[where] = alphabet.index(choice)
        elif choice == DROP:
            dropped |= where
        elif choice == TRUNCATE:
            ended |= where
        elif choice != KEEP:
            known = ", ".join(str(letter) for letter in alphabet)
            raise ValueError(
                f"{place} is {choice!r}, which is neither keep, drop or truncate nor a state "
                f"({known})"
            )
    out[np.logical_or.accumulate(ended, axis=1)] = VOID
    return compressed(out, ~dropped) if dropped.any() else out


def missing_places(states: States) -> dict[str, Bools]:
    """Return masks of missing positions before, between and after states, each (n, L)."""
    valid, missing = states < VOID, states == MISSING
    begun = np.logical_or.accumulate(valid, axis=1)
    goes_on = np.logical_or.accumulate(valid[:, ::-1], axis=1)[:, ::-1]
    return {
        "left": missing & ~begun & goes_on,
        "gaps": missing & begun & goes_on,
        "right": missing & ~goes_on,
    }


def compressed(states: States, kept: Bools) -> States:
    """Move the kept positions of each row to the left and fill the rest with void."""
    out = np.full_like(states, VOID)
    rows, _ = np.nonzero(kept)
    place = np.cumsum(kept, axis=1) - 1
    out[rows, place[kept]] = states[kept]
    return out
