"""State sequences from what a notebook holds: pandas, polars, NumPy or lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    missing: Sequence[Any] | State = (),
    long_labels: Sequence[str] | Mapping[Any, str] = (),
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
        missing: values that mean missing, in addition to None, NaN and blank texts; one alone may
            be given as it is.
        long_labels: a label of each state for readers, in order or by state.

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
        if isinstance(columns, str):
            raise UserError(f"The columns are one text: give a list, such as [{columns!r}].")
        if twice := [name for name, n in Counter(data.columns).items() if n > 1]:
            raise UserError(f"The table has the column {twice[0]!r} twice: give each its own name.")
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
        if columns is None:
            _require_alike(data, names)
    else:
        if isinstance(weights, str) or columns is not None:
            raise UserError("Arrays and lists have no named columns: give weights as numbers.")
        letters, rows = alphabet, _rows(data)
    if not rows or not max(map(len, rows)):
        raise UserError("The data hold no sequence: give one row a sequence, a column a position.")
    if isinstance(letters, set | frozenset):
        raise UserError("The alphabet is a set, which has no order: give a list of states.")
    values = [missing] if isinstance(missing, str | int | float) else list(missing)
    return _weighted(_coded(rows, letters, set(values), long_labels), weights)


def _rows(data: Any) -> list[Sequence[Any]]:
    """Return the rows of an array or a list."""
    if isinstance(data, np.ndarray):
        text = data.dtype.kind == "U"
        if data.ndim != 2:
            raise UserError(
                f"The array has {data.ndim} dimension{'s' * (data.ndim != 1)}: "
                "give one row a sequence and one column a position."
            )
        # NumPy makes NaN beside texts the text nan.
        rows = data.tolist()
        return [[None if cell == "nan" else cell for cell in row] for row in rows] if text else rows
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


def _require_alike(data: pl.DataFrame | pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse columns of numbers beside columns of texts, such as an id beside states."""
    kinds: dict[str, Any] = {}
    for name in names:
        cells = pd.Series(data[name].to_list(), dtype=object).dropna()
        texts = {isinstance(cell, str) for cell in cells}
        if len(texts) == 1:
            kinds.setdefault("texts" if texts.pop() else "numbers", name)
    if len(kinds) == 2:
        raise UserError(
            f"The column {kinds['numbers']!r} holds numbers and {kinds['texts']!r} texts: name the "
            "columns of states in `columns`, or make their states all texts or all numbers."
        )


def _coded(
    rows: Sequence[Sequence[Any]],
    alphabet: Sequence[State] | None,
    missing: set[Any],
    long_labels: Sequence[str] | Mapping[Any, str],
) -> StateSequences:
    """Code rows of states."""
    lengths = np.array([len(row) for row in rows])
    cells = np.full((len(rows), int(lengths.max())), None, dtype=object)
    for place, row in enumerate(rows):
        cells[place, : len(row)] = [_state(cell, missing, place) for cell in row]
    if alphabet is None:
        found = {cell for cell in cells.ravel() if cell is not None}
        if not found:
            raise UserError(
                "The data hold no state, every cell is missing: look at the columns, or give an "
                "alphabet."
            )
        alphabet = sorted(found, key=lambda state: (isinstance(state, str), state))
    if isinstance(long_labels, Mapping):
        long_labels = [str(long_labels.get(letter, letter)) for letter in alphabet]
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
    if cell is None or cell is pd.NA:
        return None
    if isinstance(cell, str | int):
        blank = isinstance(cell, str) and not cell.strip()
        return None if blank or cell in missing else cell
    if isinstance(cell, float | np.floating | np.integer):
        if cell != cell or cell in missing:
            return None
        if float(cell).is_integer():
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
