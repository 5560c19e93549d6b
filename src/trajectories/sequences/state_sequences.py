"""State sequences, the data type of all later stages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array, Floats, Ints
from trajectories.errors import UserError
from trajectories.lazy import found_above
from trajectories.notebook.described import described
from trajectories.sequences.coding import (
    KEEP,
    MISSING,
    VOID,
    State,
    States,
    check_alphabet,
    code,
    treated,
)

Weights = Floats
Plot = Literal[
    "chronogram",
    "entropy",
    "frequency",
    "index",
    "mean_time",
    "modal",
    "parallel_coordinates",
    "spell_survival",
    "transitions",
]
"""Pictures of `trajectories.plot` that need sequences alone."""


@dataclass(frozen=True, eq=False)
class StateSequences:
    """State sequences of n cases over L positions, coded by an alphabet.

    Every instance satisfies these invariants:

    - a value below `len(alphabet)` is a state; no other values occur than `MISSING` (the position
      belongs to the sequence, its state is unknown: left of the first state, in a gap, or right
      of the last state) and `VOID` (the position lies after the end);
    - `VOID` occurs only at the end of a row, so row i is `states[i, : lengths[i]]`; sequences of
      unequal length are padded with it, and a row may be entirely void;
    - `with_missing_state` makes missing a state; `treat_missing` drops, truncates or fills missing
      positions; functions that take sequences decide whether they accept `MISSING`.

    Attributes:
        states: positions in `alphabet`, uint8 (n, L), C-contiguous and read-only.
        alphabet: the distinct states in order, including states that never occur, which count in
            normalisations.
        weights: non-negative case weights, float64 (n,), read-only; ones by default.
        long_labels: a label of each state for readers; the states themselves by default.
    """

    states: States
    alphabet: tuple[State, ...]
    weights: Weights
    long_labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check shapes, dtypes and ranges."""
        check_alphabet(self.alphabet)
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
        void = self.states == VOID
        if np.any(void[:, :-1] & ~void[:, 1:]):
            raise ValueError("a void position must not be followed by one that is not void")
        labels = self.long_labels or tuple(str(state) for state in self.alphabet)
        if len(labels) != len(self.alphabet):
            raise ValueError(f"{len(labels)} labels do not fit {len(self.alphabet)} states")
        object.__setattr__(self, "long_labels", labels)
        object.__setattr__(self, "states", _read_only(self.states))
        object.__setattr__(self, "weights", _read_only(self.weights))

    @classmethod
    def from_array(
        cls,
        states: npt.ArrayLike,
        alphabet: Sequence[State],
        weights: npt.ArrayLike | None = None,
        *,
        long_labels: Sequence[str] = (),
        left: State = KEEP,
        gaps: State = KEEP,
        right: State = KEEP,
    ) -> "StateSequences":
        """Code an array of states.

        Args:
            states: (n, L); entries are members of `alphabet`, or positions in it if they are
                integers and the alphabet has strings. None and NaN mean missing; in a uint8
                array of positions, `MISSING` and `VOID` keep their meaning.
            alphabet: the states in their order.
            weights: (n,) non-negative; ones by default.
            long_labels: a label of each state for readers.
            left: what to do with missing positions before the first state, as `treat_missing`.
            gaps: the same for those between two states.
            right: the same for those after the last state. TraMineR's default is `"drop"` here.

        Raises:
            ValueError: an entry is not in the alphabet, or a shape does not fit.
        """
        letters = tuple(alphabet)
        check_alphabet(letters)
        # NumPy would turn a NaN in a list of names into the text 'nan', so lists become objects.
        given = states if isinstance(states, np.ndarray) else np.array(states, dtype=object)
        if given.ndim != 2:
            raise ValueError(f"states must have two dimensions (n, L), not {given.ndim}")
        by_position = all(isinstance(letter, str) for letter in letters)
        if given.dtype == np.uint8 and by_position:
            coded = np.array(given, order="C")
        else:
            coded = code(given, letters, by_position=by_position)
        try:
            mass = np.ones(len(coded)) if weights is None else np.array(weights, dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError("the weights are not all numbers") from None
        given_states = cls(coded, letters, mass, tuple(long_labels))
        return given_states.treat_missing(left=left, gaps=gaps, right=right)

    def __len__(self) -> int:
        """Return the number of sequences."""
        return len(self.states)

    def __repr__(self) -> str:
        """Summarise the sequences without showing single ones."""
        shown = ", ".join(str(state) for state in self.alphabet[:12])
        more = f" and {len(self.alphabet) - 12} more" if len(self.alphabet) > 12 else ""
        lengths = f"{self.length}"
        if len(self) and self.lengths.min() < self.length:
            lengths = f"{self.lengths.min()} to {self.length}"
        weighted = "" if np.all(self.weights == 1) else f", total weight {self.weights.sum():g}"
        missing = ", with missing positions" if self.has_missing else ""
        return (
            f"StateSequences: {len(self):,} sequences of {lengths} positions{weighted}{missing}; "
            f"{len(self.alphabet)} states: {shown}{more}"
        )

    def _repr_html_(self) -> str:
        """Return the summary for a notebook, with the share of positions in each state."""
        valid = self.states < VOID
        mass = np.broadcast_to(self.weights[:, None], self.states.shape)[valid]
        total = np.bincount(self.states[valid], mass, len(self.alphabet))
        rows = "".join(
            f"<tr><td>{escape(str(state))}</td><td>{escape(label)}</td><td>{share:.1%}</td></tr>"
            for state, label, share in zip(
                self.alphabet,
                self.long_labels,
                total / max(float(total.sum()), 1e-300),
                strict=True,
            )
        )
        return (
            f"<p>{escape(repr(self).partition(';')[0])}</p><table><thead><tr><th>state</th>"
            f"<th>label</th><th>share of positions</th></tr></thead><tbody>{rows}</tbody></table>"
            "<p><small>Exact numbers, which have not passed disclosure control. A sequence is a "
            "person; <code>to_sps</code> and <code>labels</code> show single ones.</small></p>"
        )

    @property
    def length(self) -> int:
        """Return the number of positions, L."""
        return int(self.states.shape[1])

    def plot(self, kind: Plot = "chronogram", **options: Any) -> Any:
        """Draw the sequences: a chronogram, which shows no single one, by default.

        Args:
            kind: the name of a function of `trajectories.plot`.
            **options: its options, such as `group`.

        Returns:
            Matplotlib's axes; one for each group where there are groups.

        Raises:
            UserError: there is no such picture, or its options cannot be used.

        Examples:
            >>> from trajectories.sequences import as_sequences
            >>> as_sequences([["a", "b"], ["a", "a"]]).plot().get_xlabel()
            'Position'
        """
        if kind not in get_args(Plot):
            known = ", ".join(get_args(Plot))
            raise UserError(f"The picture {kind!r} is unknown: write one of {known}.")
        return found_above("trajectories.plot", kind)(self, **options)

    def __getitem__(self, rows: Any) -> "StateSequences":
        """Return the chosen sequences: an integer, a slice, or an array of rows or booleans."""
        index = np.atleast_1d(np.arange(len(self))[rows])
        return replace(self, states=self.states[index], weights=self.weights[index])

    @cached_property
    def lengths(self) -> Ints:
        """Return the number of positions of each sequence before void, int64 (n,), read-only."""
        return _read_only(np.count_nonzero(self.states != VOID, axis=1).astype(np.int64))

    @property
    def has_missing(self) -> bool:
        """Return whether any position is missing."""
        return bool((self.states == MISSING).any())

    def with_missing_state(self, label: State = "*") -> "StateSequences":
        """Return the sequences with missing as the alphabet's last state.

        Args:
            label: the name of the new state.

        Raises:
            ValueError: the alphabet holds `label` already.
        """
        coded = np.where(self.states == MISSING, np.uint8(len(self.alphabet)), self.states)
        alphabet = (*self.alphabet, label)
        check_alphabet(alphabet)
        return replace(
            self, states=coded, alphabet=alphabet, long_labels=(*self.long_labels, "missing")
        )

    def treat_missing(
        self, *, left: State = KEEP, gaps: State = KEEP, right: State = KEEP
    ) -> "StateSequences":
        """Keep, drop, truncate or fill missing positions at the left, in gaps and at the right.

        Each choice is `"keep"` (they stay missing), `"drop"` (they are removed, later positions
        move to the left), `"truncate"` (the sequence ends before the first of them) or a state of
        the alphabet that fills them. At the right, dropping and truncating are the same. A sequence
        without any state counts as missing at the right.

        Args:
            left: missing positions before the first state.
            gaps: missing positions between two states.
            right: missing positions after the last state.

        Raises:
            ValueError: a choice is neither one of these words nor a state.
        """
        places = {"left": left, "gaps": gaps, "right": right}
        if all(choice == KEEP for choice in places.values()):
            return self
        return replace(self, states=treated(self.states, self.alphabet, places))

    def labels(self) -> npt.NDArray[np.object_]:
        """Return the states by name, object (n, L); missing and void positions are None."""
        table = np.full(256, None, dtype=object)
        table[: len(self.alphabet)] = self.alphabet
        return table[self.states]

    def unique(self) -> "UniqueSequences":
        """Return the distinct sequences in lexicographic order of positions."""
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
            sequences=replace(self, states=ordered[first], weights=weight.astype(np.float64)),
            count=count,
            inverse=inverse,
        )


@described(lambda x: f"{len(x):,} distinct of {len(x.inverse):,} sequences")
@dataclass(frozen=True, eq=False)
class UniqueSequences:
    """The distinct sequences with their multiplicities.

    Attributes:
        sequences: the u distinct sequences in lexicographic order of positions, with the total
            weights of their copies.
        count: the number of copies of each, int64 (u,).
        inverse: the index of the distinct sequence of each original one, uint32 (n,).
    """

    sequences: StateSequences
    count: Ints
    inverse: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        """Return the number of distinct sequences."""
        return len(self.sequences)


def _words(states: States) -> npt.NDArray[np.uint64]:
    """Pack rows into big-endian 64-bit words, whose order is the rows' lexicographic order."""
    n, length = states.shape
    padded = np.zeros((n, -(-max(length, 1) // 8) * 8), dtype=np.uint8)
    padded[:, :length] = states
    return padded.view(">u8").astype(np.uint64)


def _read_only(array: Array) -> Array:
    """Return a read-only view of the array as C-contiguous."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
