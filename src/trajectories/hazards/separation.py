"""Groups of categorical terms in which nobody, or everybody, has the event."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
