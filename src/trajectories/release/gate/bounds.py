"""What a reader who knows every published number and every identity can bound of a number."""

import numpy as np

from trajectories.arrays import Bools, Floats
from trajectories.release.gate.layout import System
from trajectories.release.gate.rounding import count_interval
from trajectories.release.gate.rules import Rules

MOST_PASSES = 200


def first_bounds(
    system: System, gone: Bools, known: Bools, shown: Floats, rules: Rules
) -> tuple[Floats, Floats]:
    """(v,) the least and largest value of each number by itself.

    A withheld small count is under the threshold. The reader is taken to know which of the
    withheld counts are small; the others may be anything, small ones too: a dash does not say why
    it stands there, and a release in which they are small is published alike.
    """
    low, high = count_interval(np.where(gone, 0.0, shown), rules)
    low, high = np.where(gone, 0.0, low), np.where(gone, np.inf, high)
    limit = float(rules.threshold - 1)
    small = gone & (system.exact <= limit)
    small[system.named :] = False
    high = np.where(small, limit, high)
    return np.where(known, 0.0, low), np.where(known, 0.0, high)


def propagated(low: Floats, high: Floats, system: System) -> tuple[Floats, Floats]:
    """Tighten intervals by every equation, again and again, until none moves.

    Where nothing fulfils all equations some interval ends before it begins, and no more is sought.
    """
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
        if (low > high).any():
            break
        if before == (low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum()):
            break
    return low, high
