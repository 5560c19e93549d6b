"""Compiled steps of expectation-maximisation over rows of counted features.

A row holds some features, each so many times; its log-density is the sum over them. The kernels
work on rows `begin` to `end`, so that callers share the work, and release the lock. The innermost
loops run over components, which are contiguous and vectorise.
"""

import numpy as np
from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True)
def step(
    begin: int,
    end: int,
    bounds: Array,
    feature: Array,
    times: Array,
    pattern: Array,
    weights: Array,
    log_density: Array,
    log_prior: Array,
    memberships: Array,
    counts: Array,
    sizes: Array,
) -> float:
    """Fill the rows' posterior probabilities and return their weighted log-likelihood.

    Weight times posterior is added to the features' `counts` (features, components) and to the
    `sizes` (patterns, components). A row that no component can hold, which only happens at weight
    0, belongs to all alike.
    """
    components = log_prior.shape[1]
    score = np.empty(components)
    total = 0.0
    for i in range(begin, end):
        prior = log_prior[pattern[i]]
        for g in range(components):
            score[g] = prior[g]
        for j in range(bounds[i], bounds[i + 1]):
            row = log_density[feature[j]]
            often = np.float64(times[j])
            for g in range(components):
                score[g] += often * row[g]
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
        weight = weights[i]
        if weight == 0.0:
            continue
        total += weight * (top + np.log(mass))
        size = sizes[pattern[i]]
        for g in range(components):
            score[g] *= weight / mass
            size[g] += score[g]
        for j in range(bounds[i], bounds[i + 1]):
            count = counts[feature[j]]
            often = np.float64(times[j])
            for g in range(components):
                count[g] += often * score[g]
    return total


@njit(cache=True, nogil=True)
def tally(
    begin: int,
    end: int,
    bounds: Array,
    feature: Array,
    times: Array,
    weights: Array,
    memberships: Array,
    counts: Array,
) -> None:
    """Add weight times membership to the `counts` (features, components) of the rows' features."""
    components = counts.shape[1]
    share = np.empty(components)
    for i in range(begin, end):
        if weights[i] == 0.0:
            continue
        for g in range(components):
            share[g] = weights[i] * memberships[i, g]
        for j in range(bounds[i], bounds[i + 1]):
            count = counts[feature[j]]
            often = np.float64(times[j])
            for g in range(components):
                count[g] += often * share[g]
