"""Restricted wild cluster bootstrap of scores, for few or very unequal clusters."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from trajectories.arrays import Floats
from trajectories.errors import UserError
from trajectories.survival.discrete_time.cells import ClusterCounts
from trajectories.survival.discrete_time.fit import HazardFit, clusters_of
from trajectories.survival.discrete_time.likelihood import gram, inverse, maximise, solve
from trajectories.survival.discrete_time.links import evaluate
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.usable import require_clusters

# Webb's (2023) six-point weights, for so few clusters that ±1 gives too few distinct values.
WEBB = np.sqrt(np.array([1.5, 1.0, 0.5, 0.5, 1.0, 1.5])) * np.array([-1, -1, -1, 1, 1, 1])
FEW_CLUSTERS = 12
SIGNIFICANCE = 0.05
BISECTIONS = 14


@dataclass(frozen=True)
class WildBootstrap:
    """Bootstrap test and interval of one coefficient.

    Attributes:
        p_value: two-sided, for the coefficient being 0.
        low: lower bound of the 95 % interval of the coefficient, by inverting the test; −∞ if no
            value is rejected.
        high: upper bound; ∞ if no value is rejected.
        draws: number of bootstrap draws.
        clusters: number of clusters.
    """

    p_value: float
    low: float
    high: float
    draws: int
    clusters: int


def wild_bootstrap(
    fit: HazardFit, term: str, cluster: str, *, draws: int = 1999, seed: int = 1
) -> WildBootstrap:
    """Test and bound one coefficient by the restricted wild bootstrap of scores.

    The model is refitted with the coefficient fixed at the tested value. The cluster scores, net of
    the other coefficients, get random signs (six-point weights with fewer than 12 clusters), and
    the studentised sum is compared with its bootstrap distribution (Kline & Santos 2012). The
    bounds are the values at which the test begins to reject.

    Args:
        fit: a fitted model.
        term: the coefficient.
        cluster: the panel's column of clusters.
        draws: number of bootstrap draws; the same draws are used for every tested value.
        seed: random seed.

    Raises:
        UserError: the model has no such term.
        NotEstimableError: there is only one cluster, or the model with the coefficient fixed at a
            tested value cannot be fitted.
    """
    if term not in fit._design.names:
        raise UserError(f"The model has no term {term!r}.")
    counts = clusters_of(fit, cluster)
    require_clusters(counts.clusters)
    rng = np.random.default_rng(seed)
    points = WEBB if counts.clusters < FEW_CLUSTERS else np.array([-1.0, 1.0])
    weights = points[rng.integers(0, len(points), (draws, counts.clusters))]
    test = _ScoreTest(fit, fit._design.names.index(term), counts, weights)
    estimate = float(fit._solution.coef[test.place])
    scale = float(np.sqrt(np.diag(fit.vcov))[test.place])
    if not np.isfinite(scale):
        scale = float(np.sqrt(inverse(fit._solution.information)[test.place, test.place]))
    low, high = (_turns(test, estimate, side * scale) for side in (-1, 1))
    return WildBootstrap(test.p_value(0.0), low, high, draws, counts.clusters)


class _ScoreTest:
    """The bootstrap p-value of one coefficient as a function of its tested value."""

    def __init__(self, fit: HazardFit, place: int, counts: ClusterCounts, weights: Floats) -> None:
        self.place, self.counts, self.weights = place, counts, weights
        self.fit, self.x = fit, fit._design.matrix
        self.others = [i for i in range(self.x.shape[1]) if i != place]
        self.rest = sp.csr_matrix(self.x[:, self.others])
        self.own = np.asarray(self.x[:, [place]].todense()).ravel()
        self.start = fit._solution.coef[self.others]

    def scores(self, value: float) -> Floats:
        """(clusters,) scores of the coefficient at `value`, net of the other coefficients."""
        design, link = self.fit._design, self.fit.link
        offset = value * self.own
        names = tuple(design.names[i] for i in self.others)
        restricted = maximise(self.rest, design.n, design.y, link, names, self.start, offset=offset)
        self.start = restricted.coef
        values = evaluate(self.rest @ restricted.coef + offset, link)
        information = gram(self.x, design.n * values.weight)
        block = information[np.ix_(self.others, self.others)]
        slope = solve(block, information[self.others, self.place])
        if slope is None:
            raise NotEstimableError("The restricted model is singular: pool levels of a term.")
        free = self.own - self.rest @ slope
        residual = self.counts.y @ (values.ratio * free) - self.counts.n @ (
            values.ratio * values.hazard * free
        )
        return np.asarray(residual, dtype=np.float64)

    def p_value(self, value: float) -> float:
        """Share of draws whose studentised sum is at least as large as the observed one."""
        scores = self.scores(value)
        observed = abs(scores.sum()) / np.sqrt(np.sum((scores - scores.mean()) ** 2))
        drawn = self.weights * scores
        spread = np.sqrt(np.sum((drawn - drawn.mean(axis=1, keepdims=True)) ** 2, axis=1))
        return float(np.mean(np.abs(drawn.sum(axis=1)) / spread >= observed))


def _turns(test: _ScoreTest, estimate: float, scale: float) -> float:
    """The value on one side of the estimate at which the test begins to reject."""
    inside, outside = estimate, estimate
    for reach in (2.0, 4.0, 8.0, 16.0):
        outside = estimate + reach * scale
        if test.p_value(outside) < SIGNIFICANCE:
            break
        inside = outside
    else:
        return float(np.copysign(np.inf, scale))
    for _ in range(BISECTIONS):
        middle = (inside + outside) / 2
        if test.p_value(middle) < SIGNIFICANCE:
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2
