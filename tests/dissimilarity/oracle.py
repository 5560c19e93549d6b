"""Each measure written down plainly, to hold the kernels against."""

import numpy as np


def optimal_matching(x, y, substitution, indel):
    """The textbook recurrence, one cell at a time."""
    cost = np.zeros((len(x) + 1, len(y) + 1))
    for i, a in enumerate(x):
        cost[i + 1, 0] = cost[i, 0] + indel[a]
    for j, b in enumerate(y):
        cost[0, j + 1] = cost[0, j] + indel[b]
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            cost[i + 1, j + 1] = min(
                cost[i, j] + substitution[a, b],
                cost[i, j + 1] + indel[a],
                cost[i + 1, j] + indel[b],
            )
    return cost[-1, -1]


def positional(x, y, costs):
    """The sum of costs position by position; `costs` is (L, a, a)."""
    return sum(costs[t][a, b] for t, (a, b) in enumerate(zip(x, y, strict=True)))


def normalised(d, kind, p, q, indel, substitution):
    """TraMineR's normalisations of an edit distance between sequences of p and q positions."""
    largest = abs(p - q) * indel + min(p, q) * min(substitution, 2 * indel)
    if d == 0 or kind == "none":
        return d
    if kind == "maxlength":
        return d / (max(p, q) * indel)
    if kind == "maxdist":
        return d / largest
    if kind == "gmean":
        return 1 - (largest - d) / (2 * indel * (p * q) ** 0.5) if p * q else 1.0
    return 2 * d / (d + (p + q) * indel)


def distances(rows, columns, distance):
    """All distances from rows to columns, (n, m)."""
    return np.array([[distance(x, y) for y in columns] for x in rows]).reshape(
        len(rows), len(columns)
    )
