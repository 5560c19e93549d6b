"""What the plots of sequences take: sequences of any kind, groups and weights."""

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from trajectories.arrays import Ints
from trajectories.errors import UserError
from trajectories.plot.palette import Colours, Look, looks
from trajectories.sequences import StateSequences, as_sequences
from trajectories.sequences.convert.any_table import Table

Group = str | npt.ArrayLike | pl.Series | None
"""(n,) the group of each sequence, or a column of the frame that holds them."""
Weights = str | npt.ArrayLike | None
"""(n,) non-negative weights, or a column of the frame; those of the sequences by default."""


@dataclass(frozen=True)
class Grouped:
    """Sequences and their groups.

    Attributes:
        seqs: the sequences, with missing as a state where it counts.
        looks: how each state is drawn.
        names: the name of each group; one empty name without groups.
        members: the rows of each group.
        grouped: whether groups were given.
    """

    seqs: StateSequences
    looks: list[Look]
    names: list[str]
    members: list[Ints]
    grouped: bool

    def parts(self) -> Iterator[tuple[str, StateSequences]]:
        """Yield name and sequences of each group."""
        for name, rows in zip(self.names, self.members, strict=True):
            yield name, self.seqs[rows]


def read(
    data: Table,
    group: Group = None,
    weights: Weights = None,
    *,
    with_missing: bool = False,
    colours: Colours = None,
) -> Grouped:
    """Read what a plot is given.

    Raises:
        UserError: the data, groups, weights or colours cannot be used; the sentence says why.
    """
    columns = None
    if isinstance(data, pl.DataFrame | pd.DataFrame):
        named = [name for name in (group, weights) if isinstance(name, str)]
        columns = [name for name in data.columns if name not in named]
        if isinstance(group, str):
            if group not in data.columns:
                raise UserError(f"The table has no column {group!r} of groups.")
            group = data[group]
    elif isinstance(group, str):
        raise UserError("group is a name, but only data frames have named columns: give values.")
    seqs = as_sequences(data, columns=columns, weights=weights)
    if with_missing:
        seqs = seqs.with_missing_state()
    names, members = groups(group, len(seqs))
    for name, rows in zip(names, members, strict=True):
        if not float(seqs.weights[rows].sum()):
            whose = f"the group {name!r}" if group is not None else "the data"
            raise UserError(f"All weights of {whose} are 0: there is nothing to draw.")
    drawn = looks(seqs.alphabet, seqs.long_labels, colours, missing=with_missing)
    return Grouped(seqs, drawn, names, members, group is not None)


def groups(group: Any, n: int) -> tuple[list[str], list[Ints]]:
    """Return the names of groups in their order, and the rows of each.

    Categories keep their order, anything else is sorted.
    """
    if group is None:
        return [""], [np.arange(n)]
    order: list[Any] | None = None
    if isinstance(group, pl.Series):
        order = group.dtype.categories.to_list() if isinstance(group.dtype, pl.Enum) else None
        values = group.to_list()
    elif isinstance(group, pd.Series | pd.Categorical):
        if isinstance(group.dtype, pd.CategoricalDtype):
            order = list(group.dtype.categories)
        values = list(group)
    else:
        array = np.asarray(group, dtype=object)
        if array.ndim != 1:
            raise UserError(f"group has {array.ndim} dimensions: give one value a sequence.")
        values = array.tolist()
    if len(values) != n:
        raise UserError(f"group has {len(values)} values for {n} sequences: give one a sequence.")
    blank = sum(value is None or value is pd.NA or value != value for value in values)
    if blank:
        raise UserError(f"group is missing for {blank} of {n} sequences: name it or drop them.")
    found = set(values)
    if order is None:
        order = sorted(found, key=lambda value: (isinstance(value, str), value))
    kept = [value for value in order if value in found]
    code = {value: place for place, value in enumerate(kept)}
    codes = np.array([code[value] for value in values])
    return [str(value) for value in kept], [np.flatnonzero(codes == i) for i in range(len(kept))]


def position_names(positions: Sequence[object] | None, length: int) -> list[str]:
    """Return the name of each position: its number by default.

    Raises:
        UserError: there is not one name a position.
    """
    if positions is None:
        return [str(place + 1) for place in range(length)]
    if isinstance(positions, str) or not isinstance(positions, Sized):
        raise UserError(f"positions is {positions!r}: give a list of one name a position.")
    if len(positions) != length:
        raise UserError(f"positions has {len(positions)} names for {length} positions.")
    return [str(name) for name in positions]


def whole(name: str, value: object, least: int) -> int:
    """Return a whole number that a plot is given.

    Raises:
        UserError: it is none, or smaller than the least.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise UserError(f"{name} is {value!r}: write a whole number from {least} on.")
    return int(value)


def as_many(seqs: StateSequences, items: int) -> None:
    """Check that there are as many sequences as a result was made of.

    Raises:
        UserError: there are more or fewer.
    """
    if len(seqs) != items:
        raise UserError(
            f"There are {len(seqs):,} sequences, and the result is of {items:,}: give the "
            "sequences that it was made of."
        )


def as_numbers(name: str, values: Any) -> npt.NDArray[np.float64]:
    """Return one number an item: (n,).

    Raises:
        UserError: they are not all numbers, or in rows and columns.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UserError(f"{name} are not all numbers: give one number an item.") from error
    if found.ndim != 1 or not found.size:
        raise UserError(f"{name} has the shape {found.shape}: give one number an item.")
    return found
