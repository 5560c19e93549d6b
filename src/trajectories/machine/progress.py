"""How far a step is: a bar on a terminal, lines elsewhere, once it has taken ten seconds.

Stages only say what they count. Nothing is shown unless a command asks for it, so that the package
is silent in a notebook.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
PATIENCE: Final = 10.0
"""Seconds before anything is shown."""
SECONDS_BETWEEN_LINES: Final = 30.0
SECONDS_BETWEEN_BARS: Final = 0.5
MINUTE: Final = 60
HOUR: Final = 3600
_step = ""


@contextmanager
def shown(step: str) -> Iterator[None]:
    """Show how far the loops in the block are that `counted` counts.

    Args:
        step: what the block does, as a person at the terminal reads it.
    """
    global _step
    before, _step = _step, step
    try:
        yield
    finally:
        _step = before


def counted(
    items: Iterable[Item],
    what: str,
    total: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Item]:
    """Yield items, and show how many of them are done.

    Args:
        items: what a loop goes through.
        what: what they are, in the plural: "replicates".
        total: how many there are; by default their length where they have one.
        clock: seconds of any clock that only goes forward.
    """
    if not _step:
        yield from items
        return
    total = len(items) if total is None and isinstance(items, Sized) else total
    bar = _bar(what, total) if sys.stdout.isatty() and total else None
    pause = SECONDS_BETWEEN_LINES if bar is None else SECONDS_BETWEEN_BARS
    begun = last = clock()
    try:
        for done, item in enumerate(items, start=1):
            yield item
            now = clock()
            if now - begun < PATIENCE or now - last < pause:
                continue
            last = now
            if bar is None:
                print(f"    {_step}: {describe(what, done, total, now - begun)}", flush=True)
            else:
                bar.start()
                bar.update(bar.task_ids[0], completed=done, rate=rate(done / (now - begun)))
    finally:
        if bar is not None:
            bar.stop()


def describe(what: str, done: int, total: int | None, seconds: float) -> str:
    """Say how far a loop is, how fast it goes and how long the rest takes.

    >>> describe("replicates", 40, 200, 120.0)
    '40 of 200 replicates, 20 a minute, about 8 min left'
    """
    if not total:
        return f"{done:,} {what}, {rate(done / seconds)}"
    left = duration(seconds * (total - done) / done)
    return f"{done:,} of {total:,} {what}, {rate(done / seconds)}, about {left} left"


def rate(per_second: float) -> str:
    """Say how many a second, a minute or an hour, with two significant digits.

    >>> rate(12.34), rate(0.2), rate(0.001)
    ('12 a second', '12 a minute', '3.6 an hour')
    """
    for unit, seconds in (("second", 1), ("minute", MINUTE)):
        if per_second * seconds >= 1:
            return f"{float(f'{per_second * seconds:.2g}'):,g} a {unit}"
    return f"{float(f'{per_second * HOUR:.2g}'):,g} an hour"


def duration(seconds: float) -> str:
    """Say how long something takes.

    >>> duration(9.7), duration(90), duration(480), duration(5000)
    ('10 s', '1 min 30 s', '8 min', '1 h 23 min')
    """
    whole = round(seconds)
    if whole >= HOUR:
        parts = (whole // HOUR, "h"), (whole % HOUR // MINUTE, "min")
    else:
        parts = (whole // MINUTE, "min"), (whole % MINUTE, "s")
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _bar(what: str, total: int | None) -> Any:
    """A bar with rate and time left, not yet drawn."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    columns = (
        TextColumn("    {task.description}"),
        BarColumn(30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        Left(),
    )
    bar = Progress(*columns, transient=True)
    bar.add_task(what, total=total, rate="")
    return bar
