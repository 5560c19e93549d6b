"""Compiled loop of the Cox model with exact ties."""

import math

import numpy as np
from numba import njit

from trajectories.arrays import Bools, Floats, Ints


@njit(cache=True, nogil=True)
def exact_likelihood(
    x: Floats, eta: Floats, entry: Floats, stop: Floats, event: Bools, stratum: Ints
) -> tuple[float, Floats, Floats]:
    """Log conditional likelihood of who has the event among those at risk, gradient, information.

    Rows are sorted by stratum and then by `stop` descending. At each event time with d events the
    denominator is the sum over all sets of d rows at risk of exp(sum of their eta). It is built row
    by row, as the mean over the sets of 0…d of the rows seen so far, so that no number of sets
    overflows.
    """
    rows, terms = x.shape
    loglik = 0.0
    gradient, information = np.zeros(terms), np.zeros((terms, terms))
    begin, first = 0, 0
    while first < rows:
        if first == 0 or stratum[first] != stratum[first - 1]:
            begin = first
        now, layer = stop[first], stratum[first]
        last, deaths = first, 0
        while last < rows and stop[last] == now and stratum[last] == layer:
            if event[last]:
                deaths += 1
                loglik += eta[last]
                gradient += x[last]
            last += 1
        if deaths > 0:
            highest, at_risk = -np.inf, 0
            for row in range(begin, last):
                if entry[row] < now:
                    at_risk += 1
                    highest = max(highest, eta[row])
            b = np.zeros(deaths + 1)
            b1 = np.zeros((deaths + 1, terms))
            b2 = np.zeros((deaths + 1, terms, terms))
            b[0] = 1.0
            seen = 0
            for row in range(begin, last):
                if entry[row] >= now:
                    continue
                seen += 1
                risk = np.exp(eta[row] - highest)
                for k in range(min(seen, deaths), 0, -1):
                    out, into = (seen - k) / seen, k / seen * risk
                    for a in range(terms):
                        for c in range(a + 1):
                            b2[k, a, c] = out * b2[k, a, c] + into * (
                                b2[k - 1, a, c]
                                + b1[k - 1, a] * x[row, c]
                                + x[row, a] * b1[k - 1, c]
                                + x[row, a] * x[row, c] * b[k - 1]
                            )
                    for a in range(terms):
                        b1[k, a] = out * b1[k, a] + into * (b1[k - 1, a] + x[row, a] * b[k - 1])
                    b[k] = out * b[k] + into * b[k - 1]
            sets = (
                math.lgamma(at_risk + 1.0)
                - math.lgamma(deaths + 1.0)
                - math.lgamma(at_risk - deaths + 1.0)
            )
            loglik -= np.log(b[deaths]) + deaths * highest + sets
            for a in range(terms):
                mean = b1[deaths, a] / b[deaths]
                gradient[a] -= mean
                for c in range(a + 1):
                    other = b1[deaths, c] / b[deaths]
                    information[a, c] += b2[deaths, a, c] / b[deaths] - mean * other
        first = last
    for a in range(terms):
        for c in range(a):
            information[c, a] = information[a, c]
    return loglik, gradient, information
