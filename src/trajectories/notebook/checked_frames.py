"""Frames that a user hands to a function: their columns, checked by what they must hold.

A column that is missing, of another type or not filled gives one sentence that tells how many rows
are wrong and never what they hold. What passes has one type a kind, so that computations meet no
surprise: days are dates, flags are Booleans.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, Literal

import polars as pl

from trajectories.errors import UserError
from trajectories.notebook.pandas_frames import as_frame

Kind = Literal["label", "whole", "number", "outcome", "amount", "weight", "day", "month", "flag"]
"""A name or key; a whole number; a finite number; one of these or a Boolean; a number from 0 on;
one of these, not all 0; a date; the first day of a month; true or false, which 1 and 0 may say."""
NUMBERS: Collection[Kind] = ("number", "outcome", "amount", "weight")
MUST_HOLD: Mapping[Kind, str] = {
    "label": "one text or number a row",
    "whole": "whole numbers",
    "number": "numbers",
    "outcome": "numbers, or true and false",
    "amount": "numbers",
    "weight": "numbers",
    "day": "dates",
    "month": "dates",
    "flag": "true and false",
}
EMPTY: Mapping[Kind, Any] = {
    "label": pl.String,
    "whole": pl.Int64,
    "number": pl.Float64,
    "outcome": pl.Float64,
    "amount": pl.Float64,
    "weight": pl.Float64,
    "day": pl.Date,
    "month": pl.Date,
    "flag": pl.Boolean,
}


def checked_frame(
    data: object, rows: str, columns: Mapping[str, Kind], *, may_miss: Collection[str] = ()
) -> pl.DataFrame:
    """Return a frame of polars or pandas as one of polars, in which some columns can be used.

    Args:
        data: the frame.
        rows: what its rows are called in messages, such as "person-months".
        columns: the columns that are needed, and what each must hold.
        may_miss: those that may hold missing values.

    Raises:
        UserError: it is no frame, lacks a column, or a column holds what it must not.
    """
    frame = as_frame(data)
    for name in columns:
        require_column(frame, name, rows)
    changed = []
    for name, kind in columns.items():
        own = frame[name]
        found = _checked(own, kind, rows, may_miss=name in may_miss)
        if found is not own:
            changed.append(found)
    return frame.with_columns(changed) if changed else frame


def require_column(frame: pl.DataFrame, name: object, rows: str) -> None:
    """Refuse a name that is no column, or is one whose cells are lists or objects.

    Raises:
        UserError: the name is no text or no column, or its cells are no single values.
    """
    if not isinstance(name, str):
        raise UserError(f"A column of the {rows} is named by {name!r}: give its name, a text.")
    if name not in frame.columns:
        known = ", ".join(frame.columns) or "none"
        close = get_close_matches(name.lower(), [one.lower() for one in frame.columns], n=1)
        meant = [one for one in frame.columns if [one.lower()] == close]
        hint = f"; did you mean {meant[0]!r}?" if meant else "."
        raise UserError(f"The {rows} have no column {name!r}; their columns are {known}{hint}")
    if frame[name].dtype.is_nested() or frame[name].dtype == pl.Object:
        raise _holds(frame[name], "label", rows)


def refuse_repeated(frame: pl.DataFrame, columns: Collection[str], rows: str) -> None:
    """Refuse rows that are equal in some columns, such as two of one person and month.

    Raises:
        UserError: there are such rows.
    """
    repeated = int(frame.select(columns).is_duplicated().sum())
    if repeated:
        raise UserError(
            f"{repeated:,} of {frame.height:,} {rows} share their {' and '.join(columns)} with "
            "another: keep one of each."
        )


def require_alike(first: pl.DataFrame, second: pl.DataFrame, name: str, rows: str) -> None:
    """Refuse two frames whose keys could not be compared, such as numbers and texts.

    Raises:
        UserError: the column is of two kinds.
    """
    own, other = first[name].dtype, second[name].dtype
    if own.is_numeric() != other.is_numeric():
        raise UserError(f"The column {name!r} of the {rows} holds {own} and {other}: use one type.")


def _checked(column: pl.Series, kind: Kind, rows: str, *, may_miss: bool) -> pl.Series:
    """Return a column in the type of its kind."""
    name = column.name
    if column.dtype == pl.Null:
        column = column.cast(EMPTY[kind])
    if kind in ("day", "month"):
        column = _days(column, kind, rows)
    elif kind == "flag":
        column = _flags(column, rows)
    elif not _suits(column.dtype, kind):
        raise _holds(column, kind, rows)
    number = kind in NUMBERS and column.dtype.is_float()
    column = column.fill_nan(None) if number else column
    if not may_miss:
        mend = "fill it, or drop these rows"
        _refuse(column.null_count(), column, rows, f"{name!r} is missing", mend)
    if number:
        _refuse(int(column.is_infinite().sum()), column, rows, f"{name!r} is infinite")
    if kind in ("amount", "weight"):
        _refuse(int((column < 0).sum()), column, rows, f"{name!r} is below 0")
    if kind == "weight" and len(column) and not float(column.cast(pl.Float64).sum()):
        raise UserError(f"The column {name!r} is 0 in all {rows}: nobody would count.")
    if kind == "month":
        mend = f"write the month's first day, such as pl.col({name!r}).dt.truncate('1mo')"
        later = int((column.dt.day() != 1).sum())
        _refuse(later, column, rows, f"{name!r} is not the first day of a month", mend)
    return column


def _suits(dtype: pl.DataType, kind: Kind) -> bool:
    """Tell whether a type can hold what a kind of numbers or labels must."""
    if kind == "whole":
        return dtype.is_integer()
    return kind == "label" or dtype.is_numeric() or (kind == "outcome" and dtype == pl.Boolean)


def _days(column: pl.Series, kind: Kind, rows: str) -> pl.Series:
    """Return dates; pandas stores these as times at midnight."""
    if column.dtype == pl.Date:
        return column
    if not isinstance(column.dtype, pl.Datetime):
        raise _holds(column, kind, rows)
    days = column.dt.date()
    if not (column.dt.replace_time_zone(None) == days.cast(pl.Datetime)).all():
        raise UserError(f"The column {column.name!r} of the {rows} holds times of day: give dates.")
    return days


def _flags(column: pl.Series, rows: str) -> pl.Series:
    """Return Booleans, also from 1 and 0."""
    if column.dtype == pl.Boolean:
        return column
    if not column.dtype.is_numeric() or not ((column == 0) | (column == 1)).all():
        raise _holds(column, "flag", rows)
    return column.cast(pl.Boolean)


def _holds(column: pl.Series, kind: Kind, rows: str) -> UserError:
    return UserError(
        f"The column {column.name!r} of the {rows} holds {column.dtype}; it must hold "
        f"{MUST_HOLD[kind]}."
    )


def _refuse(count: int, column: pl.Series, rows: str, what: str, mend: str = "") -> None:
    if count:
        told = f": {mend}" if mend else ""
        raise UserError(f"The column {what} in {count:,} of {len(column):,} {rows}{told}.")
