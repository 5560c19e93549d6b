"""Witnesses: whole sets of counts that would be published as the release was.

A withheld number is safe if two of them differ in it by as much as was promised. They keep which
numbers are small, so the gate would publish them as it published the exact ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.bounds import first_bounds, propagated
from trajectories.release.gate.layout import System
from trajectories.release.gate.withholding import View

FAR = 60.0
"""Witnesses are sought within so many persons of the exact counts."""
HUB = 10
"""Numbers in more equations keep their exact value, where they can: they would tie all together."""
MOST_NODES = 20
"""Nodes of the search of one integer program: a limit of time would let machines differ."""
MOST_IDLE = 3
"""After so many programs in a row that kept no further number apart, numbers are taken alone."""
MOST_ALONE = 8
"""So many numbers of a part are taken alone; the others are for the gate to withhold more."""


@dataclass(frozen=True)
class Part:
    """Numbers that equations connect, with no equation to any other number.

    Attributes:
        numbers: (n,) their variables.
        matrix: (e, n) equations.
        right: (e,) what they give.
        low: (n,) least values.
        high: (n,) largest values.
        exact: (n,) exact values.
        protected: (n,) those that must not be told.
    """

    numbers: Ints
    matrix: csr_array
    right: Floats
    low: Floats
    high: Floats
    exact: Floats
    protected: Bools


class Search:
    """Witnesses of a release; what was found for a part is kept while the part stays as it is."""

    def __init__(self) -> None:
        """Begin without any."""
        self.values: Ints = np.zeros((0, 0), np.int64)
        self._known: dict[bytes, list[Floats]] = {}

    def untold(self, view: View, gone: Bools) -> tuple[Ints, Ints]:
        """Search for witnesses.

        Returns:
            The withheld numbers that they do not keep apart, and the numbers of parts that have
            no witness.
        """
        system, rules = view.system, view.rules
        low, high = first_bounds(system, gone, view.known, view.shown, rules)
        protected = gone & view.counted
        large = protected & (system.exact >= rules.threshold)
        low = np.where(large, rules.threshold, low)
        low, high = propagated(low, high, system)
        low, high = np.maximum(low, system.exact - FAR), np.minimum(high, system.exact + FAR)
        hubs = np.array([len(equations) > HUB for equations in view.equations_of])
        hubs &= (system.exact >= low) & (system.exact <= high) & ~protected
        low, high = np.where(hubs, system.exact, low), np.where(hubs, system.exact, high)
        parts = list(parts_of(system, low, high, protected))
        solutions = [self._solved(part, rules.width) for part in parts]
        most = max((len(one) for one in solutions), default=1)
        values = np.repeat(low[None, :], most, axis=0)
        for part, found in zip(parts, solutions, strict=True):
            for row in range(most):
                if found:
                    values[row, part.numbers] = found[min(row, len(found) - 1)]
        self.values = np.rint(values).astype(np.int64)
        told = protected & (np.ptp(self.values, axis=0) < rules.width)
        without = [part.numbers for part, found in zip(parts, solutions, strict=True) if not found]
        impossible = np.concatenate([*without, np.zeros(0, np.int64)])
        told[impossible] = True
        return np.flatnonzero(told & view.counted), impossible

    def _solved(self, part: Part, width: int) -> list[Floats]:
        key = b"".join(one.tobytes() for one in (part.numbers, part.low, part.high, part.protected))
        if key not in self._known:
            self._known[key] = solve(part, width)
        return self._known[key]


def parts_of(system: System, low: Floats, high: Floats, protected: Bools) -> Iterator[Part]:
    """Divide a system into parts that no equation connects; fixed numbers connect nothing."""
    equation, variable = system.parts.T
    size = len(system.wholes), system.size
    rows = np.concatenate([equation, np.arange(size[0])])
    columns = np.concatenate([variable, system.wholes])
    signs = np.concatenate([np.ones(len(equation)), -np.ones(size[0])])
    matrix = csr_array(coo_array((signs, (rows, columns)), shape=size))
    free, fixed = np.flatnonzero(low < high), np.flatnonzero(low >= high)
    right = -(matrix[:, fixed] @ low[fixed])
    inner = csr_array(matrix[:, free])
    both = coo_array(inner)
    joined = coo_array(
        (np.ones(both.nnz), (both.coords[1], both.coords[0] + len(free))),
        shape=(len(free) + size[0],) * 2,
    )
    count, label = connected_components(joined, directed=False)
    numbers_of = np.argsort(label[: len(free)], kind="stable")
    equations_of = np.argsort(label[len(free) :], kind="stable")
    first = np.searchsorted(label[: len(free)][numbers_of], np.arange(count + 1))
    start = np.searchsorted(label[len(free) :][equations_of], np.arange(count + 1))
    for one in range(count):
        mine = numbers_of[first[one] : first[one + 1]]
        if len(mine):
            used = equations_of[start[one] : start[one + 1]]
            numbers = free[mine]
            yield Part(
                numbers,
                csr_array(inner[used][:, mine]),
                right[used],
                low[numbers],
                high[numbers],
                system.exact[numbers],
                protected[numbers],
            )


def solve(part: Part, width: int) -> list[Floats]:
    """Find witnesses of one part, none where none were found within the limits.

    Integer programs push all protected numbers that are not yet far enough apart up, and down, as
    far as they go together; what that does not part is pushed by itself.
    """
    inside = ((part.exact >= part.low) & (part.exact <= part.high)).all()
    # Where a number was moved, or one outside of the part, the exact counts are no witness.
    found = [part.exact] if inside and (part.matrix @ part.exact == part.right).all() else []
    if not part.matrix.shape[0]:
        return [part.low, part.high]
    if not part.protected.any() and not found:
        solution = _program(part, np.zeros(len(part.numbers)))
        return [] if solution is None else [solution]
    draw = np.random.default_rng(1)
    idle = 0
    while idle < MOST_IDLE:
        near = part.protected & (_spread(found, part) < width)
        if found and not near.any():
            break
        # All together first; what holds each other back, in halves; few that remain, one by one.
        some = near & (draw.random(len(near)) < (1.0 if idle == 0 else 0.5))
        if not _push(part, some if some.any() else near, found):
            return found
        left = int((part.protected & (_spread(found, part) < width)).sum())
        idle = 0 if left < near.sum() else idle + 1
    near = part.protected & (_spread(found, part) < width)
    for one in np.flatnonzero(near)[:MOST_ALONE]:
        if _spread(found, part)[one] < width and not _push(
            part, np.arange(len(near)) == one, found
        ):
            break
    return found


def _push(part: Part, some: Bools, found: list[Floats]) -> bool:
    """Push numbers up and down together; say whether there was an answer."""
    for sign in (-1.0, 1.0):
        solution = _program(part, np.where(some, sign, 0.0))
        if solution is None:
            return False
        if not any(np.array_equal(solution, one) for one in found):
            found.append(solution)
    return True


def _spread(found: list[Floats], part: Part) -> Floats:
    return np.ptp(found, axis=0) if found else np.zeros(len(part.numbers))


def _program(part: Part, goal: Floats) -> Floats | None:
    solved = milp(
        goal,
        constraints=[LinearConstraint(part.matrix, part.right, part.right)]
        if part.matrix.shape[0]
        else [],
        bounds=Bounds(part.low, part.high),
        integrality=np.ones(len(goal), np.int64),
        options={"node_limit": MOST_NODES, "mip_rel_gap": 0.3},
    )
    return None if solved.x is None else np.asarray(np.rint(solved.x), np.float64)
