"""Files of a run whose dates lie ahead, since the clock was put back or a disk has its own."""

import os
import time
from pathlib import Path
from typing import Final

STEP: Final = 1_000
"""Nanoseconds between the dates that files get."""


def date_back(folder: Path, now: int | None = None) -> int:
    """Give files that are dated ahead of the clock dates around now, in the order they had.

    The workflow makes a file anew where what it was made of is younger. A file from the future
    would count as made of anything that is written until then.

    Args:
        folder: is searched with all folders in it; no process may be writing there.
        now: nanoseconds since 1970; by default the clock's.

    Returns:
        How many files and folders were dated ahead.
    """
    now = time.time_ns() if now is None else now
    dates = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if not path.is_symlink()}
    ahead = {path: date for path, date in dates.items() if date > now}
    places = {date: place for place, date in enumerate(sorted(set(ahead.values())))}
    for path, date in ahead.items():
        put = now + STEP * places[date]
        os.utime(path, ns=(put, put))
    return len(ahead)
