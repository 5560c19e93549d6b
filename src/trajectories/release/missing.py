"""What a release lacks, and why: the parts of a run that the data did not allow."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from trajectories.refusals import Refusal
from trajectories.release.study import Study
from trajectories.words import _


class Part(NamedTuple):
    """A part of a run: its stage, and its name."""

    stage: str
    name: str


PARTS = {
    "windows": Part("sequences", _("windows and state sequences")),
    "channels": Part("dissimilarity", _("the channels that measures compare")),
    "tile": Part("dissimilarity", _("dissimilarities")),
    "distances": Part("dissimilarity", _("dissimilarities")),
    "cluster": Part("typology", _("the typology")),
    "hours": Part("typology", _("hours of work by cluster")),
    "associations": Part("typology", _("what covariates explain of courses")),
    "courses": Part("typology", _("courses and internships by cluster")),
    "long-courses": Part("typology", _("courses that last for years")),
    "memberships": Part("typology", _("memberships and other typologies")),
    "compare": Part("reform", _("the comparison of periods")),
    "municipalities": Part("reform", _("municipalities beside each other")),
    "costs": Part("typology", _("what courses cost")),
    "changes": Part("hazards", _("caseworker changes")),
    "risk": Part("hazards", _("the risk set")),
    "estimate": Part("hazards", _("hazard models of exits")),
    "histories": Part("hazards", _("courses around caseworker changes")),
    "sensitivity": Part("hazards", _("sensitivity analyses")),
    "durations": Part("durations", _("hazards from durations")),
}
"""The parts by their verbs, in the order of the pipeline."""

LEFT_OUT = "…"
_PRIVATE = re.compile(
    r"\S*[/\\]\S*"  # paths
    r"|\S+\.(?:csv|txt|tsv|parquet|pq|sas7bdat|xpt|dta|npy|npz|json)\b"  # files
    r"|(?<=\[)T\.[^\]]*"  # levels of a category
    r"|\d+(?:[.,:–-]\d+)*",  # numbers, dates
    re.IGNORECASE,
)


def publishable(sentence: str) -> str:
    """Return a sentence without its numbers, files and levels: any may tell of a few persons."""
    return _PRIVATE.sub(LEFT_OUT, sentence)


def describe_missing(refusals: Iterable[Refusal], *, exact: bool = False) -> list[dict[str, Any]]:
    """List what is missing by what was refused, for `about.json`.

    Returns:
        One mapping a refused part, in the order of the pipeline: origin (that part), parts (what
        is missing because of it), reason (its sentence).
    """
    found: dict[tuple[str, str], list[str]] = {}
    for refusal in refusals:
        found.setdefault((refusal.origin, refusal.sentence), []).append(refusal.part)
    order = list(PARTS)
    return [
        {"origin": origin, "parts": parts, "reason": sentence if exact else publishable(sentence)}
        for (origin, sentence), parts in sorted(
            found.items(), key=lambda entry: (order.index(entry[0][0].split()[0]), entry[0])
        )
    ]


def stages_refused(refusals: Iterable[Refusal]) -> set[str]:
    """Return the stages that lack a part."""
    return {PARTS[refusal.part.split()[0]].stage for refusal in refusals}


def name_part(part: str, study: Study) -> str:
    """Name a part in the language of the study, as "dissimilarities om"."""
    verb, _space, name = part.partition(" ")
    return f"{study.word(PARTS[verb].name)} {name}".rstrip()


def missing_sentences(missing: Collection[Mapping[str, Any]], study: Study) -> list[list[str]]:
    """Say what is missing.

    Returns:
        Three texts an entry: the parts; what was not possible, empty where it is one of them; the
        reason, in English.
    """
    found = []
    for entry in missing:
        parts = ", ".join(name_part(part, study) for part in entry["parts"])
        origin = name_part(entry["origin"], study)
        why = "" if entry["origin"] in entry["parts"] else origin
        found.append([parts[0].upper() + parts[1:], why, entry["reason"]])
    return found
