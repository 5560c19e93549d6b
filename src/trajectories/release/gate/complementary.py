"""Totals made of their published parts, from which no withheld one follows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.rounding import count_interval, round_to_base
from trajectories.release.gate.rules import Rules


@dataclass(frozen=True)
class Sum:
    """One published total and the rows of the table that add up to it.

    Attributes:
        rows: row numbers of its cells.
    """

    rows: Ints


def sum_of_parts(
    counts: Floats, published: Floats, sums: Sequence[Sum], *, structural: Bools, rules: Rules
) -> Floats:
    """Publish totals as sums of their published cells and of a rounded remainder.

    The remainder is the sum of the withheld cells, each taken for at most the largest small count.
    It is left out where it is small itself, and rounded down where it could only mean that all
    its cells are as large as they can be.

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
            while count_interval(rounded, rules)[0] >= limit * hidden.sum():
                rounded -= rules.base
            total += rounded
        totals[one.rows] = total if total > 0 else np.nan
    return totals
