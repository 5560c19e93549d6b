"""Danish CPR numbers: recognised in inputs and refused, and taken out of messages.

A CPR number is a birthday (DDMMYY) and four digits, the first of which tells the century
(CPR Office, "Personnummeret i CPR-systemet"). The control digit (modulus 11) is not asked for where
all ten digits are there, since numbers issued since 2007 need not satisfy it. Where a column of
whole numbers has lost the zero in front, it helps to tell the nine digits left from other ones.
"""

import re
from datetime import date
from typing import Any

import polars as pl

from trajectories.errors import UserError

# Of ten random digits one in 27 reads as a birthday and four digits, so that opaque keys of ten
# digits hold some such values by chance; among CPR numbers all do.
SUSPECT_SHARE = 0.2
# Of nine random digits one in 90 satisfies both the calendar and modulus 11.
SUSPECT_SHARE_OF_NINE = 0.5
DIGITS = 10
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
MODULUS = 11
SMALLEST = 10 ** (DIGITS - 2)
NUMBER = r"(?:^|[^0-9A-Za-z])(\d{6})([- ]?)(\d)\d{3}(?:$|[^0-9A-Za-z])"
IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{2})(\d{2})(\d{2})([- ]?)(\d)\d{3}(?![0-9A-Za-z])")
NINE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z.,])\d{9}(?![0-9A-Za-z.,])")


def find_cpr(values: pl.Series) -> pl.DataFrame:
    """Find what has the form of a CPR number in distinct values.

    Args:
        values: text, which may hold a number among other words; nulls do not count.

    Returns:
        One row a value with ten digits in a row, or six and four with a hyphen or space between:
        separated (Boolean), is_date (Boolean: the digits tell a day that the calendar has).
    """
    text = values.drop_nulls().unique().cast(pl.String)
    found = text.filter(text.str.len_bytes() >= DIGITS).str.extract_groups(NUMBER).struct.unnest()
    day, separator, seventh = (pl.col(name) for name in ("1", "2", "3"))
    return found.filter(day.is_not_null()).select(
        separated=separator != "",
        is_date=_is_day(day, seventh.cast(pl.Int32)),
    )


def _is_day(day: pl.Expr, digit: pl.Expr) -> pl.Expr:
    """Tell whether DDMMYY is a day of the century that the seventh digit names."""
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
    """Find what may be a CPR number of the first nine days of a month, read as a whole number.

    Args:
        values: text; nulls do not count.

    Returns:
        One Boolean a distinct value of nine digits: with a zero in front its digits tell a day
        that the calendar has and satisfy modulus 11.
    """
    text = values.drop_nulls().unique().cast(pl.String)
    nine = text.filter((text.str.len_bytes() == DIGITS - 1) & text.str.contains(r"^\d{9}$"))
    whole = pl.lit("0") + pl.col("nine")
    digits = [whole.str.slice(place, 1).cast(pl.Int32) for place in range(DIGITS)]
    control: Any = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    fits = (control % MODULUS == 0) & _is_day(whole.str.head(6), digits[6])
    return nine.to_frame("nine").select(fits.alias("fits")).to_series()


def count_cpr(values: pl.Series) -> int:
    """Count the distinct values that are taken for CPR numbers.

    Written with a hyphen or a space, each counts. Written as ten digits, they count where at
    least one in five of the values of ten digits tells a day of the calendar: opaque keys of ten
    digits do so by chance in one of 27. Nine digits alone count where, with a zero in front, at
    least half of the values of nine digits tell a day and satisfy modulus 11: opaque ones do so by
    chance in one of 90, and consecutive ones in one of eleven at most.

    Args:
        values: as in `find_cpr`.
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
    """Write values as text in which CPR numbers can be found; whole fractions lose their point."""
    if values.dtype.is_float():
        values = values.cast(pl.Int64, strict=False)
    return values.cast(pl.String, strict=False)


def refuse_cpr(values: pl.Series, *, file: str, column: str, allowed: bool) -> None:
    """Stop where a column holds CPR numbers, unless the config allows that.

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
    """Stop where a column of dates or numbers holds CPR numbers.

    Only cells that could not be read, and numbers of nine digits or more, can be any.

    Args:
        raw: the cells as read.
        parsed: as `parsing.parse` returns it, with `bad_<column>` for each such column.
        file: what to call the input in messages.
        allowed: whether the config allows CPR numbers.

    Raises:
        UserError: as `refuse_cpr`.
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
    """Take everything that reads as a CPR number out of a message."""

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
