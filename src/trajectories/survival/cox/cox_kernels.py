"""Compiled loops of the Cox model: one pass over the rows, latest times first."""

import numpy as np
from numba import njit

from trajectories.arrays import Bools, Floats, Ints


@njit(cache=True, nogil=True)
def partial_likelihood(
    x: Floats,
    risk: Floats,
    eta: Floats,
    weight: Floats,
    entry: Floats,
    stop: Floats,
    event: Bools,
    stratum: Ints,
    by_entry: Ints,
    efron: bool,
) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, its gradient and information.

    Rows are sorted by stratum and then by `stop` descending; `by_entry` orders them by stratum and
    `entry` descending. `risk` is weight · exp(eta).
    """
    rows, terms = x.shape
    loglik = 0.0
    gradient, information = np.zeros(terms), np.zeros((terms, terms))
    s0, s1, s2 = 0.0, np.zeros(terms), np.zeros((terms, terms))
    d1, d2 = np.zeros(terms), np.zeros((terms, terms))
    added, removed = 0, 0
    while added < rows:
        now, layer = stop[added], stratum[added]
        if added == 0 or layer != stratum[added - 1]:
            s0, removed = 0.0, added
            s1[:] = 0.0
            s2[:] = 0.0
        deaths, dead_weight, d0 = 0, 0.0, 0.0
        d1[:] = 0.0
        d2[:] = 0.0
        while added < rows and stop[added] == now and stratum[added] == layer:
            s0 += risk[added]
            for a in range(terms):
                left = risk[added] * x[added, a]
                s1[a] += left
                for b in range(a + 1):
                    s2[a, b] += left * x[added, b]
            if event[added]:
                deaths += 1
                dead_weight += weight[added]
                d0 += risk[added]
                loglik += weight[added] * eta[added]
                for a in range(terms):
                    gradient[a] += weight[added] * x[added, a]
                    left = risk[added] * x[added, a]
                    d1[a] += left
                    for b in range(a + 1):
                        d2[a, b] += left * x[added, b]
            added += 1
        while removed < rows:
            row = by_entry[removed]
            if stratum[row] != layer or entry[row] < now:
                break
            s0 -= risk[row]
            for a in range(terms):
                left = risk[row] * x[row, a]
                s1[a] -= left
                for b in range(a + 1):
                    s2[a, b] -= left * x[row, b]
            removed += 1
        if deaths == 0:
            continue
        steps = deaths if efron else 1
        each = dead_weight / steps
        for step in range(steps):
            part = step / steps
            z0 = s0 - part * d0
            loglik -= each * np.log(z0)
            for a in range(terms):
                mean = (s1[a] - part * d1[a]) / z0
                gradient[a] -= each * mean
                for b in range(a + 1):
                    other = (s1[b] - part * d1[b]) / z0
                    information[a, b] += each * ((s2[a, b] - part * d2[a, b]) / z0 - mean * other)
    for a in range(terms):
        for b in range(a):
            information[b, a] = information[a, b]
    return loglik, gradient, information


@njit(cache=True, nogil=True)
def event_steps(
    x: Floats,
    risk: Floats,
    weight: Floats,
    entry: Floats,
    stop: Floats,
    event: Bools,
    stratum: Ints,
    by_entry: Ints,
    efron: bool,
    count: int,
) -> tuple[Ints, Floats, Floats, Floats, Floats, Floats]:
    """The steps in which those with the event leave the risk set, `count` of them.

    Each event time is one step, with Efron's ties one for each who has the event then. Rows are
    sorted as for `partial_likelihood`.

    Returns:
        For each step, in the order of the rows: stratum, time, the weight of the events that falls
        on it, the step dΛ of the baseline hazard, the share of those with the event who are still
        at risk in it, and the (k,) mean covariates of those at risk.
    """
    rows, terms = x.shape
    layers, moments = np.zeros(count, np.int64), np.zeros(count)
    events, jumps, shares = np.zeros(count), np.zeros(count), np.zeros(count)
    means = np.zeros((count, terms))
    s0, s1, d1 = 0.0, np.zeros(terms), np.zeros(terms)
    added, removed, found = 0, 0, 0
    while added < rows:
        now, layer = stop[added], stratum[added]
        if added == 0 or layer != stratum[added - 1]:
            s0, removed = 0.0, added
            s1[:] = 0.0
        deaths, dead_weight, d0 = 0, 0.0, 0.0
        d1[:] = 0.0
        while added < rows and stop[added] == now and stratum[added] == layer:
            s0 += risk[added]
            for a in range(terms):
                s1[a] += risk[added] * x[added, a]
            if event[added]:
                deaths += 1
                dead_weight += weight[added]
                d0 += risk[added]
                for a in range(terms):
                    d1[a] += risk[added] * x[added, a]
            added += 1
        while removed < rows:
            row = by_entry[removed]
            if stratum[row] != layer or entry[row] < now:
                break
            s0 -= risk[row]
            for a in range(terms):
                s1[a] -= risk[row] * x[row, a]
            removed += 1
        if deaths == 0:
            continue
        steps = deaths if efron else 1
        for step in range(steps):
            part = step / steps
            z0 = s0 - part * d0
            layers[found], moments[found] = layer, now
            events[found] = dead_weight / steps
            jumps[found] = dead_weight / steps / z0
            shares[found] = 1 - part
            for a in range(terms):
                means[found, a] = (s1[a] - part * d1[a]) / z0
            found += 1
    return layers, moments, events, jumps, shares, means
