"""Sentences of the report that depend on the run's numbers and settings."""

import itertools
from functools import partial

import polars as pl

from trajectories.release.model_rows import find
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.words import _

MEASURES = {
    "om": _("optimal matching"),
    "ham": _("the Hamming distance"),
    "dhd": _("the dynamic Hamming distance"),
    "lcs": _("the longest common subsequence"),
}

SELECTIVE = {
    "requests": _("only requests"),
    "every change but departures and moves": _("all changes but departures and moves"),
}


def measured(study: Study) -> str:
    """The message that names the measure whose dissimilarities were sorted into types."""
    main = study.of("dissimilarity.measures").get(study.of("dissimilarity.main")) or {}
    return MEASURES.get(name := str(main.get("measure")), name)


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
        text = (
            _("if {what} go to the worse off, at no strength up to {strength}")
            if reached is None
            else _("if {what} go to the worse off, at a strength of {strength}")
        )
        shown = style.plain(strengths[-1]) if reached is None else style.number(reached, 1)
        what = partial(Study.word, text=SELECTIVE.get(kind, kind))
        parts.append(partial(Study.say, message=text, what=what, strength=shown))
    return style.say(
        _("The association found is {ratio}. Selection alone would produce it: {parts}."),
        ratio=style.number(ratio, 2),
        parts=lambda to: "; ".join(part(to) for part in parts),
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
