"""Steps end with the run that started them, however it ends."""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psutil

VARIABLE: Final = "TRAJECTORIES_RUN"
"""Names the process of the run to the steps that it starts."""
SECONDS_BETWEEN_LOOKS: Final = 0.5
STOPPED: Final = 2


def name_run() -> None:
    """Name this process as the run to all processes that it starts from here on."""
    os.environ[VARIABLE] = str(os.getpid())


def end_with_run(end: Callable[[], None] | None = None) -> None:
    """Look after the run that started this process until it ends, from a thread of its own.

    A step that outlives a killed run would write into the folders of the run that follows.

    Args:
        end: is called once when the run has ended; by default this process ends with a sentence.
    """
    named = os.environ.get(VARIABLE, "")
    if not named.isdecimal():
        return
    try:
        run = psutil.Process(int(named))
    except psutil.NoSuchProcess:
        run = None

    def look() -> None:
        # A process that has ended but was not waited for yet still has its number.
        while run is not None and run.is_running() and run.status() != psutil.STATUS_ZOMBIE:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        (end or _end_process)()

    def look_until_gone() -> None:
        try:
            look()
        except psutil.NoSuchProcess:
            (end or _end_process)()

    threading.Thread(target=look_until_gone, daemon=True, name="run").start()


def _end_process() -> None:
    with suppress(OSError):
        print("The run of this step was ended, and the step with it.", file=sys.stderr, flush=True)
    os._exit(STOPPED)
