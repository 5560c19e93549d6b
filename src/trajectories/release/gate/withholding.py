"""Withhold numbers, in all tables together, until no withheld one can be bounded too tightly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.bounds import first_bounds, propagated
from trajectories.release.gate.derive import floats
from trajectories.release.gate.layout import System
from trajectories.release.gate.rounding import publish_counts
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec
from trajectories.release.gate.standing import Standing

MANY = 8
"""Sums of so many equations are withheld last."""
RINGS = 4
"""So far around a number that can be told others are withheld before such a sum is."""


@dataclass(frozen=True)
class Hidden:
    """What the gate withholds of a table.

    Attributes:
        rows: (rows,) rows that lose all their numbers.
        cells: (rows,) by column, single cells that are withheld.
        few: (rows,) rows with too few caseworkers behind them.
        behind: the columns that are a list of clients where one caseworker is behind them; what a
            row of few loses there is withheld in all tables.
    """

    rows: Bools
    cells: dict[str, Bools]
    few: Bools
    behind: frozenset[str]


def nothing_hidden(table: pl.DataFrame, spec: TableSpec, rows: Bools, rules: Rules) -> Hidden:
    """Hide some rows and no single cell."""
    columns = [count.name for count in spec.counts] + [total.name for total in spec.totals]
    few = np.zeros(table.height, bool)
    for count in spec.counts:
        if count.unit == "caseworkers" and count.guards and not table.is_empty():
            few |= floats(table, count.name) < rules.threshold
    behind = frozenset(count.name for count in spec.counts if count.unit == "events")
    return Hidden(
        rows.copy(), {name: np.zeros(table.height, bool) for name in columns}, few, behind
    )


class View:
    """The numbers of a release as a reader meets them."""

    def __init__(
        self,
        system: System,
        hidden: Mapping[str, Hidden],
        known: Bools,
        guards: Mapping[str, frozenset[str]],
        rules: Rules,
        standing: Standing | None = None,
    ) -> None:
        """See the numbers of a release.

        Args:
            system: numbers and identities.
            hidden: what is withheld of each table; more is added to it.
            known: (v,) zeros that cannot be anything else.
            guards: by table, the columns whose small values withhold their rows.
            rules: the gate's rules.
            standing: what stands of earlier releases; nothing where none is known.
        """
        self.system, self.hidden, self.known, self.rules = system, hidden, known, rules
        self.guards = guards
        self.standing = standing or Standing.nothing(system.exact)
        alone = publish_counts(system.exact, rules)
        self.shown = np.where(self.standing.which, self.standing.shown, alone)
        self.shown[system.named :] = np.nan
        self.moved: set[int] = set()
        self.fixed: set[int] = set()
        self.counted = np.arange(system.size) < system.named
        self.order = np.argsort(np.argsort(np.array(system.labels, dtype=object)))
        self.equations_of: list[list[int]] = [[] for _ in range(system.size)]
        self.members_of: list[list[int]] = [[] for _ in system.wholes]
        for equation, variable in system.parts.tolist():
            self.equations_of[variable].append(equation)
            self.members_of[equation].append(variable)
        for equation, variable in enumerate(system.wholes.tolist()):
            self.equations_of[variable].append(equation)
        self.sums_of = np.bincount(system.wholes, minlength=system.size)
        self._withhold(np.flatnonzero(self.standing.which & np.isnan(self.standing.shown)))

    def settle(self) -> Bools:
        """Let single cells take their rows with them; return (v,) what no table shows."""
        while True:
            gone = self._gone()
            before = sum(int(hidden.rows.sum()) for hidden in self.hidden.values())
            for place in self.system.places:
                hidden, there = self.hidden[place.table], np.flatnonzero(place.ids >= 0)
                lost = there[gone[place.ids[there]]]
                if place.column in hidden.behind and not place.repeated:
                    hidden.cells[place.column][lost] = True
                if place.column in self.guards[place.table] and not place.repeated:
                    hidden.rows[hidden.cells[place.column]] = True
            if before == sum(int(hidden.rows.sum()) for hidden in self.hidden.values()):
                return gone

    def _gone(self) -> Bools:
        """(v,) what no table shows, and what too few caseworkers are behind in any table."""
        shown = np.zeros(self.system.size, bool)
        behind = np.zeros(self.system.size, bool)
        for place in self.system.places:
            hidden = self.hidden[place.table]
            lost = hidden.cells[place.column]
            if not place.total:
                lost = lost | hidden.rows
            shown[place.ids[~lost & (place.ids >= 0)]] = True
            if not place.repeated and place.column in hidden.behind:
                behind[place.ids[hidden.few & (place.ids >= 0)]] = True
        return (np.isnan(self.shown) | ~shown | behind) & ~self.known

    def shown_in(self, table: str, exact: pl.DataFrame) -> dict[str, Floats]:
        """What is shown in the linked columns of a table, (rows,) by column."""
        found: dict[str, Floats] = {}
        for place in self.system.places:
            if place.table == table:
                alone = publish_counts(floats(exact, place.column), self.rules)
                values = found.setdefault(place.column, alone)
                linked = place.ids >= 0
                values[linked] = self.shown[place.ids[linked]]
        return found

    def bounds(self, gone: Bools) -> tuple[Floats, Floats]:
        """The intervals that a reader can derive."""
        shown = np.where(gone, np.nan, self.shown)
        low, high = first_bounds(self.system, gone, self.known, self.shown, self.rules)
        low, high = self.standing.widened(low, high, shown)
        return propagated(low, high, self.system)

    def protect(self) -> Bools:
        """Move numbers, and where that does not help withhold more, until all intervals are wide.

        A number is moved to the other multiple of the base next to it, at most once. What is then
        published is what other counts would be published as without a move: who knows the gate
        cannot tell whether it moved any.

        Returns:
            (v,) what is not shown.
        """
        gone = self.settle()
        while True:
            low, high = self.bounds(gone)
            wide = high - low >= self.rules.width
            tight = np.flatnonzero(self.counted & gone & ~wide)
            empty = np.flatnonzero(high < low)
            if self._move_back(empty) or self._move(tight, gone, low, high):
                continue
            if not self.hide(tight if len(tight) else empty[empty < self.system.named], gone):
                told = self.standing.told(self.system, gone, self.shown, self.rules)
                if not len(told):
                    return gone
                self._withhold(told)
            gone = self.settle()

    def _move(self, tight: Ints, gone: Bools, low: Floats, high: Floats) -> bool:
        """Move one number for each tight one, at most one an equation; say if any was."""
        touched: set[int] = set()
        done = False
        for one in tight.tolist():
            width = {e: self._width(e, one, low, high) for e in self.equations_of[one]}
            for equation in sorted(width, key=width.__getitem__):
                if width[equation] >= self.rules.width or equation in touched:
                    break
                first, last = self._left(equation, one, low, high)
                up = self.rules.threshold - 1 - last > first
                found = self._movable(equation, one, gone, up=up)
                if found is not None:
                    number, there = found
                    self.shown[number] = there
                    self.moved.add(number)
                    touched |= {*self.equations_of[number]}
                    done = True
                    break
        return done

    def _movable(
        self, equation: int, one: int, gone: Bools, *, up: bool
    ) -> tuple[int, float] | None:
        """The number of an equation whose move widens another's interval, with the least error."""
        whole = int(self.system.wholes[equation])
        found: list[tuple[float, float, int, int, float]] = []
        for number in (*self.members_of[equation], whole):
            if number == one or number >= self.system.named or gone[number] or self.known[number]:
                continue
            if self.standing.which[number]:
                continue
            larger = up == ((number == whole) == (one != whole))
            moved_to = self._other(number, larger=larger)
            if moved_to is not None and number not in self.moved:
                error = abs(moved_to - float(self.system.exact[number]))
                place = float(self.shown[number]), int(self.order[number])
                found.append((error, *place, number, moved_to))
        if not found:
            return None
        *_rest, number, there = min(found)
        return number, there

    def _other(self, number: int, *, larger: bool) -> float | None:
        """The other multiple of the base next to a count, where it lies on that side."""
        base, exact = self.rules.base, float(self.system.exact[number])
        there = np.ceil(exact / base) * base if larger else np.floor(exact / base) * base
        on_side = there > self.shown[number] if larger else there < self.shown[number]
        return float(there) if on_side and there >= self.rules.threshold else None

    def _move_back(self, empty: Ints) -> bool:
        """Undo moves around numbers that nothing could be any more."""
        near = {e for one in empty.tolist() for e in self.equations_of[one]}
        return self._undone([n for n in sorted(self.moved) if near & {*self.equations_of[n]}])

    def undo(self, numbers: Ints) -> bool:
        """Undo the moves of some numbers for good; say if there were any."""
        return self._undone(sorted(self.moved & {*numbers.tolist()}))

    def _undone(self, numbers: list[int]) -> bool:
        back = [number for number in numbers if number not in self.fixed]
        for number in back:
            self.shown[number] = publish_counts(self.system.exact[number], self.rules)
            self.fixed.add(number)
        return bool(back)

    def say_told(self, told: Ints) -> str:
        """Say in which tables withheld numbers can be told."""
        tables = sorted({p.table for p in self.system.places if np.isin(p.ids, told).any()})
        return (
            f"{len(told)} withheld numbers could be told from the other numbers of this release, "
            f"in the tables {', '.join(tables)}: leave one of them out, or make its rows coarser."
        )

    def hide(self, tight: Ints, gone: Bools, again: Mapping[int, int] | None = None) -> bool:
        """Withhold one number for each tight one, at most one an equation; say if any was.

        The equation that bounds a number most tightly comes first; where all its numbers are
        withheld, those around it follow. Sums of many equations, such as the size of a cluster, go
        last: names, shares and whole figures rest on them.

        Args:
            tight: the numbers that are bounded too tightly.
            gone: (v,) what is not shown.
            again: how often numbers were withheld for a tight one before; each time twice as many
                are.
        """
        low, high = self.bounds(gone)
        gone, touched = gone.copy(), set[int]()
        done = False
        for one in tight.tolist():
            often = (again or {}).get(one, 0)
            width = {e: self._width(e, one, low, high) for e in self.equations_of[one]}
            nearest = [{e} for e in sorted(width, key=width.__getitem__)]
            left = 2**often
            near = ((e, True) for e in (*nearest, *islice(self._around(one), RINGS)))
            whole = ((e, False) for e in (*nearest, *self._around(one)))
            for equations, spare in chain(near, whole):
                if touched & equations and not often:
                    break
                while left and (found := self._candidate(equations, gone, spare)) is not None:
                    self._withhold(np.array([found]))
                    gone[found] = done = True
                    touched |= equations
                    left -= 1
                if not left:
                    break
        return done

    def _left(self, equation: int, variable: int, low: Floats, high: Floats) -> tuple[float, float]:
        """The interval that one equation leaves to one of its numbers."""
        whole, parts = int(self.system.wholes[equation]), self.members_of[equation]
        least, most = float(low[parts].sum()), float(high[parts].sum())
        small = self.system.exact[variable] < self.rules.threshold
        limit = float(self.rules.threshold - 1) if small else np.inf
        if variable == whole:
            return max(0.0, least), min(limit, most)
        above = float(high[whole]) - (least - float(low[variable]))
        return max(0.0, float(low[whole]) - (most - float(high[variable]))), min(limit, above)

    def _width(self, equation: int, variable: int, low: Floats, high: Floats) -> float:
        first, last = self._left(equation, variable, low, high)
        return last - first

    def _around(self, variable: int) -> Iterator[set[int]]:
        """Yield the equations of a variable, then those of their variables, further and further."""
        seen: set[int] = set()
        variables = {variable}
        while True:
            near = {equation for one in variables for equation in self.equations_of[one]}
            new = near - seen
            if not new:
                return
            yield new
            seen |= new
            variables = {one for equation in new for one in self.members_of[equation]}
            variables |= {int(self.system.wholes[equation]) for equation in new}

    def _candidate(self, equations: set[int], gone: Bools, spare: bool) -> int | None:
        """The smallest shown part of some equations; where there is none, their smallest whole.

        Sums of many equations are no candidates where they are spared.
        """
        parts = {one for equation in equations for one in self.members_of[equation]}
        wholes = {int(self.system.wholes[equation]) for equation in equations}
        for group in (parts, wholes):
            free = [
                one
                for one in group
                if one < self.system.named
                and not gone[one]
                and not self.known[one]
                and not (spare and self.sums_of[one] >= MANY)
            ]
            if free:
                return min(free, key=lambda one: (self.shown[one], self.order[one]))
        return None

    def _withhold(self, numbers: Ints) -> None:
        for place in self.system.places:
            self.hidden[place.table].cells[place.column][np.isin(place.ids, numbers)] = True
