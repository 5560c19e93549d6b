"""Compiled dynamic time warping and soft-DTW of numeric series."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from trajectories.arrays import Floats

FAR = 40.0
"""Beyond so many units of gamma, e^-x is lost in the rounding of 1 + e^-x."""
TINY = 1e-290
"""Smaller numbers are lost, since sums of denormal ones are slow."""
RANGE = 620.0
"""Logarithm of 1 over that, less the digits that a sum keeps."""


@njit(cache=True, nogil=True)
def warped(x: Floats, y: Floats, row: Floats) -> float:
    """Return the least sum of squared differences along a warping of time."""
    row[:] = np.inf
    row[0] = 0.0
    for i in range(len(x)):
        corner = row[0]
        row[0] = np.inf
        left = np.inf
        for j in range(len(y)):
            above = row[j + 1]
            left = (x[i] - y[j]) ** 2 + min(min(corner, above), left)
            row[j + 1] = left
            corner = above
    return float(row[len(y)])


@njit(cache=True, nogil=True)
def softly_warped(x: Floats, y: Floats, gamma: float, row: Floats) -> float:
    """Return soft-DTW, in which minima are -gamma log of sums of e^(-cost / gamma)."""
    row[:] = np.inf
    row[0] = 0.0
    reach = FAR * gamma
    for i in range(len(x)):
        corner = row[0]
        row[0] = np.inf
        left = np.inf
        for j in range(len(y)):
            above = row[j + 1]
            least = min(min(corner, above), left)
            total = 0.0
            for cost in (corner, above, left):
                if cost == least:
                    total += 1.0
                elif cost - least < reach:
                    total += math.exp((least - cost) / gamma)
            if total != 1.0:
                least -= gamma * math.log(total)
            left = (x[i] - y[j]) ** 2 + least
            row[j + 1] = left
            corner = above
    return float(row[len(y)])


@njit(cache=True, nogil=True)
def soft(x: Floats, y: Floats, gamma: float, row: Floats) -> float:
    """Return soft-DTW as -gamma times the log of the sum over all warpings of e^(-cost / gamma).

    The sum runs over rows whose largest entry is set to 1, which saves all logarithms and half of
    the exponentials. Entries may get lost that are too small beside the largest of their row. All
    warpings through them are at most 3^(len(x) + len(y)) times as large, and so nothing is lost
    that counts, unless the whole sum is about as small; then it is worked out in logarithms.
    """
    reach = RANGE - math.log(3.0) * (len(x) + len(y))
    row[:] = 0.0
    row[0] = 1.0
    scale, highest = 0.0, 0.0
    for i in range(len(x)):
        corner = row[0]
        row[0] = 0.0
        left, most = 0.0, 0.0
        for j in range(len(y)):
            above = row[j + 1]
            left = math.exp(-((x[i] - y[j]) ** 2) / gamma) * (corner + above + left)
            if left < TINY:
                left = 0.0
            row[j + 1] = left
            corner = above
            most = max(most, left)
        if most == 0.0:
            return softly_warped(x, y, gamma, row)
        row *= 1.0 / most
        scale += math.log(most)
        highest = max(highest, scale)
    if row[len(y)] > 0.0:
        found = math.log(row[len(y)]) + scale
        if highest - found < reach:
            return -gamma * found
    return softly_warped(x, y, gamma, row)


@njit(cache=True, nogil=True)
def fill_warped(
    query: Floats,
    targets: Floats,
    gamma: float,
    own: float,
    theirs: Floats,
    out: npt.NDArray[np.floating[Any]],
) -> None:
    """Write the distances of one series to others.

    Args:
        query: the series (L,).
        targets: the others (m, L').
        gamma: smoothness; 0 for the root of plain dynamic time warping.
        own: soft-DTW of the query with itself.
        theirs: the same of each target (m,).
        out: room for m distances.
    """
    row = np.empty(targets.shape[1] + 1)
    for j in range(len(targets)):
        if gamma > 0.0:
            found = soft(query, targets[j], gamma, row) - (own + theirs[j]) / 2.0
            out[j] = max(found, 0.0)
        else:
            out[j] = math.sqrt(warped(query, targets[j], row))


@njit(cache=True, nogil=True)
def with_themselves(series: Floats, gamma: float, out: Floats) -> None:
    """Write the soft-DTW of each series with itself."""
    row = np.empty(series.shape[1] + 1)
    for i in range(len(series)):
        out[i] = soft(series[i], series[i], gamma, row)


@njit(cache=True, nogil=True)
def aligned(
    x: Floats, y: Floats, gamma: float, chances: Floats, row: Floats, pairs: Floats
) -> float:
    """Return plain or soft DTW, and how often its warpings pair each two months.

    Going back from a pair of months, a warping comes from the pair before both, from that before
    the first or from that before the second, with chances in proportion to e^(-cost / gamma); the
    least alone without smoothing. `pairs` is the gradient by the squared differences (Cuturi &
    Blondel 2017).

    Args:
        x: a series (L,).
        y: another (L',).
        gamma: smoothness; 0 for plain dynamic time warping.
        chances: room for (L, L', 3).
        row: room for L' + 1.
        pairs: room for (L, L'), which gets the expected number of times.
    """
    row[:] = np.inf
    row[0] = 0.0
    for i in range(len(x)):
        corner = row[0]
        row[0] = np.inf
        left = np.inf
        for j in range(len(y)):
            above = row[j + 1]
            least = min(min(corner, above), left)
            if gamma > 0.0:
                first = _weight(corner - least, gamma)
                second = _weight(above - least, gamma)
                third = _weight(left - least, gamma)
                total = first + second + third
                chances[i, j, 0] = first / total
                chances[i, j, 1] = second / total
                chances[i, j, 2] = third / total
                if total != 1.0:
                    least -= gamma * math.log(total)
            else:
                chances[i, j, 0] = 1.0 if corner == least else 0.0
                chances[i, j, 1] = 1.0 if corner != least and above == least else 0.0
                chances[i, j, 2] = 1.0 - chances[i, j, 0] - chances[i, j, 1]
            left = (x[i] - y[j]) ** 2 + least
            row[j + 1] = left
            corner = above
    pairs[:] = 0.0
    pairs[len(x) - 1, len(y) - 1] = 1.0
    for i in range(len(x) - 1, -1, -1):
        for j in range(len(y) - 1, -1, -1):
            own = pairs[i, j]
            if own < TINY:
                continue
            if i > 0 and j > 0:
                pairs[i - 1, j - 1] += own * chances[i, j, 0]
            if i > 0:
                pairs[i - 1, j] += own * chances[i, j, 1]
            if j > 0:
                pairs[i, j - 1] += own * chances[i, j, 2]
    return float(row[len(y)])


@njit(cache=True, nogil=True)
def _weight(cost: float, gamma: float) -> float:
    """Return e^(-cost / gamma), 0 where it is lost beside 1."""
    if cost == 0.0:
        return 1.0
    return math.exp(-cost / gamma) if cost < FAR * gamma else 0.0


@njit(cache=True, nogil=True)
def add_aligned(
    centre: Floats, series: Floats, weights: Floats, gamma: float, masses: Floats, pulls: Floats
) -> float:
    """Return the weighted sum of (soft-)DTW from a centre to series, and what draws the centre.

    Args:
        centre: the centre (L,).
        series: the series (n, L').
        weights: their weights (n,).
        gamma: smoothness; 0 for plain dynamic time warping.
        masses: room for (L,): how often each month of the centre is paired.
        pulls: room for (L,): the sum of the values that it is paired with. The gradient of the sum
            is 2 (masses centre - pulls).
    """
    pairs = np.empty((len(centre), series.shape[1]))
    chances = np.empty((len(centre), series.shape[1], 3))
    row = np.empty(series.shape[1] + 1)
    masses[:] = 0.0
    pulls[:] = 0.0
    total = 0.0
    for n in range(len(series)):
        total += weights[n] * aligned(centre, series[n], gamma, chances, row, pairs)
        for i in range(len(centre)):
            mass, pull = 0.0, 0.0
            for j in range(series.shape[1]):
                mass += pairs[i, j]
                pull += pairs[i, j] * series[n, j]
            masses[i] += weights[n] * mass
            pulls[i] += weights[n] * pull
    return total
