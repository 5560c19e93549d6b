"""The documents: templates filled with what the release holds."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

import polars as pl
from markupsafe import Markup

from trajectories.release.missing import missing_sentences
from trajectories.release.outputs.documents import DOCUMENTS, FILES, Document
from trajectories.release.outputs.registry import CHAPTERS, SPECS, VIEWS
from trajectories.release.page import brief, planted
from trajectories.release.page.assemble import SHOWN, Exhibits, Page
from trajectories.release.page.environment import environment
from trajectories.release.page.places import tells_of_places
from trajectories.release.page.prose import measured, registered_states, selection_sentence
from trajectories.release.page.remarks import not_given, notes
from trajectories.release.page.summary import summary
from trajectories.release.page.typology_prose import choice
from trajectories.release.page.words import headline_boxes
from trajectories.release.store import TABLES
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.release.verdict_words import CONTRADICTED, judged
from trajectories.words import _

LOOKS: dict[Document, tuple[str, ...]] = {
    "brief": ("report.css", "documents.css", "brief.css"),
    "report": ("report.css", "documents.css"),
    "annex": ("report.css", "documents.css", "annex.css"),
}
"""The style sheets of each document."""
SCRIPTS: dict[Document, tuple[str, ...]] = {
    "brief": ("spots.js",),
    "report": ("spots.js",),
    "annex": ("spots.js", "annex.js", "explorer.js"),
}
"""The scripts of each document; without them it is whole, too."""


def contradicted(tables: Tables, study: Study) -> list[str]:
    """The checks that contradict the headline, each with its sentence."""
    if "verdict" not in tables:
        return []
    rows = judged(tables["verdict"], study)
    return [f"{check}: {why}" for check, word, why in rows if word == CONTRADICTED]


def render_documents(
    *,
    tables: Tables,
    about: Mapping[str, Any],
    headline: Mapping[str, Any],
    provenance: Mapping[str, Any],
    disclosure: pl.DataFrame,
    descriptions: Sequence[Mapping[str, Any]],
    pictures: Mapping[str, bytes],
    style: Style,
) -> dict[str, str]:
    """Write brief, report and annex, each as one self-contained HTML page.

    Returns:
        File name to page.
    """
    study = style.study
    tables = {**tables, "disclosure": disclosure}
    built = {view.name: view.table(tables, style) for view in VIEWS if view.possible(tables)}
    exhibits = Exhibits(
        descriptions, built, pictures, made_from(study), coarser_forms(disclosure, study)
    )
    remarks = notes(tables, study)
    shown = {
        *built,
        *(figure["name"] for figure in descriptions),
        *(["remarks"] if remarks else []),
    }
    values = {
        "about": about,
        "brief": brief_of(headline, tables, style),
        "boxes": headline_boxes(headline, tables, style),
        "contradicted": contradicted(tables, study),
        "chapters": {chapter.name: chapter for chapter in CHAPTERS if chapter.opens(shown)},
        "choice": choice(study, headline, tables) if "quality" in tables else "",
        "headline": headline,
        "missing": missing_sentences(about["missing"], study),
        "months": lambda number: partial(Study.months, number=number),
        "day_of": lambda role: partial(Study.role_date, role=role),
        "word": lambda text: partial(Study.word, text=text),
        "measured": measured(study),
        "notes": remarks,
        "places": tells_of_places(tables),
        "provenance": provenance,
        "refused": not_given(tables),
        "registered": registered_states(tables),
        "selection": selection_sentence(tables, style),
        "study": study,
        "style": style,
        "summary": summary(headline, tables, style),
        "tables": tables,
    }
    templates = environment(study)
    pages = {document: Page(document, exhibits, study) for document in DOCUMENTS}
    written = {
        document: templates.get_template(f"{document}.html.j2").render(
            **values,
            **page.references,
            css=Markup("\n").join(_file(name) for name in LOOKS[document]),
            script=Markup("\n").join(_file(name) for name in SCRIPTS[document]),
            document=document,
            fig=page.fig,
            has=page.has,
            shows=page.shows,
            holds=page.holds,
            rest=page.rest,
            rests=page.rests,
            shared=page.shared,
            tab=page.tab,
        )
        for document, page in pages.items()
    }
    # What a document does not show is looked for in the report first.
    order: tuple[Document, ...] = ("report", "annex", "brief")
    return {
        FILES[document]: page.finish(
            written[document], [pages[other] for other in order if other != document]
        )
        for document, page in pages.items()
    }


def brief_of(
    headline: Mapping[str, Any], tables: Tables, style: Style
) -> dict[str, list[str] | bool]:
    """Collect what the brief says: lists of sentences by part, and whether departures tell."""
    bounds = headline["departure_hr_ci"]
    periods, types = brief.periods(tables, style), brief.types(headline, tables, style)
    return {
        "whom": brief.whom(headline, tables, style),
        "departure": brief.departure(headline, tables, style),
        "sure": brief.how_sure(headline, tables, style),
        "periods": [*periods, *(planted.reform(tables, style) if periods else [])],
        "types": [*types, *(planted.types(headline, tables, style) if types else [])],
        "against": brief.against(tables, style),
        "clear": bounds is not None and not bounds[0] <= 1 <= bounds[1],
    }


def made_from(study: Study) -> dict[str, tuple[list[str], list[str]]]:
    """Say of which released files each figure and table is made, and by which rules."""
    found = {}
    for name, exhibit in SHOWN.items():
        specs = [SPECS[table] for table in exhibit.tables if table in SPECS]
        rules = dict.fromkeys(
            "durations" if study.durations and spec.stage == "hazards" else spec.rule
            for spec in specs
        )
        found[name] = [f"{TABLES}/{spec.file}.csv" for spec in specs], list(rules)
    return found


def coarser_forms(disclosure: pl.DataFrame, study: Study) -> dict[str, str]:
    """Say of each figure and table what is coarser about the tables that it shows."""
    forms = dict(disclosure.drop_nulls("form").select("table", "form").iter_rows())
    found = {}
    for name, exhibit in SHOWN.items():
        files = [SPECS[table].file for table in exhibit.tables if table in SPECS]
        words = dict.fromkeys(study.word(forms[file]) for file in files if file in forms)
        if words:
            found[name] = study.say(
                _("Coarser than in a larger register: {forms}."), forms="; ".join(words)
            )
    return found


def _file(name: str) -> Markup:
    """Read a file that is put into a page as it is."""
    path = files("trajectories.release").joinpath(f"templates/{name}")
    return Markup(path.read_text(encoding="utf-8"))
