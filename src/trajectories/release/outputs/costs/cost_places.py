"""What a course costs, by municipality and group."""

from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.costs.costs import amounts_table, priced
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Amounts by municipality and group."""
    table = tables["cost_places"]
    places = sorted(table["municipality"].unique().to_list(), key=lambda name: (len(name), name))
    return amounts_table(
        table,
        {place: style.word(place) for place in places},
        _("Municipality"),
        _("Mean kroner a window, by municipality at its beginning and group."),
        style,
    )


OUTPUT = Output(
    table=priced("cost_places", "municipality", _("windows of one municipality and group")),
    view=View(
        view,
        tables=("cost_places",),
        reading=_("Places differ in who enters as well as in what courses cost."),
    ),
)
