"""ISO weeks and the periods of column names, as integers.

A week is numbered by its Thursday: week w is the one whose Thursday is day 7·w after 1 January
1970, itself a Thursday. It runs from day 7·w − 3 to day 7·w + 3. A week belongs to the month,
quarter or year of its Thursday, as ISO 8601 defines the year of a week.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trajectories.config.sections.dream import Unit, unit_of_pattern
from trajectories.errors import UserError

DAYS_A_WEEK: Final = 7
DAYS_BESIDE_THURSDAY: Final = 3
EPOCH: Final = date(1970, 1, 1)
FIRST_TWO_DIGIT_YEAR: Final = 91
"""DREAM begins in 1991: two-digit years from 91 are in the 1900s, others in the 2000s."""

PLACEHOLDERS: Final = {
    "{YYYY}": r"(?P<year>\d{4})",
    "{YY}": r"(?P<short>\d{2})",
    "{WW}": r"(?P<week>\d{2})",
    "{MM}": r"(?P<month>\d{2})",
    "{Q}": r"(?P<quarter>[1-4])",
    "*": ".*",
}


def week_of(year: int, week: int) -> int:
    """Return the number of an ISO week.

    Raises:
        ValueError: the ISO year has no such week.
    """
    return (date.fromisocalendar(year, week, 4) - EPOCH).days // DAYS_A_WEEK


def monday(week: int) -> date:
    """Return the first day of a week."""
    return EPOCH + timedelta(days=DAYS_A_WEEK * week - DAYS_BESIDE_THURSDAY)


def sunday(week: int) -> date:
    """Return the last day of a week."""
    return EPOCH + timedelta(days=DAYS_A_WEEK * week + DAYS_BESIDE_THURSDAY)


def iso_name(week: int) -> str:
    """Return a week in ISO 8601 format, such as 2015-W53."""
    year, number, _ = monday(week).isocalendar()
    return f"{year}-W{number:02d}"


def full_year(short: int) -> int:
    """Return the full year for two digits: 91 to 99 are in the 1900s, others in the 2000s."""
    return short + (1900 if short >= FIRST_TWO_DIGIT_YEAR else 2000)


def days_of_period(unit: Unit, number: int) -> tuple[date, date]:
    """Return the first and last day of a period.

    Args:
        unit: week, month, quarter or year.
        number: weeks as above; months and quarters since January 1970; years since 1970.
    """
    if unit == "week":
        return monday(number), sunday(number)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return _first_of_month(number * months), _first_of_month((number + 1) * months) - _DAY


def weeks_of_period(unit: Unit, number: int) -> tuple[int, int]:
    """Return the first and last week whose Thursday lies in a period (see `days_of_period`)."""
    first, last = days_of_period(unit, number)
    return -(-(first - EPOCH).days // DAYS_A_WEEK), (last - EPOCH).days // DAYS_A_WEEK


_DAY: Final = timedelta(days=1)


def _first_of_month(month: int) -> date:
    return date(1970 + month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class ColumnPattern:
    """Pattern of the names of one kind of column, such as `y_{YY}{WW}` or `branche_{YYYY}_{MM}`.

    Attributes:
        text: the pattern as written in the configuration.
        unit: the length of a column's period; `always` if the pattern has no period.
    """

    text: str
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "ColumnPattern":
        """Parse a pattern, see `unit_of_pattern`."""
        return cls(text, unit_of_pattern(text))

    def matcher(self) -> Callable[[str], int | None]:
        """Return a function from a column's name to the number of its period, or None.

        Case is ignored. Columns without a period have number 0. The function raises a UserError
        if a name fits but its period does not exist.
        """
        pieces = re.split(r"(\{\w+\}|\*)", self.text)
        regex = re.compile(
            "".join(PLACEHOLDERS.get(piece, re.escape(piece)) for piece in pieces), re.IGNORECASE
        )

        def match(name: str) -> int | None:
            found = regex.fullmatch(name)
            return None if found is None else self._number(name, found)

        return match

    def _number(self, name: str, found: re.Match[str]) -> int:
        parts = {key: int(value) for key, value in found.groupdict().items()}
        if self.unit == "always":
            return 0
        year = parts["year"] if "year" in parts else full_year(parts["short"])
        try:
            return self._of_year(year, parts)
        except ValueError:
            finer = parts.get("week", parts.get("month"))
            raise UserError(
                f"column {name!r} fits the pattern {self.text!r}, but the year {year} has no "
                f"{self.unit} {finer}: correct the pattern or leave the column out."
            ) from None

    def _of_year(self, year: int, parts: dict[str, int]) -> int:
        if self.unit == "week":
            return week_of(year, parts["week"])
        if self.unit == "month":
            return (date(year, parts["month"], 1).year - 1970) * 12 + parts["month"] - 1
        if self.unit == "quarter":
            return (year - 1970) * 4 + parts["quarter"] - 1
        return year - 1970
