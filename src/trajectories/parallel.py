"""Threads that share independent jobs; compiled kernels release Python's global lock."""

import itertools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

from trajectories.machine.progress import counted

Piece = TypeVar("Piece")
MOST_UNASKED = 3
"""Threads that a process takes at most by itself: the machine may be others' as well."""


def thread_count(threads: int | None = None) -> int:
    """Return the number of threads to use.

    Args:
        threads: the number the caller asks for; if None, OMP_NUM_THREADS, which a Snakemake job
            sets to its share of the machine, or else `usual_threads()`.

    Raises:
        ValueError: `threads` is less than 1.
    """
    if threads is None:
        asked = os.environ.get("OMP_NUM_THREADS", "")
        return int(asked) if asked.isdecimal() and int(asked) else usual_threads()
    if threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads}")
    return threads


def usual_threads() -> int:
    """Return how many threads to use where nobody says: at most three, and one a processor."""
    affinity = getattr(os, "sched_getaffinity", None)  # not every platform can tell
    return min(MOST_UNASKED, len(affinity(0)) if affinity else os.cpu_count() or 1)


class Team:
    """A pool of threads.

    Attributes:
        size: number of threads.
    """

    def __init__(self, threads: int | None = None) -> None:
        """Start the threads."""
        self.size = thread_count(threads)
        self._pool = ThreadPoolExecutor(self.size) if self.size > 1 else None

    def __enter__(self) -> Self:
        """Return the team itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for the threads and let them go."""
        if self._pool is not None:
            self._pool.shutdown()

    def each(
        self, work: Callable[[Piece], object], pieces: Iterable[Piece], what: str = ""
    ) -> None:
        """Call `work` with every piece, in any order, and wait; an error in one is raised here.

        Args:
            work: is called with each piece.
            pieces: what is shared among the threads.
            what: what the pieces are, in the plural, where it is shown how many are done.
        """
        given = list(pieces)
        done = map(work, given) if self._pool is None else self._pool.map(work, given)
        for _ in counted(done, what, len(given)) if what else done:
            pass


def run(work: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], threads: int) -> None:
    """Call `work` with the arguments of each job, in any order, and wait for all."""
    with Team(threads) as team:
        team.each(lambda job: work(*job), jobs)


def split(length: int, parts: int) -> list[slice]:
    """Split 0…length−1 into neighbouring slices of about equal length."""
    edges = [length * part // parts for part in range(parts + 1)]
    return [slice(a, b) for a, b in itertools.pairwise(edges)]
