"""Overlapping rows and gaps: which rule was applied, and what it met."""

from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """What the rules for overlapping rows and for gaps met."""
    rows = [
        [
            text(style.word(row["table"])),
            text(style.word(row["rule"])),
            text(style.word(row["event"])),
            *(count(style, row[name]) for name in ("rows", "persons", "days")),
        ]
        for row in tables["conflicts"].iter_rows(named=True)
    ]
    return HtmlTable(
        _("Overlapping rows and gaps: which rule was applied, and what it met."),
        [
            _("Input"),
            _("Rule for overlaps"),
            _("What happened"),
            _("Rows"),
            _("Persons"),
            _("Days"),
        ],
        rows,
    )


OUTPUT = Output(
    table=TableSpec(
        stage="register",
        name="conflicts",
        sensitivity="moderate",
        row=_("rows of one input table that met one rule for overlaps and gaps"),
        dims=("table", "rule", "event"),
        links=(
            cells("persons", of="persons in extracts", some=("table", "rule", "event")),
            apart("rows", "days", why="rows and days of extracts, no persons"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("rows", "rows"),
            Count("days", "other"),
        ),
        drop_small=("persons",),
    ),
    view=View(
        view,
        reading=_(
            "Many days under one rule say that the extracts overlap there, and that the rule "
            "matters."
        ),
    ),
)
