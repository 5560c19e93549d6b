"""Sums between published numbers: what a reader who knows them can bound of a withheld one.

A table's declaration says which of its numbers are sums of others (`Total`, `ColumnSum`, `Whole`).
They make one system of equations over its cells; intervals are passed along it until nothing moves,
and numbers are withheld until every small one keeps an interval of `LEAST_WIDTH`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.derive import floats
from trajectories.release.gate.rounding import count_interval, publish_counts
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec

LEAST_WIDTH = 3
"""The interval of a withheld small count is at least so wide: four values are possible."""
MOST_PASSES = 200


@dataclass(frozen=True)
class System:
    """Equations between cells: the sum of an equation's parts is its whole.

    Attributes:
        variables: the variable of each row, by column; columns that repeat a number share one.
        parts: (p, 2) equation and variable of each part.
        wholes: (e,) variable of each equation's whole.
    """

    variables: dict[str, Ints]
    parts: Ints
    wholes: Ints

    @property
    def size(self) -> int:
        """How many variables there are."""
        return 1 + max((int(ids.max(initial=-1)) for ids in self.variables.values()), default=-1)


@dataclass(frozen=True)
class Hidden:
    """What the gate withholds so that nothing follows from a sum.

    Attributes:
        rows: (rows,) rows that lose all their numbers.
        cells: (rows,) by column, single cells that are withheld.
    """

    rows: Bools
    cells: dict[str, Bools]


def system_of(table: pl.DataFrame, spec: TableSpec) -> System:
    """Lay out the declared sums of a table."""
    units = {count.name: count.unit for count in spec.counts}
    keys = {name: list(spec.dims) for name, unit in units.items() if unit != "weight"}
    sums: list[tuple[str, str, list[str]]] = []
    for total in spec.totals:
        if total.apart and total.count in keys:
            by = [name for name in spec.dims if name not in total.over]
            keys[total.name] = [name for name in by if name not in total.constant]
            sums.append((total.name, total.count, by))
    for one in spec.column_sums:
        keys[one.total] = [name for name in spec.dims if name not in one.over]
        sums.append((one.total, one.count, keys[one.total]))
    variables: dict[str, Ints] = {}
    first = 0
    for name, own in keys.items():
        variables[name] = first + _numbered(table, own)
        first = int(variables[name].max(initial=first - 1)) + 1
    made = [_rows_of_sum(table, variables, *one) for one in sums]
    for whole in spec.wholes:
        is_whole = (table[whole.dimension].cast(pl.String) == whole.value).to_numpy()
        for name in whole.counts:
            by = [key for key in keys[name] if key != whole.dimension]
            made.append(_rows_of_whole(table, variables[name], is_whole, by))
    return _joined(variables, made)


def _numbered(table: pl.DataFrame, by: list[str]) -> Ints:
    """(rows,) the number, from 0, of each row's combination of some columns."""
    if not by:
        return np.zeros(table.height, np.int64)
    ranks = table.select(pl.struct(by).rank("dense")).to_series()
    return ranks.to_numpy().astype(np.int64) - 1


_Made = tuple[Ints, Ints, Ints, Ints]
"""Equations and variables of parts, equations and variables of wholes."""


def _rows_of_sum(
    table: pl.DataFrame, variables: dict[str, Ints], total: str, count: str, by: list[str]
) -> _Made:
    group = _numbered(table, by)
    return group, variables[count], group, variables[total]


def _rows_of_whole(table: pl.DataFrame, variable: Ints, is_whole: Bools, by: list[str]) -> _Made:
    group = _numbered(table, by)
    return group[~is_whole], variable[~is_whole], group[is_whole], variable[is_whole]


