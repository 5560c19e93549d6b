"""The type that every later stage reads: state sequences of equal storage length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MISSING: Final = 255
"""Stored where a state is unknown but the position belongs to the sequence."""

VOID: Final = 254
"""Stored after the end of a sequence that is shorter than the longest one."""

LARGEST_ALPHABET: Final = VOID

State = str | int
States = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StateSequences:
    """State sequences of n cases over L positions, with the alphabet that they are coded by.

    Attributes:
        states: positions in `alphabet`, uint8 (n, L), C-contiguous and read-only; `MISSING` and
            `VOID` are reserved.
        alphabet: the states in their order, each once; states that never occur belong to it too,
            and count in normalisations.
        weights: non-negative case weights, float64 (n,), read-only; ones where none were given.
    """

    states: States
    alphabet: tuple[State, ...]
    weights: Weights

    def __post_init__(self) -> None:
        """Check shapes, dtypes and ranges once, so that nothing later has to."""
        _check_alphabet(self.alphabet)
        if self.states.ndim != 2 or self.states.dtype != np.uint8:
            raise ValueError(
                f"states must be a two-dimensional array of uint8, not {self.states.ndim} "
                f"dimensions of {self.states.dtype}"
            )
        if self.weights.shape != (len(self.states),) or self.weights.dtype != np.float64:
            raise ValueError(
                f"weights must be {len(self.states)} numbers of float64, one a sequence, "
                f"not shape {self.weights.shape} of {self.weights.dtype}"
            )
        if not np.all(np.isfinite(self.weights) & (self.weights >= 0)):
            raise ValueError("weights must be finite and not negative")
        beyond = (self.states >= len(self.alphabet)) & (self.states < VOID)
        if beyond.any():
            raise ValueError(
                f"states hold the position {int(self.states[beyond].max())}, but the alphabet "
                f"has {len(self.alphabet)} states"
            )
        object.__setattr__(self, "states", _read_only(self.states))
        object.__setattr__(self, "weights", _read_only(self.weights))

    @classmethod
    def from_array(
        cls,
        states: npt.ArrayLike,
        alphabet: Sequence[State],
        weights: npt.ArrayLike | None = None,
    ) -> "StateSequences":
        """Code an array of states.

        Args:
            states: (n, L); entries are members of `alphabet`, or positions in it where they are
                integers and the alphabet is of strings. None and NaN mean missing; in a uint8
                array of positions, `MISSING` and `VOID` keep their meaning.
            alphabet: the states in their order.
            weights: (n,) non-negative; ones where left out.

        Raises:
            ValueError: an entry is not in the alphabet, or a shape does not fit.
        """
        letters = tuple(alphabet)
        _check_alphabet(letters)
        # A list of names with a NaN would become text 'nan', so lists keep their objects.
        given = states if isinstance(states, np.ndarray) else np.array(states, dtype=object)
        if given.ndim != 2:
            raise ValueError(f"states must have two dimensions (n, L), not {given.ndim}")
        by_position = all(isinstance(letter, str) for letter in letters)
        if given.dtype == np.uint8 and by_position:
            coded = np.array(given, order="C")
        else:
            coded = _code(given, letters, by_position=by_position)
        mass = np.ones(len(coded)) if weights is None else np.array(weights, dtype=np.float64)
        return cls(states=coded, alphabet=letters, weights=mass)

    def __len__(self) -> int:
        """Return the number of sequences."""
        return len(self.states)

    @property
    def length(self) -> int:
        """The number of positions, L."""
        return int(self.states.shape[1])

    def __getitem__(self, rows: Any) -> "StateSequences":
        """Return the chosen sequences: an integer, a slice, or an array of rows or booleans."""
        index = np.atleast_1d(np.arange(len(self))[rows])
        return StateSequences(self.states[index], self.alphabet, self.weights[index])

    def labels(self) -> npt.NDArray[np.object_]:
        """Return the states by name, object (n, L); missing and void positions are None."""
        table = np.full(256, None, dtype=object)
        table[: len(self.alphabet)] = self.alphabet
        return table[self.states]

    def unique(self) -> "UniqueSequences":
        """Return each different sequence once, in lexicographic order of positions."""
        n = len(self)
        order = np.lexsort(_words(self.states).T[::-1]) if n else np.zeros(0, dtype=np.int64)
        ordered = self.states[order]
        first = np.ones(n, dtype=np.bool_)
        if n:
            first[1:] = np.any(ordered[1:] != ordered[:-1], axis=1)
        inverse = np.empty(n, dtype=np.uint32)
        inverse[order] = (np.cumsum(first) - 1).astype(np.uint32)
        count = np.bincount(inverse, minlength=int(first.sum())).astype(np.int64)
        weight = np.bincount(inverse, weights=self.weights, minlength=len(count))
        return UniqueSequences(
            sequences=StateSequences(ordered[first], self.alphabet, weight.astype(np.float64)),
            count=count,
            inverse=inverse,
        )


@dataclass(frozen=True, eq=False)
class UniqueSequences:
    """Each different sequence once, with its multiplicity.

    Attributes:
        sequences: the u different sequences in lexicographic order of positions; their weights are
            the total weights of the sequences that they stand for.
        count: the number of sequences that each stands for, int64 (u,).
        inverse: the unique sequence of each original one, uint32 (n,).
    """

    sequences: StateSequences
    count: npt.NDArray[np.int64]
    inverse: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        """Return the number of different sequences."""
        return len(self.sequences)


def _check_alphabet(alphabet: tuple[State, ...]) -> None:
    """Refuse an alphabet that is empty, too long or repeats a state."""
    if not alphabet:
        raise ValueError("the alphabet has no state")
    if len(set(alphabet)) != len(alphabet):
        raise ValueError("the alphabet holds a state more than once")
    if len(alphabet) > LARGEST_ALPHABET:
        raise ValueError(
            f"the alphabet has {len(alphabet)} states, more than {LARGEST_ALPHABET} cannot be held"
        )


def _code(given: npt.NDArray[Any], alphabet: tuple[State, ...], *, by_position: bool) -> States:
    """Translate entries into positions, one different entry at a time."""
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


def _distinct_objects(flat: npt.NDArray[Any]) -> tuple[list[Any], npt.NDArray[np.int64]]:
    """Return the distinct entries of an object array and each entry's place among them."""
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
    known = ", ".join(str(letter) for letter in position)
    raise ValueError(f"the state {entry!r} is not in the alphabet ({known})")


def _words(states: States) -> npt.NDArray[np.uint64]:
    """Pack rows into big-endian 64-bit words, whose order is the rows' lexicographic order."""
    n, length = states.shape
    padded = np.zeros((n, -(-max(length, 1) // 8) * 8), dtype=np.uint8)
    padded[:, :length] = states
    return padded.view(">u8").astype(np.uint64)


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array C-contiguous behind a read-only view."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
