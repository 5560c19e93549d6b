"""Rows of the square matrix of condensed distances."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trajectories.dissimilarity.matrix import pair_kernels as kernels
from trajectories.dissimilarity.matrix.checked_distances import item_count
from trajectories.parallel import Team, split

BLOCK_ROWS = 64
KEPT_BYTES = 1 << 30  # largest square matrix that is kept in memory

Distances = NDArray[np.floating]


class Rows:
    """The rows of the square matrix in blocks, kept if they fit in memory, else copied anew."""

    def __init__(self, d: Distances, team: Team) -> None:
        """Store condensed distances and the threads for the work on them."""
        self.d, self.n, self.team = d, item_count(d), team
        n = self.n
        self._whole = np.empty((0, n), d.dtype)
        if n * n * d.itemsize <= KEPT_BYTES:
            whole = np.empty((n, n), d.dtype)
            for rows in self._slices():
                self._copy(rows, whole[rows])
            self._whole = whole

    def blocks(self) -> Iterator[tuple[int, Distances]]:
        """Yield the first item of each block and its (b, n) distances, valid until the next."""
        block = np.empty((0 if self._whole.size else BLOCK_ROWS, self.n), self.d.dtype)
        for rows in self._slices():
            if self._whole.size:
                yield rows.start, self._whole[rows]
            else:
                part = block[: rows.stop - rows.start]
                self._copy(rows, part)
                yield rows.start, part

    def _slices(self) -> Iterator[slice]:
        for first in range(0, self.n, BLOCK_ROWS):
            yield slice(first, min(first + BLOCK_ROWS, self.n))

    def _copy(self, rows: slice, out: Distances) -> None:
        def work(columns: slice) -> None:
            kernels.copy_block(
                self.d, self.n, rows.start, rows.stop, out, columns.start, columns.stop
            )

        self.team.each(work, split(self.n, self.team.size))
