"""Putting the page together: numbering, cross references, pictures and text."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jinja2
import polars as pl
from markupsafe import Markup

from trajectories.release.missing import missing_sentences
from trajectories.release.outputs.base import Tables
from trajectories.release.outputs.registry import VIEWS
from trajectories.release.page.html import HtmlTable
from trajectories.release.page.prose import (
    choice,
    registered_states,
    selection_sentence,
)
from trajectories.release.page.remarks import not_given, notes
from trajectories.release.page.summary import summary
from trajectories.release.page.verdict_words import CONTRADICTED, judged
from trajectories.release.page.words import headline_boxes
from trajectories.release.study import Study, months
from trajectories.release.style import Style


class Page:
    """Numbers figures and tables in the order of the page and writes references to them."""

    def __init__(
        self,
        figures: Sequence[Mapping[str, Any]],
        tables: Mapping[str, HtmlTable],
        pictures: Mapping[str, bytes],
    ) -> None:
        """Number what there is."""
        self._figures = {str(figure["name"]): figure for figure in figures}
        self._tables = tables
        self._pictures = pictures
        self._figure_number = {name: i for i, name in enumerate(self._figures, start=1)}
        self._table_number = {name: i for i, name in enumerate(tables, start=1)}

    def has(self, *names: str) -> bool:
        """Tell whether all the named figures (`fig:x`) and tables (`tab:x`) are on the page."""
        return all(
            name.split(":")[1]
            in (self._figure_number if name.startswith("fig:") else self._table_number)
            for name in names
        )

    def ref(self, name: str) -> Markup:
        """Write a link to a figure (`fig:x`) or a table (`tab:x`)."""
        kind, _, key = name.partition(":")
        word, number = (
            ("Figure", self._figure_number[key])
            if kind == "fig"
            else ("Table", self._table_number[key])
        )
        return Markup('<a href="#{}-{}">{} {}</a>').format(kind, key, word, number)

    def fig(self, name: str) -> Markup:
        """Write a figure with caption and alternative text; nothing where there is none."""
        if name not in self._figures:
            return Markup("")
        figure = self._figures[name]
        return Markup(
            '<figure class="picture" id="fig-{name}">\n<picture>\n'
            '<source media="(max-width: 640px)" srcset="{narrow}">\n'
            '<img src="{wide}" alt="{alt}">\n</picture>\n'
            "<figcaption><b>Figure {number}.</b> {caption}</figcaption>\n</figure>"
        ).format(
            name=name,
            narrow=self._data(f"{name}_narrow.svg"),
            wide=self._data(f"{name}.svg"),
            alt=figure["alt"],
            number=self._figure_number[name],
            caption=figure["caption"],
        )

    def tab(self, name: str) -> Markup:
        """Write a table; nothing where there is none."""
        if name not in self._table_number:
            return Markup("")
        return self._tables[name].html(self._table_number[name], name)

    def _data(self, picture: str) -> str:
        encoded = base64.b64encode(self._pictures[picture]).decode("ascii")
        return f"data:image/svg+xml;base64,{encoded}"


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
    """Write the report as one self-contained HTML page.

    Args:
        tables: released tables by name.
        about: what `about.json` says of the run.
        headline: the headline numbers.
        provenance: what `provenance.json` holds.
        disclosure: what was withheld, by table.
        descriptions: figures in page order: name, caption, alt.
        pictures: SVG bytes by file name.
        style: labels and formats.
    """
    tables = {**tables, "disclosure": disclosure}
    built = {view.name: view.build(tables, style) for view in VIEWS if view.possible(tables)}
    page = Page(descriptions, built, pictures)
    english = replace(style, language="en", study=style.study.english)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("trajectories.release", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    css = files("trajectories.release").joinpath("templates/report.css").read_text("utf-8")
    return environment.get_template("report.html.j2").render(
        about=about,
        boxes=headline_boxes(headline, tables, style),
        contradicted=contradicted(tables, style.study),
        choice=choice(style.study, headline, tables) if "quality" in tables else "",
        css=Markup(css),
        fig=page.fig,
        has=page.has,
        headline=headline,
        missing=missing_sentences(about["missing"], style.language),
        months=months,
        notes=notes(tables, style.study.english),
        provenance=provenance,
        ref=page.ref,
        refused=not_given(tables, english),
        registered=registered_states(tables),
        selection=selection_sentence(tables, style),
        study=style.study.english,
        style=style,
        summary=summary(headline, tables, style),
        tab=page.tab,
        tables=tables,
    )
