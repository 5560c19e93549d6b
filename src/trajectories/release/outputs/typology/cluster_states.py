"""States by month in each cluster."""

from matplotlib.figure import Figure

from trajectories.release.charts.state_shares import draw_by_cluster
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import states_by_month
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import first_and_last_month
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the state distribution of each cluster."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    return draw_by_cluster(tables["cluster_states"], names, style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say each cluster's most frequent state in the first month and in the last."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    spans = first_and_last_month(
        tables["cluster_states"],
        "cluster",
        lambda cluster: style.say(
            _("cluster {cluster} ({name})"), cluster=cluster, name=style.cluster(names.get(cluster))
        ),
        style,
    )
    return style.say(
        _("Stacked shares of states by month, one panel a cluster. {spans}."), spans=spans
    )


OUTPUT = Output(
    table=states_by_month(
        "typology",
        "cluster_states",
        _("windows of one cluster in one state at one month of the window"),
        ("cluster",),
    ),
    figure=Drawing(
        documents=REPORT,
        tables=("cluster_states", "clusters"),
        draw=draw,
        needs=("share",),
        caption=_(
            "State distribution by month in each cluster of the chosen typology. "
            "Clusters are numbered in the order of their names' states."
        ),
        alt=alt,
    ),
)
