"""Courses within each cluster, as stripes of like windows."""

import itertools
from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.charts.state_shares import state_legend
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import ACCENT, Size, Style, is_lowest, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def stripe_image(
    panel: pl.DataFrame, states: Sequence[str], style: Style
) -> tuple[np.ndarray, int, int]:
    """Lay one cluster's stripes out as colours, white where a state is withheld.

    Returns:
        (stripes, L, 3) colours, and the numbers of stripes and months.
    """
    rows, months = (int(panel[name].cast(pl.Int64).max() or 0) for name in ("stripe", "position"))  # type: ignore[arg-type]
    image = np.ones((rows, months, 3))
    for stripe, position, state in panel.select("stripe", "position", "state").iter_rows():
        if state is not None:
            image[stripe - 1, position - 1] = to_rgb(style.look(state, states).colour)
    return image, rows, months


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw stripes of like windows in each cluster, each month in its commonest state."""
    table = tables["stripes"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    states = style.order(table["state"].drop_nulls().to_list())
    columns = 3 if size == "wide" else 2
    lines = -(-len(clusters) // columns)
    extra = 0.0 if size == "wide" else 0.1 * len(states)
    figure = new_figure(size, 0.7 + 1.75 * lines + extra)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True)
    gap = False
    for axes in list(grid.flat)[len(clusters) :]:
        axes.set_axis_off()
    for number, (axes, cluster) in enumerate(zip(grid.flat, clusters, strict=False)):
        panel = table.filter(pl.col("cluster") == cluster)
        image, rows, months = stripe_image(panel, states, style)
        gap |= panel["state"].null_count() > 0
        axes.imshow(
            image, aspect="auto", interpolation="none", extent=(0.5, months + 0.5, rows + 0.5, 0.5)
        )
        for border in itertools.accumulate([1] * (rows - 1), initial=0.5):
            axes.axhline(border, color="#ffffff", linewidth=0.5)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.xaxis.set_major_locator(MultipleLocator(6 if months <= 36 else 12))
        axes.set_yticks([])
        axes.spines[:].set_color(ACCENT if rows == 0 else "#ffffff")
        if is_lowest(number, len(clusters), columns):
            axes.tick_params(labelbottom=True)
            axes.set_xlabel(style.word("month_of_window"))
        if number % columns == 0:
            axes.set_ylabel(style.word("like_windows"), fontsize=7.5)
    state_legend(figure, states, style, size, gap=gap, hatched=False)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Count the stripes."""
    table = tables["stripes"]
    counts = table.group_by("cluster").agg(pl.col("stripe").max()).sort("cluster")
    parts = [
        style.say(_("cluster {cluster}: {number} stripes"), cluster=cluster, number=number)
        for cluster, number in counts.iter_rows()
    ]
    return style.say(
        _("Coloured stripes by month, one panel a cluster. {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="courses",
        stage="typology",
        name="stripes",
        sensitivity="high",
        row=_("the commonest state in one month among the like windows of one stripe of a cluster"),
        dims=("cluster", "stripe", "position"),
        values=("state",),
        links=(
            cells("size", of="windows", by=("cluster",), some=("stripe",)),
            cells(
                "count", of="windows", by=("cluster",), some=("stripe", "position"), within="size"
            ),
        ),
        counts=(Count("count", "windows", guards=True), Count("size", "windows", guards=True)),
        derived=(ratio("share", "count", "size"),),
        added=("share",),
        whole=(("count", "size"),),
    ),
    figure=Drawing(
        reading=_(
            "The more the stripes of a cluster resemble each other, the more alike its courses are."
        ),
        tables=("stripes", "clusters"),
        draw=draw,
        needs=("state",),
        caption=_(
            "Courses within each cluster. Windows are ordered by likeness and cut "
            "into stripes of equal size; each month of a stripe has the colour of "
            "its commonest state, so no line is a real course."
        ),
        alt=alt,
    ),
)
