"""Rows and a column of a released table, picked by words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from trajectories.errors import UserError
from trajectories.release.gate.spec import TableSpec

MOST_ROWS = 12
"""Rows that are shown; more are too many for one answer."""
MOST_NAMED = 8
"""Values of a key that a sentence lists."""


@dataclass(frozen=True)
class Picked:
    """What words pick of a table.

    Attributes:
        rows: the rows, all columns.
        columns: the columns that are asked for, in the table's order.
    """

    rows: pl.DataFrame
    columns: tuple[str, ...]


def pick(spec: TableSpec, table: pl.DataFrame, words: Sequence[str]) -> Picked:
    """Pick rows by values of key columns in any order, and columns by their names.

    A word is a value of a key column, `column=value` where several columns hold the value, or the
    name of another column. Capitals do not matter.

    Args:
        spec: the table's declaration.
        table: the released table.
        words: the words; without any, all rows.

    Raises:
        UserError: a word is none of these, no row has all values, or too many have.
    """
    dims = [name for name in spec.dims if name in table.columns]
    others = [name for name in table.columns if name not in dims]
    columns = [name for name in others if name.lower() in {word.lower() for word in words}]
    values = [word for word in words if word.lower() not in {name.lower() for name in columns}]
    keys = table.select(pl.col(dims).cast(pl.String))
    rows = pl.Series("rows", [True] * table.height, dtype=pl.Boolean)
    for word, times in Counter(word.lower() for word in values).items():
        here = _having(keys, word, times)
        if not here.any():
            raise UserError(_unknown(spec, keys, word, others))
        if not (rows & here).any():
            raise UserError(_apart(spec, keys.filter(rows), word))
        rows = rows & here
    found = table.filter(rows)
    if found.height > MOST_ROWS:
        raise UserError(_too_many(spec, found, dims, values))
    return Picked(found, tuple(columns) or tuple(others))


def _having(keys: pl.DataFrame, word: str, times: int) -> pl.Series:
    """Return which rows have a value in as many key columns as it was given."""
    name, equals, value = word.partition("=")
    named = [name] if equals and name in keys.columns else keys.columns
    wanted = value if named == [name] else word
    same = pl.sum_horizontal(pl.col(named).str.to_lowercase().eq_missing(wanted))
    return keys.select(here=same >= min(times, len(named)))["here"]


def _unknown(spec: TableSpec, keys: pl.DataFrame, word: str, others: Sequence[str]) -> str:
    if (key := word.removesuffix("=")) in keys.columns:
        return f"{key} is a key of {spec.file}.csv: name one of its values, {_values(keys[key])}."
    known = {name.lower(): (name, "a column") for name in others}
    for column in keys.columns:
        held = keys[column].drop_nulls().unique().to_list()
        known |= {value.lower(): (value, column) for value in held}
    near = get_close_matches(word.rpartition("=")[2], sorted(known), n=3)
    if near:
        listed = ", ".join("{} ({})".format(*known[value]) for value in near)
        hint = f"the nearest: {listed}"
    else:
        hint = "; ".join(f"{name}: {_values(keys[name])}" for name in keys.columns)
    return f"{spec.file}.csv has no key or column {word}; {hint}."


def _apart(spec: TableSpec, keys: pl.DataFrame, word: str) -> str:
    rest = [name for name in keys.columns if keys[name].n_unique() > 1]
    hint = "; ".join(f"{name}: {_values(keys[name])}" for name in rest)
    return f"{spec.file}.csv has no row with {word} and the words before it; they allow {hint}."


def _too_many(
    spec: TableSpec, found: pl.DataFrame, dims: Sequence[str], values: Sequence[str]
) -> str:
    rest = [name for name in dims if found[name].n_unique() > 1]
    hint = "; ".join(f"{name}: {_values(found[name].cast(pl.String))}" for name in rest)
    having = f" with {' '.join(values)}" if values else ""
    return (
        f"{spec.file}.csv has {found.height} rows{having}: pick at most {MOST_ROWS} by a value of "
        f"{hint}."
    )


def _values(column: pl.Series) -> str:
    values = column.drop_nulls().unique(maintain_order=True).to_list()
    more = ", …" if len(values) > MOST_NAMED else ""
    return ", ".join(values[:MOST_NAMED]) + more
