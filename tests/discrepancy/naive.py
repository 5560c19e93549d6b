"""Plain definitions and small data for the tests of discrepancy."""

import numpy as np


def points(
    seed: int, n: int, *, shift: float = 0.0, dimensions: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Condensed distances of normal points, in two groups that are a shift apart."""
    rng = np.random.default_rng(seed)
    groups = np.arange(n) % 2
    at = rng.normal(size=(n, dimensions)) + shift * groups[:, None]
    first, second = np.triu_indices(n, 1)
    return np.sqrt(((at[first] - at[second]) ** 2).sum(axis=1)), groups


def square(d: np.ndarray) -> np.ndarray:
    n = round((1 + (1 + 8 * d.size) ** 0.5) / 2)
    out = np.zeros((n, n))
    out[np.triu_indices(n, 1)] = d
    return out + out.T


def condensed(matrix: np.ndarray) -> np.ndarray:
    return matrix[np.triu_indices(len(matrix), 1)]


def sum_of_squares(matrix: np.ndarray, weights: np.ndarray) -> float:
    total = 0.0
    for i, own in enumerate(weights):
        for j, other in enumerate(weights):
            total += own * other * matrix[i, j]
    return total / (2 * weights.sum())


def to_centre(matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
    weight = weights.sum()
    return matrix @ weights / weight - sum_of_squares(matrix, weights) / weight


def statistics(matrix: np.ndarray, groups: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """Analysis of variance of a matrix of dissimilarities, one group at a time."""
    names = np.unique(groups)
    weight, g = weights.sum(), len(names)
    of = {name: groups == name for name in names}
    sizes = np.array([weights[of[name]].sum() for name in names])
    ss = np.array([sum_of_squares(matrix[np.ix_(m, m)], weights[m]) for m in of.values()])
    total, within = sum_of_squares(matrix, weights), ss.sum()
    z = np.empty(len(groups))
    for m in of.values():
        z[m] = to_centre(matrix[np.ix_(m, m)], weights[m])
    means = np.array([np.average(z[m], weights=weights[m]) for m in of.values()])
    grand = np.average(z, weights=weights)
    residual = sum(
        (weights[m] * (z[m] - mean) ** 2).sum() for m, mean in zip(of.values(), means, strict=True)
    )
    pooled = ((sizes - 1) * ss / sizes).sum() / (weight - g)
    bartlett = (weight - g) * np.log(pooled) - ((sizes - 1) * np.log(ss / sizes)).sum()
    bartlett /= 1 + ((1 / (sizes - 1)).sum() - 1 / (weight - g)) / (3 * (g - 1))
    return {
        "Pseudo F": (total - within) / (g - 1) / (within / (weight - g)),
        "Pseudo Fbf": (total - within) / ((1 - sizes / weight) * ss / sizes).sum(),
        "Pseudo R2": 1 - within / total,
        "Bartlett": bartlett,
        "Levene": (sizes * (means - grand) ** 2).sum() / (g - 1) / (residual / (weight - g)),
    }
