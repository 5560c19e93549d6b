"""Joint tests of a Cox model's coefficients, and its concordance."""

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.distributions import chi2_tail
from trajectories.survival.cox.concordance_kernels import pairs
from trajectories.survival.cox.model import CoxFit, likelihood, require_cox, summed
from trajectories.survival.cox.scores import score_rows
from trajectories.survival.discrete_time.likelihood import solve

# Linear predictors that differ by less than this share of their size count as equal: the same sum
# in another order may differ in its last digit.
SAME = 1e-12


def joint_tests(fit: CoxFit) -> pl.DataFrame:
    """Joint tests that all coefficients are 0.

    Returns:
        test, chi2 (f64), df (i64), p (f64): "likelihood ratio", "score" (the log-rank test for a
        single group indicator), both model-based; "wald" with the fit's variance; and, for a fit
        with clusters, "robust score" with the variance of the cluster scores at 0 (Lin & Wei 1989).
        NaN if the variance is singular, as with fewer clusters than coefficients.
    """
    require_cox(fit)
    rows = fit._rows
    none = np.zeros(len(fit.coef))
    _, gradient, information = likelihood(rows, none, fit.ties)
    found = {
        "likelihood ratio": 2 * (fit.loglik - fit.loglik_null),
        "score": _quadratic(gradient, information),
        "wald": _quadratic(fit.coef, fit.vcov),
    }
    if fit._codes is not None:
        sums = summed(score_rows(rows, none, fit.ties == "efron"), fit._codes)
        found["robust score"] = _quadratic(sums.sum(axis=0), sums.T @ sums)
    values = np.array(list(found.values()))
    return pl.DataFrame(
        {
            "test": list(found),
            "chi2": values,
            "df": [len(none)] * len(values),
            "p": chi2_tail(values, len(none)),
        }
    )


def _quadratic(vector: Floats, matrix: Floats) -> float:
    """v'M⁻¹v; NaN if M is singular."""
    solved = solve(matrix, vector)
    return float("nan") if solved is None else float(vector @ solved)


def concordance(fit: CoxFit) -> float:
    """Harrell's C: how often the person with the earlier event has the higher linear predictor.

    A pair is an event and a row of the same stratum that is at risk at the event and outlives it.
    Equal predictors count half, and a pair is weighted by the product of its weights (Harrell, Lee
    & Mark 1996). NaN if there are no pairs.
    """
    require_cox(fit)
    rows = fit._rows
    eta = rows.x @ fit.coef
    order = np.argsort(eta, kind="stable")
    apart = np.diff(eta[order]) > SAME * max(1.0, float(np.abs(eta).max()))
    rank = np.empty(len(eta), dtype=np.int64)
    rank[order] = np.append(0, np.cumsum(apart))
    concordant, discordant, equal = pairs(
        rank, rows.weight, rows.entry, rows.stop, rows.event, rows.stratum, rows.by_entry
    )
    every = concordant + discordant + equal
    return float((concordant + equal / 2) / every) if every > 0 else float("nan")
