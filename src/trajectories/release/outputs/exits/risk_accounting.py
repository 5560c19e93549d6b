"""Why courses are not followed, and how those that are end."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Why courses are not followed, and how those that are end."""
    table = tables["risk_accounting"]
    return HtmlTable.of(
        _("Courses on social assistance: why some are not followed, and how the others end."),
        table,
        {
            _("Step"): lambda row: text(style.word(row["step"]).capitalize()),
            _("Reason"): lambda row: text(style.word(row["reason"])),
            _("Courses"): lambda row: count(style, row["courses"]),
            _("Share of the step"): lambda row: share(style, row["share"], table["share"]),
        },
        _(
            "Courses whose caseworker is no longer observed are censored there. Where there are "
            "any, the designs test whether departures are associated with it (attrition)."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="risk_accounting",
        sensitivity="moderate",
        row=_("courses that are left out for one reason, or end in one way"),
        dims=("step", "reason"),
        links=(
            cells("courses", of="courses", by=("reason:end",), only=("step", "followed until")),
            cells("total", of="courses", only=("step", "followed until")),
            cells("courses", of="courses not followed", by=("reason",), only=("step", "left out")),
            cells("total", of="courses not followed", only=("step", "left out")),
        ),
        counts=(Count("courses", "persons", guards=True),),
        totals=(Total("total", "courses", over=("reason",)),),
        derived=(ratio("share", "courses", "total"),),
        added=("share",),
    ),
    view=View(
        view,
        name="attrition",
        reading=_(
            "Few courses should be lost on the way, or the results describe only those who stay."
        ),
    ),
)
