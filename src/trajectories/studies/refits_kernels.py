"""Hazard models of several factors, the largest one absorbed, and their refits without a cluster.

The information of such a model is diagonal in the levels of the absorbed factor, so that a step
solves only for the other coefficients. Cells carry codes of factors in place of rows of a matrix.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trajectories.arrays import Bools, Floats

Ints = NDArray[np.int32]

HIGHEST_ETA = 3.5
LOWEST_ETA = -40.0
ALIASED = 1e-10
DECREMENT = 1e-18
MAX_STEPS = 60
LONGEST_MOVE = 2.0


@njit(cache=True, nogil=True)
def drop_separated(codes: Ints, sizes: Ints, n: Floats, y: Floats, lost: Bools) -> None:
    """Set to 0 the counts of levels without events, or with nothing else, until none is left.

    Args:
        codes: (cells, factors) level of each cell, from 0.
        sizes: (factors,) number of levels.
        n: (cells,) person-months; changed.
        y: (cells,) events; changed.
        lost: (factors, most levels) set where a level that has person-months goes; changed.
    """
    again = True
    while again:
        again = False
        for factor in range(len(sizes)):
            all_n, all_y = np.zeros(sizes[factor]), np.zeros(sizes[factor])
            for cell in range(len(n)):
                all_n[codes[cell, factor]] += n[cell]
                all_y[codes[cell, factor]] += y[cell]
            gone = False
            for level in range(sizes[factor]):
                # Weighted counts are sums of fractions: what is left of them is not exactly 0.
                if all_n[level] > 1e-9 and (
                    all_y[level] < 1e-9 or all_n[level] - all_y[level] < 1e-9
                ):
                    lost[factor, level] = True
                    gone = True
            if gone:
                again = True
                for cell in range(len(n)):
                    if lost[factor, codes[cell, factor]]:
                        n[cell] = 0.0
                        y[cell] = 0.0


@njit(cache=True, nogil=True)
def reduced(matrix: Floats, diagonal: Floats, right: Floats, kept: Bools, solution: Floats) -> None:
    """Solve a positive semi-definite system in place, dependent rows left out in their order.

    Args:
        matrix: (k, k) lower triangle; overwritten by its factor.
        diagonal: (k,) against which a pivot counts as none.
        right: (k,) right-hand side.
        kept: (k,) whether a row adds something to those before it; written.
        solution: (k,) 0 in rows that are not kept; written.
    """
    size = len(right)
    for i in range(size):
        pivot = matrix[i, i]
        for j in range(i):
            if kept[j]:
                total = matrix[i, j]
                for m in range(j):
                    total -= matrix[i, m] * matrix[j, m]
                matrix[i, j] = total / matrix[j, j]
                pivot -= matrix[i, j] ** 2
            else:
                matrix[i, j] = 0.0
        kept[i] = diagonal[i] > 0.0 and pivot > ALIASED * diagonal[i]
        if kept[i]:
            matrix[i, i] = np.sqrt(pivot)
        else:
            matrix[i, : i + 1] = 0.0
    for i in range(size):
        solution[i] = 0.0
        if kept[i]:
            total = right[i]
            for m in range(i):
                total -= matrix[i, m] * solution[m]
            solution[i] = total / matrix[i, i]
    for i in range(size - 1, -1, -1):
        if kept[i]:
            total = solution[i]
            for m in range(i + 1, size):
                total -= matrix[m, i] * solution[m]
            solution[i] = total / matrix[i, i]


@njit(cache=True, nogil=True)
def maximise_absorbed(
    codes: Ints,
    sizes: Ints,
    x: Floats,
    n: Floats,
    y: Floats,
    absorbed: Floats,
    coef: Floats,
    kept: Bools,
) -> bool:
    """Climb to the maximum of the complementary log-log likelihood.

    The information is that of rates in place of hazards (nΛ for nΛ²e^(−Λ)/(1 − e^(−Λ))), which at
    monthly hazards of a per cent costs no step.

    Args:
        codes: (cells, factors) level of each cell; the first factor is absorbed.
        sizes: (factors,) number of levels.
        x: (cells, k) numbers.
        n: (cells,) person-months; cells without are passed over.
        y: (cells,) events.
        absorbed: (levels,) coefficients of the absorbed factor; start and result.
        coef: coefficients of the other factors' levels and of the numbers; start and result.
        kept: which of these are no combination of those before; written.

    Returns:
        Whether the maximum was reached.
    """
    factors, numbers, groups = codes.shape[1], x.shape[1], sizes[0]
    first = np.zeros(factors, np.int64)
    for factor in range(2, factors):
        first[factor] = first[factor - 1] + sizes[factor - 1]
    levels = len(coef) - numbers
    places = np.empty(factors - 1 + numbers, np.int64)
    values = np.ones(factors - 1 + numbers)
    for k in range(numbers):
        places[factors - 1 + k] = levels + k
    step = np.zeros(len(coef))
    diagonal = np.zeros(len(coef))
    for turn in range(MAX_STEPS):
        slope, own = np.zeros(len(coef)), np.zeros(groups)
        weight, mixed = np.zeros(groups), np.zeros((groups, len(coef)))
        matrix = np.zeros((len(coef), len(coef)))
        for cell in range(len(n)):
            if n[cell] <= 0.0:
                continue
            group = codes[cell, 0]
            eta = absorbed[group]
            for factor in range(1, factors):
                places[factor - 1] = first[factor] + codes[cell, factor]
            for k in range(numbers):
                values[factors - 1 + k] = x[cell, k]
            for i in range(len(places)):
                eta += coef[places[i]] * values[i]
            rate = np.exp(min(max(eta, LOWEST_ETA), HIGHEST_ETA))
            mass = n[cell] * rate
            pull = -mass
            if y[cell] > 0.0:
                pull += y[cell] * rate / -np.expm1(-rate)
            own[group] += pull
            weight[group] += mass
            for i in range(len(places)):
                if values[i] != 0.0:
                    slope[places[i]] += pull * values[i]
                    part = mass * values[i]
                    mixed[group, places[i]] += part
                    for j in range(i + 1):
                        matrix[places[i], places[j]] += part * values[j]
        for i in range(len(coef)):
            diagonal[i] = matrix[i, i]
        gain = 0.0
        for group in range(groups):
            if weight[group] <= 0.0:
                continue
            for i in range(len(coef)):
                share = mixed[group, i] / weight[group]
                if share != 0.0:
                    slope[i] -= share * own[group]
                    for j in range(i + 1):
                        matrix[i, j] -= share * mixed[group, j]
            gain += own[group] ** 2 / weight[group]
        reduced(matrix, diagonal, slope, kept, step)
        longest = 0.0
        for i in range(len(coef)):
            gain += slope[i] * step[i]
            longest = max(longest, abs(step[i]))
        if not gain < np.inf:
            return False
        shrink = min(1.0, LONGEST_MOVE / max(longest, 1e-300))
        for group in range(groups):
            if weight[group] > 0.0:
                move = own[group]
                for i in range(len(coef)):
                    move -= mixed[group, i] * step[i]
                move /= weight[group]
                absorbed[group] += shrink * min(max(move, -LONGEST_MOVE), LONGEST_MOVE)
        for i in range(len(coef)):
            coef[i] += shrink * step[i]
        if gain < DECREMENT and turn > 0:
            return True
    return False


@njit(cache=True, nogil=True)
def refits(
    codes: Ints,
    sizes: Ints,
    x: Floats,
    n: Floats,
    y: Floats,
    absorbed: Floats,
    coef: Floats,
    begins: NDArray[np.int64],
    cells: Ints,
    own_n: Floats,
    own_y: Floats,
    changes: Floats,
    lost: Bools,
) -> bool:
    """The change of the coefficients without each cluster.

    Args:
        codes: as for `maximise_absorbed`; so are sizes, x, n and y.
        sizes: see there.
        x: see there.
        n: see there.
        y: see there.
        absorbed: the maximum.
        coef: the maximum.
        begins: (clusters + 1,) where each cluster's entries begin.
        cells: (entries,) cell of each entry.
        own_n: (entries,) person-months of the cluster in the cell.
        own_y: (entries,) its events.
        changes: (clusters, coefficients) written; NaN where one has become a combination.
        lost: (clusters, factors, most levels) levels that a cluster's absence separates; written.

    Returns:
        Whether all maxima were reached.
    """
    kept = np.zeros(len(coef), np.bool_)
    for g in range(len(begins) - 1):
        left_n, left_y = n.copy(), y.copy()
        for entry in range(begins[g], begins[g + 1]):
            left_n[cells[entry]] -= own_n[entry]
            left_y[cells[entry]] -= own_y[entry]
        for cell in range(len(left_n)):
            if left_n[cell] < 1e-9:
                left_n[cell] = 0.0
            if left_y[cell] < 1e-9:
                left_y[cell] = 0.0
        drop_separated(codes, sizes, left_n, left_y, lost[g])
        groups, others = absorbed.copy(), coef.copy()
        if not maximise_absorbed(codes, sizes, x, left_n, left_y, groups, others, kept):
            return False
        numbers = len(coef) - x.shape[1]
        for i in range(len(coef)):
            changes[g, i] = others[i] - coef[i]
            if i >= numbers and not kept[i]:
                changes[g, i] = np.nan
    return True
