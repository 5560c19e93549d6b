"""Periods and regimes, computed from dated events and the length of the windows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.sequences.calendar import Months, month_of

BEFORE, DURING, AFTER = "before", "during", "after"
REGIMES = ("before", "announced", "in_force")


@dataclass(frozen=True)
class Event:
    """A dated break in the series; its whole month counts as after the break."""

    name: str
    date: dt.date

    @property
    def month(self) -> int:
        """Return the month of the event, counted from January 1970 = 0."""
        return month_of(self.date)


@dataclass(frozen=True)
class Reform:
    """The two dates that define periods: the agreement, and the entry into force."""

    agreement: dt.date
    in_force: dt.date

    def __post_init__(self) -> None:
        """Raise a ValueError if the agreement is after the entry into force."""
        if self.agreement > self.in_force:
            raise ValueError(
                f"the agreement ({self.agreement}) lies after the entry into force "
                f"({self.in_force})"
            )

    def period_of(self, origins: Months, length_months: int) -> npt.NDArray[np.str_]:
        """Return the period of windows by their origin months.

        `before`: the whole window lies before the month of the agreement; `after`: the origin is
        the month of the entry into force or later; `during`: every window in between.
        """
        period = np.full(len(origins), DURING, dtype="<U6")
        period[origins + length_months <= month_of(self.agreement)] = BEFORE
        period[origins >= _first_whole(self.in_force)] = AFTER
        return period

    def regime_months(self, origins: Months, length_months: int) -> dict[str, Months]:
        """Return each window's number of months under each regime.

        `before`: months before the one of the agreement; `announced`: from the month of the
        agreement to the one before the law holds from its first day; `in_force`: the rest. They
        add up to the length of the window.
        """
        borders = [month_of(self.agreement), _first_whole(self.in_force)]
        reached = [np.clip(border - origins, 0, length_months) for border in borders]
        edges = [np.zeros_like(origins), *reached, np.full_like(origins, length_months)]
        return {
            name: (edges[place + 1] - edges[place]).astype(np.int32)
            for place, name in enumerate(REGIMES)
        }


def _first_whole(day: dt.date) -> int:
    """Return the first month that lies wholly on or after a day."""
    return month_of(day) + (day.day > 1)


def breaks_seen(
    groups: pl.Series, origins: Months, length_months: int, events: Sequence[Event]
) -> pl.DataFrame:
    """Count the windows of each group that contain an event.

    Args:
        groups: the group of each window.
        origins: origin month of each window.
        length_months: length of the windows.
        events: the breaks; a window contains one if its origin is before the event's month and its
            last month is not.

    Returns:
        group, event, date, windows; every group with every event, sorted by group and date.
    """
    names = groups.unique().sort()
    rows = [
        {
            "group": name,
            "event": event.name,
            "date": event.date,
            "windows": int(
                (
                    (groups == name).to_numpy()
                    & (origins < event.month)
                    & (origins + length_months > event.month)
                ).sum()
            ),
        }
        for name in names
        for event in sorted(events, key=lambda event: (event.date, event.name))
    ]
    schema = {"group": pl.String, "event": pl.String, "date": pl.Date, "windows": pl.Int64}
    return pl.DataFrame(rows, schema=schema)
