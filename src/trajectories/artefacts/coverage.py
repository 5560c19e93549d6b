"""`coverage.json` of the cleaned register: the days that the extract covers."""

import datetime as dt
from pathlib import Path

from trajectories.io import read_json, write_json

COVERAGE = "coverage.json"


def write_coverage(first_day: dt.date, last_day: dt.date, register: Path) -> None:
    """Write the first and the last day that the extract covers."""
    days = {"first_day": str(first_day), "last_day": str(last_day)}
    write_json(days, register / COVERAGE)


def read_coverage(register: Path) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that the extract covers."""
    days = read_json(register / COVERAGE)
    return dt.date.fromisoformat(days["first_day"]), dt.date.fromisoformat(days["last_day"])
