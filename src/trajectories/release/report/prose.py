"""Sentences of the report that depend on the run's numbers and settings."""

import itertools
from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.captions_words import listed
from trajectories.release.figures.style import Style
from trajectories.release.models import find
from trajectories.release.report.words import setting
from trajectories.release.store import Tables

INDEX_NAMES = {
    "ASW": "average silhouette width",
    "ASWw": "weighted average silhouette width",
    "HC": "Hubert's C",
    "PBC": "point-biserial correlation",
    "CH": "Calinski–Harabasz index",
    "CHsq": "Calinski–Harabasz index on squared distances",
    "HG": "Hubert's gamma",
    "HGSD": "Hubert's Somers' D",
    "R2": "share of the discrepancy explained",
    "R2sq": "share of the squared discrepancy explained",
}

DESIGNS = frozenset(
    {
        "attrition",
        "cause_specific",
        "causes",
        "later_changes",
        "municipalities",
        "negative_control",
        "placebo",
        "shape",
        "subgroups",
        "variants",
    }
)
"""Families of designs, as the codes of their remarks begin."""

SELECTIVE = {
    "requests": "only requests",
    "every change but departures and moves": "all changes but departures and moves",
}

MODEL_NAMES = {
    "departures_total": "the total effect of a departure",
    "departures_given_other": "departures and other changes together",
    "association": "the association with any change",
    "durations": "the durations",
}


def choice(settings: Mapping[str, Any], headline: Mapping[str, Any], tables: Tables) -> str:
    """Explain by which rule the number of clusters was chosen."""
    rule = setting(settings, "typology.choice.rule", "")
    named = setting(settings, "typology.choice.indices", [])
    indices = listed([f"{INDEX_NAMES.get(index, index)} ({index})" for index in named])
    least = setting(settings, "typology.choice.minimum_share", None)
    tried = sorted(set(tables["quality"]["k"].to_list()))
    span = f"from {tried[0]} to {tried[-1]}"
    if rule == "fixed":
        return f"The number of clusters, {headline['k']}, was fixed in the configuration."
    if rule == "best":
        text = f"Of the numbers {span} the one with the best {indices} was taken."
    elif rule == "rank_sum":
        text = (
            f"The numbers {span} were ranked by each of {indices}; the lowest sum of ranks won, "
            "the smaller number at a tie."
        )
    else:
        text = f"The number was chosen among those {span} by the quality indices."
    if least:
        text += (
            f" A number was set aside where a cluster would hold less than {100 * least:g} per "
            "cent of the windows."
        )
    return (
        f"{text} The rule stands in the configuration. The indices need not agree: a reader who "
        "prefers another number finds its quality here."
    )


def notes(tables: Tables) -> list[str]:
    """Turn the codes of the models' remarks into sentences without numbers."""
    codes = [
        code
        for name in ("notes", "history_notes", "sensitivity_notes")
        if name in tables
        for code in tables[name]["code"].to_list()
    ]
    partial = [code.removesuffix("_note") for code in codes if code.endswith("_note")]
    sentences = [_note(code) for code in codes if not code.endswith("_note")]
    sentences = list(dict.fromkeys(sentences))
    if partial:
        names = listed([MODEL_NAMES.get(model, model.replace("_", " ")) for model in partial])
        sentences.append(f"Terms that these data cannot estimate were left out of: {names}.")
    return sentences


def _note(code: str) -> str:
    model, _, kind = code.rpartition("_")
    if kind == "refused" and model in DESIGNS:
        return "Some of the other designs could not be estimated from these data."
    name = MODEL_NAMES.get(model, model.replace("_", " "))
    by_kind = {
        "refused": f"The model of {name} could not be estimated from these data.",
        "clusters": f"The model of {name} has no intervals clustered by municipality and team.",
    }
    by_code = {
        "censoring_weights": "Follow-up that ends at the first other change was weighted by the "
        "chance of not having had one; the largest and smallest weights were cut.",
        "timing_of_events": "The timing-of-events model was climbed from several starts; its table "
        "says how many found the same maximum.",
        "headline_refused": "The effect of a leaving caseworker is not given, because the persons "
        "at risk met too few departures.",
        "total_and_direct_differ": "The total effect of a departure and its companion differ by "
        "more than three per cent: a departure may cause later changes, and then the companion is "
        "no effect.",
        "histories_refused": "Some courses around changes could not be sorted or modelled from "
        "these data.",
        "selection_refused": "The selection curve could not be computed from these data.",
        "no_exit_flag": "Some durations carry no flag of an exit; they count as censored.",
    }
    return by_code.get(code) or by_kind.get(kind) or f"Remark of the models: {code}."


def selection_sentence(tables: Tables, style: Style) -> str:
    """Say from which strength on selection alone would make the association that was found."""
    found = find(tables["models"], "association", "changes") if "models" in tables else None
    if "selection_curve" not in tables or found is None or found["hazard_ratio"] is None:
        return ""
    ratio = float(found["hazard_ratio"])
    curve = tables["selection_curve"].drop_nulls("association")
    parts = []
    for kind in curve["selective"].unique(maintain_order=True):
        rows = curve.filter(pl.col("selective") == kind)
        strengths = rows["strength"].cast(pl.Float64).to_list()
        reached = crossing(strengths, rows["association"].to_list(), ratio)
        what = SELECTIVE.get(kind, kind)
        parts.append(
            f"where {what} go to the worse off, it takes a strength of {style.number(reached, 1)}"
            if reached is not None
            else f"where {what} go to the worse off, no strength up to "
            f"{style.plain(strengths[-1])} does"
        )
    return (
        f"The association found is {style.number(ratio, 2)}. For selection alone to make it: "
        f"{'; '.join(parts)}."
    )


def crossing(strengths: list[float], ratios: list[float], found: float) -> float | None:
    """The strength at which a curve that begins near 1 reaches `found`; None where it does not."""
    for left, right in itertools.pairwise(range(len(strengths))):
        a, b = ratios[left], ratios[right]
        if a != b and min(a, b) <= found <= max(a, b):
            part = (found - a) / (b - a)
            return strengths[left] + part * (strengths[right] - strengths[left])
    return None


def registered_states(tables: Tables) -> bool:
    """Tell whether the states are those of the Danish register, made of readiness and activity."""
    if "state_distribution" not in tables:
        return False
    return tables["state_distribution"].filter(pl.col("state") == "SA_READY").height > 0
