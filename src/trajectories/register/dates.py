"""Dates in the forms in which extracts write them."""

from datetime import date
from typing import Final, Literal

import polars as pl

Dates = Literal["auto", "sas_days", "excel_days", "day_first"]

DAY_ZERO: Final = {"sas_days": date(1960, 1, 1), "excel_days": date(1899, 12, 30)}
"""SAS counts days from 1960; spreadsheets count so that dates from March 1900 on are right."""
TEXT: Final = (pl.String, pl.Categorical, pl.Enum)
WEEK: Final = r"^(\d{4})-?W(\d{2})(?:-?([1-7]))?$"


def stripped(raw: pl.Series) -> pl.Series:
    """Return the cells as text without spaces around them; blank cells become null."""
    text = raw.cast(pl.String).str.strip_chars()
    return text.to_frame("x").select(pl.when(pl.col("x") != "").then("x").alias("x"))["x"]


def parse_dates(raw: pl.Series, dates: Dates, *, ends: bool = False) -> pl.Series | None:
    """Read a column of dates.

    Args:
        raw: as read.
        dates: `auto` reads stored dates and, of text, YYYY-MM-DD, YYYYMMDD (a time of midnight may
            follow), DDMMMYYYY with English or Danish months, and ISO weeks; `sas_days` and
            `excel_days` numbers of days; `day_first` DD-MM-YYYY, DD.MM.YYYY, DD/MM/YYYY, DDMMYYYY.
        ends: an ISO week without a day means its Sunday, else its Monday.

    Returns:
        Date, null where a cell is blank or cannot be read; None where the column's type cannot hold
        dates of this form.
    """
    if raw.dtype in (pl.Date, pl.Datetime, pl.Null):
        return raw.cast(pl.Date)
    if dates in DAY_ZERO:
        return _count_from(raw, DAY_ZERO[dates])
    if raw.dtype not in TEXT:
        return None
    # A time of midnight, as some exports append it, is no further information.
    text = stripped(raw).str.replace(r"[T ]00:00(:00(\.0+)?)?$", "")
    if dates == "day_first":
        whole = text.str.replace(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$", "$1-$2-$3")
        dashed = whole.str.replace(r"^(\d{2})(\d{2})(\d{4})$", "$1-$2-$3")
        return dashed.str.to_date("%d-%m-%Y", strict=False)
    found = text.str.to_date("%Y-%m-%d", strict=False)
    for form in (_compact, _named_month, _week_end if ends else _week_begin):
        if found.null_count() == text.null_count():
            break
        found = found.fill_null(form(text))
    return found


def _count_from(raw: pl.Series, zero: date) -> pl.Series | None:
    number = stripped(raw) if raw.dtype in TEXT else raw
    if not (number.dtype == pl.String or number.dtype.is_numeric()):
        return None
    days = number.cast(pl.Float64, strict=False)
    whole = days.cast(pl.Int32, strict=False)
    since = (zero - date(1970, 1, 1)).days
    exact = pl.when(whole.cast(pl.Float64) == days).then(whole + since)
    return pl.select(exact).to_series().cast(pl.Date)


def _compact(text: pl.Series) -> pl.Series:
    return _matching(text, r"^\d{8}$").str.to_date("%Y%m%d", strict=False)


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
