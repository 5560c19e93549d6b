"""Candidate windows: kept, or dropped for a reason."""

from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """What became of the candidate windows."""
    return HtmlTable.of(
        _("Candidate windows: kept, or dropped for a reason."),
        tables["window_accounting"],
        {
            _("Fate"): lambda row: text(style.word(row["reason"]).capitalize()),
            _("Windows"): lambda row: count(style, row["windows"]),
        },
    )


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="window_accounting",
        sensitivity="moderate",
        row=_("candidate windows kept, or dropped for one reason"),
        dims=("reason",),
        links=(apart("windows", why="small reasons are pooled, and no total is published"),),
        counts=(Count("windows", "windows"),),
        pool="reason",
        drop_small=("windows",),
    ),
    view=View(
        view,
        name="windows",
        reading=_("Most windows that were dropped should be so for a reason that was expected."),
    ),
)
