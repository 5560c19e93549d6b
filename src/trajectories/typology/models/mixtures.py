"""What all mixtures share: their result, and fitting a family of components to rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.parallel import Team
from trajectories.typology.models.criteria import criteria
from trajectories.typology.models.expectation_maximisation import Ascent, ascend, expected_sizes
from trajectories.typology.models.feature_rows import FeatureRows
from trajectories.typology.models.gating import Covariates, Gate
from trajectories.typology.models.many_starts import Model, Search, Searcher, given_start

NOISE = "noise"
T = TypeVar("T")


class CountedModel(Model, Protocol):
    """A family whose parameters can be counted."""

    def parameters(self, k: int, rows: FeatureRows, counts: Floats) -> int:
        """Return the number of free parameters of `k` clusters, proportions excluded.

        `counts` (features, components) are the expected numbers that the fit is made from.
        """


@dataclass(frozen=True, eq=False)
class Mixture:
    """A fitted mixture.

    With a start of labels clusters are in the labels' order, else from the largest to the smallest.
    Memberships, labels and proportions are those under the final parameters.

    Attributes:
        proportions: (k,) weighted means of the memberships.
        memberships: (n, k) posterior probabilities of the clusters; those of a noise component are
            apart, so that a row adds up to 1 less its probability.
        labels: (n,) int64, most probable cluster 0…k−1; −1 for noise.
        loglik: log-likelihood; weights are scaled to add up to the cases with positive weight.
        df: number of free parameters.
        bic: 2·loglik − df·log(cases); larger is better, as for the two that follow.
        icl: BIC + 2·Σ log of the largest membership over cases with positive weight, not weighted.
        dbs: weighted mean of `silhouettes`; NaN with one component.
        silhouettes: (n,) density-based silhouettes.
        trace: log-likelihood of each iteration.
        gating: coefficients of the multinomial logit, columns cluster (1…k, or noise), term and
            estimate, against the first cluster; None without gating.
        gated_proportions: proportions by combination of covariates, columns of the covariates,
            cluster and proportion; None without gating.
        starts: one row a start: start (its kind), loglik, iterations and final_loglik, as `Search`.
        starts_at_best: how many went on to their end and are within 0.01 of the best of them.
        search_sample: number of cases on which starts competed; None if with all.
    """

    proportions: Floats
    memberships: Floats
    labels: Ints
    loglik: float
    df: int
    bic: float
    icl: float
    dbs: float
    silhouettes: Floats
    trace: tuple[float, ...]
    gating: pl.DataFrame | None
    gated_proportions: pl.DataFrame | None
    starts: pl.DataFrame
    starts_at_best: int
    search_sample: int | None


@dataclass(frozen=True, eq=False)
class Fitted:
    """The common part of a result, and what a family needs to add its own.

    Attributes:
        common: the attributes of `Mixture`.
        counts: (features, components) expected counts.
        noise: (n,) posterior probability of noise.
        noise_proportion: its weighted mean.
    """

    common: dict[str, Any]
    counts: Floats
    noise: Floats
    noise_proportion: float


def fit_mixtures(
    rows: FeatureRows,
    model: CountedModel,
    covariates: Covariates,
    ks: Sequence[int],
    *,
    noise: bool,
    noise_gated: bool,
    start: ArrayLike | None,
    weights: Floats,
    starts: int,
    seed: int,
    tolerance: float,
    threads: int | None,
) -> dict[int, Fitted]:
    """Fit each number of clusters, in ascending order, from one start or from many.

    Numbers above that of different rows are left out.

    Raises:
        ValueError: `ks`, `starts` or `tolerance` out of range, or a start that does not fit.
    """
    if min(ks) < (0 if noise else 1):
        raise ValueError(f"k must be at least 1, not {min(ks)}")
    if starts < 1 or not tolerance > 0:
        raise ValueError("starts must be at least 1 and tolerance above 0")
    gate = Gate(covariates.design, noise_apart=noise and not noise_gated)
    fitted = {}
    with Team(threads) as team:
        searcher = Searcher(
            rows, model, gate, noise=noise, starts=starts, seed=seed, tolerance=tolerance,
            team=team,
        )  # fmt: skip
        # Rows of several combinations of covariates may be alike.
        different = len(np.unique(rows.codes[rows.weights > 0], axis=0))
        for k in sorted(k for k in set(ks) if k <= different):
            if start is None:
                found = searcher.search(k)
                ascent = by_size(found.best, rows, k)
            else:
                begin = given_start(start, rows, k, weights, noise=noise)
                ascent = ascend(rows, begin, model.maximise, gate, tolerance=tolerance, team=team)
                found = only(ascent)
            fitted[k] = _fitted(rows, model, covariates, gate, k, ascent, found, noise=noise)
    return fitted


def _fitted(
    rows: FeatureRows,
    model: CountedModel,
    covariates: Covariates,
    gate: Gate,
    k: int,
    ascent: Ascent,
    found: Search,
    *,
    noise: bool,
) -> Fitted:
    """Judge the ascent at which a search ended."""
    df = model.parameters(k, rows, ascent.counts) + gate.parameters(k + noise)
    posterior = ascent.memberships
    judged = criteria(ascent.loglik, df, posterior, rows.weights, rows.counts)
    sizes = expected_sizes(rows, posterior)
    overall = sizes.sum(axis=0) / rows.size
    labels = posterior.argmax(axis=1)
    labels[labels == k] = -1
    gating = gated = None
    if not covariates.values.is_empty():
        prior = gate.fit(sizes, None)
        names = [str(g + 1) for g in range(k)] + [NOISE] * noise
        gating = _coefficients(prior.coefficients, covariates.terms, names)
        gated = _gated(np.exp(prior.log), covariates.values, names)
    memberships = posterior[rows.inverse]
    common = {
        "proportions": overall[:k],
        "memberships": memberships[:, :k],
        "labels": labels[rows.inverse],
        "loglik": ascent.loglik,
        "df": df,
        "bic": judged.bic,
        "icl": judged.icl,
        "dbs": judged.dbs,
        "silhouettes": judged.silhouettes[rows.inverse],
        "trace": ascent.trace,
        "gating": gating,
        "gated_proportions": gated,
        "starts": found.starts,
        "starts_at_best": found.at_best,
        "search_sample": found.sample,
    }
    apart = memberships[:, k] if noise else np.zeros(len(memberships))
    return Fitted(common, ascent.counts, apart, float(overall[k]) if noise else 0.0)


def fitted_with(k: int, fits: Mapping[int, T]) -> T:
    """Return the fit of k clusters.

    Raises:
        UserError: it was left out.
    """
    if k not in fits:
        raise UserError("There are fewer different sequences than clusters: ask for fewer.")
    return fits[k]


def only(ascent: Ascent) -> Search:
    """Return the search that a given start is."""
    table = pl.DataFrame(
        {
            "start": ["given labels"],
            "loglik": [ascent.loglik],
            "iterations": [len(ascent.trace)],
            "final_loglik": [ascent.loglik],
        }
    )
    return Search(ascent, table, 1, None)


def by_size(ascent: Ascent, rows: FeatureRows, k: int) -> Ascent:
    """Return the ascent with its clusters from the largest to the smallest; noise stays last."""
    sizes = expected_sizes(rows, ascent.memberships).sum(axis=0)
    order = np.concatenate([np.argsort(-sizes[:k], kind="stable"), np.arange(k, len(sizes))])
    return Ascent(
        np.ascontiguousarray(ascent.counts[:, order]),
        ascent.prior,
        np.ascontiguousarray(ascent.memberships[:, order]),
        ascent.trace,
    )


def _coefficients(coefficients: Floats, terms: tuple[str, ...], names: list[str]) -> pl.DataFrame:
    shown = names[1 : 1 + coefficients.shape[1]]
    return pl.DataFrame(
        [
            {"cluster": name, "term": term, "estimate": float(coefficients[row, column])}
            for column, name in enumerate(shown)
            for row, term in enumerate(terms)
        ],
        schema={"cluster": pl.String, "term": pl.String, "estimate": pl.Float64},
    )


def _gated(proportions: Floats, values: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    return pl.concat(
        [
            values.with_columns(cluster=pl.lit(name), proportion=pl.Series(proportions[:, g]))
            for g, name in enumerate(names)
        ]
    )
