"""Where nobody, or everybody, has the event: groups of a categorical term, and terms together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Directions that move cells by less than this share of what others do, do not move them.
STILL = 1e-12
SMALLEST = 1e-6


@dataclass(frozen=True)
class Grouping:
    """The groups that one categorical term (or an interaction of such) makes of the cells.

    Attributes:
        term: the term.
        columns: the columns whose levels make the groups.
        codes: (cells,) number of each cell's group, from 0.
    """

    term: str
    columns: tuple[str, ...]
    codes: NDArray[np.int64]

    def at(self, cells: NDArray[np.bool_]) -> "Grouping":
        """The same groups of some of the cells."""
        return Grouping(self.term, self.columns, self.codes[cells])

    def separated(self, n: Floats, y: Floats) -> NDArray[np.bool_]:
        """Cells that lie in a group without any event, or with nothing but events."""
        all_n = np.bincount(self.codes, weights=n)
        all_y = np.bincount(self.codes, weights=y)
        return np.asarray(((all_y == 0) | (all_y == all_n))[self.codes])


@dataclass(frozen=True)
class Separation:
    """What separated groups leave.

    Attributes:
        kept: (cells,) cells that can be used.
        lost: grouping → how many groups and how many person-months cannot.
    """

    kept: NDArray[np.bool_]
    lost: dict[str, tuple[int, int]]


def without_separated(groupings: Sequence[Grouping], n: Floats, y: Floats) -> Separation:
    """Leave out separated groups, again and again until none is left.

    Args:
        groupings: the categorical terms' groups.
        n: (cells,) person-months; cells without any count as left out.
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
    """Cells whose hazard goes to 0 or 1 where the likelihood has no maximum, and the terms that go.

    Terms separate events where some move of their coefficients lowers the predictor of no cell that
    holds events alone, raises that of none without events, and leaves all others as they are. A
    linear programme finds a move that separates as many cells as can be (Konis 2007, Linear
    programming algorithms for detecting separated data). Without these cells the other coefficients
    have the maximum that they have in the limit.

    Args:
        x: (cells, k) design, no column a combination of others.
        n: (cells,) person-months, above 0.
        y: (cells,) events.

    Returns:
        (cells,) the separated cells, and (k,) the columns whose coefficients mean nothing without
        them; no cell and no column where there is a maximum.
    """
    none, all_of_them = y == 0, y == n
    edge = np.flatnonzero(none | all_of_them)
    free = _unmoving(x[~(none | all_of_them)])
    cells, columns = np.zeros(x.shape[0], bool), np.zeros(x.shape[1], bool)
    if not edge.size or not free.size:
        return cells, columns
    signs = np.where(all_of_them[edge], 1.0, -1.0)
    rises, place = np.unique(
        np.round(signs[:, None] * (x[edge] @ free), 9), axis=0, return_inverse=True
    )
    # Each kind of cell counts with its rise, 1 at most: a move that separates it can be scaled up.
    kinds, size = rises.shape
    found = linprog(
        np.r_[np.zeros(size), -np.ones(kinds)],
        A_ub=sp.hstack([sp.csr_matrix(-rises), sp.eye_array(kinds)], format="csr"),
        b_ub=np.zeros(kinds),
        bounds=[(None, None)] * size + [(0.0, 1.0)] * kinds,
    )
    if found.x is not None:
        cells[edge] = (found.x[size:] > 0.5)[place.ravel()]
        columns |= (np.abs(_unmoving(x[~cells])) > SMALLEST).any(axis=1)
    return cells, columns


def _unmoving(x: sp.csr_matrix) -> Floats:
    """An orthonormal basis, (k, d), of the moves of coefficients that change no row's predictor."""
    size, directions = np.linalg.eigh((x.T @ x).toarray())
    basis: Floats = directions[:, size <= STILL * max(float(size.max()), 1.0)]
    return basis
