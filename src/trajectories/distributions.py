"""Quantiles and tails of the distributions that tests and intervals are read from.

`scipy.stats` takes half a second to import, and each step of a run would wait for it; the functions
of `scipy.special` are those that it calls.
"""

from typing import Any

import numpy as np
from scipy import special


def normal_quantile(chance: float) -> float:
    """Return the quantile of the standard normal distribution."""
    return float(special.ndtri(chance))


def t_quantile(chance: float, degrees: float) -> float:
    """Return the quantile of Student's t with these degrees of freedom."""
    return float(special.stdtrit(degrees, chance))


def t_tail(value: float, degrees: float) -> float:
    """Return the chance that Student's t exceeds a value."""
    return float(special.stdtr(degrees, -value))


def chi2_tail(value: Any, degrees: Any) -> Any:
    """Return the chance that χ² exceeds a value, elementwise."""
    return special.chdtrc(degrees, np.maximum(value, 0))


def f_tail(value: float, between: float, within: float) -> float:
    """Return the chance that F exceeds a value; degrees of freedom above and below the line."""
    return float(special.fdtrc(between, within, np.maximum(value, 0)))


def beta_quantile(chance: float, a: Any, b: Any) -> Any:
    """Return the quantile of the beta distribution, elementwise in its parameters."""
    return special.betaincinv(a, b, chance)


def binomial_quantile(chance: float, trials: Any, rate: float) -> Any:
    """Return the smallest number of events whose chance of at most that many reaches `chance`.

    Args:
        chance: above 0, below 1.
        trials: whole numbers.
        rate: the chance of an event in each trial.

    Returns:
        int64, in the shape of `trials`.
    """
    trials = np.asarray(trials, np.int64)
    if rate in (0, 1):
        return trials * int(rate)
    near = np.ceil(special.bdtrik(chance, trials, rate))
    # The root is that of a continuous function, so that the whole number beside it may be the one.
    lower = np.maximum(np.nan_to_num(near) - 1, 0)
    enough = special.bdtr(lower, trials, rate) >= chance
    return np.where(enough, lower, np.nan_to_num(near)).astype(np.int64)
