"""The simulated register's calendar: its months, their days, and the dated rules in it.

Months are numbered from 0, the register's first. The arrays of a course have one column more than
there are months: column 0 is the state on the day before the register opens, column `m + 1` is
month `m`. Rules of the past have negative numbers in a register that opens after them.
"""

import datetime as dt
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Ints
from trajectories.config.sections.simulator import SimulatorConfig

Days = NDArray[np.int32]
"""Days since 1 January 1970, as Polars and NumPy store dates."""

BURN_IN_MONTHS = 72
"""Months simulated before the register opens, so that it opens with a stock of cases."""

GUIDANCE_CODE_CHANGES = dt.date(2011, 1, 1)
"""From this day guidance has the codes …3, before it the older scheme's …1."""
PENSION_REFORM = dt.date(2013, 1, 1)
"""Pension awards halve and resource courses begin."""
REFORM_2014 = dt.date(2014, 1, 1)
"""The kontanthjælp reform of 2014 is in force: the youth border is 30, community work begins."""
CLARIFICATION_BEGINS = dt.date(2014, 7, 1)
"""Job clarification courses begin."""
BENEFIT_CAP = dt.date(2016, 10, 1)
"""The benefit cap and the 225-hour rule are in force."""


class Calendar(NamedTuple):
    """The months of one simulated register.

    Attributes:
        first_month: its first month.
        months: number of its months.
        month_starts: (months + 1,) first day of each month, and of the month after the last.
    """

    first_month: np.datetime64
    months: int
    month_starts: Days

    @property
    def first_day(self) -> int:
        """The register's first day."""
        return int(self.month_starts[0])

    @property
    def last_day(self) -> int:
        """The register's last day."""
        return int(self.month_starts[-1]) - 1

    def number(self, day: dt.date) -> int:
        """Return the number of the month that holds a day; negative before the register opens."""
        return int((np.datetime64(day, "M") - self.first_month).astype(np.int64))

    def first_days(self, months: NDArray[np.integer]) -> Days:
        """Return the first days of months, those outside the register included."""
        starts = self.first_month + months.astype("timedelta64[M]")
        days: Days = starts.astype("datetime64[D]").astype(np.int32)
        return days

    def dates_of(self, months: NDArray[np.integer], days: NDArray[np.integer]) -> Days:
        """Return dates from month numbers within the register and days of the month (1 = first)."""
        dates: Days = self.month_starts[months] + days.astype(np.int32) - np.int32(1)
        return dates

    def months_of(self, dates: Days) -> Ints:
        """Return month numbers of dates within the register."""
        months: Ints = np.searchsorted(self.month_starts, dates, side="right") - 1
        return months


@cache
def calendar_between(first: dt.date, last: dt.date) -> Calendar:
    """Return the calendar of a register from one month to another, both included."""
    opens = np.datetime64(first, "M")
    months = int((np.datetime64(last, "M") - opens).astype(np.int64)) + 1
    starts = (opens + np.arange(months + 1)).astype("datetime64[D]").astype(np.int32)
    starts.flags.writeable = False
    return Calendar(opens, months, starts)


def calendar_of(settings: SimulatorConfig) -> Calendar:
    """Return the calendar of one run."""
    return calendar_between(settings.first_month, settings.last_month)


class CalendarRates(NamedTuple):
    """The calendar in the monthly kernels.

    Attributes:
        months: number of the register's months.
        opens_in: calendar month in which the register opens, from 0 for January.
        pension_reform, reform_2014, clarification_begins, benefit_cap: numbers of the months from
            which these rules hold.
    """

    months: int
    opens_in: int
    pension_reform: int
    reform_2014: int
    clarification_begins: int
    benefit_cap: int


def calendar_rates_for(settings: SimulatorConfig) -> CalendarRates:
    """Return the parameters of one run."""
    calendar = calendar_of(settings)
    return CalendarRates(
        months=calendar.months,
        opens_in=settings.first_month.month - 1,
        pension_reform=calendar.number(PENSION_REFORM),
        reform_2014=calendar.number(REFORM_2014),
        clarification_begins=calendar.number(CLARIFICATION_BEGINS),
        benefit_cap=calendar.number(BENEFIT_CAP),
    )
