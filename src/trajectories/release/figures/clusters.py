"""The quality of partitions over the number of clusters, and hours of work in each cluster."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    DASHES,
    INK,
    MARKERS,
    MUTED,
    SERIES,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
    stamp,
)

INDICES = ("ASW", "HC", "PBC", "CH")


def draw_quality(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw four quality indices over k, one line a method, the chosen partition ringed."""
    table = tables["quality"]
    methods = table["method"].unique(maintain_order=True).to_list()
    chosen = table.filter(pl.col("chosen"))
    figure = new_figure(size, 2.3 if size == "wide" else 4.6)
    grid = figure.subplots(*((1, 4) if size == "wide" else (2, 2)), sharex=True, squeeze=False)
    for axes, index in zip(grid.flat, INDICES, strict=True):
        for number, method in enumerate(methods):
            line = table.filter(pl.col("method") == method).drop_nulls(index).sort("k")
            axes.plot(
                line["k"],
                line[index],
                color=SERIES[number],
                marker=MARKERS[number],
                linestyle=DASHES[number],
                markersize=3.5,
            )
        for k, value in chosen.select("k", index).drop_nulls().iter_rows():
            axes.plot([k], [value], "o", ms=10, mfc="none", mec=INK, mew=1.0)
        best = style.word("best_low" if index == "HC" else "best_high")
        axes.set_title(f"{index}  ({best})", fontsize=7.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.plain(y)))
        axes.margins(x=0.08, y=0.16)
        light_grid(axes, "y")
    for axes in grid[-1]:
        axes.set_xlabel(style.word("number_of_clusters"))
    handles = [
        Line2D([], [], color=SERIES[i], marker=MARKERS[i], linestyle=DASHES[i], ms=3.5)
        for i in range(len(methods))
    ]
    handles.append(Line2D([], [], linestyle="", marker="o", ms=8, mfc="none", mec=INK))
    labels = [*(style.word(method) for method in methods), style.word("chosen")]
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    stamp(figure, style)
    return figure


def draw_hours(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw mean monthly hours of work in each cluster and the soft-DTW barycentre beside it."""
    table = tables["hours"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    columns = 3 if size == "wide" else 2
    rows = -(-len(clusters) // columns)
    figure = new_figure(size, 0.7 + 1.45 * rows)
    for number, (axes, cluster) in enumerate(
        zip(panels(figure, len(clusters), columns), clusters, strict=True)
    ):
        line = table.filter(pl.col("cluster") == cluster).sort("position")
        axes.plot(line["position"], line["mean_hours"].to_numpy(), color=ACCENT)
        axes.plot(
            line["position"],
            line["softdtw_hours"].to_numpy(),
            color=CONTRAST,
            linestyle=DASHES[1],
        )
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MultipleLocator(6 if line.height <= 36 else 12))
        light_grid(axes, "y")
        if number % columns == 0:
            axes.set_ylabel(style.word("hours_a_month"), fontsize=7.5)
        if is_lowest(number, len(clusters), columns):
            axes.set_xlabel(style.word("month_of_window"))
    figure.legend(
        [Line2D([], [], color=ACCENT), Line2D([], [], color=CONTRAST, linestyle=DASHES[1])],
        [style.word("mean_hours"), style.word("softdtw_hours")],
        loc="outside lower center",
        ncols=2,
        labelcolor=MUTED,
    )
    stamp(figure, style)
    return figure
