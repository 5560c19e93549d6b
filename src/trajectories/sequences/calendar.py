"""Months and days as integers counted from 1970-01, as in NumPy and Polars."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

NO_DAY = np.int32(np.iinfo(np.int32).max // 2)
"""A day that never comes, in place of a missing date."""

Days = npt.NDArray[np.int32]
Months = npt.NDArray[np.int32]


def month_of(day: dt.date) -> int:
    """Return the month of a day, counted from January 1970 = 0."""
    return (day.year - 1970) * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """Return the first day of a month counted from January 1970 = 0."""
    return dt.date(1970 + month // 12, month % 12 + 1, 1)


def month_starts(first: int, last: int) -> Days:
    """Return the first day of each month from `first` to `last`, and of the one after."""
    months = np.arange(first, last + 2).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int32)


def whole_months(first: dt.date, last: dt.date) -> tuple[int, int]:
    """Return the first and last whole month between two days, both inclusive.

    The last one is smaller than the first if there is no whole month between them.
    """
    begins = month_of(first) + (first.day > 1)
    ends = month_of(last + dt.timedelta(days=1)) - 1
    return begins, ends


def months_of(days: pl.Series) -> Months:
    """Return the months of a date column without nulls."""
    numbers = days.to_physical().to_numpy()
    if len(numbers) == 0:
        return np.zeros(0, dtype=np.int32)
    first, last = numbers.min(), numbers.max()
    calendar = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[M]")
    months: Months = calendar.astype(np.int32)[numbers - first]
    return months


def days_of(days: pl.Series, missing: int = int(NO_DAY)) -> Days:
    """Return a date column as days since 1970, nulls as `missing`."""
    return days.to_physical().fill_null(missing).cast(pl.Int32).to_numpy()
