"""The models of the report: the headline, its companion and the association."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.config.hazards import ModelsConfig
from trajectories.errors import UserError
from trajectories.hazards.bootstrap import wild_bootstrap
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.fit import HazardFit, fit_hazard
from trajectories.hazards.handovers import (
    COUNTED_SCHEMA,
    LAST_CHANGE,
    LAST_LISTED,
    count_of,
    last_change_of,
)

CLUSTER_VARIANCE = "CRV3 by municipality and first team"
PERSON_VARIANCE = "sandwich by person"
BOOTSTRAP_VARIANCE = "restricted wild bootstrap by municipality and first team"
FRAILTY_VARIANCE = "gamma frailty, sandwich by municipality and first team"
FEW_CLUSTERS, LARGE_SHARE, BOOTSTRAP_DRAWS = 20, 0.2, 999
FEWEST_CLUSTERS = 6
"""With fewer clusters than this an interval by clusters deserves a sentence."""
# Two estimates of the same thing that differ by more than this share deserve a sentence.
APART = 0.03


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
    Model(
        "association",
        "Association with changes of any cause so far",
        {"changes": "changes"},
    ),
)


BEHIND = {
    "listed_departures": LAST_LISTED,
    "departures": last_change_of(pl.col("changed_cause") == "departure"),
    "other_changes": last_change_of(pl.col("changed_cause") != "departure"),
    "changes": LAST_CHANGE,
}
"""Who stands behind each exposure."""
MODEL_SCHEMA = {
    "model": pl.String,
    "label": pl.String,
    "term": pl.String,
    "variance": pl.String,
    "person_months": pl.Int64,
    "persons": pl.Int64,
    "events": pl.Int64,
    "departures": pl.Int64,
    **COUNTED_SCHEMA,
    "clusters": pl.Int64,
    "coef": pl.Float64,
    "se": pl.Float64,
    "hazard_ratio": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "largest_cluster_share": pl.Float64,
    "planted": pl.Float64,
}


def departures_met(panel: pl.DataFrame, exposures: pl.DataFrame, *, lag_months: int) -> int:
    """How many different departures the person-months at risk were exposed to.

    Args:
        panel: person-months at risk, as `risk_set` gives them.
        exposures: who was on which leaver's list, as `caseworker_changes` gives them.
        lag_months: the lag of the panel's counts.
    """
    exposed = panel.filter(pl.col("listed_departures") > 0).select("person", "month")
    met = (
        exposures.lazy()
        .with_columns(counts_from=pl.col("month").dt.offset_by(f"{lag_months}mo"))
        .drop("month")
        .join(exposed.lazy(), on="person")
        .filter(pl.col("month") >= pl.col("counts_from"))
        .select(pl.col("list").n_unique())
        .collect()
    )
    return int(met.item())


def fit_models(
    panel: pl.DataFrame,
    exposures: pl.DataFrame,
    *,
    lag_months: int,
    rules: ModelsConfig | None = None,
    planted: float | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fit the headline, its companion and the association.

    Args:
        panel: person-months at risk, as `risk_set` gives them; with the columns of
            `with_handovers` the caseworkers behind the changes are counted.
        exposures: who was on which leaver's list, as `caseworker_changes` gives them.
        lag_months: the lag of the panel's counts.
        rules: link, event and adjustment; the defaults where not given.
        planted: the hazard ratio a change that the register was simulated with.

    Returns:
        The estimates (one row a model, exposure and variance, the headline variance first; columns
        of `MODEL_SCHEMA`) and the notes (code, sentence).
    """
    rules = rules or ModelsConfig()
    departures = departures_met(panel, exposures, lag_months=lag_months)
    rows: list[dict[str, Any]] = []
    notes: list[tuple[str, str]] = []
    for model in MODELS:
        if model.name == "departures_total" and departures < rules.min_departures:
            notes.append(("headline_refused", _refusal(departures, rules.min_departures)))
            continue
        try:
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
        except NotEstimableError as error:
            code = "_".join(filter(None, (model.name, "refused", error.reason)))
            notes.append((code, f"{model.label}: {error}"))
            continue
        notes += [(f"{model.name}_note", note) for note in fit.notes]
        fits = _variances(fit, model, notes)
        for name, one in fits.items():
            rows += _rows(one, model, name, panel, departures, planted)
        if model.name == "departures_total":
            rows += _bootstrapped(fits, model, rows[-len(fits)], rules)
        if model.name == "departures_given_other" and rules.frailty:
            rows += _with_frailty(panel, model, rules, departures, planted, notes)
    table = pl.DataFrame(rows, schema=MODEL_SCHEMA)
    notes += _comparisons(table)
    return table, pl.DataFrame(
        notes, schema={"code": pl.String, "sentence": pl.String}, orient="row"
    )


def _variances(fit: HazardFit, model: Model, notes: list[tuple[str, str]]) -> dict[str, HazardFit]:
    fits = {}
    try:
        fits[CLUSTER_VARIANCE] = fit.with_cluster("cluster", variance="crv3")
        if fits[CLUSTER_VARIANCE].clusters < FEWEST_CLUSTERS:
            notes.append(
                (
                    f"{model.name}_few_clusters",
                    f"{model.label}: {fits[CLUSTER_VARIANCE].clusters} clusters carry the interval "
                    "by municipality and first team, which is wide or far from 95 %.",
                )
            )
    except NotEstimableError as error:
        notes.append((f"{model.name}_clusters", f"{model.label}: {error}"))
    fits[PERSON_VARIANCE] = fit
    return fits


def _bootstrapped(
    fits: Mapping[str, HazardFit], model: Model, row: dict[str, Any], rules: ModelsConfig
) -> list[dict[str, Any]]:
    """The headline's row with the bounds of the restricted wild bootstrap, where asked for."""
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
    panel: pl.DataFrame,
    model: Model,
    rules: ModelsConfig,
    departures: int,
    planted: float | None,
    notes: list[tuple[str, str]],
) -> list[dict[str, Any]]:
    """The model with a gamma frailty of the course, clustered as the headline."""
    try:
        fit = fit_hazard(
            panel,
            event=rules.event,
            terms=[*rules.adjustment, *model.exposures],
            link=rules.link,
            cluster="cluster",
            frailty="gamma",
        )
    except UserError as error:
        notes.append(("frailty_refused", f"With a gamma frailty: {error}"))
        return []
    notes += [("frailty_note", note) for note in fit.notes]
    return _rows(fit, model, FRAILTY_VARIANCE, panel, departures, planted)


def _refusal(departures: int, least: int) -> str:
    return (
        f"The effect of a leaving caseworker is not given: the risk set met {departures} "
        f"departures, fewer than the {least} that the configuration asks for."
    )


def _rows(
    fit: HazardFit,
    model: Model,
    variance: str,
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
            **count_of(panel, BEHIND[column]),
            "clusters": fit.clusters,
            "largest_cluster_share": fit.largest_cluster_share,
            "planted": planted,
            **table[column],
            "term": term,
        }
        for column, term in model.exposures.items()
    ]


def _comparisons(table: pl.DataFrame) -> list[tuple[str, str]]:
    """A sentence where the total and the direct effect of a departure differ."""
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
