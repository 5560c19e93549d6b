"""The algorithm of `pam`: greedy starts and eager swaps, with all starts in the same passes."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import rows_of
from trajectories.dissimilarity.matrix.square_rows import BLOCK_ROWS, Distances, Rows
from trajectories.parallel import Team, split
from trajectories.typology.medoids import fasterpam_kernels as kernels

MAXIMUM_SWEEPS = 200
GOLDEN_RATIO = (math.sqrt(5) - 1) / 2  # its multiples spread any run of starts over the blocks
SWAP_TOLERANCE = 1e-12  # relative; below it a swap only moves rounding errors


def build_medoids(rows: Rows, k: int, weights: Floats) -> Ints:
    """Choose k items greedily (BUILD); those of a smaller k are the first of them.

    Each step adds the item that reduces the loss most, the lowest number at ties.
    """
    items = np.empty(0, np.int64)
    for _ in range(k):
        items = np.append(items, best_additions(rows, [items], weights))
    return items


def best_additions(rows: Rows, sets: Sequence[Ints], weights: Floats) -> list[int]:
    """Find the item that most reduces the loss of each set of medoids, in one pass for all sets.

    Returns:
        One item per set, not among its medoids; the lowest number at ties.
    """
    gains = np.empty((len(sets), rows.n))
    farther_than_all = np.float64(rows.d.max(initial=0)) + 1
    nearest = [rows_of(rows.d, items).min(axis=0, initial=farther_than_all) for items in sets]
    for first, block in rows.blocks():
        _gains(block, weights, nearest, gains[:, first : first + len(block)], rows.team)
    for row, items in zip(gains, sets, strict=True):
        row[items] = -1
    return [int(row.argmax()) for row in gains]


def _gains(
    block: Distances, weights: Floats, nearest: Sequence[Floats], gains: Floats, team: Team
) -> None:
    def work(piece: tuple[int, slice]) -> None:
        number, rows = piece
        kernels.build_gains(
            block[rows], weights, nearest[number].astype(np.float64), gains[number, rows]
        )

    team.each(work, itertools.product(range(len(nearest)), split(len(block), team.size)))


def removals(d: Distances, medoids: Ints, weights: Floats) -> Floats:
    """Return the increase of the loss if each of two or more medoids were removed."""
    rows = np.partition(rows_of(d, medoids), 1, axis=0)[:2].astype(np.float64)
    own = rows_of(d, medoids).argmin(axis=0)
    return np.bincount(own, weights=weights * (rows[1] - rows[0]), minlength=medoids.size).astype(
        np.float64
    )


def swap(rows: Rows, weights: Floats, initial: Sequence[Ints]) -> tuple[list[Ints], Floats]:
    """Swap medoids from each start until no swap reduces its loss.

    Items are tried cyclically in order; each start begins at a different block, because starts that
    try the same items first tend to reach the same optimum. Of starts that reach the same medoids,
    only one continues.

    Returns:
        Each start's medoids in ascending order, and the losses.
    """
    n = rows.n
    runs = _Runs(rows.d, weights, initial)
    total = -(-n // BLOCK_ROWS)
    entry = (np.arange(len(initial)) * GOLDEN_RATIO % 1 * total).astype(np.int64)
    entered = np.zeros(len(initial), dtype=np.bool_)
    for _ in range(MAXIMUM_SWEEPS):
        for first, block in rows.blocks():
            entered |= entry == first // BLOCK_ROWS
            running = np.flatnonzero(entered & (runs.idle < n))
            if running.size:
                runs.try_block(first, block, running, rows.team)
                runs.stop_twins(running)
            elif entered.all():
                return runs.medoids()
    return runs.medoids()


class _Runs:
    """The state of all starts; the kernels document the arrays."""

    def __init__(self, d: Distances, weights: Floats, initial: Sequence[Ints]) -> None:
        n, s = weights.size, len(initial)
        self.weights = weights
        self.sizes = np.array([items.size for items in initial])
        kmax = int(self.sizes.max())
        self.items = np.full((s, kmax), -1)
        self.rows = np.empty((s, kmax, n), d.dtype)
        self.loss = np.empty(s)
        # a single medoid from BUILD is optimal, so there is nothing to swap
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

    def try_block(self, first: int, block: Distances, running: Ints, team: Team) -> None:
        """Try the items of a block as medoids of the running starts."""

        def work(share: Ints) -> None:
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

        shares = (running[t :: team.size] for t in range(team.size))
        team.each(work, [np.ascontiguousarray(share) for share in shares])

    def stop_twins(self, running: Ints) -> None:
        """Stop running starts with the same medoids as one that has tried more items since."""
        leader: dict[bytes, int] = {}
        for i in sorted(range(self.sizes.size), key=lambda i: (-self.idle[i], i)):
            key = np.sort(self.items[i, : self.sizes[i]]).tobytes()
            if leader.setdefault(key, i) != i and i in running:
                self.idle[i] = self.weights.size

    def medoids(self) -> tuple[list[Ints], Floats]:
        """Return each start's medoids in ascending order, and the losses."""
        chosen = [np.sort(items[:k]) for items, k in zip(self.items, self.sizes, strict=True)]
        return chosen, self.loss
