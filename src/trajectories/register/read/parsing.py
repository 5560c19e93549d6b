"""Parsing raw cells into typed values, with flags for values that could not be read."""

from collections.abc import Callable, Sequence
from typing import Literal

import polars as pl

from trajectories.config.sections.files import MISSING
from trajectories.errors import UserError
from trajectories.register.read.cells import check_digits, filled, stripped, whole_forms
from trajectories.register.read.dates import NO_DAY, Dates, parse_dates, without_times

Kind = Literal["text", "date", "moment", "whole", "number"]
WANTED = {
    "text": "text or whole numbers",
    "date": "dates or text as YYYY-MM-DD (numbers of days need register.files.<table>.dates)",
    "whole": "whole numbers",
    "number": "numbers",
}
WANTED["moment"] = WANTED["date"]


def parse(
    frame: pl.DataFrame,
    kinds: dict[str, Kind],
    *,
    file: str,
    dates: Dates = "auto",
    missing: Sequence[str] = MISSING,
) -> pl.DataFrame:
    """Parse the cells of a raw frame.

    Args:
        frame: the frame as read: text (CSV) or the types of the file.
        kinds: the expected kind of each column (`moment`: a date with an optional time of day); a
            column that the frame lacks becomes null.
        file: name of the input in messages.
        dates: format of dates that are numbers or begin with the day; ISO weeks are read as their
            Monday, in a column `end` as their Sunday.
        missing: words for a missing value; in columns of dates and numbers in any case.

    Returns:
        One column per name in `kinds` (String, Date, Int64 or Float64; blank cells are null), and
        for each column except texts a Boolean `bad_<name>`: a value that could not be read.

    Raises:
        UserError: the stored type of a column is unsuitable, dates have a time of day other than
            midnight, or long numbers have lost their last digits.
    """
    columns: list[pl.Series] = []
    for name, kind in kinds.items():
        empty = pl.Series(name, [None], dtype=pl.String).new_from_index(0, frame.height)
        raw = frame[name] if name in frame.columns else empty
        days = kind in ("date", "moment")
        words = (*missing, *NO_DAY) if days else missing
        cells = filled(raw, words, any_case=kind != "text")
        if days:
            value = _dates(cells, name, dates, file=file, times=kind == "moment")
        elif kind == "number":
            value = _number(cells)
        else:
            check_digits(cells, name=name, file=file)
            if cells.dtype == pl.String:
                cells = whole_forms(cells, name=name, file=file)
            value = (_text_or_none if kind == "text" else _whole)(cells)
        if value is None:
            raise UserError(
                f"{file}: column {name!r} holds {raw.dtype} where {WANTED[kind]} are wanted."
            )
        columns.append(value.alias(name))
        if kind != "text":
            columns.append((cells.is_not_null() & value.is_null()).alias(f"bad_{name}"))
    return pl.DataFrame(columns)


def _dates(
    cells: pl.Series, name: str, dates: Dates, *, file: str, times: bool
) -> pl.Series | None:
    """Parse dates; unless `times`, a time of day other than midnight raises a UserError."""
    ends = name == "end"
    days, odd = without_times(cells, ends=ends)
    if odd is not None and not times and odd.any():
        raise UserError(
            f"{file}: column {name!r} holds times of day other than midnight, so that its days are "
            "not certain: store dates, or timestamps at midnight in the local time zone."
        )
    return parse_dates(days, dates, ends=ends)


def _text_or_none(cells: pl.Series) -> pl.Series | None:
    if cells.dtype.is_float():
        whole = cells.cast(pl.Int64, strict=False)
        fits = (whole.cast(cells.dtype) == cells).fill_null(cells.is_null()).all()
        return stripped(whole) if fits else None
    if cells.dtype == pl.String:
        return cells
    return stripped(cells) if cells.dtype == pl.Null or cells.dtype.is_integer() else None


def _whole(cells: pl.Series) -> pl.Series | None:
    if cells.dtype.is_integer() or cells.dtype == pl.Null:
        return cells.cast(pl.Int64)
    if cells.dtype.is_float():
        number = cells.cast(pl.Int64, strict=False)
        return _where(number, (number.cast(cells.dtype) == cells).fill_null(False))
    return cells.cast(pl.Int64, strict=False) if cells.dtype == pl.String else None


def _number(cells: pl.Series) -> pl.Series | None:
    if cells.dtype.is_numeric() or cells.dtype == pl.Null:
        return _where(cells.cast(pl.Float64), cells.cast(pl.Float64).is_finite().fill_null(False))
    if cells.dtype == pl.String:
        # A decimal comma, as Danish exports write it; thousands separators are not read.
        number = cells.str.replace(r"^([+-]?\d+),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
        return _where(number, number.is_finite().fill_null(False))
    return None


def _where(value: pl.Series, keep: pl.Series) -> pl.Series:
    return pl.select(pl.when(keep).then(value)).to_series()


def tidy_columns(frame: pl.DataFrame, missing: Sequence[str] = MISSING) -> pl.DataFrame:
    """Convert text columns to the narrowest type that fits all values: whole, number or text.

    For kept columns of unknown type. Blank cells and words for a missing value become null. A
    column with leading zeros stays text.
    """
    return frame.select(_tidy(series, missing) for series in frame.get_columns())


def _tidy(series: pl.Series, missing: Sequence[str]) -> pl.Series:
    cells = filled(series, missing)
    if cells.dtype != pl.String:
        return cells.alias(series.name)
    parsers: tuple[Callable[[pl.Series], pl.Series | None], ...] = (_whole, _number)
    if not cells.str.contains(r"^0\d").any():
        for parser in parsers:
            value = parser(cells)
            if value is not None and value.null_count() == cells.null_count():
                return value.alias(series.name)
    return cells.alias(series.name)


def as_enum(text: pl.Series) -> pl.Series:
    """Convert text to an Enum of its own sorted values."""
    return text.cast(pl.Enum(text.drop_nulls().unique().sort()))
