"""Pseudonymisation at the door: keys become row numbers, and CPR numbers are refused."""

import numpy as np
import polars as pl

from trajectories.errors import UserError

CPR_WITH_HYPHEN = r"^(\d{6})-\d{4}$"
CPR_PLAIN = r"^(\d{6})\d{4}$"


def looks_like_cpr(keys: pl.Series) -> int:
    """Count the keys that have the form of a Danish CPR number (DDMMYY and four digits).

    The control digit is not looked at: numbers issued since 2007 need not satisfy it.

    Args:
        keys: text; nulls do not count.
    """
    text = keys.cast(pl.String).str.strip_chars()
    dates = text.str.extract(CPR_WITH_HYPHEN).fill_null(text.str.extract(CPR_PLAIN))
    # The year 2000 is a leap year, so that 29 February is a date under any century.
    parsed = (dates.str.head(4) + "2000").str.to_date("%d%m%Y", strict=False)
    return int(parsed.is_not_null().sum())


def refuse_cpr(keys: pl.Series, *, file: str, column: str, allowed: bool) -> None:
    """Stop where keys look like CPR numbers, unless the config allows that.

    Raises:
        UserError: with the number of such keys, never a key.
    """
    if allowed:
        return
    count = looks_like_cpr(keys)
    if count:
        raise UserError(
            f"{file}: {count} values of column {column!r} look like CPR numbers: use "
            "pseudonymised keys, or set register.allow_cpr_keys to true."
        )


def number_keys(keys: pl.Series, *, seed: int, name: str) -> pl.DataFrame:
    """Give each key a row number: a permutation of the sorted keys drawn from a seed.

    Args:
        keys: text, each key once, in any order.
        seed: of the permutation.
        name: what to call the column of row numbers.

    Returns:
        key (text, sorted), `name` (UInt32, 0 … n−1).
    """
    ordered = keys.sort()
    numbers = np.random.default_rng(seed).permutation(ordered.len()).astype(np.uint32)
    return pl.DataFrame({"key": ordered, name: numbers})
