"""Typical courses of each cluster: the commonest states of those whom each represents."""

import numpy as np
import polars as pl
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.charts.state_shares import state_legend
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.ladder.forms import LEFT_OUT
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.typology.clusters import representative
from trajectories.release.style import Size, Style, is_lowest, new_figure, panels
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw a bar of states for each representative, as high as the share that it represents."""
    table = tables["representatives"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    states = style.order(table["state"].drop_nulls().to_list())
    columns = 3 if size == "wide" else 2
    lines = -(-len(clusters) // columns)
    extra = 0.0 if size == "wide" else 0.1 * len(states)
    figure = new_figure(size, 0.7 + 1.75 * lines + extra)
    for number, (axes, cluster) in enumerate(
        zip(panels(figure, len(clusters), columns), clusters, strict=True)
    ):
        part = table.filter(pl.col("cluster") == cluster).sort("rank", "position")
        sizes = part.group_by("rank", maintain_order=True).agg(pl.col("persons").max())
        heights = sizes["persons"].fill_null(0).to_numpy().astype(float)
        edges = np.concatenate([[0.0], np.cumsum(heights / max(heights.sum(), 1.0))])
        for place, rank in enumerate(sizes["rank"].to_list()):
            if not heights[place]:  # withheld
                continue
            colours = [
                (1.0, 1.0, 1.0) if state is None else to_rgb(style.look(state, states).colour)
                for state in part.filter(pl.col("rank") == rank)["state"]
            ]
            axes.imshow(
                np.array([colours]),
                aspect="auto",
                interpolation="none",
                extent=(0.5, len(colours) + 0.5, edges[place + 1], edges[place]),
            )
            axes.axhline(edges[place], color="#ffffff", linewidth=1.2)
        axes.set_ylim(1, 0)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.xaxis.set_major_locator(MultipleLocator(6 if part["position"].max() <= 36 else 12))  # type: ignore[operator]
        axes.yaxis.set_major_locator(MultipleLocator(0.5))
        axes.yaxis.set_major_formatter(style.percent_ticks())
        if number % columns == 0:
            axes.set_ylabel(style.say(_("Share represented")), fontsize=7.5)
        if is_lowest(number, len(clusters), columns):
            axes.set_xlabel(style.word("month_of_window"))
    gap = table["state"].null_count() > 0
    state_legend(figure, states, style, size, gap=gap, hatched=False)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Write each cluster's first representative as spells."""
    table = tables["representatives"]
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        first = table.filter((pl.col("cluster") == cluster) & (pl.col("rank") == 1))
        parts.append(
            style.say(
                _("cluster {cluster}: {spells}"),
                cluster=cluster,
                spells=representative(first, cluster, style),
            )
        )
    return style.say(
        _("Bars of states by month, one panel a cluster. First bars: {parts}."),
        parts="; ".join(parts),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="representatives",
        sensitivity="high",
        row=_("the commonest state in one month among those whom a representative represents"),
        dims=("cluster", "rank", "position"),
        values=("state",),
        links=(
            cells("persons", of="persons represented", by=("cluster", "rank@cluster")),
            cells(
                "count",
                of="persons represented",
                by=("cluster", "rank@cluster"),
                some=("position",),
                within="persons",
            ),
        ),
        counts=(Count("count", "persons", guards=True), Count("persons", "persons", guards=True)),
        derived=(ratio("share", "count", "persons"),),
        added=("share",),
        whole=(("count", "persons"),),
        ladder=(LEFT_OUT,),
    ),
    figure=Drawing(
        reading=_(
            "The taller a bar, the more courses of the cluster are nearest to its representative."
        ),
        tables=("representatives", "clusters"),
        draw=draw,
        needs=("state",),
        caption=_(
            "Typical courses of each cluster. Each bar stands for the courses that are nearest to "
            "one representative and is as high as their share; each month has the colour of their "
            "commonest state, so no bar is a real course."
        ),
        alt=alt,
    ),
)
