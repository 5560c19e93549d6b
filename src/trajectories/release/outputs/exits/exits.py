"""Courses by the exit that ended them."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Courses by the exit that ended them, and their persons."""
    shares = tables["exits"]["share"]
    return HtmlTable.of(
        _("Courses by the exit that ended them."),
        tables["exits"],
        {
            _("Exit"): lambda row: text(style.word(row["exit"])),
            _("Courses"): lambda row: count(style, row["courses"]),
            _("Share of courses"): lambda row: share(style, row["share"], shares),
            _("Persons"): lambda row: count(style, row["persons"]),
        },
        _(
            "A person with several courses is counted at each exit, so the persons "
            "add up to more than are followed."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="exits",
        sensitivity="moderate",
        row=_("courses that one exit ended, and their persons"),
        dims=("exit",),
        drop_small=("courses",),
        links=(
            cells("courses", of="courses", by=("exit",)),
            cells("total", of="courses"),
            cells("persons", of="persons of courses", some=("exit",), within="courses"),
        ),
        counts=(Count("courses", "events"), Count("persons", "persons", guards=True)),
        totals=(Total("total", "courses", over=("exit",)),),
        derived=(ratio("share", "courses", "total"),),
        added=("share",),
        whole=(("courses", "total"),),
    ),
    view=View(
        view, reading=_("The exits add up to all courses that ended while they were followed.")
    ),
)
