"""Dated placebo reforms: the same contrast at Januaries in which nothing happened."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.reform.design.calendar import Calendar
from trajectories.reform.design.contrasts import CONTRAST_SCHEMA, Scale, difference_in_differences

PLACEBO_SCHEMA = {"date": pl.Date, **CONTRAST_SCHEMA}


def placebo_dates(
    calendar: Calendar, first: dt.date, last: dt.date, *, gap_months: int | None = None
) -> list[dt.date]:
    """List the days of other years on which the design can be repeated without the reform.

    The reform's date is moved by whole years. A date is left out where its months reach out of the
    data, or where it mixes months from before the reform was known with later ones.

    Args:
        calendar: the reform's design.
        first: the first month of data.
        last: the last month of data.
        gap_months: months left out before a placebo date; by default as many as before the reform.
    """
    months = _index(calendar.date)
    known = months - calendar.anticipation_months
    repeated = calendar if gap_months is None else calendar.with_gap(gap_months)
    found = []
    for years in range(-60, 61):
        date = months + 12 * years
        begin = date - repeated.left_out_months - repeated.span_months
        end = date + repeated.span_months - 1
        inside = begin >= _index(first) and end <= _index(last)
        # All of it before the reform was known, or all of it after.
        if years and inside and (end < known or begin >= months):
            found.append(dt.date(date // 12, date % 12 + 1, 1))
    return found


def placebo_contrasts(
    data: pl.DataFrame,
    outcome: str,
    *,
    calendar: Calendar,
    dates: Sequence[dt.date],
    scale: Scale = "difference",
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Repeat the difference in differences as if the reform had come on other dates.

    Args:
        data: as for `difference_in_differences`.
        outcome: as there.
        calendar: the design, whose date is replaced.
        dates: placebo dates, as `placebo_dates` gives them.
        scale: as there.
        confidence: as there.

    Returns:
        date, and the columns of `difference_in_differences`; dates without an estimate are absent.
    """
    tables = [pl.DataFrame(schema=PLACEBO_SCHEMA)]
    for date in dates:
        row = difference_in_differences(
            data, outcome, calendar=calendar.moved(date), scale=scale, confidence=confidence
        )
        tables.append(row.select(pl.lit(date).alias("date"), *CONTRAST_SCHEMA))
    return pl.concat(tables).filter(pl.col("se").is_not_null() & (pl.col("se") > 0))


def placebo_p_value(estimate: float, placebos: pl.DataFrame, *, scale: Scale) -> float | None:
    """Return the share of dates, the reform's among them, with a contrast at least as large.

    Args:
        estimate: the reform's contrast.
        placebos: as `placebo_contrasts` returns them.
        scale: the scale of both.

    Returns:
        (1 + number of placebos at least as far from no difference) / (1 + placebos); None without
        placebos.
    """
    if placebos.is_empty():
        return None
    values = np.append(placebos["estimate"].to_numpy(), estimate)
    size = np.abs(np.log(values) if scale == "ratio" else values)
    return float(np.mean(size >= size[-1]))


def _index(month: dt.date) -> int:
    return month.year * 12 + month.month - 1
