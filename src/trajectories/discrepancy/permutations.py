"""Random groups of the same sizes, as columns of weights."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from trajectories.arrays import Floats, Ints

WeightPermutation = Literal["diss", "replicate"]


def permuted_masses(
    groups: Ints,
    weights: Floats,
    replicates: int,
    rng: np.random.Generator,
    *,
    at_once: int,
    unit: WeightPermutation,
) -> Iterator[Floats]:
    """Yield weights by group under random groups.

    Args:
        groups: (n,) groups 0…g−1.
        weights: (n,) weights; whole numbers if the unit is "replicate".
        replicates: number of permutations.
        rng: the source of the permutations.
        at_once: largest number of permutations in an array.
        unit: "diss": an item keeps its weight and gets another item's group; "replicate": an item
            of weight w is w cases, and each gets another case's group.

    Yields:
        (r, g, n) arrays; entry (p, h, i) is the weight of item i in group h in permutation p.

    Raises:
        ValueError: the unit is "replicate" and a weight is not a whole number.
    """
    n, g = groups.size, int(groups.max()) + 1
    counts = np.rint(weights).astype(np.int64)
    if unit == "replicate" and not np.array_equal(counts, weights):
        raise ValueError("weights that are replicates must be whole numbers: permute with 'diss'")
    cases = np.repeat(groups, counts) if unit == "replicate" else groups
    owners = np.repeat(np.arange(n), counts)
    names = np.arange(g)[:, None]
    for start in range(0, replicates, at_once):
        masses = np.zeros((min(at_once, replicates - start), g, n))
        for own in masses:
            drawn = rng.permutation(cases)
            if unit == "replicate":
                own[:] = np.bincount(drawn * n + owners, minlength=g * n).reshape(g, n)
            else:
                np.multiply(drawn == names, weights, out=own)
        yield masses


def share_at_least(drawn: Floats, observed: Floats) -> Floats:
    """Return permutation p-values, the observed statistic being one of the R.

    Args:
        drawn: (R − 1, s) statistics under permutation.
        observed: (s,) those of the data.

    Returns:
        (s,) #{T* ≥ T} / R, NaN where the statistic is not defined. Sums of the same numbers in
        another order count as equal.
    """
    near = observed - 1e-9 * np.abs(observed)
    shares = (1 + np.count_nonzero(drawn >= near, axis=0)) / (len(drawn) + 1)
    return np.where(np.isnan(observed), np.nan, shares)
