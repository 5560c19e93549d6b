"""Internships that end in paid work, and orders of changes of state."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.store import Tables
from trajectories.release.style import (
    MARKERS,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
    stamp,
)


def draw_internships(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of internships that paid work follows, by cluster and by municipality."""
    by_cluster, by_place = tables["internships"], tables["internship_places"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    groups = style.arrange([*by_cluster["group"], *by_place["group"]])
    clusters = sorted(by_cluster["cluster"].unique().to_list())
    places = sorted(by_place["municipality"].unique().to_list(), key=lambda name: (len(name), name))
    width = 30 if size == "wide" else 22
    labels = [style.numbered(cluster, names.get(cluster), width=width) for cluster in clusters]
    lines = (len(clusters), len(places))
    figure = new_figure(size, 1.0 + 0.34 * (max(lines) if size == "wide" else sum(lines) + 2))
    if size == "wide":
        left, right = figure.subplots(1, 2, sharex=True, width_ratios=[1.1, 1])
    else:
        left, right = figure.subplots(2, 1, sharex=True, height_ratios=lines)
    _dots(left, _quotient(by_cluster), "cluster", clusters, groups, labels, style)
    words = [style.word(place) for place in places]
    _dots(right, _quotient(by_place), "municipality", places, groups, words, style)
    left.set_title(style.word("by_cluster"))
    right.set_title(style.word("by_municipality"))
    right.set_xlabel(style.word("share_in_job"))
    if size == "wide":
        left.set_xlabel(style.word("share_in_job"))
    _group_legend(figure, groups, style)
    stamp(figure, style)
    return figure


def draw_subsequences(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of windows of each group that contain each order of changes."""
    table = tables["event_subsequences"]
    groups = style.arrange(table["group"])
    known = table.drop_nulls("share")
    order = (
        known.group_by("subsequence", maintain_order=True)
        .agg(pl.col("share").mean())
        .sort("share", descending=True, maintain_order=True)["subsequence"]
        .to_list()
    )
    labels = [readable(text, style).replace(", then ", "\nthen ") for text in order]
    lines = sum(label.count("\n") + 1 for label in labels)
    figure = new_figure(size, 0.9 + 0.13 * (lines + len(labels)))
    axes = figure.subplots()
    _dots(axes, table, "subsequence", order, groups, labels, style)
    axes.set_xlabel(style.word("share_of_windows"))
    _group_legend(figure, groups, style)
    stamp(figure, style)
    return figure


def readable(subsequence: str, style: Style) -> str:
    """Write `(A>B)-(B>C)` as `A → B, then B → C` with the states' short labels."""
    brackets = subsequence.strip("()").split(")-(")
    events = [
        " + ".join(
            " → ".join(style.look(state).short for state in event.split(">"))
            for event in bracket.split(",")
        )
        for bracket in brackets
    ]
    return ", then ".join(events)


def _quotient(table: pl.DataFrame) -> pl.DataFrame:
    """Take published shares from their counts: a mark needs no rounding to decimals."""
    exact = pl.col("in_job") / pl.col("internships")
    return table.with_columns(share=pl.when(pl.col("share").is_not_null()).then(exact))


def _dots(
    axes: Axes,
    table: pl.DataFrame,
    by: str,
    keys: list[int] | list[str],
    groups: list[str],
    labels: list[str],
    style: Style,
) -> None:
    """Draw one line of dots a key, one mark a group; what is withheld has none."""
    for number, group in enumerate(groups):
        rows = table.filter(pl.col("group") == group).drop_nulls("share")
        shift = 0.2 * (number - (len(groups) - 1) / 2)
        axes.plot(
            rows["share"].to_numpy(),
            [keys.index(key) + shift for key in rows[by]],
            linestyle="",
            marker=MARKERS[number % len(MARKERS)],
            color=SERIES[number % len(SERIES)],
            markersize=4.2,
        )
    axes.set_yticks(range(len(keys)), labels, fontsize=6.5)
    axes.set_ylim(len(keys) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.margins(x=0.08)
    axes.xaxis.set_major_formatter(style.percent_ticks())
    light_grid(axes, "x")
    axes.tick_params(axis="y", length=0)


def _group_legend(figure: Figure, groups: list[str], style: Style) -> None:
    handles = [
        Line2D([], [], linestyle="", marker=MARKERS[i % 5], color=SERIES[i % 5], ms=4.2)
        for i in range(len(groups))
    ]
    labels = [style.word(group) for group in groups]
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(groups), 4))
