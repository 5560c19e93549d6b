"""Compiled sums over pairs of items by the levels of a predictor."""

from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True)
def ordered_sums(
    d: Array, weights: Array, codes: Array, below: Array, above: Array, crossed: Array
) -> float:
    """Sum w_i w_j d(i, j) over pairs by the higher and by the lower of their two levels.

    Args:
        d: condensed dissimilarities of n items.
        weights: (n,) weights.
        codes: (n,) levels 0…l−1; −1 is missing.
        below: (l,), added to: pairs whose higher level this is.
        above: (l,), added to: pairs whose lower level this is.
        crossed: (l,), added to: pairs of this level and missing.

    Returns:
        The sum over pairs that are both missing.
    """
    missing = 0.0
    at = 0
    for i in range(codes.shape[0]):
        own = codes[i]
        for j in range(i + 1, codes.shape[0]):
            other = codes[j]
            part = weights[i] * weights[j] * d[at]
            at += 1
            low, high = min(own, other), max(own, other)
            if low >= 0:
                below[high] += part
                above[low] += part
            elif high >= 0:
                crossed[high] += part
            else:
                missing += part
    return missing


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _dot(d: Array, mass: Array) -> float:
    total = 0.0
    for j in range(d.shape[0]):
        total += mass[j] * d[j]
    return total


@njit(cache=True, nogil=True)
def level_sums(d: Array, weights: Array, codes: Array, by_level: Array, sums: Array) -> None:
    """Sum w_i w_j d(i, j) over pairs i < j by the levels of both.

    Args:
        d: condensed dissimilarities of n items.
        weights: (n,) weights.
        codes: (n,) levels 0…l−1.
        by_level: (l, n) the weights, 0 where an item has another level.
        sums: (l, l), added to: at the level of i and that of j.
    """
    n = codes.shape[0]
    at = 0
    for i in range(n - 1):
        row = d[at : at + n - 1 - i]
        for level in range(by_level.shape[0]):
            sums[codes[i], level] += weights[i] * _dot(row, by_level[level, i + 1 :])
        at += n - 1 - i
