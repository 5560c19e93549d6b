"""The engine of `pam`: greedy starts and eager swaps, all starts in one pass over the distances."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from trajectories.typology import _pair_kernels as pair_kernels
from trajectories.typology import _pam_kernels as kernels
from trajectories.typology.distances import Floats, Integers, rows_of
from trajectories.typology.team import Team, split

BLOCK_ROWS = 64
MAXIMUM_SWEEPS = 200
GOLDEN_RATIO = (math.sqrt(5) - 1) / 2  # its multiples spread any run of starts over the blocks
SWAP_TOLERANCE = 1e-12  # relative; below it a swap only moves rounding errors

Distances = NDArray[np.floating]


def build_medoids(
    d: Distances, k: int, weights: Floats, team: Team, *, chosen: Sequence[int] | Integers = ()
) -> Integers:
    """Choose k more items greedily (BUILD); those of a smaller k are the first of them.

    Each step takes the item that lowers the loss most, the lowest number at ties.

    Args:
        d: condensed distances.
        k: number of items to choose.
        weights: (n,) weights.
        team: threads that share the work.
        chosen: items chosen before.

    Returns:
        The items chosen before and the k new ones.
    """
    gains = np.empty(weights.size)
    nearest = np.full(weights.size, np.float64(d.max(initial=0)) + 1)
    items = [int(item) for item in chosen]
    for row in rows_of(d, items):
        nearest = np.minimum(nearest, row)
    for _ in range(k):
        for first, block in blocks(d, weights.size, team):
            _gains(block, weights, nearest, gains[first : first + len(block)], team)
        gains[items] = -1
        items.append(int(gains.argmax()))
        nearest = np.minimum(nearest, rows_of(d, items[-1:])[0])
    return np.array(items)


def _gains(block: Distances, weights: Floats, nearest: Floats, gains: Floats, team: Team) -> None:
    def work(rows: slice) -> None:
        kernels.build_gains(block[rows], weights, nearest, gains[rows])

    team.each(work, split(len(block), team.size))


def swap(
    d: Distances, weights: Floats, initial: Sequence[Integers], team: Team
) -> tuple[list[Integers], Floats]:
    """Swap medoids from each start until no swap lowers its loss.

    Items are tried in their order, round and round; each start enters at another block, because
    starts that try the same items first tend to end in the same place.

    Args:
        d: condensed distances.
        weights: (n,) weights.
        initial: the starts: different items each, any number of them.
        team: threads that share the starts.

    Returns:
        Each start's medoids in rising order, and the losses.
    """
    n = weights.size
    runs = _Runs(d, weights, initial)
    total = -(-n // BLOCK_ROWS)
    entry = (np.arange(len(initial)) * GOLDEN_RATIO % 1 * total).astype(np.int64)
    entered = np.zeros(len(initial), dtype=np.bool_)
    for _ in range(MAXIMUM_SWEEPS):
        for first, block in blocks(d, n, team):
            entered |= entry == first // BLOCK_ROWS
            running = np.flatnonzero(entered & (runs.idle < n))
            if running.size:
                runs.try_block(first, block, running, team)
            elif entered.all():
                return runs.medoids()
    return runs.medoids()


def blocks(d: Distances, n: int, team: Team) -> Iterator[tuple[int, Distances]]:
    """Yield the rows of the square matrix in blocks: the first item and (b, n) distances.

    The next block overwrites the one before.
    """
    block = np.empty((BLOCK_ROWS, n), d.dtype)
    for first in range(0, n, BLOCK_ROWS):
        rows = slice(first, min(first + BLOCK_ROWS, n))
        _copy(d, n, rows, block, team)
        yield first, block[: rows.stop - first]


def _copy(d: Distances, n: int, rows: slice, block: Distances, team: Team) -> None:
    def work(columns: slice) -> None:
        pair_kernels.copy_block(d, n, rows.start, rows.stop, block, columns.start, columns.stop)

    team.each(work, split(n, team.size))


class _Runs:
    """The state of all starts; see the kernels for the meaning of the arrays."""

    def __init__(self, d: Distances, weights: Floats, initial: Sequence[Integers]) -> None:
        n, s = weights.size, len(initial)
        self.weights = weights
        self.sizes = np.array([items.size for items in initial])
        kmax = int(self.sizes.max())
        self.items = np.full((s, kmax), -1)
        self.rows = np.empty((s, kmax, n), d.dtype)
        self.loss = np.empty(s)
        # nothing to swap where the one medoid is BUILD's, which is the best
        self.idle = np.where(self.sizes == 1, n, 0)
        self.state = (
            np.empty((s, n), np.int32),  # position of the nearest medoid
            np.empty((s, n), np.uint32),  # items sorted by it
            np.empty((s, kmax + 1), np.int64),  # first item of each medoid there
            np.empty((s, n)),  # weights in that order
            np.empty((s, n)),  # distances to the nearest
            np.empty((s, n)),  # and to the second nearest medoid
            np.empty((s, kmax)),  # rise of the loss if a medoid went
        )
        for i, items in enumerate(initial):
            self.items[i, : items.size] = items
            self.rows[i, : items.size] = rows_of(d, items)
            self.loss[i] = kernels.assign(
                self.rows[i], items.size, weights, *(array[i] for array in self.state)
            )

    def try_block(self, first: int, block: Distances, running: Integers, team: Team) -> None:
        """Let the running starts try the items of a block as medoids."""

        def work(share: Integers) -> None:
            kernels.swap_block(
                block,
                first,
                share,
                self.sizes,
                self.weights,
                self.items,
                self.rows,
                *self.state,
                self.loss,
                self.idle,
                SWAP_TOLERANCE,
            )

        team.each(work, [running[t :: team.size] for t in range(team.size)])

    def medoids(self) -> tuple[list[Integers], Floats]:
        """Return each start's medoids in rising order, and the losses."""
        chosen = [np.sort(items[:k]) for items, k in zip(self.items, self.sizes, strict=True)]
        return chosen, self.loss
