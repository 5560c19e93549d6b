"""The models of the report: the headline, the companion model and the association."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers import handovers
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.distributions import t_quantile
from trajectories.hazards.designs.support import Support, clusters_of_interval
from trajectories.hazards.parts import Parts
from trajectories.hazards.thresholds import APART, FEW_CLUSTERS, LARGE_SHARE
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.discrete_time.wild_bootstrap import wild_bootstrap
from trajectories.survival.errors import NotEstimableError

CLUSTER_VARIANCE = "CRV3 by municipality and first team"
PERSON_VARIANCE = "sandwich by person"
BOOTSTRAP_VARIANCE = "restricted wild bootstrap by municipality and first team"
FRAILTY_VARIANCE = "gamma frailty, sandwich by municipality and first team"
BOOTSTRAP_DRAWS = 999
HEADLINE_MODEL = "departures_total"
NO_HEADLINE = "It rests on the same departures as the total effect, which is not given."


@dataclass(frozen=True)
class Model:
    """One model of the report.

    Attributes:
        name: its name in tables.
        label: what it estimates, for readers.
        exposures: panel column → name of the term in tables.
    """

    name: str
    label: str
    exposures: Mapping[str, str]


MODELS = (
    Model(
        "departures_total",
        "Total effect of a leaving caseworker, whatever the person did later",
        {"listed_departures": "departures"},
    ),
    Model(
        "departures_given_other",
        "A leaving caseworker and other changes, both counts in one model",
        {"departures": "departures", "other_changes": "other_changes"},
    ),
    Model("association", "Association with changes of any cause so far", {"changes": "changes"}),
)


BEHIND = {
    "listed_departures": handovers.LAST_LISTED,
    "departures": handovers.last_change_of(pl.col("changed_cause") == "departure"),
    "other_changes": handovers.last_change_of(pl.col("changed_cause") != "departure"),
    "changes": handovers.LAST_CHANGE,
}
"""The caseworkers behind each exposure."""
MODEL_SCHEMA = {
    **dict.fromkeys(("model", "label", "term", "variance"), pl.String),
    **dict.fromkeys(
        ("person_months", "persons", "events", "departures", "residual_degrees"), pl.Int64
    ),
    **handovers.COUNTED_SCHEMA,
    "clusters": pl.Int64,
    **dict.fromkeys(
        ("coef", "se", "hazard_ratio", "low", "high", "largest_cluster_share", "planted"),
        pl.Float64,
    ),
}


def fit_models(
    panel: pl.DataFrame,
    exposures: pl.DataFrame,
    *,
    lag_months: int,
    rules: ModelsConfig | None = None,
    planted: float | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fit the headline, the companion model and the association.

    Args:
        panel: person-months at risk, as `risk_set` returns them; with the columns of
            `with_handovers` the caseworkers behind the changes are counted.
        exposures: clients on leavers' lists, as `caseworker_changes` returns them.
        lag_months: the lag of the panel's counts; months.
        rules: link, event and adjustment; the defaults if None.
        planted: the true hazard ratio per change of a simulated register; None otherwise.

    Returns:
        The estimates (one row per model, exposure and variance, the headline variance first;
        columns of `MODEL_SCHEMA`) and the notes (code, sentence).
    """
    rules = rules or ModelsConfig()
    support = Support.of(panel, exposures, lag_months=lag_months, rules=rules)
    departures, parts = support.departures, Parts()
    rows: list[dict[str, Any]] = []
    refused = support.refused(rules, parts)
    for model in MODELS:
        if refused and "departures" in model.exposures.values():
            if model.name != HEADLINE_MODEL:
                parts.refuse(model.name, f"{model.label}: {NO_HEADLINE}", "headline")
            continue
        fit = parts.attempt(model.name, model.label, partial(_fitted, panel, model, rules), None)
        if fit is None:
            refused |= model.name == HEADLINE_MODEL
            continue
        fits = _variances(fit, model, support, rules, parts)
        written = partial(_rows, model=model, panel=panel, departures=departures, planted=planted)
        for name, one in fits.items():
            rows += written(one, variance=name)
        if model.name == HEADLINE_MODEL:
            drawn = partial(_bootstrapped, fits, model, rows[-len(fits)], rules)
            rows += parts.attempt("bootstrap", "Restricted wild bootstrap", drawn, [])
        if model.name == "departures_given_other" and rules.frailty:
            shared = partial(_with_frailty, panel, model, rules, parts)
            found = parts.attempt("frailty", "With a gamma frailty", shared, None)
            rows += [] if found is None else written(found, variance=FRAILTY_VARIANCE)
    table = pl.DataFrame(rows, schema=MODEL_SCHEMA)
    notes = parts.notes + _comparisons(table)
    return table, pl.DataFrame(
        notes, schema={"code": pl.String, "sentence": pl.String}, orient="row"
    )


