"""R's `glm`, step by step, to where R stops: what its last digits are made of."""

import numpy as np

from trajectories.hazards import HazardFit
from trajectories.survival.discrete_time.likelihood import Solution, gram, log_likelihood
from trajectories.survival.discrete_time.links import LinkValues, evaluate


def where_r_stops(fit: HazardFit, epsilon: float = 1e-8) -> Solution:
    """The coefficients at which `glm` stops, and the weights that it and `sandwich` use there.

    `glm` stops once the deviance moves by less than `epsilon` of itself; its weights are of the
    step before its last coefficients. It starts from (y + 1/2)/2 in each row: one hazard in rows
    without the event, another in those with it.
    """
    n, y, x, link = fit._design.n, fit._design.y, fit._design.matrix, fit.link
    start = np.array([0.25, 0.75])
    eta0 = np.log(-np.log1p(-start)) if link == "cloglog" else np.log(start / (1 - start))
    first = evaluate(eta0, link)
    counts = np.vstack([n - y, y])
    weight = first.weight @ counts
    right = (first.weight * eta0 + first.ratio * (np.array([0, 1]) - start)) @ counts
    before, deviance = 0.0, 1.0
    while abs(deviance - before) / (abs(deviance) + 0.1) >= epsilon:
        coef = np.linalg.solve(gram(x, weight), x.T @ right)
        last, eta = weight, x @ coef
        values = evaluate(eta, link)
        before, deviance = deviance, -2 * log_likelihood(n, y, values)
        weight = n * values.weight
        right = weight * eta + values.ratio * (y - n * values.hazard)
    # sandwich takes old weights times working residuals, (y - mu) over the new derivative of mu
    ratio = values.ratio * last / weight
    seen = LinkValues(values.hazard, ratio, last / n, values.log_event, values.log_survival)
    return Solution(coef, gram(x, last), seen, -deviance / 2)
