"""Funnel limits: between which numbers chance alone puts a municipality."""

from collections.abc import Sequence
from numbers import Real

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.distributions import binomial_quantile
from trajectories.reform.inputs import counts_of, level_of


def funnel_limits(
    rate: float, totals: Ints | Sequence[int], *, confidence: float = 0.95
) -> pl.DataFrame:
    """Return the numbers of events that a common rate allows, by exact binomial tails.

    The lower limit is the smallest number whose chance of being at or below it exceeds
    (1 − confidence)/2, the upper one the smallest whose chance of being at or below it reaches
    1 − (1 − confidence)/2; outside of them lies a municipality of the common rate with a chance of
    at most 1 − confidence (Spiegelhalter 2005, Statistics in Medicine 24, without interpolation).

    Args:
        rate: the common rate, 0…1.
        totals: numbers at risk.
        confidence: the share of municipalities of the common rate inside the limits, at least.

    Returns:
        total, low_count, high_count, low, high (shares; null where nobody is at risk).

    Raises:
        ValueError: a rate outside 0…1, or totals that are no counts.
        UserError: the confidence is no level.
    """
    n = counts_of(totals, "totals")
    if not isinstance(rate, Real) or isinstance(rate, bool) or not 0 <= rate <= 1:
        raise ValueError(f"rate is a share between 0 and 1, not {rate!r}")
    tail = (1 - level_of(confidence)) / 2
    counts = [binomial_quantile(chance, n, rate) for chance in (tail, 1 - tail)]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = [np.where(n > 0, count / n, np.nan) for count in counts]
    return pl.DataFrame(
        {
            "total": n,
            "low_count": counts[0],
            "high_count": counts[1],
            "low": shares[0],
            "high": shares[1],
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
