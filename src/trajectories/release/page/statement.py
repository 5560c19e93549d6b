"""The statement for whoever checks what leaves the server: one page of facts about the release."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import polars as pl
from markupsafe import Markup

from trajectories.release.page.environment import environment
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, count, text
from trajectories.words import _

STAGES = {
    "register": _("Register"),
    "sequences": _("Courses month by month"),
    "typology": _("Typology"),
    "reform": _("Comparison of groups"),
    "hazards": _("Caseworker changes and exits"),
}
"""Stages of the workflow as the statement calls them."""


def render_statement(
    about: Mapping[str, Any],
    proof: str | None,
    disclosure: pl.DataFrame,
    figures: int,
    style: Style,
) -> str:
    """Write the statement as one self-contained HTML page.

    Args:
        about: what the release says of its run.
        proof: keyed hash of the certificate that stays; None where there is none.
        disclosure: the gate's list of released tables.
        figures: number of released figures.
        style: look and language.
    """
    css = files("trajectories.release").joinpath("templates/report.css").read_text(encoding="utf-8")
    sums = disclosure.select(
        tables=pl.len(), cells=pl.col("cells").sum(), withheld=pl.col("withheld").sum()
    ).row(0, named=True)
    return (
        environment(style.study)
        .get_template("statement.html.j2")
        .render(
            about=about,
            css=Markup(css),
            figures=figures,
            number=style.number,
            proof=proof,
            stages=_by_stage(disclosure, style),
            style=style,
            study=style.study,
            sums=sums,
            withheld=style.percent(sums["withheld"] / max(1, sums["cells"]), 1),
        )
    )


def _by_stage(disclosure: pl.DataFrame, style: Style) -> Markup:
    """Sum the gate's list by stage; the smallest count of a stage is that of its tables."""
    by_stage = (
        disclosure.with_columns(stage=pl.col("table").str.extract(r"^([a-z]+)_"))
        .group_by("stage", maintain_order=True)
        .agg(
            tables=pl.len(),
            cells=pl.col("cells").sum(),
            withheld=pl.col("withheld").sum(),
            smallest=pl.col("smallest").min(),
        )
    )
    rows = [
        [
            text(style.say(STAGES[row["stage"]]) if row["stage"] in STAGES else row["stage"]),
            count(style, row["tables"]),
            count(style, row["cells"]),
            count(style, row["withheld"]),
            Cell("–", number=True) if row["smallest"] is None else count(style, row["smallest"]),
        ]
        for row in by_stage.iter_rows(named=True)
    ]
    table = HtmlTable(
        _("What is released, by stage of the workflow."),
        [
            _("Stage"),
            _("Tables"),
            _("Counts"),
            _("Of these withheld"),
            _("Smallest count that is shown"),
        ],
        rows,
        _("The same for every table is in disclosure.csv. Counts are rounded."),
    )
    return table.translated(style.study.word).html(style.say(_("Table 1")), "statement")
