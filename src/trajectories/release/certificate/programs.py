"""Linear and integer programs over parts of a linked system, many parts in one program."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.layout import System

MOST_NODES = 20
"""Nodes of the search of one integer program: a limit of time would let machines differ."""
MOST_WHOLE = 3000
"""Integer programs of more numbers take long and mostly find nothing better than smaller ones."""
MENDED = ((2, 10), (4, 30))
"""Rings around numbers that are not whole, and the most equations of a number in them."""
CLOSE = 1e-6


@dataclass(frozen=True)
class Room:
    """Where numbers may be.

    Attributes:
        low: (v,) least values.
        high: (v,) largest values.
    """

    low: Floats
    high: Floats

    @property
    def free(self) -> Bools:
        """(v,) numbers that may have more than one value."""
        return np.less(self.low, self.high)

    def left_by(self, numbers: Floats) -> Bools:
        """(v,) numbers that are where they may not be."""
        return np.less(numbers, self.low) | np.greater(numbers, self.high)


@dataclass(frozen=True)
class Equations:
    """The equations of a system as a matrix whose product with the numbers is zero.

    Attributes:
        matrix: (e, v) 1 for parts, -1 for wholes.
        columns: (v, e) its transpose, by rows.
        degree: (v,) in how many equations a number is.
    """

    matrix: csr_array
    columns: csr_array
    degree: Ints

    @classmethod
    def of(cls, system: System) -> "Equations":
        """Write the equations of a system as a matrix."""
        equation, variable = system.parts.T
        size = len(system.wholes), system.size
        rows = np.concatenate([equation, np.arange(size[0])])
        columns = np.concatenate([variable, system.wholes])
        signs = np.concatenate([np.ones(len(equation)), -np.ones(size[0])])
        matrix = csr_array(coo_array((signs, (rows, columns)), shape=size))
        turned = csr_array(matrix.T)
        return cls(matrix, turned, np.diff(turned.indptr))

    def labels(self, free: Bools) -> Ints:
        """(v,) the part of each free number, -1 for others: equations connect free ones alone."""
        inner = coo_array(self.matrix[:, free])
        size = self.matrix.shape[0], inner.shape[1]
        ends = inner.coords[1], inner.coords[0] + size[1]
        joined = coo_array((np.ones(inner.nnz), ends), shape=(sum(size),) * 2)
        found = np.full(len(free), -1, np.int64)
        found[free] = connected_components(joined, directed=False)[1][: size[1]]
        return found

    def around(self, numbers: Bools, rings: int, most: int) -> Bools:
        """Add what shares an equation, again and again, passing by numbers of many equations."""
        reached, narrow = numbers.copy(), self.degree <= most
        for _ in range(rings):
            equations = np.unique(self.columns[reached].indices)
            new = np.zeros(len(reached), bool)
            new[self.matrix[equations].indices] = True
            new = (new & narrow) | reached
            if (new == reached).all():
                break
            reached = new
        return reached

    def mixed(self, one: Floats, other: Floats, room: Room, labels: Ints) -> Floats:
        """Take one set of numbers in the parts in which it fulfils everything, else another.

        Args:
            one: (v,) whole numbers that fulfil all equations.
            other: (v,) the same.
            room: where numbers may be.
            labels: (v,) parts of all that is free.
        """
        there = np.where(labels >= 0, one, other)
        wrong = room.left_by(there)
        wrong[self.matrix[np.flatnonzero(self.matrix @ there)].indices] = True
        return np.where(np.isin(labels, labels[wrong & (labels >= 0)]), other, there)

    def best(self, goal: Floats, start: Floats, room: Room, labels: Ints) -> Floats:
        """Minimise a goal over whole numbers, in the parts in which it has one.

        One linear program solves all parts. Where it ends between whole numbers, integer programs
        solve anew what is around these; a part in which they find nothing stays as it was.

        Args:
            goal: (v,) weights.
            start: (v,) whole numbers that fulfil all equations.
            room: where numbers may be.
            labels: (v,) parts of what may change.

        Returns:
            (v,) whole numbers that fulfil all equations.
        """
        found = start.copy()
        active = (labels >= 0) & np.isin(labels, labels[(goal != 0) & (labels >= 0)])
        numbers = np.flatnonzero(active)
        solution = self.solve(numbers, goal, start, room, whole=False)
        if solution is None:
            return found
        rounded = np.rint(solution)
        uneven = np.zeros(len(start), bool)
        uneven[numbers] = np.abs(solution - rounded) > CLOSE
        there = start.copy()
        there[numbers] = rounded
        broken = self._mended(uneven, active, goal, there, room)
        fine = ~np.isin(labels[numbers], labels[broken])
        found[numbers[fine]] = there[numbers[fine]]
        return found

    def _mended(
        self, uneven: Bools, active: Bools, goal: Floats, there: Floats, room: Room
    ) -> Bools:
        """Solve anew around numbers that are not whole, in place; return those that stay broken."""
        for rings, most in MENDED:
            if not uneven.any():
                break
            around = self.labels(self.around(uneven, rings, most) & active)
            for one in np.unique(around[uneven]):
                mine = np.flatnonzero(around == one)
                if len(mine) > MOST_WHOLE:
                    continue
                solution = self.solve(mine, goal, there, room, whole=True)
                if solution is not None:
                    there[mine] = np.rint(solution)
                    uneven[mine] = False
        return uneven

    def solve(
        self, numbers: Ints, goal: Floats, start: Floats, room: Room, *, whole: bool
    ) -> Floats | None:
        """Solve for some numbers, all others being as at the start; None if nothing was found."""
        if not len(numbers):
            return np.zeros(0)
        rows = np.unique(self.columns[numbers].indices)
        matrix = csr_array(self.matrix[rows][:, numbers])
        right = matrix @ start[numbers] - self.matrix[rows] @ start
        solved = milp(
            goal[numbers],
            constraints=[LinearConstraint(matrix, right, right)] if len(rows) else [],
            bounds=Bounds(room.low[numbers], room.high[numbers]),
            integrality=np.full(len(numbers), int(whole)),
            options={"node_limit": MOST_NODES, "mip_rel_gap": 0.3},
        )
        return None if solved.x is None else np.asarray(solved.x, np.float64)
