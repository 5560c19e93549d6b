"""Sentences of the report that depend on the run's numbers and settings."""

import itertools
from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.model_rows import find
from trajectories.release.study import Study, listed
from trajectories.release.style import Style
from trajectories.release.tables import Tables

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

SELECTIVE = {
    "requests": "only requests",
    "every change but departures and moves": "all changes but departures and moves",
}


def choice(study: Study, headline: Mapping[str, Any], tables: Tables) -> str:
    """Explain by which rule the number of clusters was chosen."""
    rule = study.of("typology.choice.rule")
    named = study.of("typology.choice.indices")
    indices = listed([f"{INDEX_NAMES.get(index, index)} ({index})" for index in named])
    least = study.of("typology.choice.minimum_share")
    tried = sorted(set(tables["quality"]["k"].to_list()))
    span = f"from {tried[0]} to {tried[-1]}"
    if rule == "fixed":
        return f"The number of clusters, {headline['k']}, was fixed in the configuration."
    if rule == "best":
        best = INDEX_NAMES.get(named[0], named[0])
        text = f"Of the numbers {span} the one with the best {best} ({named[0]}) was taken."
    else:
        text = (
            f"The numbers {span} were ranked by each of {indices}; the lowest sum of ranks won, "
            "the smaller number at a tie."
        )
    if least:
        text += (
            f" A number was set aside where a cluster would hold less than {100 * least:g} per "
            "cent of the windows."
        )
    return (
        f"{text} The rule is set in the configuration. No test says that there are so many types; "
        "the indices need not agree, and the quality of every other number is shown."
    )


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
            f"if {what} go to the worse off, at a strength of {style.number(reached, 1)}"
            if reached is not None
            else f"if {what} go to the worse off, at no strength up to {style.plain(strengths[-1])}"
        )
    return (
        f"The association found is {style.number(ratio, 2)}. Selection alone would produce it: "
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
