"""Average marginal effects of covariates on membership in each cluster, by covariate pattern."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.typology.models.gating import Covariates, read_covariates

STEPS = 40
CLOSE = 1e-12  # relative change of the deviance at which Newton's method stops
FAR = 30.0  # a linear predictor beyond which a probability is 0 or 1


@dataclass(frozen=True, eq=False)
class Contrast:
    """A term whose effect is averaged.

    Attributes:
        term: `variable[T.level]` of a factor, or the variable's name.
        high: (P, p) model matrix with the variable at the level; for a number None.
        low: (P, p) with the variable at the factor's first level; for a number the derivative of
            the model matrix.
        levels: (P,) the patterns at the level and at the first level, each of which has to occur;
            empty for a number.
    """

    term: str
    high: Floats | None
    low: Floats
    levels: tuple[Ints, ...] = ()


@dataclass(frozen=True, eq=False)
class Design:
    """Covariate patterns and what is asked of them.

    Attributes:
        pattern: (n,) pattern of each case.
        matrix: (P, p) model matrix.
        contrasts: the terms.
    """

    pattern: Ints
    matrix: Floats
    contrasts: tuple[Contrast, ...]


@dataclass(frozen=True, eq=False)
class Effects:
    """Average marginal effects, float64 (k, terms), with their standard errors."""

    estimate: Floats
    se: Floats


def read_design(formula: str | Sequence[str], data: pl.DataFrame, cases: int) -> Design:
    """Read a formula's covariates, and the model matrices of its contrasts.

    A factor has one contrast for each level but the first, in the order of the Enum or of the
    values; a number has its derivative. Numbers within `C(…)` are factors.

    Raises:
        UserError: the formula cannot be read, a column is absent or has missing values.
        ValueError: `data` of another length.
    """
    covariates = read_covariates(formula, data, cases, name="rarcat")
    text = formula if isinstance(formula, str) else ""
    contrasts: list[Contrast] = []
    for name in covariates.frame.columns:
        column = covariates.frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels: list[Any] = list(column.cat.categories)
        elif re.search(rf"C\(\s*`?{re.escape(name)}`?\s*[,)]", text):
            levels = sorted(column.unique())
        else:
            contrasts.append(Contrast(name, None, _derivative(covariates, name)))
            continue
        at = [_matrix(covariates, name, _constant(column, level)) for level in levels]
        where = [np.flatnonzero((column == level).to_numpy()) for level in levels]
        contrasts += [
            Contrast(f"{name}[T.{level}]", at[place], at[0], (where[place], where[0]))
            for place, level in enumerate(levels)
            if place
        ]
    return Design(covariates.pattern, covariates.design, tuple(contrasts))


def _constant(column: "pd.Series[Any]", level: object) -> object:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical([level] * len(column), categories=column.cat.categories)
    return np.full(len(column), level)


def _matrix(covariates: Covariates, name: str, values: Any) -> Floats:
    frame = covariates.frame.assign(**{name: values})
    matrix: Floats = np.asarray(covariates.spec.get_model_matrix(frame), dtype=np.float64)
    return matrix


def _derivative(covariates: Covariates, name: str) -> Floats:
    """Differentiate the model matrix by a number; exact where it enters up to its square."""
    values = covariates.frame[name].to_numpy()
    step = max(float(np.ptp(values)), 1.0) * 1e-4
    up, down = (_matrix(covariates, name, values + sign * step) for sign in (1, -1))
    slope: Floats = (up - down) / (2 * step)
    return slope


def membership_effects(design: Design, members: Floats, squares: Floats | None = None) -> Effects:
    """Estimate a logit of membership in each cluster, and average its marginal effects.

    Args:
        design: the covariate patterns.
        members: (P, k) weight of each cluster's cases in each pattern.
        squares: (P, k) sums of squared weights, for a sandwich variance; without them the variance
            is that of independent cases.

    Returns:
        (k, terms); NaN where one of the levels does not occur.

    R equivalent: `margins::margins(glm(membership ~ …, family = "binomial"))`.
    """
    x, total = design.matrix, members.sum(axis=1)
    coefficients, p = _logits(x, total, members)
    cover = _inverse_information(x, total[:, None] * p * (1 - p))
    if squares is not None:
        every = squares.sum(axis=1, keepdims=True)
        meat = squares * (1 - p) ** 2 + (every - squares) * p**2
        cover = cover @ np.einsum("pg,pi,pj->gij", meat, x, x) @ cover
    share = total / total.sum()
    estimate = np.full((members.shape[1], len(design.contrasts)), np.nan)
    se = estimate.copy()
    for place, contrast in enumerate(design.contrasts):
        if any(total[where].sum() == 0 for where in contrast.levels):
            continue
        if contrast.high is None:
            slope = np.einsum("pj,gj->pg", contrast.low, coefficients)
            density = p * (1 - p)
            effect = density * slope
            gradient = np.einsum("pg,pj->gj", share[:, None] * density, contrast.low) + np.einsum(
                "pg,pj->gj", share[:, None] * density * (1 - 2 * p) * slope, x
            )
        else:
            high, low = (_probability(m, coefficients) for m in (contrast.high, contrast.low))
            effect = high - low
            gradient = np.einsum(
                "pg,pj->gj", share[:, None] * high * (1 - high), contrast.high
            ) - np.einsum("pg,pj->gj", share[:, None] * low * (1 - low), contrast.low)
        estimate[:, place] = share @ effect
        variance = np.einsum("gi,gij,gj->g", gradient, cover, gradient)
        se[:, place] = np.sqrt(np.maximum(variance, 0.0))
    return Effects(estimate, se)


def _probability(x: Floats, coefficients: Floats) -> Floats:
    linear = np.clip(np.einsum("pj,gj->pg", x, coefficients), -FAR, FAR)
    p: Floats = 1 / (1 + np.exp(-linear))
    return p


def _inverse_information(x: Floats, variance: Floats) -> Floats:
    """Return (k, p, p) inverses of Σ variance x xᵀ, general ones where terms cannot be told."""
    information = np.einsum("pg,pi,pj->gij", variance, x, x)
    inverse: Floats = np.linalg.pinv(information, hermitian=True, rcond=1e-12)
    return inverse


def _logits(x: Floats, total: Floats, members: Floats) -> tuple[Floats, Floats]:
    """Maximise the likelihood of a logit for each cluster by Newton's method."""
    coefficients = np.zeros((members.shape[1], x.shape[1]))
    p = _probability(x, coefficients)
    deviance = np.full(members.shape[1], np.inf)
    for _ in range(STEPS):
        score = np.einsum("pg,pj->gj", members - total[:, None] * p, x)
        cover = _inverse_information(x, total[:, None] * p * (1 - p))
        coefficients = coefficients + np.einsum("gij,gj->gi", cover, score)
        p = _probability(x, coefficients)
        others = total[:, None] - members
        reached = -2 * (members * np.log(p) + others * np.log1p(-p)).sum(axis=0)
        if (np.abs(reached - deviance) <= CLOSE * (np.abs(reached) + 0.1)).all():
            break
        deviance = reached
    return coefficients, p
