"""Time-warp edit distance (Marteau 2009), computed by the kernel of optimal matching.

Deleting a state costs its substitution by the state before it, plus nu and h. Matching two states
costs their substitution, that of the states before them, and 2 nu for each position of distance.
The gain of a match over deleting both thus depends on two letters, each a state with the one
before, and on the distance in time. The first states of both sequences are always matched: before
the other's first state, a deletion costs more than any match.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.alignment.optimal_matching import Alignment
from trajectories.dissimilarity.costs import Costs
from trajectories.dissimilarity.expanded_alphabets import with_previous
from trajectories.dissimilarity.lanes.blocks import Place, States
from trajectories.sequences import VOID

Rows = Ints


@dataclass(frozen=True, eq=False)
class Warping:
    """Time-warp edit distances of n queries and m targets.

    Attributes:
        alignment: the distances of sequences that are not empty.
        row_lengths: number of states of each query, (n,).
        column_lengths: the same of each target, (m,).
        indel: cost of each state if the other sequence is empty, in units.
        unit: what a cost of 1 is worth.
    """

    alignment: Alignment
    row_lengths: Rows
    column_lengths: Rows
    indel: float
    unit: float

    @classmethod
    def of(
        cls,
        queries: States,
        targets: States,
        costs: Costs,
        nu: float,
        h: float,
        origin: int,
        unit: float,
        dtype: npt.DTypeLike,
    ) -> "Warping":
        """Prepare the distances of uint8 (n, L) to (m, L′).

        Args:
            queries: the queries; lexicographic order is fastest.
            targets: the targets.
            costs: costs of states in `unit`, and so the next two.
            nu: stiffness: cost of a shift by one position.
            h: cost of an indel in addition to the change of state that it removes.
            origin: the state before every sequence's first.
            unit: what a cost of 1 is worth.
            dtype: float64 or float32.
        """
        cost = costs.substitution

        def gains(used: Ints) -> Floats:
            previous, state = np.divmod(used, costs.states)
            indel = cost[state, previous] + nu + h
            matched = cost[state[:, None], state] + cost[previous[:, None], previous]
            return np.pad(indel[:, None] + indel - matched, (0, 1))

        # A first half of at least one position keeps the border out of the second.
        rows, columns = (_at_least_two(part) for part in (queries, targets))
        letters = with_previous(rows, columns, costs.states, origin, gains, unit)
        row_lengths, column_lengths = ((part != VOID).sum(axis=1) for part in (queries, targets))
        indel = 2 * float(cost.max(initial=0)) + nu + h
        alignment = Alignment.of(letters, dtype, slope=-2 * nu)
        return cls(alignment, row_lengths, column_lengths, indel, unit)

    @property
    def queries(self) -> int:
        """Return the number of queries."""
        return self.alignment.queries

    @property
    def targets(self) -> int:
        """Return the number of targets."""
        return self.alignment.targets

    @property
    def lanes(self) -> int:
        """Return the number of targets in a block."""
        return self.alignment.lanes

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        self.alignment.fill(block, last, place)
        begin = block * self.lanes
        end = min(begin + self.lanes, self.targets)
        for i in np.flatnonzero(self.row_lengths[:last] == 0).tolist():
            columns = np.arange(max(begin, i + place.ahead), end)
            lengths = self.column_lengths[columns]
            place.out[place.offsets[i] + columns] = self.unit * (self.indel * lengths)
        for j in (begin + np.flatnonzero(self.column_lengths[begin:end] == 0)).tolist():
            rows = np.arange(min(last, j - place.ahead + 1))
            lengths = self.row_lengths[rows]
            place.out[place.offsets[rows] + j] = self.unit * (self.indel * lengths)


def _at_least_two(states: States) -> States:
    missing = max(2 - states.shape[1], 0)
    return np.pad(states, ((0, 0), (0, missing)), constant_values=VOID)
