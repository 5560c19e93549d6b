"""Danish CPR numbers: recognised in inputs and refused, and taken out of messages.

A CPR number is a birthday (DDMMYY) and four digits, the first of which tells the century
(CPR Office, "Personnummeret i CPR-systemet"). The control digit (modulus 11) tells nothing any
more: numbers issued since 2007 need not satisfy it.
"""

import re
from datetime import date

import polars as pl

from trajectories.errors import UserError

# Of ten random digits one in 27 reads as a birthday and four digits, so that opaque keys of ten
# digits hold some such values by chance; among CPR numbers all do.
SUSPECT_SHARE = 0.2
DIGITS = 10
NUMBER = r"(?:^|[^0-9A-Za-z])(\d{6})([- ]?)(\d)\d{3}(?:$|[^0-9A-Za-z])"
IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{2})(\d{2})(\d{2})([- ]?)(\d)\d{3}(?![0-9A-Za-z])")


def find_cpr(values: pl.Series) -> pl.DataFrame:
    """Find what has the form of a CPR number in distinct values.

    Args:
        values: text, which may hold a number among other words; nulls do not count. Numbers that
            lost a leading zero, as they do in a column of whole numbers, are not looked for: they
            betray themselves by their companions from the tenth of a month on.

    Returns:
        One row a value with ten digits in a row, or six and four with a hyphen or space between:
        separated (Boolean), is_date (Boolean: the digits tell a day that the calendar has).
    """
    text = values.drop_nulls().unique().cast(pl.String)
    found = text.filter(text.str.len_bytes() >= DIGITS).str.extract_groups(NUMBER).struct.unnest()
    day, separator, seventh = (pl.col(name) for name in ("1", "2", "3"))
    year = day.str.slice(4, 2).cast(pl.Int32)
    digit = seventh.cast(pl.Int32)
    century = (
        pl.when(digit <= 3)
        .then(1900)
        .when(digit.is_in([4, 9]))
        .then(pl.when(year <= 36).then(2000).otherwise(1900))
        .otherwise(pl.when(year <= 57).then(2000).otherwise(1800))
    )
    full = day.str.head(4) + (century + year).cast(pl.String)
    return found.filter(day.is_not_null()).select(
        separated=separator != "",
        is_date=full.str.to_date("%d%m%Y", strict=False).is_not_null(),
    )


def count_cpr(values: pl.Series) -> int:
    """Count the distinct values that are taken for CPR numbers.

    Written with a hyphen or a space, each counts. Written as ten digits, they count where at
    least one in five of the values of ten digits tells a day of the calendar: opaque keys of ten
    digits do so by chance in one of 27.

    Args:
        values: as in `find_cpr`.
    """
    found = find_cpr(values)
    separated, plain = found.filter("separated"), found.filter(~pl.col("separated"))
    likely = int(plain["is_date"].sum())
    if likely < SUSPECT_SHARE * plain.height:
        likely = 0
    return int(separated["is_date"].sum()) + likely


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


def scrub(text: str) -> str:
    """Take everything that reads as a CPR number out of a message."""

    def hide(match: re.Match[str]) -> str:
        day, month = int(match[1]), int(match[2])
        try:
            date(2000, month, day)
        except ValueError:
            return match[0]
        return "[CPR number]"

    return IN_TEXT.sub(hide, text)
