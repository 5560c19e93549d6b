"""A study of the reform of 2025 by configuration alone, from the simulator to the documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from packages import SHIPPED, config_of
from release.outline import Outline
from trajectories.commands.release.provenance import provenance
from trajectories.config.reforms.package import ReformPackage, Text
from trajectories.config.section import Section
from trajectories.io import read_json
from trajectories.release.headline import headline
from trajectories.release.outputs.documents import FILES
from trajectories.release.outputs.registry import describe_figures
from trajectories.release.page.render import render_documents
from trajectories.release.store import ABOUT, TABLES, read_about, read_tables
from trajectories.release.style import read_style
from trajectories.words import month_in_words
from workflow.projects import ROOT, changed, copy_project

STUDY = yaml.safe_load((ROOT / "config/examples/reform-2025.yaml").read_text(encoding="utf-8"))
OWN = "kontanthjaelp-2025"
LANGUAGES = ("en", "da")
SMALL = {
    "simulator": {"persons": 1_500, "office_persons": 1_500, "caseload": 25},
    "typology": {
        "k_max": 4,
        "starts": 2,
        "validation": {"replicates": 19, "sample": 150, "bootstraps": 10, "draws": 100}
        | {"model_sample": 300},
        "hours": {"sample": 50},
        "associations": {"enabled": False},
    },
    "reform": {"adjustment": {"replicates": 5}},
    "hazards": {
        "models": {"randomisations": 99},
        "histories": {"enabled": False},
        "sensitivity": {"enabled": False},
    },
}
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
    years = re.findall(r"\b(?:19|20)\d\d\b", words)
    return found + sorted({year for year in years if not 2020 <= int(year) <= 2028})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The texts of the three documents in both languages, from one small run of the study.

    Figures are described and not drawn: drawing them would take longer than all the rest.
    """
    project = copy_project(tmp_path_factory.mktemp("reform-2025"))
    run = project.folder / "results" / STUDY["run"]["name"]
    release, private = run / "release", run / "private"
    targets = (f"{release.relative_to(project.folder)}/{name}" for name in (ABOUT, "headline.json"))
    done = project.snakemake(changed(STUDY, SMALL), *targets)
    assert done.returncode == 0, done.stdout + done.stderr
    provenance(
        config=private / "config.yaml",
        lock=ROOT / "uv.lock",
        read=[],
        release=release,
        private=private / "release",
        out=run / "provenance.json",
    )
    return {
        language: rendered(release, run / "provenance.json", language) for language in LANGUAGES
    }


def rendered(release: Path, record: Path, language: str) -> dict[str, str]:
    """The words of the documents that a run in a language would write."""
    about, tables = read_about(release), read_tables(release / TABLES)
    about |= {"language": language, "title": getattr(package(OWN).words.title, language)}
    look = read_style(
        ROOT / "config/style.yaml", language=language, simulated=True, settings=about["settings"]
    )
    described = describe_figures(tables, look)
    made = render_documents(
        tables=tables,
        about=about,
        headline=headline(tables),
        provenance=read_json(record),
        disclosure=pl.read_csv(release / "disclosure.csv"),
        descriptions=described,
        pictures={
            f"{figure['name']}{end}.svg": b"<svg/>"
            for figure in described
            for end in ("", "_narrow")
        },
        style=look,
    )
    return {name: words_of(page) for name, page in made.items()}


def words_of(page: str) -> str:
    """All words of a page, alternative texts among them."""
    outline = Outline(page)
    return " ".join([outline.words, *(str(image.get("alt", "")) for image in outline.images)])


@pytest.mark.untraced
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_another_reform_is_in_the_study_of_2025(pages, language) -> None:
    told = {name: foreign(words, language) for name, words in pages[language].items()}
    assert told == {name: [] for name in pages[language]}


@pytest.mark.untraced
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_study_says_its_own_reform_and_that_nobody_was_left_alone(pages, language) -> None:
    words = package(OWN).words
    _brief, report, annex = (pages[language][name] for name in FILES.values())
    assert getattr(words.reform, language) in report
    assert getattr(words.about, language) in report
    for sentence in package(OWN).unknown:
        assert getattr(sentence, language) in report
    # Without a comparison group there is no design, and what was planted is told as such.
    headings = {"en": "Against those whom the reform did not touch", "da": "Mod dem, reformen ikke"}
    assert headings[language] not in annex
    assert {"en": "What was planted", "da": "Hvad der blev lagt ind"}[language] in annex


@pytest.mark.parametrize(
    ("planted", "language"),
    [
        ("From January 2014 people got other benefits.", "en"),
        ("Before the agreement of April 2013 courses were longer.", "en"),
        ("Young persons got education assistance.", "en"),
        ("De fik uddannelseshjælp.", "da"),
        ("Omkring kontanthjælpsloftet i oktober 2016.", "da"),
        ("In 2012 it was otherwise.", "en"),
    ],
)
def test_a_word_of_another_reform_is_found(planted: str, language: str) -> None:
    assert foreign(planted, language)


def test_its_own_words_are_not_foreign() -> None:
    about = package(OWN).words.about
    assert not foreign(f"The reform: {about.en}", "en")
    assert not foreign(f"Reformen: {about.da} I juli 2025.", "da")
