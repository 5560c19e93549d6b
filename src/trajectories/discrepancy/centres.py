"""Distances to the centre of a group, which is never built."""

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats
from trajectories.discrepancy.items import coded_groups, items_of
from trajectories.discrepancy.sums_of_squares import group_sums


def centre_distances(
    d: ArrayLike,
    groups: ArrayLike | pl.Series | None = None,
    weights: ArrayLike | None = None,
    *,
    squared: bool = False,
) -> Floats:
    """Return the distance of each item to the weighted centre of all, or of its group.

    The centre is where the sum of squares is least: the distance to it is the item's weighted mean
    dissimilarity less the discrepancy SS / W (Studer et al. 2011, eq. 5). It is negative where
    dissimilarities violate the triangle inequality enough. The item with the least is the medoid.

    R equivalent: `TraMineR::disscenter`; the discrepancy itself, `TraMineR::dissvar`, is the
    weighted mean of the result.

    Args:
        d: condensed dissimilarities n(n−1)/2.
        groups: (n,) the group of each item; one by default.
        weights: (n,) non-negative; ones by default.
        squared: whether to square dissimilarities first.

    Returns:
        (n,) float64; NaN for items of weight 0, which have no part in the centre.

    Raises:
        ValueError: malformed dissimilarities, weights or groups.

    Examples:
        >>> from trajectories.discrepancy import centre_distances
        >>> centre_distances([1.0, 4.0, 5.0]).round(3).tolist()
        [0.556, 0.889, 1.889]

    See Also:
        `discrepancy`.
    """
    items = items_of(d, weights, squared=squared)
    codes = np.zeros_like(items.rows)
    if groups is not None:
        codes, _ = coded_groups(groups, items.rows, items.of)
    out = np.full(items.of, np.nan)
    out[items.rows] = group_sums(items.d, codes, items.weights).to_centre
    return out
