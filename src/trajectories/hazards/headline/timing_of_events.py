"""Timing of events: exits and first changes with shared unobserved factors (appendix)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp
from scipy.linalg import block_diag
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from trajectories.arrays import Floats
from trajectories.survival.discrete_time.cells import cluster_counts, count
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.discrete_time.likelihood import inverse

CHANGED, CHANGES_NOW = "__changed", "__changes_now"
# Starts with a log-likelihood this close to the best have found the same maximum.
SAME = 0.01
STEP = 1e-4
FURTHEST = 12.0


@dataclass(frozen=True)
class TimingFit:
    """The effect of the first change on the exit, with correlated discrete unobserved factors.

    Attributes:
        coef: log hazard ratio of having had a change, at the best maximum found.
        se: its standard error from the observed information; NaN if that is not positive definite.
        without: the same coefficient without unobserved factors.
        loglik: (starts,) log-likelihoods reached, in the order of the starts.
        coefs: (starts,) the coefficient at each.
        same: share of the starts that reached the best log-likelihood.
        gain: log-likelihood minus that without unobserved factors.
        correlation: correlation of the logarithms of the two factors.
        courses: number of courses.
        events: number of exits of the modelled kind.
        changes: number of first changes.
        parameters: number of parameters.
    """

    coef: float
    se: float
    without: float
    loglik: Floats
    coefs: Floats
    same: float
    gain: float
    correlation: float
    courses: int
    events: int
    changes: int
    parameters: int


class Side:
    """One of the two hazards: cumulative hazard of months without the event, hazard of its month.

    Args:
        fit: the hazard without unobserved factors.
        quiet: (courses, cells) counts of the courses' months without the event.
        event: (courses, cells) counts of the courses' months with the event.
    """

    def __init__(self, fit: HazardFit, quiet: sp.csr_matrix, event: sp.csr_matrix) -> None:
        """Take the design without its constant, which the mass points replace."""
        self.x = sp.csr_matrix(fit._design.matrix[:, 1:])
        self.start = fit._solution.coef[1:]
        self.level = float(fit._solution.coef[0])
        # Divided by this, coefficients are uncorrelated with similar variances without factors.
        self.scale = np.linalg.cholesky(inverse(fit._solution.information)[1:, 1:])
        self.names = fit._design.names[1:]
        self.quiet, self.event = quiet, event
        self.quiet_t, self.event_t = sp.csr_matrix(quiet.T), sp.csr_matrix(event.T)
        self.x_t = sp.csr_matrix(self.x.T)
        self.ended = np.asarray(event.sum(axis=1)).ravel() > 0

    def logs(self, coef: Floats, points: Floats) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
        """(courses, points) log-likelihoods; the cells' hazards, a and the derivatives in log h."""
        cells = np.exp(np.clip(self.x @ coef, -30.0, 30.0))
        a, h = self.quiet @ cells, self.event @ cells
        scale = np.exp(points)
        value = -np.outer(a, scale)
        slope = np.zeros_like(value)
        end = self.ended
        rise = np.clip(np.outer(h[end], scale), 1e-300, 700.0)
        value[end] += np.log(-np.expm1(-rise))
        slope[end] = rise / np.expm1(rise)
        return value, (cells, a, slope)

    def gradient(
        self, parts: tuple[Floats, Floats, Floats], points: Floats, weight: Floats
    ) -> tuple[Floats, Floats]:
        """Derivatives in the coefficients and in the points, given (courses, points) weights."""
        cells, a, slope = parts
        scale = np.exp(points)
        in_points = (weight * (slope - np.outer(a, scale))).sum(axis=0)
        by_event = np.zeros(len(a))
        end = self.ended
        # The derivative in log h belongs to the single cell of the event.
        by_event[end] = (weight * slope)[end].sum(axis=1)
        pull = -cells * (self.quiet_t @ (weight @ scale)) + self.event_t @ by_event
        return self.x_t @ pull, in_points


def likelihood(parameters: Floats, sides: tuple[Side, Side], points: int) -> tuple[float, Floats]:
    """The log-likelihood and its gradient.

    Args:
        parameters: coefficients of the exit and of the change, mass points of the exit and of the
            change, and the logits of the probabilities of all points but the first.
        sides: the hazards of the exit and of the change.
        points: number of mass points.
    """
    k = [len(side.names) for side in sides]
    cuts = np.cumsum([*k, points, points])
    b0, b1, u, v, q = np.split(parameters, cuts)
    logit = np.append(0.0, q)
    log_p = logit - logsumexp(logit)
    first, parts0 = sides[0].logs(b0, u)
    second, parts1 = sides[1].logs(b1, v)
    joint = first + second + log_p
    total = logsumexp(joint, axis=1)
    weight = np.exp(joint - total[:, None])
    g0, gu = sides[0].gradient(parts0, u, weight)
    g1, gv = sides[1].gradient(parts1, v, weight)
    gq = (weight.sum(axis=0) - len(total) * np.exp(log_p))[1:]
    return float(total.sum()), np.concatenate([g0, g1, gu, gv, gq])


def timing_panel(panel: pl.DataFrame) -> pl.DataFrame:
    """Add whether a change already counts, and whether the first one is dated in the month.

    A change counts from the month after it; a change in the month of the exit never does.
    """
    following = pl.col("changes").shift(-1).over("course")
    return panel.sort("course", "month").with_columns(
        (pl.col("changes") > 0).cast(pl.Int8).alias(CHANGED),
        ((pl.col("changes") == 0) & (following > 0))
        .fill_null(value=False)
        .cast(pl.Int8)
        .alias(CHANGES_NOW),
    )


