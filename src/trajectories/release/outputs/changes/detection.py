"""What a simulated register planted, and what was found of it."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """What the simulator planted and what was found of it."""
    rows = []
    for row in tables["detection"].iter_rows(named=True):
        cells = [text(_label(row["what"], style))]
        for name in ("recall", "precision"):
            one = pl.Series([row[name]], dtype=pl.Float64)
            nothing = Cell("–", number=True)
            cells.append(nothing if row[name] is None else share(style, row[name], one))
        cells.append(count(style, row["both"]))
        rows.append(cells)
    return HtmlTable(
        _(
            "Simulated register: share of what was planted that was found (recall), "
            "and share of what was found that was planted (precision)."
        ),
        ["", _("Recall"), _("Precision"), _("Planted and found")],
        rows,
        _(
            "Changes near the end of the data, whose cause cannot be decided, and "
            "lists of a few clients are not counted as planted."
        ),
    )


def _label(what: str, style: Style) -> str:
    cause = what.removeprefix("cause: ")
    return (
        style.word(what).capitalize()
        if cause == what
        else style.say(_("Cause: {cause}"), cause=style.word(cause).lower())
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="detection",
        sensitivity="moderate",
        row=_("what a simulated register planted and what was found of it"),
        dims=("what",),
        links=(
            cells("planted", of="planted in a simulation", some=("what",)),
            cells("found", of="found in a simulation", some=("what",)),
            cells("both", of="planted and found", some=("what",), within="found"),
        ),
        counts=(
            Count("planted", "events", optional=True),
            Count("found", "events", optional=True),
            Count("both", "events", guards=True),
        ),
        derived=(ratio("recall", "both", "planted"), ratio("precision", "both", "found")),
        added=("recall", "precision"),
    ),
    view=View(
        view,
        reading=_(
            "Values near 100 per cent say that nearly all that was planted was found, and "
            "little else."
        ),
    ),
)
