"""The simulated register's calendar of 132 months.

Months are numbered from 0 (January 2008). The arrays of a course have one column more than there
are months: column 0 is the state on the day before the register opens, column `m + 1` is month `m`.
"""

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Ints

Days = NDArray[np.int32]
"""Days since 1 January 1970, as Polars and NumPy store dates."""

FIRST_YEAR = 2008
LAST_YEAR = 2018
MONTHS = 12 * (LAST_YEAR - FIRST_YEAR + 1)
BURN_IN_MONTHS = 72
"""Months simulated before the register opens, so that it opens with a stock of cases."""

MONTH_STARTS: Days = (
    (np.datetime64(f"{FIRST_YEAR}-01", "M") + np.arange(MONTHS + 1))
    .astype("datetime64[D]")
    .astype(np.int32)
)
"""First day of each month, and of the month after the last."""

FIRST_DAY = int(MONTH_STARTS[0])
LAST_DAY = int(MONTH_STARTS[-1]) - 1


def month_number(year: int, month: int) -> int:
    """Return the number of a calendar month; negative before the register opens."""
    return 12 * (year - FIRST_YEAR) + month - 1


def dates_of(months: NDArray[np.integer], days: NDArray[np.integer]) -> Days:
    """Return dates from month numbers within the register and days of the month (1 = first)."""
    dates: Days = MONTH_STARTS[months] + days.astype(np.int32) - np.int32(1)
    return dates


def months_of(dates: Days) -> Ints:
    """Return month numbers of dates within the register."""
    months: Ints = np.searchsorted(MONTH_STARTS, dates, side="right") - 1
    return months


PENSION_REFORM = month_number(2013, 1)
"""Pension awards halve and resource courses begin (1 January 2013)."""
REFORM = month_number(2014, 1)
"""The kontanthjælp reform is in force (1 January 2014)."""
CLARIFICATION_BEGINS = month_number(2014, 7)
"""Job clarification courses begin (1 July 2014)."""
BENEFIT_CAP = month_number(2016, 10)
"""The benefit cap and the 225-hour rule are in force (1 October 2016)."""
GUIDANCE_CODE_CHANGES = month_number(2011, 1)
"""From this day guidance has the codes …3, before it the older scheme's …1."""
