"""RARCAT: associations of covariates with clusters that were themselves estimated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Array, Floats, Ints
from trajectories.config.sections.typology import SamplingConfig
from trajectories.dissimilarity.costs import CostMethod, Costs
from trajectories.dissimilarity.matrix.checked_distances import checked_labels, checked_weights
from trajectories.dissimilarity.normalisation import Normalisation
from trajectories.dissimilarity.options import Measure
from trajectories.distributions import normal_quantile, t_quantile
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.robust_associations.crossed_intercepts import crossed_intercepts
from trajectories.typology.robust_associations.membership_effects import (
    Design,
    Effects,
    membership_effects,
    read_design,
)
from trajectories.typology.robust_associations.replicates import (
    Clustering,
    Clusters,
    Source,
    drawn,
    kept,
    of_distances,
    of_sequences,
)
from trajectories.typology.trees.linkage_tree import WardMethod, WardStart
from trajectories.typology.validation.procedure import Procedure

LEAST_SE = 0.1
"""Least standard error of a replicate, as a share of the median: none may decide alone."""
SAMPLING = SamplingConfig(samples=5, size=1_000, compared=5_000, quality=1_000)
"""CLARA within a replicate."""


@described(
    lambda x: f"{len(x.terms)} terms, {len(x.labels):,} cases, {x.replicates:,} replicates",
    "table",
)
@dataclass(frozen=True, eq=False)
class Rarcat:
    """Average marginal effects on membership in each cluster.

    Attributes:
        table: cluster, term, estimate, low, high (of all replicates), naive, naive_low, naive_high
            (of the typology as if it were known); se of the estimate without the replicates'
            spread; bootstrap_sd, the spread between replicates; person_sd, that between the
            cluster's persons.
        intercepts: (n, terms) how far the effect for a case lies from its cluster's: the predicted
            random intercept. A case far from 0, in units of person_sd, is unstably placed.
        labels: (n,) the reference typology.
        clusters: (replicates,) the number of clusters in each replicate.
        terms: the terms, in the order of the columns of `intercepts`.
        replicates: number of replicates.
    """

    table: pl.DataFrame
    intercepts: Floats
    labels: Array
    clusters: Ints
    terms: tuple[str, ...]
    replicates: int


def rarcat(
    seqs: StateSequences | Source | ArrayLike,
    data: pl.DataFrame,
    formula: str | Sequence[str],
    *,
    labels: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    person: ArrayLike | None = None,
    ks: Sequence[int] = tuple(range(2, 11)),
    index: str = "HC",
    method: Literal["pam", "ward"] = "pam",
    starts: int = 0,
    ward_method: WardMethod = "ward.D",
    ward_start: WardStart = "replicates",
    measure: Measure = "om",
    costs: CostMethod | Costs | None = None,
    normalise: Normalisation = "none",
    reestimate: bool = False,
    largest: int = 10_000,
    sampling: SamplingConfig = SAMPLING,
    clusters: Clusters | None = None,
    pooled: int = 250,
    replicates: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
    **options: Any,
) -> Rarcat:
    """Estimate how covariates are associated with clusters, whose uncertainty intervals include.

    Persons are drawn with replacement and clustered anew, the number of clusters chosen anew by
    `index`; in each replicate a logit of membership in each cluster gives average marginal effects
    (AME), and each person gets those of the cluster that it fell into. For each cluster of the
    reference typology a mean with random intercepts of persons and replicates is fitted to its
    persons' AMEs, with precisions SE⁻² (Roth, Studer, Zuercher & Berchtold 2024, BMC Medical
    Research Methodology). The interval is mean ± t(replicates − 2) √(SE² + σ²_replicates).

    A draw gives unique sequences a weight; only the matrix of those drawn is computed or copied,
    and above `largest` none is: CLARA clusters the replicate, and time is linear in the cases.

    Args:
        seqs: n sequences, whose weights count, or condensed distances of n cases, or the items
            that the cases are (`Source`), whatever their measure.
        data: n rows of covariates.
        formula: as `"~ age + period"`, or the columns' names; factors are compared with their
            first level.
        labels: (n,) the reference typology; by default that of the same procedure on everybody.
        weights: (n,) weights; by default those of the sequences. The naive intervals are then
            those of a sandwich variance, and persons are pooled in proportion to their weight.
        person: (n,) person of each case; by default each case has its own.
        ks: numbers of clusters tried in each replicate; one to hold it fixed.
        index: the index of `quality` that chooses among them.
        method: `pam` from BUILD's and Ward's clusters, or `ward`.
        starts: random starts of `pam` for each k.
        ward_method: Ward's criterion.
        ward_start: how weights enter Ward's tree.
        measure: as in `pairwise`, where sequences are given; as the following.
        costs: costs, or how they are derived.
        normalise: as in `pairwise`.
        reestimate: whether derived costs are estimated anew from the persons drawn.
        largest: most unique sequences of which a matrix is made.
        sampling: CLARA's samples within a replicate.
        clusters: another way of clustering each draw, in place of `ks`, `index`, `method`,
            `largest` and what goes with them.
        pooled: most persons of a cluster from whom the random-intercept model is estimated; a
            random sample of larger clusters, since precision comes from the replicates.
        replicates: number of replicates, at least 3.
        confidence: confidence level of the intervals.
        seed: seed of draws and samples.
        threads: number of threads; they do not change the result.
        **options: the measure's options.

    Raises:
        UserError: the formula does not fit the data.
        ValueError: malformed arguments, or a reference typology of a single cluster.

    R equivalent: `WeightedCluster::rarcat`, which has no weights and copies the draws' matrix.

    Examples:
        >>> import polars as pl
        >>> from trajectories.sequences import as_sequences
        >>> from trajectories.typology import rarcat
        >>> seqs = as_sequences([list("aaa"), list("aab"), list("bbb"), list("bab")] * 10)
        >>> data = pl.DataFrame({"sex": ["f", "m", "m", "f"] * 10})
        >>> found = rarcat(seqs, data, "sex", ks=[2], measure="ham", replicates=20)
        >>> found.table["term"].unique().to_list()
        ['sex[T.m]']

    See Also:
        `cluster_association`.
    """
    if replicates < 3 or not 0 < confidence < 1:
        raise ValueError("rarcat needs three replicates and a confidence between 0 and 1")
    if index not in INDICES:
        raise ValueError(f"index must be one of {', '.join(INDICES)}, not {index!r}")
    if isinstance(seqs, StateSequences):
        source = of_sequences(seqs, measure, costs, normalise, options, reestimate=reestimate)
        if not reestimate and source.items <= largest:
            source = kept(source)
    else:
        source = seqs if isinstance(seqs, Source) else of_distances(seqs)
    n = source.item.size
    given = source.weights if weights is None else weights
    masses = checked_weights(given, n)
    masses = masses * (np.count_nonzero(masses) / masses.sum())
    design = read_design(formula, data, n)
    owners = np.arange(n) if person is None else np.unique(person, return_inverse=True)[1].ravel()
    if owners.shape != (n,):
        raise ValueError(f"person must be of shape ({n},)")
    procedure = Procedure(tuple(ks), method, starts, seed, ward_method, ward_start)
    own = Clustering(procedure, index, largest, sampling, seed)
    clustering = own if clusters is None else clusters
    cases = _Cases(source, masses, owners.astype(np.int64), design, clustering, [seed, 4])
    if labels is None:
        reference: Array = cases.clustered(masses)
    else:
        reference = checked_labels(labels, n)
    names, place = np.unique(reference[masses > 0], return_inverse=True)
    if names.size < 2:
        raise ValueError("associations need a reference typology of at least two clusters")
    placed = np.full(n, -1, np.int64)
    placed[masses > 0] = place
    naive = cases.effects(placed, masses, names.size, sandwich=given is not None)
    pool = _Pool.of(placed, masses, names.size, pooled, seed, weighted=given is not None)
    fitted = _replicates(cases, replicates, pool, threads)
    return _result(cases, fitted, naive, pool, names, reference, placed, confidence)


@dataclass(frozen=True, eq=False)
class _Cases:
    """What every replicate is made of."""

    source: Source
    masses: Floats
    owner: Ints
    design: Design
    clustering: Clusters
    seed: list[int]

    def drawn(self, number: int) -> Floats:
        """Return the cases' weights in a replicate: 0 for those who are not drawn."""
        times = drawn([*self.seed, number], int(self.owner.max()) + 1)
        return self.masses * times[self.owner]

    def clustered(self, weights: Floats) -> Ints:
        """Return each case's cluster; −1 for those without weight."""
        by_item = np.bincount(self.source.item, weights, self.source.items).astype(np.float64)
        labels = self.clustering.labels(self.source.space(by_item), by_item)
        return np.where(weights > 0, labels[self.source.item], -1)

    def effects(self, labels: Ints, weights: Floats, k: int, *, sandwich: bool = False) -> Effects:
        """Return the AMEs on membership in clusters 0…k−1."""
        patterns = len(self.design.matrix)
        counted = labels >= 0
        cell = self.design.pattern[counted] * k + labels[counted]
        mass = weights[counted]
        members = np.bincount(cell, mass, patterns * k).reshape(patterns, k)
        squares = np.bincount(cell, mass * mass, patterns * k).reshape(patterns, k)
        return membership_effects(
            self.design,
            members.astype(np.float64),
            squares.astype(np.float64) if sandwich else None,
        )


