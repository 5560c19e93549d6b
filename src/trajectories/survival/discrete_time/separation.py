"""Separation: groups, or combinations of terms, in which nobody or everybody has the event."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.linalg import qr
from scipy.optimize import linprog

from trajectories.arrays import Bools, Floats, Ints

# A direction that moves a cell by less than this share of the others' does not move it.
STILL = 1e-12
SMALLEST = 1e-6


@dataclass(frozen=True)
class Grouping:
    """The groups of cells formed by one categorical term (or an interaction of such terms).

    Attributes:
        term: the term.
        columns: the columns whose levels form the groups.
        codes: (cells,) group number of each cell, from 0.
    """

    term: str
    columns: tuple[str, ...]
    codes: Ints

    def at(self, cells: Bools) -> "Grouping":
        """The same groups for a subset of the cells."""
        return Grouping(self.term, self.columns, self.codes[cells])

    def separated(self, n: Floats, y: Floats) -> Bools:
        """Cells in a group with no events or with only events."""
        all_n = np.bincount(self.codes, weights=n)
        all_y = np.bincount(self.codes, weights=y)
        return np.asarray(((all_y == 0) | (all_y == all_n))[self.codes])


@dataclass(frozen=True)
class Separation:
    """What remains after dropping separated groups.

    Attributes:
        kept: (cells,) cells that can be used.
        lost: term → number of groups and of person-months dropped.
    """

    kept: Bools
    lost: dict[str, tuple[int, int]]


def without_separated(groupings: Sequence[Grouping], n: Floats, y: Floats) -> Separation:
    """Drop separated groups, repeatedly until none is left.

    Args:
        groupings: the groups of the categorical terms.
        n: (cells,) person-months; cells without any count as dropped.
        y: (cells,) events.
    """
    kept = n > 0
    lost: dict[str, tuple[int, int]] = {}
    found = True
    while found and kept.any():
        found = False
        for grouping in groupings:
            bad = kept & grouping.separated(np.where(kept, n, 0.0), np.where(kept, y, 0.0))
            if bad.any():
                groups, rows = lost.get(grouping.term, (0, 0))
                lost[grouping.term] = (
                    groups + len(np.unique(grouping.codes[bad])),
                    rows + int(n[bad].sum()),
                )
                kept &= ~bad
                found = True
    return Separation(kept, lost)


def receding(x: sp.csr_matrix, n: Floats, y: Floats) -> tuple[Bools, Bools]:
    """Cells whose hazard tends to 0 or 1 if the likelihood has no maximum, and the diverging terms.

    Terms separate events if some change of their coefficients lowers the predictor of no cell with
    events only, raises that of no cell without events, and leaves all other cells unchanged. A
    linear programme finds a change that separates as many cells as possible (Konis 2007, Linear
    programming algorithms for detecting separated data). Without these cells the other coefficients
    have their maximum in the limit.

    Args:
        x: (cells, k) design of full column rank.
        n: (cells,) person-months, above 0.
        y: (cells,) events.

    Returns:
        (cells,) the separated cells, and (k,) the columns whose coefficients are not identified
        without them; both empty if there is a maximum.
    """
    none, all_of_them = y == 0, y == n
    edge = np.flatnonzero(none | all_of_them)
    inner = x[~(none | all_of_them)]
    free = _unmoving(inner)
    cells, columns = np.zeros(x.shape[0], bool), np.zeros(x.shape[1], bool)
    if free.size:
        edge = edge[(np.abs(x[edge] @ free) > SMALLEST).any(axis=1)]
    if not edge.size or not free.size:
        return cells, columns
    signs = np.where(all_of_them[edge], 1.0, -1.0)
    # The design's own numbers: those of a basis differ in the last bits from cell to cell, and
    # constraints that contradict each other by a bit leave no direction at all.
    rises, place = np.unique(signs[:, None] * x[edge].toarray(), axis=0, return_inverse=True)
    still = _independent((inner.T @ inner).toarray(), x.shape[1] - free.shape[1])
    # Each kind of cell counts with its rise, at most 1: a separating direction can be scaled up.
    kinds, size = rises.shape
    found = linprog(
        np.r_[np.zeros(size), -np.ones(kinds)],
        A_ub=sp.hstack([sp.csr_matrix(-rises), sp.eye_array(kinds)], format="csr"),
        b_ub=np.zeros(kinds),
        A_eq=np.pad(still, ((0, 0), (0, kinds))),
        b_eq=np.zeros(len(still)),
        bounds=[(None, None)] * size + [(0.0, 1.0)] * kinds,
    )
    if found.x is not None:
        cells[edge] = (found.x[size:] > 0.5)[place.ravel()]
        columns |= (np.abs(_unmoving(x[~cells])) > SMALLEST).any(axis=1)
    return cells, columns


def _unmoving(x: sp.csr_matrix) -> Floats:
    """An orthonormal basis, (k, d), of the coefficient changes that change no predictor."""
    size, directions = np.linalg.eigh((x.T @ x).toarray())
    basis: Floats = directions[:, size <= STILL * max(float(size.max()), 1.0)]
    return basis


def _independent(gram: Floats, rank: int) -> Floats:
    """As many independent rows of a Gram matrix as its rank: they say what leaves all unmoved."""
    scale = np.sqrt(np.maximum(gram.diagonal(), np.finfo(float).tiny))
    order = qr(gram / np.outer(scale, scale), mode="r", pivoting=True)[1]
    return np.asarray(gram[np.sort(order[:rank])])
