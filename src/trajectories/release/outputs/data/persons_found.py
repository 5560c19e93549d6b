"""Persons of each input table against the table of persons."""

import polars as pl

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """How many persons of each input table are in the table of persons, and the reverse."""
    found = tables["persons_found"]
    heads = found["found"].unique(maintain_order=True).to_list()
    rows = []
    for name in found["table"].unique(maintain_order=True):
        own = dict(found.filter(pl.col("table") == name).select("found", "persons").iter_rows())
        rows.append([text(style.word(name)), *(count(style, own.get(head)) for head in heads)])
    return HtmlTable(
        _("Persons of each input table against the table of persons."),
        [_("Input"), *(style.word(head).capitalize() for head in heads)],
        rows,
    )


OUTPUT = Output(
    table=TableSpec(
        stage="register",
        name="persons_found",
        sensitivity="moderate",
        row=_("persons of one input table that are in the table of persons or not, or only there"),
        dims=("table", "found"),
        links=(cells("persons", of="persons in extracts", some=("table", "found")),),
        counts=(Count("persons", "persons", guards=True),),
        drop_small=("persons",),
    ),
    view=View(
        view,
        reading=_("Persons of an extract who are missing in the table of persons were rejected."),
    ),
)
