"""A budget of memory: what exceeds it ends with a sentence, before the machine ends it."""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import psutil

GIB: Final = 2**30
SECONDS_BETWEEN_LOOKS: Final = 0.2
STOPPED: Final = 2


def used(process: psutil.Process) -> int:
    """Return the bytes of memory that only this process has; 0 where it has ended.

    Pages of files that are mapped can be given back at any time and do not count where the
    platform tells them apart.
    """
    try:
        found = process.memory_info()
    except psutil.Error:
        return 0
    return int(found.rss - getattr(found, "shared", 0))


def watch(gib: float | None, exceeded: Callable[[float], None]) -> None:
    """Look at the memory of this process until it ends, from a thread of its own.

    Args:
        gib: the budget in GiB; None for none.
        exceeded: is called once with the GiB that are used.
    """
    own = psutil.Process()
    if gib is not None:
        _look(lambda: used(own), gib * GIB, lambda bytes_: exceeded(bytes_ / GIB))


def watch_jobs(gib: float | None, say: Callable[[str], None]) -> None:
    """Look at the memory of all processes that this one starts, and end the largest in need.

    Args:
        gib: the budget in GiB of this process and all that it starts; None for none.
        say: is called with the sentence that says why.
    """
    if gib is None:
        return
    own = psutil.Process()

    def all_used() -> int:
        return used(own) + sum(map(used, own.children(recursive=True)))

    def end_largest(bytes_: int) -> None:
        largest = max(own.children(recursive=True), key=used, default=None)
        if largest is not None:
            say(
                f"The jobs of this run take {bytes_ / GIB:.1f} GiB together, more than "
                f"run.memory_gib {gib:g}: the largest was ended. Run them one after the other "
                "(--cores 1), or allow more memory; finished steps are kept."
            )
            largest.terminate()

    _look(all_used, gib * GIB, end_largest)


def _look(measure: Callable[[], int], limit: float, act: Callable[[int], None]) -> None:
    def look() -> None:
        while (bytes_ := measure()) <= limit:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        act(bytes_)

    threading.Thread(target=look, daemon=True, name="memory").start()


def end_process(gib: float, budget: float) -> None:
    """End this process with the sentence that says why, whatever its other threads do."""
    print(
        f"This step takes {gib:.1f} GiB, more than run.memory_gib {budget:g}: allow more memory, "
        "use fewer cores, or lower dissimilarity.largest_gib and typology.largest_gib. Nothing "
        "half written is kept.",
        file=sys.stderr,
        flush=True,
    )
    os._exit(STOPPED)