@dataclass(frozen=True, eq=False)
class _Pool:
    """The cases of each reference cluster from which the random-intercept model is estimated."""

    cases: tuple[Ints, ...]

    @classmethod
    def of(
        cls, placed: Ints, masses: Floats, k: int, most: int, seed: int, *, weighted: bool
    ) -> "_Pool":
        stream = np.random.default_rng([seed, 5])
        chosen = []
        for cluster in range(k):
            own = np.flatnonzero(placed == cluster)
            if weighted:
                probability = masses[own] / masses[own].sum()
                own = np.sort(stream.choice(own, most, p=probability))
            elif own.size > most:
                own = np.sort(stream.choice(own, most, replace=False))
            chosen.append(own)
        return cls(tuple(chosen))


@dataclass(frozen=True, eq=False)
class _Fitted:
    """The replicates: labels of items drawn, AMEs by replicate."""

    effects: list[Effects]
    labels: list[Array]
    clusters: Ints


def _replicates(cases: _Cases, count: int, pool: _Pool, threads: int | None) -> _Fitted:
    nothing = np.empty((0, 0))
    effects = [Effects(nothing, nothing)] * count
    labels: list[Array] = [np.empty(0, np.int8)] * count
    clusters = np.zeros(count, np.int64)

    def work(number: int) -> None:
        weights = cases.drawn(number)
        own = cases.clustered(weights)
        clusters[number] = own.max() + 1
        effects[number] = cases.effects(own, weights, int(clusters[number]))
        labels[number] = own.astype(np.int8)

    with Team(threads) as team:
        team.each(work, range(count), "bootstraps of the associations")
    return _Fitted(effects, labels, clusters)


