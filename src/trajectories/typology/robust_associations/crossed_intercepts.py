"""A mean with two crossed random intercepts, estimated by restricted maximum likelihood."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import Bounds, minimize

from trajectories.arrays import Floats

SMALLEST, LARGEST = -18.0, 18.0
"""Bounds of the logarithms of variance ratios; the least stands for 0."""
NEGLIGIBLE = 1e-6
"""Least residual variance, as a share of the whole: persons who never part have none of their own,
and without a least one the likelihood has no maximum."""
BOUNDS = Bounds([SMALLEST, SMALLEST], [LARGEST, LARGEST])
SEARCH: dict[str, Any] = {
    "method": "Nelder-Mead",
    "options": {"xatol": 1e-4, "fatol": 1e-7, "initial_simplex": [[0, 0], [2, 0], [0, 2]]},
}


@dataclass(frozen=True, eq=False)
class CrossedIntercepts:
    """The model y_ib = mean + u_i + v_b + e_ib with Var e_ib = residual / w_ib.

    Attributes:
        mean: the fixed intercept.
        se: its standard error.
        row_sd: standard deviation of u.
        column_sd: standard deviation of v.
        residual: variance of an observation of weight 1.
        columns: (R,) predictions of v.
    """

    mean: float
    se: float
    row_sd: float
    column_sd: float
    residual: float
    columns: Floats

    def rows(self, weight: Floats, deviation: Floats) -> Floats:
        """Predict u of any rows.

        Args:
            weight: (m,) Σ_b w.
            deviation: (m,) Σ_b w (y − mean − v_b).
        """
        ratio = self.row_sd**2 / self.residual if self.residual else 0.0
        predicted: Floats = ratio * deviation / (1 + ratio * weight)
        return predicted


def crossed_intercepts(y: Floats, weights: Floats) -> CrossedIntercepts:
    """Fit the model by restricted maximum likelihood.

    The intercepts of the longer side are absorbed one by one, so that a square matrix of the
    shorter side is all that is factorised; the residual variance is profiled out (Bates, Mächler,
    Bolker & Walker 2015, sections 3.4–3.5).

    Args:
        y: (N, R) observations.
        weights: (N, R) their precisions; 0 where there is none.

    Raises:
        ValueError: fewer than two observations.

    R equivalent: `lme4::lmer(y ~ (1 | row) + (1 | column), weights = w)`.
    """
    seen = weights > 0
    count = int(seen.sum())
    if count < 2:
        raise ValueError("a mean with random intercepts needs at least two observations")
    used = seen.any(axis=0)
    w = weights[np.ix_(seen.any(axis=1), used)] / weights[seen].mean()
    values = np.where(w > 0, y[np.ix_(seen.any(axis=1), used)], 0.0)
    centre = float((w * values).sum() / w.sum())
    scale = float(np.sqrt((w * (values - centre) ** 2).sum() / count))
    columns = np.zeros(y.shape[1])
    if scale <= 1e-12 * max(abs(centre), 1e-300):
        return CrossedIntercepts(centre, 0.0, 0.0, 0.0, 0.0, columns)
    y_scaled = np.where(w > 0, (values - centre) / scale, 0.0)
    turned = w.shape[0] < w.shape[1]
    model = _Profile(w.T, y_scaled.T, count) if turned else _Profile(w, y_scaled, count)
    found = minimize(model.of_logarithms, np.zeros(2), bounds=BOUNDS, **SEARCH)
    ratios = np.where(found.x <= SMALLEST + 1, 0.0, np.exp(found.x))
    mean, variance, residual, predicted = model.solution(float(ratios[0]), float(ratios[1]))
    if turned:
        deviation = (w * (y_scaled - mean - predicted[:, np.newaxis])).sum(axis=0)
        predicted = ratios[0] * deviation / (1 + ratios[0] * w.sum(axis=0))
        ratios = ratios[::-1]
    columns[used] = predicted * scale
    sigma = np.sqrt(residual) * scale
    return CrossedIntercepts(
        mean=centre + scale * mean,
        se=scale * float(np.sqrt(variance * residual)),
        row_sd=float(sigma * np.sqrt(ratios[0])),
        column_sd=float(sigma * np.sqrt(ratios[1])),
        residual=float(sigma**2),
        columns=columns,
    )


class _Profile:
    """The criterion as a function of the variance ratios of rows and columns."""

    def __init__(self, w: Floats, y: Floats, count: int) -> None:
        """Sum what does not depend on the ratios."""
        self.w, self.count = w, count
        self.by_row, self.by_column = w.sum(axis=1), w.sum(axis=0)
        self.rows = np.column_stack([self.by_row, (w * y).sum(axis=1)])
        self.columns = np.column_stack([self.by_column, (w * y).sum(axis=0)])
        first, second = w.sum(), (w * y).sum()
        self.products = np.array([[first, second], [second, (w * y * y).sum()]])

    def _absorbed(self, a: float, b: float) -> tuple[Floats, Floats, Floats, float]:
        """Return products of (1, y) under the inverse variance, and the log-determinant."""
        shrink = a / (1 + a * self.by_row)
        inner = -(self.w.T * shrink) @ self.w
        inner[np.diag_indices_from(inner)] += self.by_column
        crossed = self.columns - self.w.T @ (shrink[:, None] * self.rows)
        products = self.products - self.rows.T @ (shrink[:, None] * self.rows)
        root = cholesky(np.eye(len(inner)) + b * inner, lower=True)
        solved = cho_solve((root, True), crossed)
        products = products - b * crossed.T @ solved
        log = float(np.log1p(a * self.by_row).sum() + 2 * np.log(np.diag(root)).sum())
        return products, solved, crossed, log

    def criterion(self, a: float, b: float) -> float:
        """Return −2 × the restricted log-likelihood, but for a constant."""
        products, _, _, log = self._absorbed(a, b)
        spent = products[1, 1] - products[0, 1] ** 2 / products[0, 0]
        free = self.count - 1
        residual = max(float(spent), 0.0) / free + NEGLIGIBLE
        return float(free * np.log(residual) + log + np.log(products[0, 0]))

    def of_logarithms(self, log: Floats) -> float:
        """Return the criterion of ratios given by their logarithms."""
        return self.criterion(float(np.exp(log[0])), float(np.exp(log[1])))

    def solution(self, a: float, b: float) -> tuple[float, float, float, Floats]:
        """Return the mean, its variance over the residual's, that, and the columns' predictions."""
        products, solved, _, _ = self._absorbed(a, b)
        mean = float(products[0, 1] / products[0, 0])
        spent = float(products[1, 1] - products[0, 1] ** 2 / products[0, 0])
        predicted: Floats = b * (solved[:, 1] - mean * solved[:, 0])
        return (
            mean,
            1 / float(products[0, 0]),
            max(spent, 0.0) / (self.count - 1) + NEGLIGIBLE,
            predicted,
        )
