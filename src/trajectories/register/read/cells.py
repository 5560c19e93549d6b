"""Normalising cells: missing values, and whole numbers without decimals.

All readers use it, so that a word for a missing value and a number such as 657.0 mean the same in
every table and format.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from trajectories.config.sections.files import MISSING
from trajectories.errors import UserError

TEXT: Final = (pl.String, pl.Categorical, pl.Enum)
LARGEST_EXACT: Final = 2**53
"""From this size, floats do not represent all whole numbers."""
SCIENTIFIC: Final = r"^(\d)(?:[.,](\d+))?[eE]\+(\d{2,})$"
LARGEST_EXPONENT: Final = 15
SPREADSHEET_DECIMALS: Final = 5
"""Spreadsheets shorten long numbers to six digits."""


def stripped(raw: pl.Series) -> pl.Series:
    """Return the cells as text without spaces around them; blank cells become null."""
    text = raw.cast(pl.String).str.strip_chars(" \t\r\n\u00a0")
    return text.to_frame("x").select(pl.when(pl.col("x") != "").then("x").alias("x"))["x"]


def filled(
    raw: pl.Series, missing: Sequence[str] = MISSING, *, any_case: bool = False
) -> pl.Series:
    """Return the cells of a column, with null for missing values.

    Args:
        raw: the column as read.
        missing: words for a missing value.
        any_case: whether to ignore the case of the words, for columns that are not text.

    Returns:
        Text stripped, with null for blanks and the words; numbers with null for NaN; other types
        unchanged.
    """
    if raw.dtype.is_float():
        return raw.fill_nan(None)
    if raw.dtype not in TEXT:
        return raw
    text = stripped(raw)
    words = pl.Series([word.lower() for word in missing] if any_case else list(missing))
    if words.is_empty():
        return text
    said = (text.str.to_lowercase() if any_case else text).is_in(words.implode())
    return text.to_frame("x").select(pl.when(~said).then("x").alias("x"))["x"]


def whole_forms(text: pl.Series, *, name: str, file: str) -> pl.Series:
    """Write whole numbers without decimals or exponent: 657.0 and 657,0 as 657, 1e+05 as 100000.

    Raises:
        UserError: numbers are shortened (1,23457E+15), so that their last digits are lost.
    """
    written = text
    if text.str.contains(".", literal=True).any() or text.str.contains(",", literal=True).any():
        written = text.str.replace(r"^([+-]?\d+)[.,]0+$", "$1")
    if not text.str.contains(r"[eE]\+").any():
        return written
    parts = text.str.extract_groups(SCIENTIFIC).struct.unnest()
    first, decimals = pl.col("1"), pl.col("2").fill_null("")
    exponent = pl.col("3").cast(pl.Int32, strict=False)
    digits = decimals.str.len_chars().cast(pl.Int32)
    lost = (exponent > LARGEST_EXPONENT) | ((digits >= SPREADSHEET_DECIMALS) & (exponent > digits))
    if parts.select((first.is_not_null() & lost).any()).item():
        raise UserError(
            f"{file}: column {name!r} holds long numbers shortened to an exponent (as 1.23E+15), "
            "whose last digits are lost: export the column as text."
        )
    zeros = pl.lit("0").repeat_by(exponent - digits).list.join("")
    plain = parts.select(pl.when(exponent >= digits).then(first + decimals + zeros)).to_series()
    return plain.fill_null(written)


def check_digits(raw: pl.Series, *, name: str, file: str) -> None:
    """Raise a UserError if floats are too large to keep the last digits of whole numbers."""
    if raw.dtype.is_float() and (raw.abs() >= LARGEST_EXACT).any():
        raise UserError(
            f"{file}: column {name!r} holds numbers of more than 15 digits stored as floats, "
            "whose last digits are lost: store the column as text or as whole numbers."
        )
