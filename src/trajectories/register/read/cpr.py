"""Danish CPR numbers: recognised and refused in inputs, and removed from messages.

A CPR number is a birthday (DDMMYY) and four digits, the first of which determines the century
(CPR Office, "Personnummeret i CPR-systemet"). The control digit (modulus 11) is not checked if all
ten digits are present, since numbers issued since 2007 need not satisfy it. It helps to recognise
numbers of nine digits, from which a column of whole numbers has lost the leading zero.
"""

import re
from datetime import date
from typing import Any

import polars as pl

from trajectories.errors import UserError

# One in 27 random numbers of ten digits begins with a valid date, so some pseudonymous keys do by
# chance; all CPR numbers do.
SUSPECT_SHARE = 0.2
# One in 90 random numbers of nine digits satisfies both the calendar and modulus 11.
SUSPECT_SHARE_OF_NINE = 0.5
DIGITS = 10
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
MODULUS = 11
SMALLEST = 10 ** (DIGITS - 2)
NUMBER = r"(?:^|[^0-9A-Za-z])(\d{6})([- ]?)(\d)\d{3}(?:$|[^0-9A-Za-z])"
IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{2})(\d{2})(\d{2})([- ]?)(\d)\d{3}(?![0-9A-Za-z])")
NINE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z.,])\d{9}(?![0-9A-Za-z.,])")


def find_cpr(values: pl.Series) -> pl.DataFrame:
    """Find distinct values that have the form of a CPR number.

    Returns:
        One row per value with ten consecutive digits, or six and four separated by a hyphen or
        space: separated (Boolean), is_date (Boolean: the digits begin with a valid date).
    """
    text = values.drop_nulls().unique().cast(pl.String)
    found = text.filter(text.str.len_bytes() >= DIGITS).str.extract_groups(NUMBER).struct.unnest()
    day, separator, seventh = (pl.col(name) for name in ("1", "2", "3"))
    return found.filter(day.is_not_null()).select(
        separated=separator != "", is_date=_is_day(day, seventh.cast(pl.Int32))
    )


def _is_day(day: pl.Expr, digit: pl.Expr) -> pl.Expr:
    """Return whether DDMMYY is a valid date in the century given by the seventh digit."""
    year = day.str.slice(4, 2).cast(pl.Int32)
    century = (
        pl.when(digit <= 3)
        .then(1900)
        .when(digit.is_in([4, 9]))
        .then(pl.when(year <= 36).then(2000).otherwise(1900))
        .otherwise(pl.when(year <= 57).then(2000).otherwise(1800))
    )
    full = day.str.head(4) + (century + year).cast(pl.String)
    return full.str.to_date("%d%m%Y", strict=False).is_not_null()


def find_without_zero(values: pl.Series) -> pl.Series:
    """Find numbers that may be CPR numbers without their leading zero.

    Returns:
        One Boolean per distinct value of nine digits: with a leading zero, its digits begin with a
        valid date and satisfy modulus 11.
    """
    text = values.drop_nulls().unique().cast(pl.String)
    nine = text.filter((text.str.len_bytes() == DIGITS - 1) & text.str.contains(r"^\d{9}$"))
    whole = pl.lit("0") + pl.col("nine")
    digits = [whole.str.slice(place, 1).cast(pl.Int32) for place in range(DIGITS)]
    control: Any = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    fits = (control % MODULUS == 0) & _is_day(whole.str.head(6), digits[6])
    return nine.to_frame("nine").select(fits.alias("fits")).to_series()


def count_cpr(values: pl.Series) -> int:
    """Count the distinct values that are considered CPR numbers.

    Values with a hyphen or a space always count. Values of ten digits count if at least one in
    five begins with a valid date: by chance, one in 27 pseudonymous keys does. Values of nine
    digits count if, with a leading zero, at least half begin with a valid date and satisfy modulus
    11: by chance, one in 90 random keys and at most one in eleven consecutive keys do.
    """
    found = find_cpr(values)
    separated, plain = found.filter("separated"), found.filter(~pl.col("separated"))
    counts = [int(separated["is_date"].sum())]
    for fits, share in (
        (plain["is_date"], SUSPECT_SHARE),
        (find_without_zero(values), SUSPECT_SHARE_OF_NINE),
    ):
        likely = int(fits.sum())
        counts.append(likely if likely >= share * fits.len() else 0)
    return sum(counts)


def digits_of(values: pl.Series) -> pl.Series:
    """Return values as text for `find_cpr`; whole floats lose their decimal point."""
    if values.dtype.is_float():
        values = values.cast(pl.Int64, strict=False)
    return values.cast(pl.String, strict=False)


def refuse_cpr(values: pl.Series, *, file: str, column: str, allowed: bool) -> None:
    """Refuse a column with CPR numbers, unless the config allows them.

    Raises:
        UserError: with the number of distinct such values, never a value.
    """
    if allowed:
        return
    count = count_cpr(values)
    if count:
        raise UserError(
            f"{file}: {count} values of column {column!r} look like CPR numbers: use "
            "pseudonymised keys, or set register.allow_cpr_keys to true."
        )


def refuse_cpr_beside_text(
    raw: pl.DataFrame, parsed: pl.DataFrame, *, file: str, allowed: bool
) -> None:
    """Refuse columns of dates or numbers with CPR numbers, unless the config allows them.

    Only unreadable cells and numbers of nine digits or more are checked.

    Raises:
        UserError: as in `refuse_cpr`.
    """
    for name in raw.columns:
        if f"bad_{name}" not in parsed.columns:
            continue
        odd = parsed[f"bad_{name}"]
        if parsed[name].dtype.is_numeric():
            odd = odd | (parsed[name] >= SMALLEST).fill_null(False)
        if odd.any():
            cells = digits_of(raw[name].filter(odd))
            refuse_cpr(cells, file=file, column=name, allowed=allowed)


def scrub(text: str) -> str:
    """Remove everything that looks like a CPR number from a message."""

    def hide(match: re.Match[str]) -> str:
        day, month = int(match[1]), int(match[2])
        try:
            date(2000, month, day)
        except ValueError:
            return match[0]
        return "[CPR number]"

    def hide_nine(match: re.Match[str]) -> str:
        fits = find_without_zero(pl.Series([match[0]])).any()
        return "[CPR number]" if fits else match[0]

    return NINE_IN_TEXT.sub(hide_nine, IN_TEXT.sub(hide, text))
