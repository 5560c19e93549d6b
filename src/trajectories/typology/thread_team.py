"""A pool of threads for independent pieces of work; compiled kernels release the lock."""

import itertools
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

Piece = TypeVar("Piece")


class Team:
    """A pool of threads, as many as the process may use.

    Attributes:
        size: number of threads.
    """

    def __init__(self, threads: int | None = None) -> None:
        """Start the threads.

        Args:
            threads: number of threads; by default OMP_NUM_THREADS, else the number of processors.
        """
        asked = os.environ.get("OMP_NUM_THREADS", "")
        given = int(asked) if asked.isdecimal() and int(asked) else len(os.sched_getaffinity(0))
        self.size = given if threads is None else threads
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
        """Wait for the threads and stop them."""
        if self._pool is not None:
            self._pool.shutdown()

    def each(self, work: Callable[[Piece], object], pieces: Iterable[Piece]) -> None:
        """Call `work` on every piece and raise the error of any of them."""
        if self._pool is None:
            for piece in pieces:
                work(piece)
        else:
            list(self._pool.map(work, pieces))


def split(length: int, parts: int) -> list[slice]:
    """Split 0…length−1 into adjacent slices of about equal length."""
    edges = [length * part // parts for part in range(parts + 1)]
    return [slice(a, b) for a, b in itertools.pairwise(edges)]
