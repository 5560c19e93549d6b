"""State sequences from and to wide tables, recoding, and expansion of distinct states."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.notebook.pandas_frames import in_polars
from trajectories.sequences.coding import KEEP, VOID, State, require_length
from trajectories.sequences.state_sequences import StateSequences

if TYPE_CHECKING:
    import pandas as pd


def from_frame(
    frame: "pl.DataFrame | pd.DataFrame",
    columns: Sequence[str],
    *,
    alphabet: Sequence[State] | None = None,
    weights: str | None = None,
    missing: Sequence[State] = (),
    long_labels: Sequence[str] = (),
    left: State = KEEP,
    gaps: State = KEEP,
    right: State = KEEP,
) -> StateSequences:
    """Read a wide table, one row per sequence and one column per position, as seqdef.

    Args:
        frame: the table, of polars or pandas.
        columns: its columns of states in order of time.
        alphabet: the states in their order; those that occur, sorted, by default.
        weights: its column of weights; ones by default.
        missing: values that mean missing, in addition to blanks.
        long_labels: a label of each state for readers.
        left: as `StateSequences.treat_missing`.
        gaps: as there.
        right: as there. TraMineR's default is `"drop"` here.

    Raises:
        ValueError: a column is not in the table, or a state is not in the alphabet.
    """
    frame = in_polars(frame)
    for name in (*columns, *([weights] if weights else [])):
        if name not in frame.columns:
            raise ValueError(f"the table has no column {name!r}")
    cells: npt.NDArray[np.object_] = np.empty((frame.height, len(columns)), dtype=object)
    for place, name in enumerate(columns):
        cells[:, place] = [None if cell in missing else cell for cell in frame[name].to_list()]
    if alphabet is None:
        found = {cell for cell in cells.ravel() if cell is not None and cell == cell}
        alphabet = sorted(found, key=lambda state: (isinstance(state, str), state))
    return StateSequences.from_array(
        cells,
        alphabet,
        None if weights is None else frame[weights].to_numpy(),
        long_labels=long_labels,
        left=left,
        gaps=gaps,
        right=right,
    )


def to_frame(seqs: StateSequences, *, prefix: str = "t") -> pl.DataFrame:
    """Return a wide table: one row per sequence, one column per position (t1, t2, …), as text.

    Missing and void positions are null.
    """
    names = seqs.labels()
    return pl.DataFrame(
        {
            f"{prefix}{place + 1}": pl.Series(
                [None if name is None else str(name) for name in names[:, place]], dtype=pl.String
            )
            for place in range(seqs.length)
        }
    )


def recoded(
    seqs: StateSequences, states: Mapping[Any, State], *, alphabet: Sequence[State] | None = None
) -> StateSequences:
    """Return sequences over other states, as seqrecode.

    Args:
        seqs: the sequences.
        states: the new state of each old one; other states stay unchanged.
        alphabet: the new states in their order; as they first occur in the old alphabet's order
            by default.

    Raises:
        ValueError: an old state is not in the alphabet, or a new one not in the given alphabet.
    """
    for state in states:
        if state not in seqs.alphabet:
            raise ValueError(f"the state {state!r} is not in the alphabet")
    new = [states.get(state, state) for state in seqs.alphabet]
    letters = tuple(dict.fromkeys(new)) if alphabet is None else tuple(alphabet)
    place = {letter: position for position, letter in enumerate(letters)}
    table = np.arange(256, dtype=np.uint8)
    for position, state in enumerate(new):
        if state not in place:
            raise ValueError(f"the new state {state!r} is not in the new alphabet")
        table[position] = place[state]
    return StateSequences(table[seqs.states], letters, seqs.weights)


def from_distinct_states(
    distinct: StateSequences, durations: npt.NDArray[np.integer[Any]]
) -> StateSequences:
    """Return the sequences behind distinct successive states, the reverse of `distinct_states`.

    Args:
        distinct: the states of successive spells.
        durations: the number of positions of each, integers (n, spells); values at void positions
            are ignored.

    Raises:
        ValueError: shapes do not fit, or a duration of a spell is less than one.
    """
    if durations.shape != distinct.states.shape:
        raise ValueError(
            f"durations of shape {durations.shape} do not fit spells of {distinct.states.shape}"
        )
    if not np.issubdtype(durations.dtype, np.integer):
        raise ValueError(f"durations must be whole numbers, not {durations.dtype}")
    held = distinct.states != VOID
    times = np.where(held, durations, 0)
    if (times[held] < 1).any():
        raise ValueError("a spell must last at least one position")
    lengths = times.sum(axis=1, dtype=np.float64)
    require_length(int(lengths.max(initial=0)))
    lengths = lengths.astype(np.int64)
    out = np.full((len(distinct), max(int(lengths.max(initial=0)), 1)), VOID, dtype=np.uint8)
    out[np.arange(out.shape[1]) < lengths[:, None]] = np.repeat(
        distinct.states.ravel(), times.ravel()
    )
    return StateSequences(out, distinct.alphabet, distinct.weights, distinct.long_labels)
