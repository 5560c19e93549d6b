"""State sequences from what a notebook holds: pandas, polars, NumPy or lists."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from trajectories.errors import UserError
from trajectories.sequences.coding import VOID, State
from trajectories.sequences.state_sequences import StateSequences

Table = StateSequences | pl.DataFrame | pd.DataFrame | npt.NDArray[Any] | Sequence[Sequence[Any]]
"""What `as_sequences` reads."""


def as_sequences(
    data: Table,
    *,
    columns: Sequence[str] | None = None,
    alphabet: Sequence[State] | None = None,
    weights: str | npt.ArrayLike | None = None,
    missing: Sequence[Any] = (),
    long_labels: Sequence[str] = (),
) -> StateSequences:
    """Read state sequences from a table of any kind, one row a sequence, one column a position.

    Args:
        data: a polars or pandas frame, a two-dimensional array, or a list of rows. Rows of a list
            may differ in length; shorter ones end earlier. Sequences are returned as they are, with
            the weights given.
        columns: columns of states of a frame, in order of time; all but `weights` by default.
        alphabet: the states in their order. By default the categories of the columns, if they
            share them, else the states that occur, sorted.
        weights: (n,) non-negative weights, or a column of the frame; ones by default.
        missing: values that mean missing, in addition to None and NaN.
        long_labels: a label of each state for readers.

    Raises:
        UserError: the data are no table, a state is not in the alphabet, or weights do not fit.

    Examples:
        >>> from trajectories.sequences import as_sequences
        >>> as_sequences([["school", "job", "job"], ["school", "job"]])
        StateSequences: 2 sequences of 2 to 3 positions; 2 states: job, school

    See Also:
        `StateSequences.from_array`, `from_frame`, `from_spells`, `from_sts`.

    R equivalent: `TraMineR::seqdef`.
    """
    if isinstance(data, StateSequences):
        return _weighted(data, weights)
    if isinstance(data, pl.DataFrame | pd.DataFrame):
        taken = {weights} if isinstance(weights, str) else set()
        names = [name for name in data.columns if name not in taken] if columns is None else columns
        absent = [name for name in (*names, *taken) if name not in data.columns]
        if absent:
            known = ", ".join(map(str, data.columns[:12]))
            raise UserError(f"The table has no column {absent[0]!r}; its columns are {known}.")
        if isinstance(weights, str):
            weights = data[weights].to_numpy()
        letters = alphabet or _categories(data, names)
        rows: list[Sequence[Any]] = list(
            zip(*(data[name].to_list() for name in names), strict=True)
        )
    else:
        if isinstance(weights, str) or columns is not None:
            raise UserError("Arrays and lists have no named columns: give weights as numbers.")
        letters, rows = alphabet, _rows(data)
    if not rows or not max(map(len, rows)):
        raise UserError("The data hold no sequence: give one row a sequence, a column a position.")
    return _weighted(_coded(rows, letters, set(missing), long_labels), weights)


def _rows(data: Any) -> list[Sequence[Any]]:
    """Return the rows of an array or a list."""
    if isinstance(data, np.ndarray):
        if data.ndim != 2:
            raise UserError(
                f"The array has {data.ndim} dimension{'s' * (data.ndim != 1)}: "
                "give one row a sequence and one column a position."
            )
        return list(data.tolist())
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise UserError(
            f"Sequences cannot be read from {type(data).__name__}: "
            "give a data frame, a two-dimensional array or a list of rows."
        )
    if any(isinstance(row, str) for row in data):
        raise UserError(
            "The rows are texts: read texts such as 'A-A-B' with trajectories.sequences.from_sts."
        )
    rows = [row.tolist() if isinstance(row, np.ndarray) else row for row in data]
    if not all(isinstance(row, Sequence) for row in rows):
        raise UserError("The list is flat: give a list of rows, one a sequence.")
    return rows


def _categories(data: pl.DataFrame | pd.DataFrame, names: Sequence[str]) -> list[Any] | None:
    """Return the categories that all columns share, None if they do not."""
    found: list[list[Any]] = []
    for name in names:
        column = data[name]
        if isinstance(column, pl.Series):
            own = column.dtype
            if not isinstance(own, pl.Enum):
                return None
            found.append(own.categories.to_list())
        elif isinstance(column.dtype, pd.CategoricalDtype):
            found.append(list(column.dtype.categories))
        else:
            return None
    return found[0] if found and all(own == found[0] for own in found) else None


def _coded(
    rows: Sequence[Sequence[Any]],
    alphabet: Sequence[State] | None,
    missing: set[Any],
    long_labels: Sequence[str],
) -> StateSequences:
    """Code rows of states."""
    lengths = np.array([len(row) for row in rows])
    cells = np.full((len(rows), int(lengths.max())), None, dtype=object)
    for place, row in enumerate(rows):
        cells[place, : len(row)] = [_state(cell, missing, place) for cell in row]
    if alphabet is None:
        found = {cell for cell in cells.ravel() if cell is not None}
        alphabet = sorted(found, key=lambda state: (isinstance(state, str), state))
    try:
        coded = StateSequences.from_array(cells, list(alphabet), long_labels=long_labels)
    except ValueError as error:
        said = str(error)
        raise UserError(f"{said[0].upper()}{said[1:]}.") from None
    if lengths.min() == cells.shape[1]:
        return coded
    states = np.where(np.arange(cells.shape[1]) < lengths[:, None], coded.states, np.uint8(VOID))
    return StateSequences(states, coded.alphabet, coded.weights, coded.long_labels)


def _state(cell: Any, missing: set[Any], row: int) -> State | None:
    """Return a cell as a state; None if it is missing."""
    if cell is None or cell is pd.NA or cell != cell or cell in missing:
        return None
    if isinstance(cell, str | int):
        return cell
    if isinstance(cell, float | np.floating | np.integer) and float(cell).is_integer():
        return int(cell)  # whole numbers become floats in columns with missing ones
    raise UserError(
        f"Row {row + 1} holds a {type(cell).__name__}: states are texts or whole numbers."
    )


def _weighted(seqs: StateSequences, weights: str | npt.ArrayLike | None) -> StateSequences:
    """Return the sequences with other weights."""
    if weights is None:
        return seqs
    if isinstance(weights, str):
        raise UserError("Sequences have no named columns: give weights as numbers.")
    try:
        mass = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        raise UserError("The weights are not all numbers.") from None
    if mass.shape != (len(seqs),):
        raise UserError(
            f"There are {mass.size} weights for {len(seqs)} sequences: give one weight a sequence."
        )
    if not np.all(np.isfinite(mass) & (mass >= 0)):
        raise UserError("A weight is missing or negative: weights are numbers from 0 on.")
    return StateSequences(seqs.states, seqs.alphabet, mass, seqs.long_labels)