def _joined(variables: dict[str, Ints], made: list[_Made]) -> System:
    parts, wholes = [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
    first = 0
    for part_group, part, whole_group, whole in made:
        # A variable that several rows repeat stands once in an equation.
        groups, at = np.unique(whole_group, return_index=True)
        pairs = np.unique(np.column_stack([part_group, part]), axis=0)
        pairs = pairs[np.isin(pairs[:, 0], groups)]
        parts.append(np.column_stack([np.searchsorted(groups, pairs[:, 0]) + first, pairs[:, 1]]))
        wholes.append(whole[at])
        first += len(groups)
    return System(variables, np.concatenate(parts), np.concatenate(wholes))


def propagated(low: Floats, high: Floats, system: System) -> tuple[Floats, Floats]:
    """Tighten intervals by every equation, again and again, until none moves."""
    low, high = low.copy(), high.copy()
    equation, variable = system.parts.T
    size = len(system.wholes)
    for _ in range(MOST_PASSES):
        before = low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum()
        below, above = low[variable], high[variable]
        is_open = np.isinf(above)
        finite = np.where(is_open, 0.0, above)
        least = np.bincount(equation, below, size)
        most = np.bincount(equation, finite, size)
        opened = np.bincount(equation, is_open, size)
        np.maximum.at(low, system.wholes, least)
        np.minimum.at(high, system.wholes, np.where(opened > 0, np.inf, most))
        total_low, total_high = low[system.wholes][equation], high[system.wholes][equation]
        others = np.where(opened[equation] - is_open > 0, np.inf, most[equation] - finite)
        np.maximum.at(low, variable, total_low - others)
        np.minimum.at(high, variable, total_high - (least[equation] - below))
        if before == (low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum()):
            break
    return low, high


def withhold(
    table: pl.DataFrame, spec: TableSpec, rules: Rules, withheld: Bools, structural: Bools
) -> Hidden:
    """Withhold numbers until no small count can be bounded more tightly than promised.

    A reader knows the rules, the structural zeros and every declared sum. Where that leaves a
    small count fewer than `LEAST_WIDTH` + 1 values, the smallest number shown in the tightest sum
    is withheld too: its row, where it guards one, else the cell.
    """
    cells = {name: np.zeros(table.height, bool) for name in _columns(spec)}
    hidden = Hidden(withheld.copy(), cells)
    system = system_of(table, spec)
    if rules.exact or not len(system.wholes):
        return hidden
    order = table.select(pl.struct(spec.dims).rank("ordinal")).to_series().to_numpy()
    view = _View(table, spec, rules, structural, system, order.astype(np.int64))
    while True:
        low, high = view.bounds(hidden)
        tight = np.flatnonzero(view.small & (high - low < min(LEAST_WIDTH, rules.threshold - 1)))
        if not view.hide(tight, hidden):
            return hidden


def _columns(spec: TableSpec) -> list[str]:
    return [c.name for c in spec.counts] + [t.name for t in spec.totals if t.apart]


class _View:
    """The variables of a table as a reader meets them."""

    def __init__(
        self,
        table: pl.DataFrame,
        spec: TableSpec,
        rules: Rules,
        structural: Bools,
        system: System,
        order: Ints,
    ) -> None:
        size = system.size
        self.system, self.rules, self.guards = (
            system,
            rules,
            {c.name for c in spec.counts if c.guards},
        )
        self.totals = {total.name for total in spec.totals}
        self.repeated = {one.total for one in spec.column_sums} | self.totals
        self.exact, self.shown = np.zeros(size), np.full(size, np.nan)
        self.known = np.zeros(size, bool)
        self.order = np.zeros(size, np.int64)
        for name, ids in system.variables.items():
            values = floats(table, name)
            self.exact[ids] = values
            self.shown[ids] = publish_counts(values, rules)
            if name not in self.repeated:
                self.known[ids] = structural
            self.order[ids[::-1]] = order[::-1]
        self.small = (self.exact < rules.threshold) & ~self.known

    def withheld(self, hidden: Hidden) -> Bools:
        """(variables,) which are not shown."""
        gone: Bools = np.isnan(self.shown) & ~self.known
        for name, ids in self.system.variables.items():
            lost = hidden.cells[name] | (hidden.rows & (name not in self.totals))
            # A number that rows repeat is gone where all of them have lost it.
            shown = np.zeros(len(gone), bool)
            shown[ids[~lost]] = True
            gone[ids] |= ~shown[ids] & ~self.known[ids]
        return gone

    def bounds(self, hidden: Hidden) -> tuple[Floats, Floats]:
        """The intervals that a reader can derive."""
        gone = self.withheld(hidden)
        low, high = count_interval(np.where(gone, 0.0, self.shown), self.rules)
        low, high = np.where(gone, 0.0, low), np.where(gone, np.inf, high)
        limit = float(self.rules.threshold - 1)
        high = np.where(gone & (self.exact <= limit), limit, high)
        low, high = np.where(self.known, 0.0, low), np.where(self.known, 0.0, high)
        return propagated(low, high, self.system)

    def hide(self, tight: Ints, hidden: Hidden) -> bool:
        """Withhold one number for each of the tight ones, at most one an equation; say if any."""
        gone = self.withheld(hidden)
        touched: set[int] = set()
        done = False
        for one in tight:
            for equations in self._around(int(one)):
                if touched & set(equations):
                    done = True
                    break
                found = self._candidate(equations, gone)
                if found is not None:
                    self._withhold(found, hidden)
                    touched |= set(equations)
                    done = True
                    break
        return done

    def _around(self, variable: int) -> Any:
        """Yield the equations of a variable, then those of their variables, further and further."""
        equation, member = self.system.parts.T
        seen: set[int] = set()
        variables = {variable}
        while True:
            inside = np.fromiter(variables, np.int64)
            near = set(equation[np.isin(member, inside)].tolist())
            near |= set(np.flatnonzero(np.isin(self.system.wholes, inside)).tolist())
            new = sorted(near - seen)
            if not new:
                return
            yield new
            seen |= near
            variables |= set(member[np.isin(equation, new)].tolist())
            variables |= set(self.system.wholes[new].tolist())

    def _candidate(self, equations: list[int], gone: Bools) -> int | None:
        """The smallest shown part of some equations; where there is none, their smallest whole."""
        equation, member = self.system.parts.T
        for group in (member[np.isin(equation, equations)], self.system.wholes[equations]):
            free = np.unique(group[~gone[group] & ~self.known[group]])
            if len(free):
                return int(free[np.lexsort((self.order[free], self.shown[free]))[0]])
        return None

    def _withhold(self, variable: int, hidden: Hidden) -> None:
        for name, ids in self.system.variables.items():
            rows = ids == variable
            if rows.any():
                if name in self.guards and name not in self.repeated:
                    hidden.rows[rows] = True
                else:
                    hidden.cells[name][rows] = True
                return
