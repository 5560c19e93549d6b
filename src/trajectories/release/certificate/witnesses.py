"""Witnesses: whole sets of counts that would be published as the release was.

A withheld number is safe if two of them differ in it by as much as was promised. They keep small
numbers small, so the gate would publish them as it published the exact ones.
"""

from collections.abc import Callable

import numpy as np

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.certificate.programs import Equations, Room
from trajectories.release.gate.layout import System
from trajectories.release.gate.withholding import View

FAR = 60.0
"""Witnesses are sought within so many persons of the exact counts."""
NARROW = 4
"""First only numbers in so many equations change: totals tie everything together."""
ANY = 10**9
LOCAL = ((2, 0.3), (3, 0.1), (4, 0.0), (ANY, 0.5))
"""Then whatever is within so many equations of this share of the numbers that can be told."""
LEAST = 4
"""But around so many."""
MOST_IDLE = 2
"""So many rounds in a row that kept no further number apart end a kind of search."""
MOST_WORK = 4, 120_000
"""The search ends when programs of so many times all numbers were solved, or of so many numbers if
that is more; what can still be told is for the gate to withhold more. Four times as much work keeps
apart all but three of the last sixteen numbers of the default run, which the gate keeps apart by
withholding 13 more of 46,000. A limit of time would let machines differ."""
MOST_WORK_AGAIN = 2, 100_000
"""The same, for what can be told after more was withheld."""
AROUND_MOVED = ((2, 10), (4, 10), (8, 10), (ANY, ANY))
"""Rings around moved numbers, and the most equations of a number, in which others adapt to them."""


class Search:
    """Witnesses of a release; those that still hold are kept when more is withheld."""

    def __init__(self) -> None:
        """Begin without any."""
        self.values: Ints = np.zeros((0, 0), np.int64)
        self._system: System | None = None
        self._equations: Equations | None = None

    def untold(self, view: View, gone: Bools) -> tuple[Ints, Ints]:
        """Search for witnesses.

        Returns:
            The withheld numbers that they do not keep apart, and the numbers of parts that have
            no witness.
        """
        equations = self._equations_of(view.system)
        exact, threshold = view.system.exact, view.rules.threshold
        low, high = view.bounds(gone)
        room = Room(np.maximum(low, exact - FAR), np.minimum(high, exact + FAR))
        protected = gone & view.counted
        # The first witness looks like the exact counts: what is large in them is large in it.
        large = np.where(protected & (exact >= threshold), threshold, 0.0)
        inner = Room(np.maximum(room.low, large), room.high)
        labels = equations.labels(room.free)
        earlier = self.values.astype(np.float64)
        start = exact if not len(earlier) else equations.mixed(earlier[0], exact, inner, labels)
        first, wrong = _first(equations, start, inner)
        impossible = wrong | (np.isin(labels, labels[wrong]) & (labels >= 0))
        rows = [first, *(equations.mixed(row, first, room, labels) for row in earlier[1:])]
        found = _Rows(equations, rows, room, protected & ~impossible, view.rules.width)
        found.run()
        self.values = np.rint(found.fewest(labels)).astype(np.int64)
        return np.flatnonzero(found.told() | (protected & impossible)), np.flatnonzero(impossible)

    def _equations_of(self, system: System) -> Equations:
        if self._equations is None or self._system is not system:
            self._system, self._equations = system, Equations.of(system)
            self.values = np.zeros((0, system.size), np.int64)
        return self._equations


def _first(equations: Equations, start: Floats, room: Room) -> tuple[Floats, Bools]:
    """A witness near the exact counts, which are none where numbers were moved.

    Returns:
        The witness, and (v,) the numbers in reach of which there is none.
    """
    start, nothing = start.copy(), np.zeros(len(start))
    wrong = room.left_by(start)
    for rings, most in AROUND_MOVED:
        if not wrong.any():
            break
        labels = equations.labels(equations.around(wrong, rings, most) & room.free)
        for one in np.unique(labels[wrong & (labels >= 0)]):
            numbers = np.flatnonzero(labels == one)
            solution = equations.solve(numbers, nothing, start, room, whole=True)
            if solution is not None:
                start[numbers] = np.rint(solution)
        wrong = room.left_by(start)
    return start, wrong


