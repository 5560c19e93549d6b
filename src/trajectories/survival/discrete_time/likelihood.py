"""Maximum likelihood for the grouped binomial model by Fisher scoring and Newton's method."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from trajectories.arrays import Floats
from trajectories.survival.discrete_time.gram_kernels import cholesky, cholesky_solve, weighted_gram
from trajectories.survival.discrete_time.links import (
    Link,
    LinkValues,
    evaluate,
    linear_predictor,
    observed_weight,
)
from trajectories.survival.errors import NotEstimableError

MAX_STEPS = 40
# Half the Newton decrement gᵀA⁻¹g estimates how far the log-likelihood is below its maximum;
# coefficients are then within its square root of the maximum, in standard errors.
DECREMENT = 1e-20
# Steps are Newton's once the decrement is below this.
NEAR = 1.0
# Largest change of a linear predictor in one step: the first steps would otherwise overshoot if a
# few cells have hazards far from the mean.
LONGEST_MOVE = 3.0
# A pivot below this share of its diagonal means that the information is singular.
SINGULAR = 1e-14
# A coefficient whose step is still this long after MAX_STEPS diverges.
RUNNING_AWAY = 0.1


@dataclass(frozen=True)
class Solution:
    """The maximum of the likelihood.

    Attributes:
        coef: (k,) coefficients.
        information: (k, k) expected information A = Xᵀ W X at the maximum.
        values: hazards of the cells and the factors of their scores.
        loglik: log-likelihood of the person-months.
    """

    coef: Floats
    information: Floats
    values: LinkValues
    loglik: float


def gram(x: sp.csr_matrix, weight: Floats) -> Floats:
    """Xᵀ diag(weight) X as a dense (k, k) array."""
    return weighted_gram(x.indptr, x.indices, x.data, weight, x.shape[1])


def score(x: sp.csr_matrix, n: Floats, y: Floats, values: LinkValues) -> Floats:
    """The gradient of the log-likelihood, (k,)."""
    return np.asarray(x.T @ (values.ratio * (y - n * values.hazard)), dtype=np.float64)


def log_likelihood(n: Floats, y: Floats, values: LinkValues) -> float:
    """The log-likelihood of the person-months behind the cells."""
    return float(np.sum(y * values.log_event + (n - y) * values.log_survival))


def maximise(
    x: sp.csr_matrix,
    n: Floats,
    y: Floats,
    link: Link,
    names: tuple[str, ...],
    start: Floats | None = None,
    offset: Floats | None = None,
) -> Solution:
    """Maximise the likelihood from `start`, or from the model without covariates.

    The first steps use the expected information (Fisher scoring), which bears bad starts. Near the
    maximum they use the observed one (Newton), because the others gain only two digits each with
    the complementary log-log link.

    Args:
        x: (cells, k) design, `Intercept` first.
        n: (cells,) person-months.
        y: (cells,) events.
        link: "cloglog" or "logit".
        names: the k terms, for error messages.
        start: (k,) starting coefficients.
        offset: (cells,) added to the linear predictors; none if not given.

    Raises:
        NotEstimableError: the likelihood has no maximum because some terms separate the events
            from the rest.
    """
    coef = np.zeros(x.shape[1]) if start is None else start.copy()
    if start is None:
        coef[0] = linear_predictor(float(y.sum() / n.sum()), link)
    fixed = np.zeros(x.shape[0]) if offset is None else offset
    values = evaluate(x @ coef + fixed, link)
    loglik = log_likelihood(n, y, values)
    step, below = np.zeros_like(coef), np.inf
    # Weights far below 1 scale the likelihood down, and the convergence criterion with it.
    precise = DECREMENT * min(1.0, float(n.mean()))
    for _ in range(MAX_STEPS):
        gradient = score(x, n, y, values)
        expected = n * values.weight
        weight = observed_weight(values, n, y, link) if below < NEAR else expected
        solved = solve(gram(x, weight), gradient)
        if solved is None:
            break
        step, below = solved, float(gradient @ solved)
        if below < precise:
            return Solution(coef, gram(x, expected), values, loglik)
        coef, values, loglik = _climb(x, n, y, link, coef, step, loglik, fixed)
    away = [name for name, move in zip(names, step, strict=True) if abs(move) > RUNNING_AWAY]
    raise NotEstimableError(
        "The likelihood has no maximum: the events are separated by "
        f"{', '.join(away[:3]) or 'the terms together'}"
        f"{' and others' if len(away) > 3 else ''}; leave these terms out or pool their levels.",
        reason="separated",
    )


def _climb(
    x: sp.csr_matrix,
    n: Floats,
    y: Floats,
    link: Link,
    coef: Floats,
    step: Floats,
    loglik: float,
    fixed: Floats,
) -> tuple[Floats, LinkValues, float]:
    """Take the step, shortened to the longest move and halved until the likelihood rises."""
    slack = 1e-12 * abs(loglik)
    step = step * min(1.0, LONGEST_MOVE / float(np.abs(x @ step).max()))
    # The step is an ascent direction, so halving it often enough raises the likelihood.
    while True:
        values = evaluate(x @ (coef + step) + fixed, link)
        reached = log_likelihood(n, y, values)
        if reached >= loglik - slack:
            return coef + step, values, reached
        step = step / 2


def solve(matrix: Floats, right: Floats) -> Floats | None:
    """Solve a symmetric positive definite system; None if it is singular.

    Args:
        matrix: (k, k).
        right: (k,) or (k, m).
    """
    factor, kept = cholesky(matrix, SINGULAR)
    if not kept.all():
        return None
    columns = np.ascontiguousarray(right.reshape(len(matrix), -1))
    return np.asarray(cholesky_solve(factor, columns).reshape(right.shape), dtype=np.float64)


def inverse(matrix: Floats) -> Floats:
    """The inverse of a symmetric positive definite matrix.

    Raises:
        NotEstimableError: the matrix is singular to working precision.
    """
    result = solve(matrix, np.eye(len(matrix)))
    if result is None:
        raise NotEstimableError("The information of the model is singular: pool levels of a term.")
    return (result + result.T) / 2
