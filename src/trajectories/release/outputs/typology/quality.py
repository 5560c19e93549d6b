"""Quality of the partitions by the number of clusters."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.style import (
    DASHES,
    INK,
    MARKERS,
    MUTED,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import Cell, HtmlTable, Tables, digits_of
from trajectories.words import _

COMPUTED = ("PBC", "HG", "HGSD", "ASW", "ASWw", "CH", "R2", "CHsq", "R2sq", "HC")
LISTED = ("ASW", "HC", "PBC", "CH", "HG", "R2", "R2sq")
"""Indices in the report's table."""
DRAWN = ("ASW", "HC", "PBC", "CH")


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw four quality indices over k, one line a method, the chosen partition ringed."""
    table = tables["quality"]
    methods = table["method"].unique(maintain_order=True).to_list()
    chosen = table.filter(pl.col("chosen"))
    figure = new_figure(size, 2.3 if size == "wide" else 4.6)
    grid = figure.subplots(*((1, 4) if size == "wide" else (2, 2)), sharex=True, squeeze=False)
    for axes, index in zip(grid.flat, DRAWN, strict=True):
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
        spread = _rows_of(tables, "quality_intervals", index)
        main = chosen["method"].to_list()[:1]
        drawn = table.filter(pl.col("method").is_in(main))["k"]
        for k, low, high in spread.select("k", "low", "high").drop_nulls().iter_rows():
            if k in drawn:
                axes.vlines(k, low, high, color=SERIES[methods.index(main[0])], lw=0.9)
        limit = _threshold(tables, index)
        axes.plot(limit["k"], limit["threshold"], color=MUTED, linestyle=":", lw=1.2)
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
    if any(_threshold(tables, index).height for index in DRAWN):
        handles.append(Line2D([], [], color=MUTED, linestyle=":", lw=1.2))
        labels.append(style.word("chance_threshold"))
    columns = len(labels) if size == "wide" else 2
    figure.legend(handles, labels, loc="outside lower center", ncols=columns)
    return figure


def _rows_of(tables: Tables, name: str, index: str) -> pl.DataFrame:
    """Return the rows of an index in a table that not every run has."""
    empty = pl.DataFrame(schema=dict.fromkeys(("k", "low", "high", "threshold"), pl.Float64))
    return tables[name].filter(pl.col("index") == index).sort("k") if name in tables else empty


def _threshold(tables: Tables, index: str) -> pl.DataFrame:
    """Return k and the strictest threshold over the null models."""
    strictest = pl.col("threshold").min() if index == "HC" else pl.col("threshold").max()
    return _rows_of(tables, "null_quality", index).group_by("k").agg(strictest).sort("k")


def alt(tables: Tables, style: Style) -> str:
    """Name the chosen partition."""
    table = tables["quality"]
    ks = sorted(table["k"].to_list())
    chosen = table.filter(pl.col("chosen"))
    parts = [
        style.say(
            _("The chosen partition is {method} with k = {k}, ASW {ASW}."),
            method=style.word(row["method"]),
            k=row["k"],
            ASW=style.plain(row["ASW"]),
        )
        for row in chosen.iter_rows(named=True)
    ]
    return style.say(
        _("Four line charts over k from {ks} to {last_ks}. {parts}"),
        ks=ks[0],
        last_ks=ks[-1],
        parts=" ".join(parts),
    ).strip()


def view(tables: Tables, style: Style) -> HtmlTable:
    """Quality indices of the chosen method by number of clusters."""
    table = tables["quality"]
    chosen = table.filter(pl.col("chosen"))
    method = chosen["method"][0] if chosen.height else table["method"][0]
    indices = [name for name in LISTED if table[name].null_count() < table.height]
    rows = []
    for row in table.filter(pl.col("method") == method).sort("k").iter_rows(named=True):
        mark = f" ({style.word('chosen')})" if row["chosen"] else ""
        cells = [Cell(digits_of(style, row[name], 3), number=True) for name in indices]
        rows.append([Cell(f"{row['k']}{mark}"), *cells])
    return HtmlTable(
        style.say(_("Quality of the partitions by {method}."), method=style.word(method)),
        ["k", *indices],
        rows,
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="quality",
        sensitivity="moderate",
        row=_("one partition of all windows"),
        dims=("method", "k"),
        values=("chosen",),
        estimates=tuple(Estimate(name) for name in COMPUTED),
    ),
    figure=Drawing(
        reading=_(
            "Look for a number at which the indices are good together, and for where they disagree."
        ),
        draw=draw,
        needs=("ASW",),
        caption=_(
            "Quality of the partitions by the number of clusters k: average silhouette width "
            "(ASW), Hubert's C (HC), point-biserial correlation (PBC) and Calinski–Harabasz index "
            "(CH). The ring marks the chosen partition, vertical lines are 95 % intervals. Beyond "
            "the dotted line a grouping is clearer than those of random courses without types."
        ),
        alt=alt,
    ),
    view=View(
        view,
        reading=_(
            "Compare the chosen number with its neighbours: a small gain says that the choice"
            " is not sharp."
        ),
    ),
)
