"""Discrete-time hazard models on person-months, exact on aggregated cells (`fit_hazard`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.distributions import normal_quantile, t_quantile
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.survival.discrete_time import cluster_variance as robust
from trajectories.survival.discrete_time.cells import (
    ClusterCounts,
    Panel,
    cluster_counts,
    count,
    merge,
)
from trajectories.survival.discrete_time.design import Design, build, used_columns
from trajectories.survival.discrete_time.frailty import LOG_VARIANCE, fit_gamma, unit_of
from trajectories.survival.discrete_time.likelihood import Solution, inverse, maximise
from trajectories.survival.discrete_time.links import Link

Cluster = str | Sequence[str] | None
Variance = Literal["model", "crv1", "crv3"]

DEFAULT_TERMS = ("C(duration_band)", "C(municipality)", "departures", "other_changes")
CONFIDENCE = 0.95


@described(
    lambda x: f"{x.event} by {x.link}, {x.table.height} terms, {x.n:,} rows, {x.events:,} events",
    "table",
)
@dataclass(frozen=True)
class HazardFit:
    """A fitted discrete-time hazard model.

    Attributes:
        table: one row per term: term, coef, se, hazard_ratio, low, high (f64). `hazard_ratio` is
            exp(coef): a hazard ratio with the cloglog link, an odds ratio with the logit, a rate
            ratio with poisson. `low` and `high` are the 95 % interval of the ratio, with normal
            quantiles for the model-based and sandwich variances and t(G−1) for CRV3.
        vcov: (k, k) variance of the coefficients, in the table's order.
        loglik: log-likelihood of the person-months.
        n: number of person-months used.
        events: number of events.
        clusters: number of clusters of the variance (the smaller number for two-way clustering; 0
            for the model-based variance).
        largest_cluster_share: share of the person-months in the largest cluster.
        variance: "model", "crv1" (sandwich with G/(G−1)) or "crv3" (jackknife over clusters).
        cluster: the column or columns that identify the clusters.
        link: "cloglog", "logit" or "poisson".
        event: the column of events.
        notes: one sentence for each thing that was dropped from the model, and why.
        frailty: "gamma" or None.
        weight: the column of weights, or None.
        terms: the formula terms.
    """

    table: pl.DataFrame
    vcov: Floats
    loglik: float
    n: int
    events: int
    clusters: int
    largest_cluster_share: float
    variance: Variance
    cluster: Cluster
    link: Link
    event: str
    notes: tuple[str, ...]
    _design: Design = field(repr=False)
    _solution: Solution = field(repr=False)
    _panel: Panel = field(repr=False)
    frailty: str | None = None
    weight: str | None = None
    terms: tuple[str, ...] = ()

    def with_cluster(self, name: Cluster, *, variance: Variance | None = None) -> "HazardFit":
        """The same coefficients with another variance.

        Args:
            name: the panel's column that identifies the clusters; two columns for two-way
                clustering (V₁ + V₂ − V₁₂, each with its own G/(G−1)); None for the model-based
                variance.
            variance: "crv1" or "crv3"; that of this fit if None.

        Raises:
            UserError: a column is missing or holds nulls, more than two are given, or two with
                "crv3".
            NotEstimableError: there is only one cluster.
        """
        if self.frailty:
            raise UserError(
                "The clusters of a frailty model cannot be changed: give them to fit_hazard."
            )
        if variance not in (None, *get_args(Variance)):
            known = ", ".join(get_args(Variance))
            raise UserError(f"The variance {variance!r} is unknown: write one of {known}.")
        wanted: Variance = variance or ("crv1" if self.variance == "model" else self.variance)
        return _with_variance(self, name, "model" if name is None else wanted)


def fit_hazard(
    panel: Panel,
    *,
    event: str = "job",
    terms: Sequence[str] = DEFAULT_TERMS,
    link: Link = "cloglog",
    cluster: Cluster = "person",
    frailty: Literal["gamma"] | None = None,
    variance: Literal["crv1", "crv3"] = "crv1",
    weight: str | None = None,
) -> HazardFit:
    """Fit a discrete-time hazard model to person-months (Prentice & Gloeckler 1978).

    The person-months are aggregated to cells (the unique combinations of the columns used by the
    terms). Coefficients, information, cluster-robust variance and the jackknife computed from cells
    are exact.

    Args:
        panel: person-months, one row each; a lazy frame is streamed.
        event: a column of 0 and 1.
        terms: formula terms (formulaic's syntax): `C(x)` is categorical with the first level as
            base and is named `C(x)[T.level]`; a column's name is that column, even with dots;
            `a:b` and `a*b` are interactions. The constant is added as `Intercept`.
        link: "cloglog" (coefficients are log hazard ratios of a proportional hazards model in
            grouped time), "logit" (log odds ratios) or "poisson" (log rate ratios).
        cluster: the column that identifies the clusters, two columns for two-way clustering, or
            None for the model-based variance.
        frailty: None, or "gamma": all months of a course (of a person if the panel has no column
            `course`) share an unobserved hazard factor with mean 1 (cloglog only; Lancaster 1979).
            The table's last term is then the log of its variance. Courses must be followed from
            their start and end with their event. Do not combine it with unlagged counts.
        variance: "crv1", the sandwich with the factor G/(G−1), or "crv3", the jackknife over
            clusters (Bell & McCaffrey 2002; MacKinnon, Nielsen & Webb 2023).
        weight: column of non-negative weights, rounded to 2⁻³⁰ of the largest. `n` and `events` are
            then weighted, and only the cluster-robust variances are meaningful.

    Returns:
        The fit; `.notes` lists what was dropped and why.

    Raises:
        UserError: a column is missing or holds nulls, or a term cannot be read.
        NotEstimableError: there are no events, the events are separated, or there is only one
            cluster.

    Examples:
        >>> import polars as pl
        >>> from trajectories.survival import fit_hazard
        >>> job = [0, 1, 1, 1, 0, 1, 0, 0]
        >>> panel = pl.DataFrame({"person": range(8), "x": [0, 1] * 4, "job": job})
        >>> fit_hazard(panel, terms=["x"]).table["hazard_ratio"].round(2).to_list()
        [0.29, 4.82]

    See Also:
        `wild_bootstrap`, `fit_cox`, `trajectories.plot.forest`.

    R equivalent: `stats::glm` with `binomial("cloglog")` and `sandwich::vcovCL`.
    """
    if link not in get_args(Link):
        raise UserError(f"The link {link!r} is unknown: write one of {', '.join(get_args(Link))}.")
    if variance not in ("crv1", "crv3"):
        raise UserError(f'The variance {variance!r} is unknown: write "crv1" or "crv3".')
    if frailty not in (None, "gamma"):
        raise UserError(f'The frailty {frailty!r} is unknown: write "gamma" or None.')
    if frailty and (link != "cloglog" or variance != "crv1" or not isinstance(cluster, str | None)):
        raise UserError(
            "A gamma frailty requires the link cloglog and the variance crv1 by one column."
        )
    available = panel.lazy().collect_schema().names()
    columns = used_columns(terms, available)
    names = _cluster_names(cluster)
    for name in names:
        if name not in available:
            raise UserError(
                f"The panel has no column {name!r} to cluster by; it has {', '.join(available)}: "
                "name one as `cluster`, or None for the model's own variance."
            )
    large = weight is None and robust.read_in_parts(panel, names)
    by = columns if large else list(dict.fromkeys([*columns, *names]))
    counts = count(panel, by, event, weight)
    design = build(merge(counts, columns), terms, columns)
    solution = maximise(design.matrix, design.n, design.y, link, design.names)
    fit = HazardFit(
        table=pl.DataFrame(),
        vcov=inverse(solution.information),
        loglik=solution.loglik,
        n=int(design.n.sum()),
        events=int(design.y.sum()),
        clusters=0,
        largest_cluster_share=0.0,
        variance="model",
        cluster=None,
        link=link,
        event=event,
        notes=design.notes,
        _design=design,
        _solution=solution,
        _panel=panel,
        weight=weight,
        terms=tuple(terms),
    )
    if frailty:
        return _with_frailty(fit, None if cluster is None else str(cluster))
    wanted: Variance = "model" if cluster is None else variance
    return _with_variance(fit, cluster, wanted, None if large else counts)


def _with_frailty(fit: HazardFit, cluster: str | None) -> HazardFit:
    found = fit_gamma(
        fit._panel,
        fit._design,
        fit._solution,
        event=fit.event,
        unit=unit_of(fit._panel),
        cluster=cluster,
    )
    variance: Variance = "model" if cluster is None else "crv1"
    names = [*fit._design.names, LOG_VARIANCE]
    return replace(
        fit,
        table=_table(names, found.coef, found.vcov, normal_quantile(0.975)),
        vcov=found.vcov,
        loglik=found.loglik,
        clusters=found.clusters,
        cluster=cluster,
        variance=variance,
        frailty="gamma",
        notes=(*fit.notes, *found.notes),
    )


def clusters_of(fit: HazardFit, *names: str) -> ClusterCounts:
    """Counts of the clusters formed by `names` jointly, in the cells of a fit's design."""
    return cluster_counts(_counts_by(fit, names), fit._design.cells, fit._design.columns, names)


def labels_of_clusters(fit: HazardFit, name: str) -> pl.Series:
    """The clusters of one column in the order used by `clusters_of`."""
    columns = list(fit._design.columns)
    counts = _counts_by(fit, (name,))
    if columns:
        counts = counts.join(fit._design.cells.select(columns), on=columns, how="semi")
    return counts.select(name).unique().sort(pl.col(name).rank("dense")).to_series()


def _counts_by(fit: HazardFit, names: Sequence[str]) -> pl.DataFrame:
    by = list(dict.fromkeys([*fit._design.columns, *names]))
    return count(fit._panel, by, fit.event, fit.weight)


def _cluster_names(cluster: Cluster) -> list[str]:
    if cluster is None:
        return []
    names = [cluster] if isinstance(cluster, str) else list(cluster)
    if len(set(names)) < len(names):
        raise UserError(f"The cluster column {names[0]!r} is named twice: name it once.")
    if len(names) > 2:
        raise UserError("A variance can be clustered by one or two columns, not more.")
    return names


def _with_variance(
    fit: HazardFit, cluster: Cluster, variance: Variance, counts: pl.DataFrame | None = None
) -> HazardFit:
    design, solution = fit._design, fit._solution
    bread = inverse(solution.information)
    names = _cluster_names(cluster)
    if variance == "model":
        return _finish(fit, bread, [], None, "model")
    if len(names) > 1 and variance == "crv3":
        raise UserError("CRV3 is a jackknife over the clusters of one column, not of two.")
    columns = list(design.columns)
    in_parts = (
        variance == "crv1"
        and counts is None
        and fit.weight is None
        and robust.read_in_parts(fit._panel, names)
    )
    if counts is None and not in_parts:
        counts = count(fit._panel, list(dict.fromkeys([*columns, *names])), fit.event, fit.weight)
    total = np.zeros_like(bread)
    sizes: list[tuple[int, float]] = []
    groupings = [[name] for name in names] + ([names] if len(names) > 1 else [])
    for grouping in groupings:
        if counts is None:
            middle = robust.filling_in_parts(fit._panel, design, solution, fit.event, grouping)
        else:
            merged = merge(counts, list(dict.fromkeys([*columns, *grouping])))
            sparse = cluster_counts(merged, design.cells, columns, grouping)
            middle = robust.filling(design.matrix, solution, sparse)
            if variance == "crv3":
                total += robust.jackknife(design, fit.link, solution, sparse)
        if variance == "crv1":
            part = robust.sandwich(bread, middle.meat, middle.clusters)
            total += part if len(grouping) == 1 else -part
        if len(grouping) == 1:
            sizes.append((middle.clusters, middle.largest_share))
    return _finish(fit, total, sizes, cluster, variance)


def _finish(
    fit: HazardFit,
    vcov: Floats,
    sizes: list[tuple[int, float]],
    cluster: Cluster,
    variance: Variance,
) -> HazardFit:
    clusters, share = min(sizes, default=(0, 0.0))
    level = (1 + CONFIDENCE) / 2
    quantile = t_quantile(level, clusters - 1) if variance == "crv3" else normal_quantile(level)
    table = _table(fit._design.names, fit._solution.coef, vcov, float(quantile))
    return replace(
        fit,
        table=table,
        vcov=vcov,
        clusters=clusters,
        largest_cluster_share=share,
        cluster=cluster,
        variance=variance,
    )


def _table(names: Sequence[str], coef: Floats, vcov: Floats, quantile: float) -> pl.DataFrame:
    # Two-way variances can be negative; their standard errors are NaN.
    diagonal = np.diag(vcov)
    se = np.sqrt(np.where(diagonal >= 0, diagonal, np.nan))
    # A bound too large for a float is infinite.
    with np.errstate(over="ignore"):
        low, high = np.exp(coef - quantile * se), np.exp(coef + quantile * se)
    return pl.DataFrame(
        {
            "term": list(names),
            "coef": coef,
            "se": se,
            "hazard_ratio": np.exp(coef),
            "low": low,
            "high": high,
        }
    )
