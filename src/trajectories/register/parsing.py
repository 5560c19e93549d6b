"""From raw cells to typed values, with a flag where a value was there but could not be read."""

from collections.abc import Callable
from typing import Literal

import polars as pl

from trajectories.errors import UserError
from trajectories.register.dates import Dates, parse_dates, stripped

Kind = Literal["text", "date", "whole", "number"]
WANTED = {
    "text": "text or whole numbers",
    "date": "dates or text as YYYY-MM-DD (numbers of days need register.files.<table>.dates)",
    "whole": "whole numbers",
    "number": "numbers",
}


def parse(
    frame: pl.DataFrame, kinds: dict[str, Kind], *, file: str, dates: Dates = "auto"
) -> pl.DataFrame:
    """Read the cells of a raw frame.

    Args:
        frame: as read: text (CSV) or the types of the file.
        kinds: what each column should hold; a column that the frame lacks becomes null.
        file: what to call the input in messages.
        dates: how dates are written where they are numbers or begin with the day; ISO weeks are
            read as their Monday, and in a column `end` as their Sunday.

    Returns:
        A column a name in `kinds` (String, Date, Int64 or Float64; blank cells are null), and for
        each column but the texts a Boolean `bad_<name>`: a value that could not be read.

    Raises:
        UserError: the stored type of a column cannot hold what is wanted.
    """
    columns: list[pl.Series] = []
    for name, kind in kinds.items():
        empty = pl.Series(name, [None], dtype=pl.String).new_from_index(0, frame.height)
        raw = frame[name] if name in frame.columns else empty
        value = (
            parse_dates(raw, dates, ends=name == "end") if kind == "date" else PARSERS[kind](raw)
        )
        if value is None:
            raise UserError(
                f"{file}: column {name!r} holds {raw.dtype} where {WANTED[kind]} are wanted."
            )
        columns.append(value.alias(name))
        if kind != "text":
            filled = stripped(raw).is_not_null() if raw.dtype == pl.String else raw.is_not_null()
            columns.append((filled & value.is_null()).alias(f"bad_{name}"))
    return pl.DataFrame(columns)


def _text_or_none(raw: pl.Series) -> pl.Series | None:
    if raw.dtype.is_float():
        whole = raw.cast(pl.Int64, strict=False)
        return stripped(whole) if (whole.cast(raw.dtype) == raw).fill_null(True).all() else None
    if raw.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null) or raw.dtype.is_integer():
        return stripped(raw)
    return None


def _whole(raw: pl.Series) -> pl.Series | None:
    if raw.dtype.is_integer() or raw.dtype == pl.Null:
        return raw.cast(pl.Int64)
    if raw.dtype.is_float():
        number = raw.cast(pl.Int64, strict=False)
        return _where(number, (number.cast(raw.dtype) == raw).fill_null(False))
    if raw.dtype in (pl.String, pl.Categorical, pl.Enum):
        return stripped(raw).cast(pl.Int64, strict=False)
    return None


def _number(raw: pl.Series) -> pl.Series | None:
    if raw.dtype.is_numeric() or raw.dtype == pl.Null:
        return _where(raw.cast(pl.Float64), raw.cast(pl.Float64).is_finite().fill_null(False))
    if raw.dtype in (pl.String, pl.Categorical, pl.Enum):
        text = stripped(raw)
        # A decimal comma, as Danish exports write it; thousands separators are not read.
        number = text.str.replace(r"^([+-]?\d+),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
        return _where(number, number.is_finite().fill_null(False))
    return None


def _where(value: pl.Series, keep: pl.Series) -> pl.Series:
    return pl.select(pl.when(keep).then(value)).to_series()


PARSERS: dict[str, Callable[[pl.Series], pl.Series | None]] = {
    "text": _text_or_none,
    "whole": _whole,
    "number": _number,
}


def tidy_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Give text columns the narrowest type that holds all their values: whole, number or text.

    For columns that the config keeps without knowing their type; blank cells become null. A
    column with a leading zero before another digit stays text.
    """
    return frame.select(_tidy(series) for series in frame.get_columns())


def _tidy(series: pl.Series) -> pl.Series:
    if series.dtype != pl.String:
        return series
    text = stripped(series)
    if text.str.contains(r"^0\d").any():
        return text.alias(series.name)
    for parser in (_whole, _number):
        value = parser(text)
        if value is not None and value.null_count() == text.null_count():
            return value.alias(series.name)
    return text.alias(series.name)


def as_enum(text: pl.Series) -> pl.Series:
    """Store text as numbers that sort as the text does (an Enum of its own values)."""
    return text.cast(pl.Enum(text.drop_nulls().unique().sort()))