def _fitted(panel: pl.DataFrame, model: Model, rules: ModelsConfig) -> HazardFit:
    fit = fit_hazard(
        panel,
        event=rules.event,
        terms=[*rules.adjustment, *model.exposures],
        link=rules.link,
        cluster="person",
    )
    lost = [column for column in model.exposures if column not in fit.table["term"]]
    if lost:
        raise NotEstimableError(
            f"Nobody at risk differs in {model.exposures[lost[0]]}, so the hazard ratio "
            "cannot be estimated.",
            reason="exposure",
        )
    return fit


def _variances(
    fit: HazardFit, model: Model, support: Support, rules: ModelsConfig, parts: Parts
) -> dict[str, HazardFit]:
    """The fit with the variance by cluster, if it can be estimated, and by person."""
    parts.notes += [(f"{model.name}_note", note) for note in fit.notes]
    try:
        clustered = fit.with_cluster("cluster", variance="crv3")
    except NotEstimableError as error:
        parts.notes.append((f"{model.name}_clusters", f"{model.label}: {error}"))
        return {PERSON_VARIANCE: fit}
    if "departures" in model.exposures.values():
        clusters = clusters_of_interval(clustered.clusters, support.clusters)
        clustered = _by_clusters(clustered, clusters)
    if clustered.clusters < rules.min_clusters:
        parts.notes.append(
            (
                f"{model.name}_few_clusters",
                f"{model.label}: {clustered.clusters} clusters carry the interval by municipality "
                "and first team, which is wide or far from 95 %.",
            )
        )
    return {CLUSTER_VARIANCE: clustered, PERSON_VARIANCE: fit}


def _by_clusters(fit: HazardFit, clusters: int) -> HazardFit:
    if clusters == fit.clusters:
        return fit
    wide = t_quantile(0.975, max(clusters - 1, 1)) * pl.col("se")
    table = fit.table.with_columns(
        low=(pl.col("coef") - wide).exp(), high=(pl.col("coef") + wide).exp()
    )
    return replace(fit, clusters=clusters, table=table)


def _bootstrapped(
    fits: Mapping[str, HazardFit], model: Model, row: dict[str, Any], rules: ModelsConfig
) -> list[dict[str, Any]]:
    """The headline's row with the bounds of the restricted wild bootstrap, if requested."""
    fit = fits.get(CLUSTER_VARIANCE)
    if fit is None or rules.wild_bootstrap == "never":
        return []
    few = fit.clusters < FEW_CLUSTERS or fit.largest_cluster_share > LARGE_SHARE
    if rules.wild_bootstrap == "auto" and not few:
        return []
    found = wild_bootstrap(fit, next(iter(model.exposures)), "cluster", draws=BOOTSTRAP_DRAWS)
    bounds = {
        name: float(np.exp(value)) if np.isfinite(value) else None
        for name, value in (("low", found.low), ("high", found.high))
    }
    return [row | bounds | {"variance": BOOTSTRAP_VARIANCE, "se": None}]


def _with_frailty(
    panel: pl.DataFrame, model: Model, rules: ModelsConfig, parts: Parts
) -> HazardFit:
    if rules.link != "cloglog":
        raise NotEstimableError("A gamma frailty goes with the link cloglog alone.")
    fit = fit_hazard(
        panel,
        event=rules.event,
        terms=[*rules.adjustment, *model.exposures],
        link=rules.link,
        cluster="cluster",
        frailty="gamma",
    )
    parts.notes += [("frailty_note", note) for note in fit.notes]
    return fit


def _rows(
    fit: HazardFit,
    *,
    variance: str,
    model: Model,
    panel: pl.DataFrame,
    departures: int,
    planted: float | None,
) -> list[dict[str, Any]]:
    table = {row["term"]: row for row in fit.table.iter_rows(named=True)}
    return [
        {
            "model": model.name,
            "label": model.label,
            "variance": variance,
            "person_months": fit.n,
            "persons": panel["person"].n_unique(),
            "events": fit.events,
            "departures": None if model.name == "association" else departures,
            "residual_degrees": panel["person"].n_unique() - fit.table.height,
            **handovers.count_of(panel, BEHIND[column]),
            "clusters": fit.clusters,
            "largest_cluster_share": fit.largest_cluster_share,
            "planted": planted,
            **table[column],
            "term": term,
        }
        for column, term in model.exposures.items()
    ]


def _comparisons(table: pl.DataFrame) -> list[tuple[str, str]]:
    ratio = {
        row["model"]: row["hazard_ratio"]
        for row in table.filter(pl.col("term") == "departures").iter_rows(named=True)
    }
    if not {"departures_total", "departures_given_other"} <= set(ratio):
        return []
    total, direct = ratio["departures_total"], ratio["departures_given_other"]
    if abs(total / direct - 1) <= APART:
        return []
    return [
        (
            "total_and_direct_differ",
            "The total effect of a departure and its effect with other changes held fixed differ "
            f"by more than {APART:.0%}: a departure may cause later changes, and then the second "
            "is not an effect.",
        )
    ]
