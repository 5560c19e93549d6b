"""Totals: no withheld cell may follow from its total and its neighbours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trajectories.release.numbers import publish_counts, round_to_base
from trajectories.release.rules import Rules

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sum:
    """One published total and the rows of the table that add up to it.

    Attributes:
        rows: row numbers of its cells.
        family: totals of one family are the same number (the windows of a group, month by month).
    """

    rows: NDArray[np.int64]
    family: int


@dataclass(frozen=True)
class _Hidden:
    """What is withheld so far; both masks are written in place."""

    rows: Mask
    totals: Mask


@dataclass(frozen=True)
class _Table:
    """The rows of the table: exact and published counts, published totals, what is known."""

    counts: Floats
    values: Floats
    totals: Floats
    structural: Mask
    order: NDArray[np.int64]


@dataclass(frozen=True)
class _Group:
    """What a reader knows of the cells under one total."""

    total: tuple[float, float]
    shown: tuple[float, float]
    small: int
    open: bool

    def bounds_of_total(self, limit: int) -> tuple[float, float]:
        """Bound the total by its own rounding and by its cells."""
        high = math.inf if self.open else self.shown[1] + limit * self.small
        return max(self.total[0], self.shown[0]), min(self.total[1], high)

    def pins(self, total: tuple[float, float], limit: int) -> bool:
        """Tell whether a withheld small cell can have one value only."""
        if not self.small:
            return False
        hidden_low = max(0.0, total[0] - self.shown[1])
        high = min(float(limit), total[1] - self.shown[0])
        others = math.inf if self.open else float(limit * (self.small - 1))
        return high <= max(0.0, hidden_low - others)


def interval(value: float, rules: Rules) -> tuple[float, float]:
    """Give the smallest and the largest exact count that is published as `value`."""
    low = math.ceil(value - rules.base / 2)
    high = math.ceil(value + rules.base / 2) - 1
    return float(max(low, rules.threshold)), float(high)


def sum_of_parts(
    counts: Floats, published: Floats, sums: Sequence[Sum], *, structural: Mask, rules: Rules
) -> Floats:
    """Publish totals as sums of their published cells and of a rounded remainder.

    The remainder is the sum of the withheld cells, each taken for at most the largest small count.
    It is left out where it is small itself, and rounded down where it could only mean that all
    its cells are as large as they can be.

    Args:
        counts: (rows,) exact counts.
        published: (rows,) published counts, NaN where withheld.
        sums: which rows add up to which total.
        structural: (rows,) zeros that everybody knows.
        rules: the gate's rules.

    Returns:
        (rows,) published totals, repeated for each of their cells; NaN where nothing is left.
    """
    totals = np.full(len(counts), np.nan)
    for one in sums:
        cells, shown = counts[one.rows], published[one.rows]
        if rules.exact:
            totals[one.rows] = cells.sum()
            continue
        hidden = ~np.isfinite(shown) & ~structural[one.rows]
        limit = rules.threshold - 1
        rest = float(np.minimum(cells[hidden], limit).sum())
        total = float(shown[np.isfinite(shown)].sum())
        if rest >= rules.threshold:
            rounded = float(round_to_base(rest, rules.base))
            while interval(rounded, rules)[0] >= limit * hidden.sum():
                rounded -= rules.base
            total += rounded
        totals[one.rows] = total if total > 0 else np.nan
    return totals


def withhold_complements(
    counts: Floats,
    totals: Floats,
    sums: Sequence[Sum],
    *,
    withheld: Mask,
    structural: Mask,
    order: NDArray[np.int64],
    rules: Rules,
) -> tuple[Mask, Mask]:
    """Withhold further rows, and totals where no row is left, until nothing can be inferred.

    A reader knows the rounding: the total lies in an interval, so do the shown cells, and a
    withheld cell lies between 0 and the threshold. Where that leaves one possible value, the
    smallest shown cell of the total is withheld too.

    Args:
        counts: (rows,) exact counts.
        totals: (rows,) exact totals, repeated for each of their cells.
        sums: which rows add up to which total.
        withheld: (rows,) rows that are withheld already.
        structural: (rows,) zeros that everybody knows.
        order: (rows,) a rank by the rows' content that breaks ties between equal cells.
        rules: the gate's rules.

    Returns:
        (rows,) rows that are withheld in the end, (rows,) rows whose total is withheld.
    """
    hidden = _Hidden(withheld.copy(), np.zeros_like(withheld))
    if rules.exact:
        return hidden.rows, hidden.totals
    table = _Table(
        counts,
        publish_counts(counts, rules),
        publish_counts(totals, rules),
        structural,
        order,
    )
    families: dict[int, list[Sum]] = {}
    for one in sums:
        families.setdefault(one.family, []).append(one)
    for family in families.values():
        while (pinned := _find_pinned(family, table, hidden, rules)) is not None:
            _hide_one_more(pinned, family, table, hidden)
    return hidden.rows, hidden.totals


def _find_pinned(family: Sequence[Sum], table: _Table, hidden: _Hidden, rules: Rules) -> Sum | None:
    """Find a total under which a withheld cell can have one value only."""
    limit = rules.threshold - 1
    groups = [_read(one, table, hidden, rules) for one in family]
    bounds = [group.bounds_of_total(limit) for group in groups]
    total = (max(low for low, _ in bounds), min(high for _, high in bounds))
    pinned = (one for one, group in zip(family, groups, strict=True) if group.pins(total, limit))
    return next(pinned, None)


def _read(one: Sum, table: _Table, hidden: _Hidden, rules: Rules) -> _Group:
    """Collect what a reader knows of the cells under one total."""
    low = high = 0.0
    small, is_open = 0, False
    for row in one.rows.tolist():
        if table.structural[row]:
            continue
        if hidden.rows[row] and table.counts[row] >= rules.threshold:
            is_open = True
        elif hidden.rows[row] or math.isnan(table.values[row]):
            small += 1
        else:
            bounds = interval(table.values[row], rules)
            low, high = low + bounds[0], high + bounds[1]
    first = int(one.rows[0])
    known = not hidden.totals[first] and math.isfinite(table.totals[first])
    total = interval(table.totals[first], rules) if known else (0.0, math.inf)
    return _Group(total, (low, high), small, is_open)


def _hide_one_more(one: Sum, family: Sequence[Sum], table: _Table, hidden: _Hidden) -> None:
    """Withhold the smallest shown cell under a total.

    Where no cell is shown, the total is withheld wherever it appears; where that is done too, the
    smallest cell that is shown under the same total in another month.
    """
    for rows in (one.rows, np.concatenate([other.rows for other in family])):
        shown = [
            row
            for row in rows.tolist()
            if math.isfinite(table.values[row])
            and not table.structural[row]
            and not hidden.rows[row]
        ]
        if shown:
            hidden.rows[min(shown, key=lambda row: (table.values[row], table.order[row]))] = True
            return
        if not hidden.totals[one.rows[0]]:
            for other in family:
                hidden.totals[other.rows] = True
            return