def _result(
    cases: _Cases,
    fitted: _Fitted,
    naive: Effects,
    pool: _Pool,
    names: Array,
    reference: Array,
    placed: Ints,
    confidence: float,
) -> Rarcat:
    """Pool the replicates for each reference cluster and term."""
    count = len(fitted.effects)
    terms = tuple(contrast.term for contrast in cases.design.contrasts)
    wide = t_quantile((1 + confidence) / 2, count - 2)
    narrow = normal_quantile((1 + confidence) / 2)
    intercepts = np.full((placed.size, len(terms)), np.nan)
    rows: list[dict[str, Any]] = []
    for cluster, name in enumerate(names.tolist()):
        own = np.flatnonzero(placed == cluster)
        for column, term in enumerate(terms):
            y, w = _by_replicate(fitted, column)
            seen = _gathered(fitted, pool.cases[cluster], y)
            precision = np.where(np.isfinite(seen), _gathered(fitted, pool.cases[cluster], w), 0.0)
            model = crossed_intercepts(np.nan_to_num(seen), precision)
            half = wide * float(np.hypot(model.se, model.column_sd))
            at, se = naive.estimate[cluster, column], naive.se[cluster, column]
            rows.append(
                {
                    "cluster": name,
                    "term": term,
                    "estimate": model.mean,
                    "low": model.mean - half,
                    "high": model.mean + half,
                    "naive": at,
                    "naive_low": at - narrow * se,
                    "naive_high": at + narrow * se,
                    "se": model.se,
                    "bootstrap_sd": model.column_sd,
                    "person_sd": model.row_sd,
                }
            )
            scale = precision[precision > 0].mean()
            weight, deviation = np.zeros(own.size), np.zeros(own.size)
            for number in range(count):
                here = fitted.labels[number][own]
                value = np.append(y[number], np.nan)[here]
                known = np.isfinite(value)
                mass = np.where(known, np.append(w[number], 0.0)[here] / scale, 0.0)
                weight += mass
                away = value - model.mean - model.columns[number]
                deviation += np.where(known, mass * away, 0.0)
            intercepts[own, column] = model.rows(weight, deviation)
    return Rarcat(
        table=pl.DataFrame(rows),
        intercepts=intercepts,
        labels=reference,
        clusters=fitted.clusters,
        terms=terms,
        replicates=count,
    )


def _by_replicate(fitted: _Fitted, column: int) -> tuple[list[Floats], list[Floats]]:
    """Return a term's AMEs and precisions by cluster of each replicate."""
    y = [one.estimate[:, column] for one in fitted.effects]
    se = [one.se[:, column] for one in fitted.effects]
    known = np.concatenate([own[np.isfinite(own)] for own in se])
    least = LEAST_SE * float(np.median(known)) if known.size else 1.0
    return y, [1 / np.maximum(own, least or 1.0) ** 2 for own in se]


def _gathered(fitted: _Fitted, cases: Ints, values: list[Floats]) -> Floats:
    """Return (cases, replicates): the value of each case's cluster, NaN if not drawn."""
    columns = [
        np.append(own, np.nan)[labels[cases]]
        for own, labels in zip(values, fitted.labels, strict=True)
    ]
    return np.stack(columns, axis=1)
