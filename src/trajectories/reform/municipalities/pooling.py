"""Partial pooling of rates: small municipalities borrow from all (empirical Bayes)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import betaln, expit

from trajectories.arrays import Floats, Ints
from trajectories.distributions import beta_quantile
from trajectories.notebook.described import described
from trajectories.reform.inputs import counts_of, level_of

SMALLEST, LARGEST = np.log(1e-1), np.log(1e7)
"""Bounds of the logarithm of the prior's size; at the upper one there is no variation."""


@described(
    lambda x: f"{x.table.height} rates around {x.mean:.4f}, true ones vary by {x.deviation:.4f}",
    "table",
)
@dataclass(frozen=True)
class PooledRates:
    """Rates that borrow from each other.

    Attributes:
        table: events, total, rate, pooled (posterior mean), low, high (posterior interval), kept
            (the weight of the municipality's own rate), in the order of the counts.
        mean: the prior's mean, the typical rate.
        size: the prior's size in persons at risk, α + β; large where rates hardly vary.
        deviation: the standard deviation of true rates, √(mean (1 − mean) / (size + 1)).
    """

    table: pl.DataFrame
    mean: float
    size: float
    deviation: float


def pooled_rates(
    events: Ints | Sequence[int], totals: Ints | Sequence[int], *, confidence: float = 0.95
) -> PooledRates:
    """Estimate each municipality's rate from its own events and those of all.

    Events are binomial with rates from a beta distribution, whose mean and size maximise the
    beta-binomial likelihood; each posterior is beta (Efron & Morris 1975; Carlin & Louis 2009,
    section 5.3). Its interval takes the prior as known, so it is somewhat short with few
    municipalities.

    Args:
        events: numbers of events.
        totals: numbers at risk; 0 gives the prior alone.
        confidence: level of the posterior intervals.

    Raises:
        ValueError: numbers that are no counts, or of two lengths; events beyond totals; fewer than
            two municipalities with somebody at risk.
        UserError: the confidence is no level.

    R equivalent: `VGAM::vglm(cbind(events, total - events) ~ 1, betabinomial)`.
    """
    y, n = counts_of(events, "events"), counts_of(totals, "totals")
    if len(y) != len(n):
        raise ValueError(f"There are {len(y)} events and {len(n)} totals: give one of each.")
    if (y > n).any():
        raise ValueError("events lie between 0 and the total")
    if np.count_nonzero(n) < 2:
        raise ValueError("at least two municipalities with somebody at risk are needed")
    mean, size = _prior(y, n)
    a, b = mean * size + y, (1 - mean) * size + n - y
    tail = (1 - level_of(confidence)) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(n > 0, y / n, np.nan)
    table = pl.DataFrame(
        {
            "events": y,
            "total": n,
            "rate": rate,
            "pooled": a / (a + b),
            "low": beta_quantile(tail, a, b),
            "high": beta_quantile(1 - tail, a, b),
            "kept": n / (n + size),
        }
    ).with_columns(pl.col("rate").fill_nan(None))
    return PooledRates(table, mean, size, float(np.sqrt(mean * (1 - mean) / (size + 1))))


def _prior(y: Ints, n: Ints) -> tuple[float, float]:
    """Maximise the likelihood over the size, and for each size over the mean."""
    if y.sum() in (0, n.sum()):
        # All rates are 0 or 1: there is no variation to estimate; half an event keeps it inside.
        return float((y.sum() + 0.5) / (n.sum() + 1)), float(np.exp(LARGEST))
    from scipy.optimize import minimize_scalar  # slow to import, and pages import this module

    def best_mean(log_size: float) -> tuple[float, float]:
        size = np.exp(log_size)
        found = minimize_scalar(
            lambda at: -_likelihood(y, n, float(expit(at)), size),
            bounds=(-18, 18),
            method="bounded",
            options={"xatol": 1e-10},
        )
        return float(found.fun), float(expit(found.x))

    grid = np.linspace(SMALLEST, LARGEST, 60)
    values = [best_mean(at)[0] for at in grid]
    near = int(np.argmin(values))
    low, high = grid[max(near - 1, 0)], grid[min(near + 1, len(grid) - 1)]
    found = minimize_scalar(
        lambda at: best_mean(at)[0], bounds=(low, high), method="bounded", options={"xatol": 1e-8}
    )
    return best_mean(float(found.x))[1], float(np.exp(found.x))


def _likelihood(y: Ints, n: Ints, mean: float, size: float) -> float:
    a, b = mean * size, (1 - mean) * size
    terms: Floats = betaln(a + y, b + n - y) - betaln(a, b)
    return float(terms.sum())
