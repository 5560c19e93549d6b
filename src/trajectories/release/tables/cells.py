"""Cells of the report's tables: numbers with the digits that the gate left them."""

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.style import Style
from trajectories.release.tables.html import Cell

LEAST_P = 0.001
"""A p-value below this is given as such."""
LEAST_UNITS = 5
"""Units of the last digit that an interval is wide: then rounding moves no bound by more than a
tenth of its width."""


def count(style: Style, value: float | None) -> Cell:
    """Write a count; None was withheld."""
    if value is None:
        return Cell("", withheld=True)
    return Cell(style.number(value), number=True)


def share(style: Style, value: float | None, column: pl.Series) -> Cell:
    """Write a share with the decimals that the gate left in its column."""
    if value is None:
        return Cell("", withheld=True)
    return Cell(style.percent(value, points(column)), number=True)


def points(*columns: pl.Series) -> int:
    """Give the decimals of percentages whose shares stand in released columns."""
    values = [value for column in columns for value in column.drop_nulls().to_list()]
    return max([0, *(len(f"{value:.6f}".rstrip("0").partition(".")[2]) - 2 for value in values)])


def points_and_interval(style: Style, row: Mapping[str, Any]) -> Cell:
    """Write a difference of shares in percentage points with its interval.

    All three have the decimals that the gate left in them, which differ from row to row. Nothing
    is shown where these are so few that rounding may have moved a bound by more than a tenth of the
    interval's width.
    """
    values = [row["difference"], row["low"], row["high"]]
    if None in values or not told(*values[1:]):
        return Cell("", withheld=True)
    decimals = points(pl.Series(values, dtype=pl.Float64))
    value, low, high = (style.number(100 * one, decimals) for one in values)
    return Cell(f"{value} ({low} to {high})", number=True)


def told(low: float, high: float) -> bool:
    """Tell whether bounds of a share have the digits that their distance needs."""
    unit = 10.0 ** -(2 + points(pl.Series([low, high], dtype=pl.Float64)))
    return high - low >= LEAST_UNITS * unit - 1e-9


def plain(style: Style, value: float | None) -> Cell:
    """Write a number as it stands in the table."""
    if value is None:
        return Cell("", withheld=True)
    shown = f"{value:g}"
    decimals = len(shown.partition(".")[2]) if "e" not in shown else 0
    return Cell(style.number(value, decimals), number=True)


def mean_and_sd(style: Style, mean: float | None, sd: float | None) -> Cell:
    """Write a mean and its standard deviation with the same significant digits.

    The gate left both with the same number of them, of which trailing zeros are lost in a file.
    """
    if mean is None or sd is None:
        return Cell("", withheld=True)
    digits = max(len(f"{abs(value):.15g}".replace(".", "").strip("0")) for value in (mean, sd))
    return Cell(f"{digits_of(style, mean, digits)} ({digits_of(style, sd, digits)})", number=True)


def digits_of(style: Style, value: float | None, digits: int) -> str:
    """Write a number with its significant digits, trailing zeros among them."""
    if value is None:
        return "–"
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return style.number(value, max(0, digits - 1 - magnitude))


def interval(style: Style, low: float | None, high: float | None) -> Cell:
    """Write an interval with three significant digits."""
    if low is None or high is None:
        return Cell("", withheld=True)
    return Cell(f"{digits_of(style, low, 3)}–{digits_of(style, high, 3)}", number=True)


def ratio(style: Style, value: float | None) -> Cell:
    """Write a ratio with three significant digits; None was withheld."""
    if value is None:
        return Cell("", withheld=True)
    return Cell(digits_of(style, value, 3), number=True)


def p_value(style: Style, value: float | None) -> Cell:
    """Write a p-value; one below `LEAST_P` as smaller than it."""
    if value is not None and value < LEAST_P:
        return Cell(f"< {style.plain(LEAST_P)}", number=True)
    return plain(style, value)
