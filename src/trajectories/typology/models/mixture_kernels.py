"""Compiled steps of expectation-maximisation over rows of features.

Position j of a row holds one feature, `offsets[j] + codes[i, j]`; the log-density of a row is the
sum over its features. Both kernels work on a slice of rows, so that callers share the work, and
release the lock. The innermost loops run over components, which are contiguous and vectorise.
"""

import numpy as np
from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True)
def expect(
    codes: Array,
    offsets: Array,
    pattern: Array,
    weights: Array,
    log_density: Array,
    log_prior: Array,
    memberships: Array,
) -> float:
    """Fill the rows' posterior probabilities and return their weighted log-likelihood.

    A row that no component can hold, which only happens at weight 0, belongs to all alike.
    """
    count, length = codes.shape
    components = log_prior.shape[1]
    score = np.empty(components)
    total = 0.0
    for i in range(count):
        prior = log_prior[pattern[i]]
        for g in range(components):
            score[g] = prior[g]
        for j in range(length):
            row = log_density[offsets[j] + np.uint64(codes[i, j])]
            for g in range(components):
                score[g] += row[g]
        top = score[0]
        for g in range(1, components):
            top = max(top, score[g])
        if top == -np.inf:
            memberships[i] = 1.0 / components
            if weights[i] > 0:
                total = -np.inf
            continue
        mass = 0.0
        for g in range(components):
            score[g] = np.exp(score[g] - top)
            mass += score[g]
        for g in range(components):
            memberships[i, g] = score[g] / mass
        total += weights[i] * (top + np.log(mass))
    return total


@njit(cache=True, nogil=True)
def tally(codes: Array, offsets: Array, weights: Array, memberships: Array, counts: Array) -> None:
    """Add weight times membership to the `counts` (features, components) of the rows' features."""
    count, length = codes.shape
    components = counts.shape[1]
    share = np.empty(components)
    for i in range(count):
        if weights[i] == 0.0:
            continue
        for g in range(components):
            share[g] = weights[i] * memberships[i, g]
        for j in range(length):
            row = counts[offsets[j] + np.uint64(codes[i, j])]
            for g in range(components):
                row[g] += share[g]
