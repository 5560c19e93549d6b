"""Model matrices of categorical and plain columns, built from level numbers.

A trial run of formulaic on a frame of two rows gives the products of factors in a formula and the
contrasts they use; names and values are filled in here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp
from formulaic import Formula

from trajectories.arrays import Array, Ints

CATEGORICAL = re.compile(r"C\((\w+)\)")
LARGEST_LIST = 10_000_000
Factor = tuple[str, bool, bool]
"""A column, whether it is categorical, and whether its first level is dropped."""


@dataclass(frozen=True)
class Levels:
    """A column as numbers of its levels.

    Attributes:
        codes: (rows,) number of each row's level, from 0.
        levels: the levels that occur, in order; text or integers.
    """

    codes: Ints
    levels: tuple[str | int | float, ...]


@dataclass(frozen=True)
class _Block:
    """Neighbouring columns of a matrix: a product of factors, the first varying fastest.

    Attributes:
        factors: the factors.
        names: names of the columns.
    """

    factors: tuple[Factor, ...]
    names: tuple[str, ...]


def levels_of(column: pl.Series) -> Levels:
    """Number the values of a column: text in the order of its Enum or sorted, numbers by size."""
    if isinstance(column.dtype, pl.Enum) and not column.null_count():
        place, present = numbered(column.to_physical().to_numpy().astype(np.int64))
        return Levels(place, tuple(column.dtype.categories.gather(present).to_list()))
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        values = numbers(column)
        least, most = (int(values.min()), int(values.max())) if values.size else (0, 0)
        if values.dtype == np.int64 and most - least <= LARGEST_LIST:
            place, present = numbered(values - least)
            return Levels(place, tuple((present + least).tolist()))
        found, codes = np.unique(values, return_inverse=True)
        return Levels(codes.astype(np.int64), tuple(found.tolist()))
    found_text = column.unique().sort()
    codes = column.rank("dense").to_numpy().astype(np.int64) - 1
    return Levels(codes, tuple(str(level) for level in found_text))


def numbered(codes: Ints) -> tuple[Ints, Ints]:
    """Number the values that occur among non-negative integers.

    Returns:
        (rows,) the place of each row's value among those that occur, and these values in order.
    """
    if not codes.size or int(codes.max()) > LARGEST_LIST:
        present, place = np.unique(codes, return_inverse=True)
        return place.astype(np.int64), present
    # A list of all values takes a pass over the rows where sorting takes many.
    held = np.zeros(int(codes.max()) + 1, np.bool_)
    held[codes] = True
    place = np.cumsum(held) - 1
    return place[codes], np.flatnonzero(held)


def numbers(column: pl.Series) -> Array:
    """A numeric column as f64 if it holds fractions or booleans, otherwise as i64."""
    fractional = column.dtype.is_float() or column.dtype == pl.Boolean
    return column.to_numpy().astype(np.float64 if fractional else np.int64)


def combined(parts: Sequence[Levels]) -> Ints:
    """(rows,) numbers, from 0, of the combinations that occur; the first part varies slowest."""
    codes = parts[0].codes
    for part in parts[1:]:
        codes = codes * len(part.levels) + part.codes
    return numbered(codes)[0]


def is_simple(formula: Formula, columns: Sequence[str]) -> bool:
    """Whether every factor of a formula is a column, `C(column)` or the constant."""
    factors = {str(factor) for term in formula for factor in term.factors}
    return all(f in columns or f == "1" or CATEGORICAL.fullmatch(f) for f in factors)


def fill(
    formula: Formula, rows: pl.DataFrame, hidden: Mapping[str, str]
) -> tuple[sp.csr_matrix, list[str]]:
    """The matrix of a simple formula over rows, and its names.

    Args:
        formula: a formula for which `is_simple` holds, in hidden names.
        rows: a frame with the formula's columns.
        hidden: column name in the formula → column name in the frame.
    """
    categorical = {
        match.group(1)
        for term in formula
        for factor in term.factors
        if (match := CATEGORICAL.fullmatch(str(factor)))
    }
    levels = {name: levels_of(rows[hidden[name]]) for name in hidden if name in categorical}
    shape = _structure(
        tuple(str(term) for term in formula),
        tuple((name, len(part.levels) > 1) for name, part in levels.items()),
        tuple(name for name in hidden if name not in categorical),
    )
    blocks = [_Block(factors, tuple(_names(factors, levels))) for factors in shape]
    blocks = [block for block in blocks if block.names]
    height = rows.height
    places = np.zeros((height, len(blocks)), dtype=np.int32)
    values = np.ones((height, len(blocks)))
    first = 0
    for number, block in enumerate(blocks):
        place = np.zeros(height, dtype=np.int64)
        width = 1
        for name, is_categorical, reduced in block.factors:
            if not is_categorical:
                values[:, number] *= rows[hidden[name]].to_numpy().astype(np.float64)
                continue
            codes = levels[name].codes - reduced
            values[codes < 0, number] = 0.0
            place += width * codes
            width *= len(levels[name].levels) - reduced
        places[:, number] = first + place
        first += len(block.names)
    used = values != 0.0
    pointer = np.concatenate([[0], np.cumsum(used.sum(axis=1))]).astype(np.int32)
    matrix = sp.csr_matrix((values[used], places[used], pointer), shape=(height, first))
    return matrix, [name for block in blocks for name in block.names]


def _names(factors: Sequence[Factor], levels: Mapping[str, Levels]) -> list[str]:
    """The names that formulaic gives to a product of factors, the first varying fastest."""
    names = [""]
    for name, is_categorical, reduced in reversed(factors):
        own = [name]
        if is_categorical:
            found = levels[name].levels
            own = (
                [f"C({name})[T.{x}]" for x in found[1:]]
                if reduced
                else [f"C({name})[{x}]" for x in found]
            )
        names = [f"{one}:{rest}" if rest else one for rest in names for one in own]
    return names if factors else ["Intercept"]


@lru_cache(maxsize=256)
def _structure(
    terms: tuple[str, ...], several: tuple[tuple[str, bool], ...], plain: tuple[str, ...]
) -> tuple[tuple[Factor, ...], ...]:
    """The products of factors that formulaic makes of the terms, and the contrasts they use."""
    frame: dict[str, Any] = {name: [0.0, 1.0] for name in plain}
    for name, more in several:
        frame[name] = pd.Categorical(["0", str(int(more))])
    formula = Formula(" + ".join(terms), _ordering="none")
    model = formula.get_model_matrix(pd.DataFrame(frame), output="sparse", na_action="ignore")
    products = []
    for encoded in model.model_spec.structure:
        for scoped in encoded.scoped_terms:
            texts = [(str(one.factor), bool(one.reduced)) for one in scoped.factors]
            products.append(
                tuple(
                    (match.group(1), True, reduced) if match else (text, False, False)
                    for text, reduced in texts
                    for match in [CATEGORICAL.fullmatch(text)]
                )
            )
    return tuple(products)
