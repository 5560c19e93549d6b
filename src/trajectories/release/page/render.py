"""The report: templates filled with what the release holds."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

import polars as pl
from markupsafe import Markup

from trajectories.release.missing import missing_sentences
from trajectories.release.outputs.registry import CHAPTERS, VIEWS
from trajectories.release.page.assemble import Page
from trajectories.release.page.environment import environment
from trajectories.release.page.prose import measured, registered_states, selection_sentence
from trajectories.release.page.remarks import not_given, notes
from trajectories.release.page.summary import summary
from trajectories.release.page.typology_prose import choice
from trajectories.release.page.words import headline_boxes
from trajectories.release.study import Study
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.release.verdict_words import CONTRADICTED, judged
from trajectories.words import untranslated


def contradicted(tables: Tables, study: Study) -> list[str]:
    """The checks that contradict the headline, each with its sentence."""
    if "verdict" not in tables:
        return []
    rows = judged(tables["verdict"], study)
    return [f"{check}: {why}" for check, word, why in rows if word == CONTRADICTED]


def render_report(
    *,
    tables: Tables,
    about: Mapping[str, Any],
    headline: Mapping[str, Any],
    provenance: Mapping[str, Any],
    disclosure: pl.DataFrame,
    descriptions: Sequence[Mapping[str, Any]],
    pictures: Mapping[str, bytes],
    style: Style,
) -> str:
    """Write the report as one self-contained HTML page."""
    study = style.study
    tables = {**tables, "disclosure": disclosure}
    built = {view.name: view.table(tables, style) for view in VIEWS if view.possible(tables)}
    page = Page(descriptions, built, pictures, study)
    css = files("trajectories.release").joinpath("templates/report.css").read_text(encoding="utf-8")
    remarks = notes(tables, study)
    shown = {
        *built,
        *(figure["name"] for figure in descriptions),
        *(["remarks"] if remarks else []),
    }
    written = (
        environment(study)
        .get_template("report.html.j2")
        .render(
            about=about,
            boxes=headline_boxes(headline, tables, style),
            contradicted=contradicted(tables, study),
            chapters={chapter.name: chapter for chapter in CHAPTERS if chapter.opens(shown)},
            choice=choice(study, headline, tables) if "quality" in tables else "",
            css=Markup(css),
            fig=page.fig,
            has=page.has,
            headline=headline,
            missing=missing_sentences(about["missing"], study),
            in_part=bool(untranslated(study.language)),
            months=lambda number: partial(Study.months, number=number),
            day_of=lambda role: partial(Study.role_date, role=role),
            word=lambda text: partial(Study.word, text=text),
            measured=measured(study),
            notes=remarks,
            provenance=provenance,
            **page.references,
            refused=not_given(tables),
            registered=registered_states(tables),
            rest=page.rest,
            selection=selection_sentence(tables, style),
            study=study,
            style=style,
            summary=summary(headline, tables, style),
            tab=page.tab,
            tables=tables,
        )
    )
    return page.finish(written)