def sides_of(panel: pl.DataFrame, *, event: str, terms: Sequence[str]) -> tuple[Side, Side]:
    """The data of both hazards, with the courses in the same order.

    Raises:
        NotEstimableError: there are no exits or changes, or their hazards cannot be fitted.
    """
    rows = timing_panel(panel)
    waiting = rows.filter((pl.col("changes") == 0) & pl.col("exit").is_null())
    fits = (
        fit_hazard(rows, event=event, terms=[*terms, CHANGED], cluster=None),
        fit_hazard(waiting, event=CHANGES_NOW, terms=list(terms), cluster=None),
    )
    courses = rows["course"].unique().sort()
    return (_side(fits[0], courses), _side(fits[1], courses))


def _side(fit: HazardFit, courses: pl.Series) -> Side:
    columns = list(fit._design.columns)
    counts = count(fit._panel, [*columns, "course"], fit.event)
    kept = counts.join(fit._design.cells.select(columns), on=columns, how="semi")
    found = cluster_counts(counts, fit._design.cells, columns, ["course"])
    place = np.searchsorted(courses.to_numpy(), kept["course"].unique().sort().to_numpy())
    shape = (len(courses), found.n.shape[0])
    spread = sp.csr_matrix((np.ones(len(place)), (place, np.arange(len(place)))), shape=shape)
    quiet, event = sp.csr_matrix(spread @ (found.n - found.y)), sp.csr_matrix(spread @ found.y)
    return Side(fit, quiet, event)


def timing_of_events(
    panel: pl.DataFrame,
    *,
    event: str = "job",
    terms: Sequence[str],
    points: int = 2,
    starts: int = 10,
    seed: int = 1,
) -> TimingFit:
    """Fit the timing-of-events model (Abbring & Van den Berg 2003) in months.

    The hazards of the exit and of the first change (cloglog) share a discrete distribution of two
    unobserved factors with `points` mass points. The effect of the first change is identified from
    the time between change and exit if changes are not anticipated and the factors are
    proportional, constant, and independent of the covariates at the start. The likelihood has many
    local maxima: it is maximised from several starts, and the share that reaches the best one is
    reported.

    Args:
        panel: as `risk_set` returns it; courses end with their exit.
        event: the exit of interest.
        terms: formula terms of both hazards.
        points: mass points of each factor.
        starts: number of starts; the first is the model without factors.
        seed: random seed of the other starts.

    Raises:
        NotEstimableError: there are no exits or changes, or their hazards cannot be fitted.
    """
    sides = sides_of(panel, event=event, terms=terms)
    place = sides[0].names.index(CHANGED)
    levels = np.array([side.level for side in sides])
    base = np.concatenate([sides[0].start, sides[1].start])
    alone = np.concatenate([base, levels])
    without = likelihood(alone, sides, 1)[0]
    draw = np.random.default_rng(seed)
    scale = block_diag(*(side.scale for side in sides), 0.1 * np.eye(3 * points - 1))
    found = []
    for number in range(starts):
        wide = 0.5 if number == 0 else 1.5
        spread = draw.normal(0.0, wide, size=(2, points))
        middle = np.concatenate([levels[0] + spread[0], levels[1] + spread[1]])
        begin = np.concatenate([base, middle, draw.normal(0.0, 0.5, points - 1)])
        found.append(_climb(begin, scale, sides, points))
    values = np.array([one[0] for one in found])
    best = found[int(np.argmax(values))][1]
    coefs = np.array([one[1][place] for one in found])
    u, v, q = np.split(best[len(base) :], [points, 2 * points])
    p = softmax(np.append(0.0, q))
    du, dv = u - p @ u, v - p @ v
    both = float(np.sqrt((p @ du**2) * (p @ dv**2)))
    return TimingFit(
        coef=float(best[place]),
        se=_standard_error(best, place, sides, points),
        without=float(sides[0].start[place]),
        loglik=values,
        coefs=coefs,
        same=float(np.mean(values >= values.max() - SAME)),
        gain=float(values.max() - without),
        correlation=float(p @ (du * dv)) / both if both > 0 else 0.0,
        courses=int(sides[0].quiet.shape[0]),
        events=int(sides[0].event.sum()),
        changes=int(sides[1].event.sum()),
        parameters=len(best),
    )


def _climb(
    begin: Floats, scale: Floats, sides: tuple[Side, Side], points: int
) -> tuple[float, Floats]:
    k = sum(len(side.names) for side in sides)
    levels = np.repeat([side.level for side in sides], points)
    middle = np.concatenate([levels, np.zeros(points - 1)]) - begin[k:]

    def objective(z: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(begin + scale @ z, sides, points)
        return -value, -(scale.T @ gradient)

    # Mass points far out carry no mass; bounds keep exp() finite.
    narrow = scale[-1, -1]
    bounds = [(None, None)] * k
    bounds += [((m - FURTHEST) / narrow, (m + FURTHEST) / narrow) for m in middle]
    found = minimize(
        objective,
        np.zeros(len(begin)),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 300, "maxcor": 20, "ftol": 1e-10, "gtol": 1e-3},
    )
    return -float(found.fun), begin + scale @ found.x


def _standard_error(best: Floats, place: int, sides: tuple[Side, Side], points: int) -> float:
    """The coefficient's standard error from the observed information; NaN if indefinite."""
    columns = []
    for i in range(len(best)):
        move = np.zeros_like(best)
        move[i] = STEP
        up, down = (likelihood(best + s * move, sides, points)[1] for s in (1, -1))
        columns.append((down - up) / (2 * STEP))
    information = np.array(columns)
    information = (information + information.T) / 2
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return float("nan")
    return float(np.sqrt(np.linalg.inv(information)[place, place]))
