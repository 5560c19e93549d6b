"""What a release lacks, and why: the parts of a run that the data did not allow."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from trajectories.refusals import Refusal


class Part(NamedTuple):
    """A part of a run: its stage, and its name in English and in Danish."""

    stage: str
    english: str
    danish: str


PARTS = {
    "windows": Part("sequences", "windows and state sequences", "vinduer og tilstandssekvenser"),
    "channels": Part("dissimilarity", "the channels that measures compare", "afstandenes kanaler"),
    "tile": Part("dissimilarity", "dissimilarities", "afstande"),
    "distances": Part("dissimilarity", "dissimilarities", "afstande"),
    "cluster": Part("typology", "the typology", "typologien"),
    "hours": Part("typology", "hours of work by cluster", "arbejdstimer efter forløbstype"),
    "courses": Part(
        "typology", "courses and internships by cluster", "forløb og praktikker efter forløbstype"
    ),
    "compare": Part("reform", "the comparison of periods", "sammenligningen af perioder"),
    "changes": Part("hazards", "caseworker changes", "sagsbehandlerskift"),
    "risk": Part("hazards", "the risk set", "risikogruppen"),
    "estimate": Part("hazards", "hazard models of exits", "hazardmodeller for afgange"),
    "histories": Part(
        "hazards", "courses around caseworker changes", "forløb omkring sagsbehandlerskift"
    ),
    "sensitivity": Part("hazards", "sensitivity analyses", "følsomhedsanalyser"),
    "durations": Part("durations", "hazards from durations", "hazards fra varigheder"),
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

    Args:
        refusals: those that parts left in their folders.
        exact: whether the reasons keep their numbers; they must not be released.

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


def name_part(part: str, language: str) -> str:
    """Name a part in the language of the report, as "dissimilarities om"."""
    verb, _, name = part.partition(" ")
    words = PARTS[verb].danish if language == "da" else PARTS[verb].english
    return f"{words} {name}".rstrip()


def missing_sentences(missing: Collection[Mapping[str, Any]], language: str) -> list[list[str]]:
    """Say what is missing, in the language of the report.

    Args:
        missing: as `describe_missing` returns it.
        language: en or da.

    Returns:
        Three texts an entry: the parts; what was not possible, empty where it is one of them; the
        reason, in English.
    """
    found = []
    for entry in missing:
        parts = ", ".join(name_part(part, language) for part in entry["parts"])
        origin = name_part(entry["origin"], language)
        why = "" if entry["origin"] in entry["parts"] else origin
        found.append([parts[0].upper() + parts[1:], why, entry["reason"]])
    return found
