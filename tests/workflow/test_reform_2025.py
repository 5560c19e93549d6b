"""A study of the reform of 2025 by configuration alone, from the simulator to the three documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from packages import SHIPPED, config_of
from release.outline import Outline
from trajectories.config.reforms.package import ReformPackage, Text
from trajectories.config.section import Section
from trajectories.release.outputs.documents import FILES
from trajectories.words import month_in_words
from workflow.projects import ROOT, Project, changed, copy_project

STUDY = yaml.safe_load((ROOT / "config/examples/reform-2025.yaml").read_text(encoding="utf-8"))
OWN = "kontanthjaelp-2025"
LANGUAGES = ("en", "da")
SMALL = {
    "simulator": {"persons": 1_500, "office_persons": 1_500, "caseload": 25},
    "dissimilarity": {"measures": {"ham": None, "lcs": None, "omstran": None}},
}
CITED = re.compile(r"\(?(?:[A-ZÆØÅ][\w’'-]+(?:,| et al\.?,?| and| &| og)? )+\(?(?:19|20)\d\d[a-z]?\)?")
"""A paper by its authors and year: "Rambachan & Roth 2023", "Hainmueller (2012)"."""
TERMS = re.compile(
    r"uddannelseshj(?:æ|ae)lp|education assistance|overgangsydelse|integrationsydelse"
    r"|integration benefit|225[- ]hour|225-timers|kontanthj(?:æ|ae)lpsloft|benefit cap|match group"
    r"|matchgrupp|nytteindsats|førtidspensionsreform|pension reform|koordinerende sagsbehandler",
    re.IGNORECASE,
)
"""What the other reforms brought or ended."""


def package(name: str) -> ReformPackage:
    return config_of(name).reform.packages[0]


def texts(section: Any) -> Iterator[Text]:
    """Yield the words of a package in both languages, whatever they are for."""
    if isinstance(section, Text):
        yield section
    elif isinstance(section, Section):
        for field in type(section).model_fields:
            yield from texts(getattr(section, field))
    elif isinstance(section, tuple | list):
        for one in section:
            yield from texts(one)


def said_by(name: str, language: str) -> set[str]:
    """The sentences, labels and dated months of a package, in small letters."""
    held = package(name)
    said = {getattr(text, language).lower() for text in texts(held)}
    return said | {month_in_words(event.date, language).lower() for event in held.events}


def foreign(words: str, language: str) -> list[str]:
    """What a document says that only another reform could have put there."""
    own = said_by(OWN, language)
    left = words.lower()
    for text in sorted(own, key=len, reverse=True):
        left = left.replace(text.rstrip("."), " ")
    others = {text for name in SHIPPED if name != OWN for text in said_by(name, language)} - own
    found = [text for text in sorted(others) if re.search(rf"\b{re.escape(text)}\b", left)]
    found += sorted(set(TERMS.findall(left)))
    years = re.findall(r"\b(?:19|20)\d\d\b", CITED.sub(" ", words))
    return found + sorted({year for year in years if not 2020 <= int(year) <= 2028})
