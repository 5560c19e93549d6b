"""How many types of hours there are, compared with months in random order."""

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Share explained by number of types, the chosen one marked."""
    rows = [
        [
            Cell(f"{row['k']}{' *' if row['chosen'] else ''}", number=True),
            *(
                Cell(digits_of(style, row[name], 3), number=True)
                for name in ("explained", "threshold", "p_value")
            ),
        ]
        for row in tables["hour_types_quality"].sort("k").iter_rows(named=True)
    ]
    return HtmlTable(
        _("Do hours of work fall into types? Share of their differences that types explain."),
        ["k", _("Share explained"), _("Threshold"), _("p-value")],
        rows,
        _(
            "Threshold and p-value hold for all numbers of types together; they are those of the "
            "same hours with each window's months in random order. The chosen number has a star; "
            "without a star, all courses of hours are of one type."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="hours",
        stage="typology",
        name="hour_types_quality",
        sensitivity="moderate",
        row=_("one number of types of hours"),
        dims=("k",),
        values=("chosen",),
        estimates=(Estimate("explained"), Estimate("threshold"), Estimate("p_value")),
    ),
    view=View(
        view,
        reading=_(
            "A share above its threshold says that hours have a shape in time, not only a level."
        ),
    ),
)
