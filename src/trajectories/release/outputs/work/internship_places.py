"""Internships that end in paid work, by municipality."""

from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.work.internships import internship_table, internships_by
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Internships that end in paid work, by municipality and group."""
    table = tables["internship_places"]
    places = sorted(table["municipality"].unique().to_list(), key=lambda name: (len(name), name))
    labels = {place: style.word(place) for place in places}
    lost = _("Internships in an unknown municipality are left out.")
    caption = _(
        "Internships that end in windows and those that paid work follows, by municipality and "
        "group."
    )
    return internship_table(table, labels, _("Municipality"), caption, style, lost)


OUTPUT = Output(
    table=internships_by(
        "internship_places",
        "municipality",
        _("internships that end in windows of one municipality and group"),
    ),
    view=View(
        view,
        reading=_(
            "Places with few internships are withheld, and small differences between places "
            "may be chance."
        ),
    ),
)
