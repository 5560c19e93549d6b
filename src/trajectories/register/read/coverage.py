"""Deducing the days that an extract covers if the configuration does not give them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError

HANDFUL: Final = 5
FEWEST_ROWS: Final = 20
"""Smallest table for this check: in smaller ones, few rows may reach the last days."""
LATE: Final = timedelta(days=31)
EARLY: Final = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Extract:
    """First and last day of the extract, both inclusive, and a warning if they are doubtful."""

    first_day: date
    last_day: date
    remark: str | None = None


def deduce_days(spells: pl.DataFrame, config: RegisterConfig, *, file: str) -> Extract:
    """Return the first and last day of an extract: from the config, else from the spells.

    A deduced last day is refused if it lies in the future, or if fewer than five rows come near
    it, as after a mistyped year. A few rows that start long before the others give a warning. The
    simulated register alone may reach into the future.

    Raises:
        UserError: a deduced last day is implausible, a given one lies in the future, or the days
            would end before they begin.
    """
    latest = spells.select(pl.max_horizontal("start", "end")).to_series().sort(descending=True)
    earliest = spells["start"].sort()
    simulated = config.source == "simulator"
    if config.last_day is None:
        _check_last(latest, file, until=date.max if simulated else date.today())
    elif not simulated and config.last_day > date.today():
        raise UserError(
            f"register.last_day, {config.last_day}, lies in the future: write the last day that "
            "the extract covers, or null for the latest one in the spells."
        )
    first: Any = config.first_day or earliest[0]
    last: Any = config.last_day or latest[0]
    if last < first:
        raise UserError(
            f"the extract would run from {first} to {last}: set register.first_day and "
            "register.last_day to the days that it covers."
        )
    return Extract(first, last, None if config.first_day else _doubt_first(earliest, file))


def _check_last(latest: pl.Series, file: str, until: date) -> None:
    """Raise a UserError if the last day must come from a mistyped or conventional date."""
    last: Any = latest[0]
    on_it = int((latest == last).sum())
    advice = "set register.last_day to the last day that the extract covers"
    if last > until:
        # A date of few rows could identify them and is not shown.
        which = f"{last}" if on_it >= HANDFUL else f"in the year {last.year}"
        raise UserError(
            f"{file}: register.last_day is null and the latest date of the spells, {which}, lies "
            f"in the future: {advice}, and if such dates mean that a row is still running, add "
            "them to register.open_end_dates."
        )
    if len(latest) >= FEWEST_ROWS and last - latest[HANDFUL - 1] > LATE:
        near: Any = latest[HANDFUL - 1]
        raise UserError(
            f"{file}: register.last_day is null and fewer than {HANDFUL} rows have a date after "
            f"{near:%Y-%m}, so that the latest one may be mistyped: {advice}."
        )


def _doubt_first(earliest: pl.Series, file: str) -> str | None:
    if len(earliest) < FEWEST_ROWS:
        return None
    near: Any = earliest[HANDFUL - 1]
    if near - earliest[0] <= EARLY:
        return None
    return (
        f"{file}: register.first_day is null and fewer than {HANDFUL} rows start in the years "
        f"before {near:%Y-%m}, so that the earliest start may be mistyped: set register.first_day "
        "to the first day that the extract covers."
    )
