"""Parsing dates in the formats used in extracts."""

from datetime import date
from typing import Final, Literal

import polars as pl

from trajectories.register.read.cells import TEXT, stripped

Dates = Literal["auto", "sas_days", "excel_days", "day_first"]

DAY_ZERO: Final = {"sas_days": date(1960, 1, 1), "excel_days": date(1899, 12, 30)}
"""Day zero of SAS dates, and of spreadsheet dates (right for dates since March 1900)."""
NO_DAY: Final = ("0000-00-00", "00000000")
"""Dates that mean a missing date in databases."""
FIRST_YEAR, LAST_YEAR = 1800, 9999
WEEK: Final = r"^(\d{4})-?W(\d{2})(?:-?([1-7]))?$"
LONGEST_DATE: Final = len("31-JAN-2000")
TIME: Final = (
    r"^(.{8,}?)(?:[T ]+|:)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r" ?(?:Z|UTC|[+-]\d{2}:?\d{2})?$"
)
"""A date and a time of day, with an optional time zone."""


def without_times(raw: pl.Series, *, ends: bool = False) -> tuple[pl.Series, pl.Series | None]:
    """Split dates and times of day.

    Args:
        raw: a column of dates.
        ends: whether to accept the last minute of a day like midnight, for the end of a row.

    Returns:
        The column without times: timestamps become dates in their own time zone, text loses its
        time; and for each cell whether the time was not midnight (null if the cell has no time),
        or None if the column has no times.
    """
    if isinstance(raw.dtype, pl.Datetime):
        local = raw.dt.replace_time_zone(None)
        return local.dt.date(), _odd(local.dt.hour(), local.dt.minute(), local.dt.second(), ends)
    if raw.dtype not in TEXT:
        return raw, None
    text = stripped(raw)
    longest = text.str.len_bytes().max()
    if not isinstance(longest, int) or longest <= LONGEST_DATE:
        return text, None
    parts = text.str.extract_groups(TIME).struct.unnest()
    hour, minute, second = (parts[name].cast(pl.Int8, strict=False) for name in ("2", "3", "4"))
    return parts["1"].fill_null(text), _odd(hour, minute, second.fill_null(0), ends)


def _odd(hour: pl.Series, minute: pl.Series, second: pl.Series, ends: bool) -> pl.Series:
    odd = (hour != 0) | (minute != 0) | (second != 0)
    return odd & ~((hour == 23) & (minute == 59)) if ends else odd


def parse_dates(raw: pl.Series, dates: Dates, *, ends: bool = False) -> pl.Series | None:
    """Parse a column of dates.

    Args:
        raw: the column as read; a cell with a time other than midnight is not a date.
        dates: `auto` reads stored dates and text as YYYY-MM-DD (also with . or /), YYYYMMDD,
            DDMMMYYYY with English or Danish months, and ISO weeks; `sas_days` and
            `excel_days` numbers of days; `day_first` DD-MM-YYYY, DD.MM.YYYY, DD/MM/YYYY, DDMMYYYY.
        ends: whether an ISO week without a day means its Sunday instead of its Monday.

    Returns:
        Date, null if a cell is blank or unreadable; None if the column's type cannot hold dates of
        this format.
    """
    days, odd = without_times(raw, ends=ends)
    found = _without_time(days, dates, ends)
    if odd is None or found is None:
        return found
    return pl.select(pl.when(~odd.fill_null(False)).then(found)).to_series()


def _without_time(raw: pl.Series, dates: Dates, ends: bool) -> pl.Series | None:
    if raw.dtype in (pl.Date, pl.Null):
        return raw.cast(pl.Date)
    if dates in DAY_ZERO:
        return _count_from(raw, DAY_ZERO[dates])
    if raw.dtype.is_numeric():
        return _stored_compact(raw) if dates == "auto" else None
    if raw.dtype not in TEXT:
        return None
    text = stripped(raw)
    if dates == "day_first":
        whole = text.str.replace(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$", "$1-$2-$3")
        dashed = whole.str.replace(r"^(\d{2})(\d{2})(\d{4})$", "$1-$2-$3")
        return _plausible(dashed.str.to_date("%d-%m-%Y", strict=False))
    found = text.str.to_date("%Y-%m-%d", strict=False)
    for form in (_compact, _year_first, _named_month, _week_end if ends else _week_begin):
        if found.null_count() == text.null_count():
            break
        found = found.fill_null(form(text))
    return _plausible(found)


def _plausible(days: pl.Series) -> pl.Series:
    """Drop dates with implausible years, such as 0201 for 2010."""
    inside = days.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    return pl.select(pl.when(inside).then(days)).to_series()


def _count_from(raw: pl.Series, zero: date) -> pl.Series | None:
    number = stripped(raw).str.replace(",", ".", literal=True) if raw.dtype in TEXT else raw
    if not (number.dtype == pl.String or number.dtype.is_numeric()):
        return None
    days = number.cast(pl.Float64, strict=False)
    whole = days.cast(pl.Int32, strict=False)
    since = (zero - date(1970, 1, 1)).days
    first, last = ((day - zero).days for day in (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
    exact = (whole.cast(pl.Float64) == days) & whole.is_between(first, last)
    return pl.select(pl.when(exact).then(whole + since)).to_series().cast(pl.Date)


def _stored_compact(raw: pl.Series) -> pl.Series | None:
    """Parse numbers as YYYYMMDD if all have eight digits, more than any number of days."""
    number = raw.cast(pl.Int64, strict=False)
    fits = number.is_between(FIRST_YEAR * 10_000, LAST_YEAR * 10_000 + 1231)
    whole = (number.cast(raw.dtype) == raw).fill_null(raw.is_null())
    if not ((fits | number.is_null()) & whole).all() or number.null_count() == len(raw):
        return None
    return number.cast(pl.String).str.to_date("%Y%m%d", strict=False)


def _compact(text: pl.Series) -> pl.Series:
    digits = text.str.replace(r"^(\d{8})[.,]0$", "$1")
    return _matching(digits, r"^\d{8}$").str.to_date("%Y%m%d", strict=False)


def _year_first(text: pl.Series) -> pl.Series:
    dashed = text.str.replace(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})$", "$1-$2-$3")
    return dashed.str.to_date("%Y-%m-%d", strict=False)


def _named_month(text: pl.Series) -> pl.Series:
    upper = text.str.to_uppercase().str.replace("MAJ", "MAY").str.replace("OKT", "OCT")
    joined = upper.str.replace(r"^(\d{1,2})[-. ]?([A-Z]{3})[-. ]?(\d{4})$", "$1$2$3")
    return _matching(joined, r"^\d{1,2}[A-Z]{3}\d{4}$").str.to_date("%d%b%Y", strict=False)


def _week_begin(text: pl.Series) -> pl.Series:
    return _week(text, "1")


def _week_end(text: pl.Series) -> pl.Series:
    return _week(text, "7")


def _week(text: pl.Series, day: str) -> pl.Series:
    upper = text.str.to_uppercase()
    full = upper.str.replace(r"^(\d{4}-?W\d{2})$", f"${{1}}-{day}")
    written = full.str.replace(WEEK, "$1-W$2-$3")
    return _matching(written, r"^\d{4}-W\d{2}-[1-7]$").str.to_date("%G-W%V-%u", strict=False)


def _matching(text: pl.Series, pattern: str) -> pl.Series:
    fits = pl.when(text.str.contains(pattern)).then(text)
    return pl.select(fits).to_series()
