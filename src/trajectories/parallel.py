"""Running jobs on several threads."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def thread_count(threads: int | None = None) -> int:
    """Return the number of threads to use.

    Args:
        threads: the number the caller asks for; if None, OMP_NUM_THREADS, which a Snakemake job
            sets to its share of the machine, or else the number of processors of this process.

    Raises:
        ValueError: `threads` is less than 1.
    """
    if threads is None:
        asked = os.environ.get("OMP_NUM_THREADS", "")
        return int(asked) if asked.isdecimal() and int(asked) else len(os.sched_getaffinity(0))
    if threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads}")
    return threads


def run(work: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], threads: int) -> None:
    """Call `work` with the arguments of each job, in any order, and wait for all.

    Kernels release Python's global lock, so the threads run in parallel.
    """
    if threads == 1:
        for job in jobs:
            work(*job)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, *job) for job in jobs]:
            done.result()