class _Rows:
    """Witnesses, and how far apart they keep the protected numbers."""

    def __init__(
        self,
        equations: Equations,
        rows: list[Floats],
        room: Room,
        protected: Bools,
        width: int,
    ) -> None:
        self.equations, self.rows, self.room = equations, rows, room
        self.protected, self.width = protected, width
        self.least, self.most = np.min(rows, axis=0), np.max(rows, axis=0)
        times, numbers = MOST_WORK_AGAIN if len(rows) > 1 else MOST_WORK
        self.work = max(times * len(self.least), numbers)
        self.draw = np.random.default_rng(1)

    def told(self) -> Bools:
        """(v,) the protected numbers that the witnesses do not keep apart."""
        near: Bools = self.protected & (self.most - self.least < self.width)
        return near

    def run(self) -> None:
        """Search with few numbers free, then around some of those that can still be told."""
        narrow = (self.equations.degree <= NARROW) | self.protected
        labels = self.equations.labels(narrow & self.room.free)
        self._rounds(1.0, lambda _: labels)
        for rings, share in LOCAL:
            self._rounds(share, self._around(rings))
        for one in np.flatnonzero(self.told()):
            some = np.arange(len(self.least)) == one
            for rings, _ in LOCAL:
                if self.told()[one] and self.work > 0:
                    self._push(some, self._around(rings)(some))

    def _around(self, rings: int) -> Callable[[Bools], Ints]:
        """Give what finds the parts of what may change around some numbers."""

        def labels(some: Bools) -> Ints:
            return self.equations.labels(self.equations.around(some, rings, ANY) & self.room.free)

        return labels

    def _rounds(self, share: float, labels_of: Callable[[Bools], Ints]) -> None:
        """Push some of the numbers that can be told, until that helps no more."""
        idle = 0
        while idle < MOST_IDLE and self.work > 0 and (near := self.told()).any():
            chosen = np.flatnonzero(near)
            most = max(int(share * len(chosen)), min(LEAST, len(chosen)))
            some = np.zeros(len(near), bool)
            some[self.draw.choice(chosen, most, replace=False)] = True
            self._push(some, labels_of(some))
            idle = 0 if self.told().sum() < near.sum() else idle + 1

    def _push(self, some: Bools, labels: Ints) -> None:
        """Push numbers up or down, each by a coin, and then the other way round.

        From any witness: totals that do not change have other values in each.
        """
        goal = np.where(some, self.draw.choice([-1.0, 1.0], len(some)), 0.0)
        start = self.rows[self.draw.integers(len(self.rows))]
        self.work -= 2 * int(np.isin(labels, labels[some & (labels >= 0)]).sum())
        for sign in (1.0, -1.0):
            row = self.equations.best(sign * goal, start, self.room, labels)
            self.rows.append(row)
            self.least, self.most = np.minimum(self.least, row), np.maximum(self.most, row)

    def fewest(self, labels: Ints) -> Floats:
        """The witnesses in as few rows as keep apart what all do, put together part by part.

        Args:
            labels: (v,) the part of each number that is not fixed.
        """
        first = self.rows[0]
        kept = [first.copy()]
        used = np.ones(int(labels.max(initial=-1)) + 1, np.int64)
        least, most = first.copy(), first.copy()
        for row in self.rows[1:]:
            near = self.protected & (most - least < self.width)
            parts = np.unique(labels[near & ((row < least) | (row > most)) & (labels >= 0)])
            mine = np.flatnonzero(np.isin(labels, parts))
            least[mine] = np.minimum(least, row)[mine]
            most[mine] = np.maximum(most, row)[mine]
            places = used[labels[mine]]
            for place in np.unique(places):
                if place == len(kept):
                    kept.append(first.copy())
                where = mine[places == place]
                kept[place][where] = row[where]
            used[parts] += 1
        return np.stack(kept)
