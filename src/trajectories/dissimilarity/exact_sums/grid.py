"""Costs as whole multiples of a unit: their sums are exact, so that equal distances are equal.

The same costs added in another order differ in the last bits, and two pairs of sequences that are
equally far apart then get different distances, by chance. Costs are therefore whole multiples of a
unit, small enough in number that float64 holds every sum of them exactly; a distance is such a sum
times the unit, which rounds once. It depends on nothing but the two sequences and the costs.

The unit is the largest number of which all costs are multiples, if there is one: 0.1 for costs of
0.1, 0.2 and 0.3. Other costs, such as those from transition rates, are rounded to multiples of 1,
or of the unit of what is added to them, over a power of two. This moves them by at most one part in
2⁴¹ unless they are very unlike in size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Bools, Floats
from trajectories.dissimilarity.costs import Costs

BITS: Final = 53
"""Whole numbers below 2⁵³ and their sums are exact in float64."""

FINE: Final = 41
"""Bits with which the smallest cost is held, if sums leave as many."""

MULTIPLES: Final = 4096
"""Largest multiple of a common unit."""

LIKE: Final = 2.0**-45
"""Relative difference up to which numbers are equal but for the rounding of their calculation."""

SOME: Final = 8
"""Number of costs on which units are tried first."""


@dataclass(frozen=True)
class Grid:
    """Whole multiples of a unit.

    Attributes:
        unit: the unit, greater than 0.
    """

    unit: float = 1.0

    @classmethod
    def of(
        cls,
        parts: Sequence[npt.ArrayLike],
        most: float,
        *,
        added: Sequence[float] = (),
        common: bool = True,
    ) -> "Grid":
        """Choose the unit of costs.

        Args:
            parts: the costs, not negative, arrays of any shapes.
            most: bound of the absolute value of any sum of costs.
            added: numbers among them that are often decimal, such as options: if they and 1 are
                multiples of a number, the unit is that number over a power of two.
            common: whether to look for a unit of which the costs are multiples as they are.
        """
        costs = np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in parts])
        positive = np.unique(costs[costs > 0])
        if not len(positive):
            return cls()
        found = common_unit(positive) if common else None
        if found is not None:
            return cls(found)
        base = common_unit(np.unique([1.0, *(number for number in added if number > 0)])) or 1.0
        smallest, largest = math.frexp(positive[0] / base)[1], math.frexp(most / base)[1]
        return cls(math.ldexp(base, max(smallest - 1 - FINE, largest - BITS)))

    def whole(self, values: npt.ArrayLike) -> Floats:
        """Return how many units each value is, whole numbers."""
        counts: Floats = np.rint(np.asarray(values, np.float64) / self.unit)
        return counts

    def edits(self, substitution: Floats, indel: Floats) -> tuple[Floats, Floats]:
        """Return costs of edit operations in units.

        A substitution that costs as much as a deletion and an insertion still does.

        Args:
            substitution: float64 (a, a).
            indel: float64 (a,).
        """
        both = indel[:, None] + indel
        removed = self.whole(indel)
        cost = self.whole(substitution)
        like = np.abs(substitution - both) <= LIKE * both
        np.copyto(cost, removed[:, None] + removed, where=like)
        np.fill_diagonal(cost, 0)
        return cost, removed

    def costs(self, costs: Costs) -> Costs:
        """Return costs of states in units, the indels one for each state."""
        return Costs(*self.edits(costs.substitution, np.broadcast_to(costs.indel, costs.states)))


def common_unit(positive: Floats) -> float | None:
    """Return the largest number of which all costs are multiples, up to `MULTIPLES`, if any is.

    Costs are multiples up to the rounding of their calculation, `LIKE`. Costs that have nothing in
    common fit one of the 4,096 units by chance with a probability below 2⁻²⁰ if there are two, and
    below 2⁻³⁰ for each further one; even then they are moved by less than rounding to a power of
    two would move them, so no distance is wrong by more.

    Args:
        positive: different costs in ascending order, all greater than 0.
    """
    most = int(MULTIPLES * positive[0] / positive[-1])
    units = positive[0] / np.arange(1, most + 1)
    # A few costs exclude nearly all units.
    units = units[_multiples(positive[:: max(len(positive) // SOME, 1)], units)]
    for unit in units:
        if _multiples(positive, np.array([unit])).all():
            return float(unit)
    return None


def _multiples(costs: Floats, units: Floats) -> Bools:
    """Return which of the units all costs are multiples of."""
    nearest = np.rint(costs / units[:, None]) * units[:, None]
    like: Bools = np.all(np.abs(nearest - costs) <= LIKE * costs, axis=1)
    return like
