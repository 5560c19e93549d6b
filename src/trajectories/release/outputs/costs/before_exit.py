"""What the months before an exit cost, by cluster and group."""

from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.costs.costs import amounts_table, priced
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Amounts of the months before the exit."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    return amounts_table(
        tables["before_exit"],
        {cluster: style.numbered(cluster, name) for cluster, name in names.items()},
        _("Cluster"),
        _(
            "Mean kroner of the months before the first month in the exit's state, in windows "
            "that reach it: what an exit that much earlier would be worth if nothing else "
            "differed."
        ),
        style,
        _(
            "What those months would cost otherwise, and what brings about an earlier exit, is "
            "left out: nothing of this is saved money."
        ),
    )


OUTPUT = Output(
    table=priced(
        "before_exit",
        "cluster",
        _("windows of one cluster and group that reach the exit"),
        whose="that reach the exit",
    ),
    view=View(
        view,
        tables=("before_exit", "clusters"),
        reading=_("The last months before an exit show what courses cost when they end."),
    ),
)
