"""Average marginal effects of covariates on membership, from one multinomial logit."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike
from scipy.special import ndtri, softmax

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import checked_labels, checked_weights
from trajectories.typology.models.gating import Gate
from trajectories.typology.robust_associations.membership_effects import Design, read_design

SCHEMA = {
    "cluster": pl.Int64,
    "term": pl.String,
    **dict.fromkeys(("estimate", "se", "low", "high"), pl.Float64),
}


def multinomial_effects(
    labels: ArrayLike,
    data: pl.DataFrame,
    formula: str | Sequence[str],
    weights: ArrayLike | None = None,
    *,
    person: ArrayLike | None = None,
    replicates: int = 200,
    confidence: float = 0.95,
    seed: int = 0,
) -> pl.DataFrame:
    """Regress membership on covariates by a multinomial logit, and average its marginal effects.

    An effect is the mean difference, over the cases, of the probability of a cluster between a
    level and the first one, all else as it is; for a number the mean derivative. Effects on all
    clusters add up to 0. Standard errors are those of persons drawn with replacement, each with all
    cases; the clusters are taken as known, so that intervals are narrower than those of `rarcat`.

    R equivalent: `marginaleffects::avg_comparisons(nnet::multinom(…))`.

    Args:
        labels: (n,) cluster of each case.
        data: the covariates, one row a case, none missing.
        formula: the covariates: a formula or columns' names. Words are factors whose base is the
            first level.
        weights: (n,) non-negative weights; ones by default.
        person: (n,) person of each case; by default each case has its own.
        replicates: number of bootstrap replicates.
        confidence: level of the intervals (normal).
        seed: seed of the draws.

    Returns:
        cluster (the label), term, estimate, se, low, high.

    Raises:
        UserError: covariates that cannot be used.
        ValueError: arrays of unequal lengths or fewer than two replicates.
    """
    n = data.height
    names, own = np.unique(checked_labels(labels, n), return_inverse=True)
    masses = checked_weights(weights, n)
    owners = np.arange(n) if person is None else np.asarray(person)
    if owners.shape != (n,) or replicates < 2:
        raise ValueError("person must hold one value a case, and replicates be at least 2")
    design = read_design(formula, data, n)
    k = names.size
    cell = design.pattern * k + own.astype(np.int64)
    number = np.unique(owners, return_inverse=True)[1].astype(np.int64)
    persons = int(number.max()) + 1

    def effects(mass: Floats) -> Floats:
        sizes = np.bincount(cell, mass, len(design.matrix) * k)
        return _effects(design, np.asarray(sizes, np.float64).reshape(-1, k))

    estimate = effects(masses)
    drawn = np.empty((replicates, *estimate.shape))
    for r in range(replicates):
        stream = np.random.default_rng([seed, 7, r])
        times = np.bincount(stream.integers(0, persons, persons), minlength=persons)
        drawn[r] = effects(masses * times[number])
    se = np.nanstd(drawn, axis=0, ddof=1)
    half = float(ndtri(0.5 + confidence / 2)) * se
    return _table(names, [one.term for one in design.contrasts], estimate, se, half)


def _effects(design: Design, sizes: Floats) -> Floats:
    """Return the (k, terms) effects; `sizes` (P, k) are the cases' weights by pattern."""
    seen = np.flatnonzero(sizes.sum(axis=1))
    coefficients = _coefficients(design.matrix[seen], sizes[seen])
    share = sizes.sum(axis=1) / sizes.sum()
    out = np.full((sizes.shape[1], len(design.contrasts)), np.nan)
    for place, contrast in enumerate(design.contrasts):
        if any(sizes[where].sum() == 0 for where in contrast.levels):
            continue
        if contrast.high is None:
            p = _probability(design.matrix, coefficients)
            slope = np.einsum("pj,jg->pg", contrast.low, coefficients)
            change = p * (slope - (p * slope).sum(axis=1, keepdims=True))
        else:
            change = _probability(contrast.high, coefficients) - _probability(
                contrast.low, coefficients
            )
        out[:, place] = share @ change
    return out


def _coefficients(matrix: Floats, sizes: Floats) -> Floats:
    """Return (p, k) coefficients, those of the first cluster 0."""
    fitted = Gate(matrix).fit(sizes)
    return np.hstack([np.zeros((matrix.shape[1], 1)), fitted.coefficients])


def _probability(matrix: Floats, coefficients: Floats) -> Floats:
    p: Floats = softmax(np.einsum("pj,jg->pg", matrix, coefficients), axis=1)
    return p


def _table(
    names: Ints, terms: Sequence[str], estimate: Floats, se: Floats, half: Floats
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "cluster": np.repeat(names, len(terms)),
            "term": list(terms) * names.size,
            "estimate": estimate.ravel(),
            "se": se.ravel(),
            "low": (estimate - half).ravel(),
            "high": (estimate + half).ravel(),
        },
        schema=SCHEMA,
    ).fill_nan(None)
