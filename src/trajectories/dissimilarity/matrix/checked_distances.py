"""Condensed distances: size, validation and rows."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix import pair_kernels as kernels


def item_count(d: NDArray[np.floating]) -> int:
    """Return the number of items n of n(n−1)/2 condensed distances.

    Raises:
        ValueError: the array is not one-dimensional or its length is not a triangular number.
    """
    n = (1 + math.isqrt(1 + 8 * d.size)) // 2
    if d.ndim != 1 or n * (n - 1) // 2 != d.size:
        message = f"distances must be condensed, of length n(n-1)/2, not of shape {d.shape}"
        raise ValueError(message)
    return n


def checked_distances(d: ArrayLike) -> NDArray[np.floating]:
    """Return `d` as a contiguous float32 or float64 array, without a copy if it already is.

    Raises:
        ValueError: not condensed, or with negative, infinite or missing distances.
    """
    array = d if isinstance(d, np.ndarray) else numbers(d, "distances")
    if array.dtype not in (np.float32, np.float64):
        array = numbers(array, "distances")
    array = np.ascontiguousarray(array)
    item_count(array)
    if array.size and not (array.min() >= 0 and array.max() < np.inf):
        raise ValueError("distances must be finite and not negative")
    return array


def numbers(values: ArrayLike, what: str) -> Floats:
    """Return values as float64.

    Raises:
        ValueError: they are no numbers, or rows of different lengths.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        kind = type(values).__name__
        raise ValueError(f"{what} must be an array of numbers, not this {kind}") from None


def checked_weights(weights: ArrayLike | None, n: int) -> Floats:
    """Return `weights` as float64 (n,); ones if None.

    Raises:
        ValueError: wrong length, a weight that is not finite or negative, or no positive weight.
    """
    if weights is None:
        return np.ones(n)
    array = np.ascontiguousarray(numbers(weights, "weights"))
    if array.shape != (n,):
        raise ValueError(f"weights must be of shape ({n},), not {array.shape}")
    if not (array.min(initial=np.inf) >= 0 and 0 < array.max(initial=0.0) < np.inf):
        raise ValueError("weights must be finite and not below 0, and some above it")
    return array


def checked_labels(labels: ArrayLike, n: int) -> NDArray[np.generic]:
    """Return labels of `n` items: integers or text.

    Raises:
        ValueError: wrong length, or labels that are missing or neither integers nor text.
    """
    array = np.asarray(labels)
    if array.shape != (n,):
        raise ValueError(f"labels must be of shape ({n},), not {array.shape}")
    if array.dtype.kind == "f" and bool((array % 1 == 0).all()):
        array = array.astype(np.int64)
    if array.dtype.kind not in "iubUS":
        raise ValueError("labels must be whole numbers or words, without missing values")
    return array


def among(d: NDArray[np.floating], items: Ints) -> NDArray[np.floating]:
    """Return the condensed distances of some items, in their order; any may be repeated."""
    out = np.empty(items.size * (items.size - 1) // 2, d.dtype)
    kernels.copy_pairs(d, item_count(d), items, out)
    return out


def checked_k(k: int, most: int) -> int:
    """Return a number of clusters.

    Raises:
        ValueError: it is not an integer from 1 to `most`.
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k <= most:
        raise ValueError(f"k must be between 1 and {most}, a whole number, not {k!r}")
    return int(k)


def rows_of(d: NDArray[np.floating], items: ArrayLike) -> NDArray[np.floating]:
    """Return the distances of `items` to all n items, an (m, n) array of the dtype of `d`."""
    n = item_count(d)
    wanted = np.asarray(items, dtype=np.int64)
    out = np.empty((wanted.size, n), d.dtype)
    for row, item in zip(out, wanted, strict=True):
        kernels.copy_row(d, n, item, row)
    return out
