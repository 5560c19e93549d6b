"""Candidate windows: kept, or dropped for a reason."""

from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """What became of the candidate windows."""
    rows = [
        [text(style.word(row["reason"]).capitalize()), count(style, row["windows"])]
        for row in tables["window_accounting"].iter_rows(named=True)
    ]
    return HtmlTable(
        _("Candidate windows: kept, or dropped for a reason."), [_("Fate"), _("Windows")], rows
    )


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="window_accounting",
        sensitivity="moderate",
        row="candidate windows kept, or dropped for one reason",
        dims=("reason",),
        counts=(Count("windows", "windows"),),
        pool="reason",
        drop_small=("windows",),
    ),
    view=View(view, name="windows"),
)
