"""Spells of state sequences: the SPELL format, distinct successive states and their durations."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Ints
from trajectories.notebook.pandas_frames import in_polars
from trajectories.sequences.coding import KEEP, MISSING, VOID, State, require_length
from trajectories.sequences.convert import spell_kernels as _spell_kernels
from trajectories.sequences.state_sequences import StateSequences

if TYPE_CHECKING:
    import pandas as pd

Int8s = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
Int64s = Ints


@dataclass(frozen=True, eq=False)
class SpellRows:
    """The spells of n sequences, one after another.

    Attributes:
        offset: the first spell of each sequence and the number of all, int64 (n + 1,).
        state: position of each spell's state in the alphabet, uint8 (m,).
        begin: position of its first state, from 0, int32 (m,).
        duration: its number of valid positions, int32 (m,).
    """

    offset: Int64s
    state: npt.NDArray[np.uint8]
    begin: Int32s
    duration: Int32s

    @property
    def counts(self) -> Int64s:
        """The number of spells of each sequence, int64 (n,)."""
        return np.diff(self.offset)

    @property
    def sequence(self) -> Int64s:
        """The sequence of each spell, from 0, int64 (m,)."""
        return np.repeat(np.arange(len(self.offset) - 1), self.counts)

    @property
    def place(self) -> Int64s:
        """The place of each spell within its sequence, from 0, int64 (m,)."""
        return np.arange(len(self.state)) - np.repeat(self.offset[:-1], self.counts)


def spell_rows(seqs: StateSequences, *, split_at_gaps: bool = False) -> SpellRows:
    """Return the spells of each sequence: runs of one state, ignoring gaps."""
    counts = np.zeros(len(seqs), dtype=np.int64)
    size = len(seqs.alphabet)
    _spell_kernels.count_spells(seqs.states, size, split_at_gaps, counts)
    offset = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    state = np.empty(offset[-1], dtype=np.uint8)
    begin, duration = np.empty((2, offset[-1]), dtype=np.int32)
    _spell_kernels.write_spells(seqs.states, size, split_at_gaps, offset, state, begin, duration)
    return SpellRows(offset, state, begin, duration)


def distinct_states(
    seqs: StateSequences, *, with_missing: bool = False
) -> tuple[StateSequences, Int32s]:
    """Return the distinct successive states and their durations, as seqdss and seqdur.

    Missing positions are skipped, so that equal states on both sides of a gap form one spell.

    Args:
        seqs: the sequences.
        with_missing: whether to treat missing as a state.

    Returns:
        The distinct successive states, as many positions as the most spells (at least one), void
        after the last spell; and the durations, int32 of the same shape, 0 if void.
    """
    seqs = seqs.with_missing_state() if with_missing else seqs
    spells = spell_rows(seqs)
    shape = (len(seqs), max(int(spells.counts.max(initial=0)), 1))
    states = np.full(shape, VOID, dtype=np.uint8)
    durations = np.zeros(shape, dtype=np.int32)
    states[spells.sequence, spells.place] = spells.state
    durations[spells.sequence, spells.place] = spells.duration
    return replace(seqs, states=states), durations


def to_spells(seqs: StateSequences) -> pl.DataFrame:
    """Return one row per spell, in the SPELL format.

    A gap ends a spell, so that all positions from begin to end have the state.

    Returns:
        sequence (row number, from 0), begin and end (positions from 1, both inclusive), state.
    """
    spells = spell_rows(seqs, split_at_gaps=True)
    letters = np.array([str(state) for state in seqs.alphabet], dtype=object)
    return pl.DataFrame(
        {
            "sequence": spells.sequence,
            "begin": spells.begin.astype(np.int64) + 1,
            "end": spells.begin.astype(np.int64) + spells.duration,
            "state": letters[spells.state],
        },
        schema_overrides={"state": pl.String},
    )


def from_spells(
    spells: "pl.DataFrame | pd.DataFrame",
    alphabet: tuple[State, ...] | list[State] | str,
    *,
    sequence: str = "sequence",
    begin: str = "begin",
    end: str = "end",
    state: str = "state",
    first: int | None = None,
    last: int | None = None,
    origin: pl.DataFrame | Literal["calendar", "own"] = "calendar",
    overwrite: bool = True,
    fill: State = KEEP,
) -> tuple[list[object], StateSequences]:
    """Build sequences from spells, as seqformat(from="SPELL", to="STS").

    Args:
        spells: one row per spell, of polars or pandas, with whole times, first and last inclusive.
        alphabet: the states in their order.
        sequence: the column of sequence identifiers.
        begin: the column of first times.
        end: the column of last times.
        state: the column of states.
        first: the time of the first position; the earliest by default. With an origin of their
            own, counted from 1 at the origin, and 1 by default.
        last: the time of the last position; the latest by default.
        origin: `"calendar"` (all sequences share the time axis), `"own"` (position 1 is the
            sequence's earliest time), or a frame of two columns, the sequence and the time of its
            position 1 (process time, R's `pdata`).
        overwrite: whether a later row wins over an earlier one where spells overlap; otherwise the
            earlier row is kept.
        fill: a state for gaps between spells; they stay missing by default.

    Returns:
        The sequences' identifiers in order of first occurrence, and the sequences; positions
        outside spells are missing.

    Raises:
        ValueError: a column is not in the table, a spell ends before it begins, a time is no whole
            number, an origin is missing, a state is not in the alphabet, or a sequence would be
            longer than `LONGEST`.
    """
    spells = in_polars(spells)
    for name in (sequence, begin, end, state):
        if name not in spells.columns:
            raise ValueError(
                f"the spells have no column {name!r}; they have {', '.join(spells.columns)}"
            )
    if spells.select(sequence, begin, end, state).null_count().sum_horizontal().item() > 0:
        raise ValueError("a spell has no sequence, no begin, no end or no state")
    starts, ends = _whole(spells[begin]), _whole(spells[end])
    if (ends < starts).any():
        raise ValueError("a spell ends before it begins")
    names, row = _places(spells[sequence])
    if not isinstance(origin, str) or origin == "own":
        zero = _zero(origin, names, row, starts)
        starts, ends = starts - zero[row] + 1, ends - zero[row] + 1
        first = 1 if first is None else first
    if first is None:
        first = int(starts.min()) if len(starts) else 1
    if last is None:
        last = int(ends.max()) if len(ends) else first
    if last < first:
        raise ValueError(f"the last time, {last}, lies before the first, {first}")
    require_length(last - first + 1)
    met = spells[state].unique()
    codes = StateSequences.from_array(met.to_numpy()[:, None].astype(object), alphabet)
    kind = _lookup(spells[state], met, codes.states[:, 0])
    out = np.full((len(names), last - first + 1), MISSING, dtype=np.uint8)
    _spell_kernels.paint(row, starts - first, ends - first, kind, MISSING, overwrite, out)
    return names.to_list(), StateSequences.from_array(out, codes.alphabet, gaps=fill)


def _whole(column: pl.Series) -> Int64s:
    """Return times as integers (days for dates), after checking that they are whole."""
    if column.dtype.is_integer() or column.dtype == pl.Date or column.is_empty():
        return column.cast(pl.Int64).to_numpy()
    if not column.dtype.is_float():
        raise ValueError(
            f"the column {column.name!r} holds {column.dtype}: times are whole numbers or dates"
        )
    whole = (column == column.floor()) & column.is_finite()
    if broken := int((~whole).sum()):
        raise ValueError(f"{broken} times in the column {column.name!r} are no whole numbers")
    return column.cast(pl.Int64).to_numpy()


def _places(column: pl.Series) -> tuple[pl.Series, Int64s]:
    """Return the distinct entries in order of first occurrence, and the index of each row."""
    opens = column.ne_missing(column.shift(1)).to_numpy().copy()
    opens[:1] = True
    runs = column.filter(pl.Series(opens))
    names = runs.unique(maintain_order=True)
    places = np.arange(len(names))
    if len(names) < len(runs):
        places = runs.replace_strict(names, pl.Series(places)).to_numpy()
    return names, places[np.cumsum(opens) - 1]


def _lookup(column: pl.Series, met: pl.Series, codes: Int8s) -> Int8s:
    """Return the code of each entry, given the distinct entries `met` and their codes."""
    if len(column) == 0:
        return codes
    if isinstance(column.dtype, pl.Enum):
        table = np.zeros(len(column.dtype.categories), dtype=np.uint8)
        table[met.to_physical().to_numpy()] = codes
        coded: Int8s = table[column.to_physical().to_numpy()]
        return coded
    return column.replace_strict(met, pl.Series(codes), return_dtype=pl.UInt8).to_numpy()


def _zero(origin: pl.DataFrame | str, names: pl.Series, row: Int64s, starts: Int64s) -> Int64s:
    """Return the time of position 1 of each sequence, int64 (n,)."""
    if isinstance(origin, pl.DataFrame):
        known, times = origin.columns
        joined = pl.DataFrame({known: names}).join(
            origin, on=known, how="left", maintain_order="left"
        )[times]
        if joined.null_count():
            raise ValueError(f"{joined.null_count()} sequences have no origin")
        return joined.cast(pl.Int64).to_numpy()
    zero = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(zero, row, starts)
    return zero
