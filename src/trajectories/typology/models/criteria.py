"""Criteria that compare mixtures: BIC, ICL and the density-based silhouette."""

from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Floats, Ints

CERTAIN = 1e-100  # a second membership below this counts as none


@dataclass(frozen=True, eq=False)
class Criteria:
    """Criteria of a fitted mixture; larger is better.

    Attributes:
        bic: 2·loglik − df·log(cases) (Schwarz 1978).
        icl: BIC + 2·Σ log of the largest membership over cases, not weighted (Biernacki, Celeux &
            Govaert 2000).
        dbs: weighted mean of `silhouettes`; NaN with one component.
        silhouettes: (u,) density-based silhouette of each row (Menardi 2011).
    """

    bic: float
    icl: float
    dbs: float
    silhouettes: Floats


def criteria(
    loglik: float, parameters: int, memberships: Floats, weights: Floats, counts: Ints
) -> Criteria:
    """Compute the criteria.

    Args:
        loglik: the log-likelihood.
        parameters: number of free parameters.
        memberships: (u, components) posterior probabilities of distinct rows.
        weights: (u,) their weights, which add up to the number of cases.
        counts: (u,) their numbers of cases.
    """
    cases = int(counts.sum())
    bic = 2 * loglik - parameters * np.log(cases)
    certainty = np.log(memberships.max(axis=1))
    silhouettes = density_silhouettes(memberships, counts > 0)
    return Criteria(
        bic=float(bic),
        icl=float(bic + 2 * (counts * certainty).sum()),
        dbs=float((weights * silhouettes).sum() / weights.sum()),
        silhouettes=silhouettes,
    )


def density_silhouettes(memberships: Floats, counted: np.ndarray | None = None) -> Floats:
    """Return the density-based silhouettes (Menardi 2011, as MEDseq computes them).

    log(z₁/z₂) of the two largest memberships, divided by its largest finite value, or by 1 if that
    is less; 1 where z₂ is below 1e-100. NaN with one component.

    R equivalent: `MEDseq::dbs`.

    Args:
        memberships: (u, components).
        counted: (u,) rows whose values may be the largest; all by default.
    """
    if memberships.shape[1] < 2:
        return np.full(len(memberships), np.nan)
    second, first = np.partition(memberships, -2, axis=1)[:, -2:].T
    certain = second < CERTAIN
    ratio = np.log(first / np.where(certain, 1.0, second))
    finite = ratio[~certain if counted is None else ~certain & counted]
    return np.where(certain, 1.0, ratio / max(1.0, finite.max(initial=0.0)))
