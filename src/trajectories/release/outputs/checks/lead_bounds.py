"""Bounds of the year after a departure, from what the months before it show."""

from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import DEPARTED, caseworkers, modelled
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, interval, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """The year after a departure, bounded by the leads."""
    rows = []
    for row in tables["lead_bounds"].iter_rows(named=True):
        at = row["bound"] == "breakdown"
        nothing = Cell("–", number=True)
        rows.append(
            [
                text(style.word(row["contrast"]).capitalize()),
                text(style.word(row["bound"]).capitalize()),
                plain(style, row["relative"]),
                nothing if at else interval(style, row["set_low"], row["set_high"]),
                nothing if at else interval(style, row["low"], row["high"]),
            ]
        )
    return HtmlTable(
        style.say(
            _(
                "Bounds of the {ratio} in the year after a departure, if other differences between "
                "the clients are at most so many times as large as before it."
            )
        ),
        [_("Contrast"), _("Other differences"), _("Times"), _("Bounds"), _("95 % interval")],
        rows,
        _(
            "Against other clients: in each quarter after, at most so many times the largest "
            "difference of the months −12 to −4. Against the same list before: from quarter to "
            "quarter a change of at most so many times the largest change between neighbouring "
            "quarters before (relative magnitudes, Rambachan and Roth)."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="lead_bounds",
        sensitivity="moderate",
        row=_("the year after a departure, bounded by what the months before it show"),
        dims=("contrast", "bound"),
        links=(
            *modelled("contrast", "bound"),
            *caseworkers("contrast", "bound"),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(*DEPARTED, Count("clusters", "other")),
        estimates=(
            Estimate("relative"),
            Estimate("set_low"),
            Estimate("set_high"),
            Estimate("low"),
            Estimate("high"),
        ),
    ),
    view=View(
        view,
        reading=_(
            "Look for the first row whose interval includes 1: other differences of that size"
            " would explain the estimate."
        ),
    ),
)
