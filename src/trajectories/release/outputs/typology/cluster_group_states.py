"""States by month in each cluster and group."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.charts.state_shares import draw_stack, state_legend
from trajectories.release.ladder.forms import LEFT_OUT, POOLED_STATES
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import states_by_month
from trajectories.release.outputs.phrases import commonest_state
from trajectories.release.style import Size, Style, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the state distribution of each cluster (rows) in each group (columns)."""
    table = tables["cluster_group_states"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    groups = style.arrange(table["group"])
    states = style.order(table["state"].to_list())
    each = 1.15 if size == "wide" else 0.95
    legend_height = 0.0 if size == "wide" else 0.09 * len(states)
    figure = new_figure(size, 0.6 + each * len(clusters) + legend_height)
    grid = figure.subplots(len(clusters), len(groups), sharex=True, sharey=True, squeeze=False)
    gap = False
    for row, cluster in enumerate(clusters):
        for column, group in enumerate(groups):
            axes = grid[row, column]
            panel = table.filter((pl.col("cluster") == cluster) & (pl.col("group") == group))
            gap |= draw_stack(axes, panel, states, style)
            # an invisible axis costs no layout, and inner panels need none
            axes.xaxis.set_visible(row == len(clusters) - 1)
            axes.yaxis.set_visible(column == 0)
            if row == 0:
                axes.set_title(style.word(group))
            if column == 0:
                axes.set_ylabel(style.numbered(cluster, names.get(cluster), width=16), fontsize=6.5)
            if row == len(clusters) - 1:
                axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, states, style, size, gap=gap)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the most frequent state of the last month."""
    table = tables["cluster_group_states"]
    last = max(table["position"].to_list())
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        part = table.filter(pl.col("cluster") == cluster)
        ends = []
        for group in style.arrange(part["group"]):
            panel = part.filter(pl.col("group") == group)
            ends.append(f"{style.word(group).lower()} {commonest_state(panel, last, style)}")
        parts.append(
            style.say(_("cluster {cluster}: {ends}"), cluster=cluster, ends=", ".join(ends))
        )
    return style.say(
        _(
            "Grid of stacked shares of states. Most frequent state in month {last}, "
            "by cluster and group: {parts}."
        ),
        last=last,
        parts="; ".join(parts),
    )


OUTPUT = Output(
    table=states_by_month(
        "typology",
        "cluster_group_states",
        _("windows of one cluster and group in one state at one month of the window"),
        ("cluster", "group"),
        ladder=(POOLED_STATES, LEFT_OUT),
    ),
    figure=Drawing(
        reading=_(
            "A cluster should look alike in every group; where it does not, its share cannot "
            "be compared between them."
        ),
        tables=("cluster_group_states", "clusters"),
        draw=draw,
        needs=("share",),
        caption=_(
            "State distribution by month in each cluster (rows) and group (columns). Where the "
            "columns of a row look alike, the cluster means the same in every group."
        ),
        alt=alt,
    ),
)
