"""Courses before and after changes of caseworker: their types, and what goes with them."""

import textwrap

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from trajectories.release.figures.chronograms import draw_clusters
from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    MARKERS,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
    panels,
    stamp,
)

AFTER, LEAVING, BEFORE = "after a change", "after leaving a state", "before the month"
FIRM = 200
"""Changes of a cause from which on its differences have digits that can be drawn."""
RATIO_TICKS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)
COLOURS = (ACCENT, CONTRAST, MUTED)


def names_of(tables: Tables, kind: str) -> dict[int, str | None]:
    """The names of one kind's types by their numbers."""
    table = tables["course_types"].filter(pl.col("kind") == kind)
    return dict(table.select("cluster", "name").iter_rows())


def _chronogram(tables: Tables, style: Style, size: Size, states: str, kind: str) -> Figure:
    clusters = tables["course_types"].filter(pl.col("kind") == kind)
    return draw_clusters({"cluster_states": tables[states], "clusters": clusters}, style, size)


def draw_after_states(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the types of course after a change of caseworker."""
    return _chronogram(tables, style, size, "after_states", AFTER)


def draw_leaving_states(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the types of course that begin with a transition."""
    return _chronogram(tables, style, size, "leaving_states", LEAVING)


def firm_rows(tables: Tables) -> pl.DataFrame:
    """The rows of `after_types` that can be drawn: of causes with enough changes, or of all."""
    table = tables["after_types"].drop_nulls(["difference", "low", "high"])
    firm = table.filter(pl.col("total") >= FIRM)
    return firm if firm.height else table


def draw_after_types(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw how much more often each type of course follows a change than matched months."""
    table = firm_rows(tables)
    names = names_of(tables, AFTER)
    causes = style.arrange(table["cause"])
    clusters = sorted(table["cluster"].unique().to_list())
    columns = 3 if size == "wide" else 1
    rows = -(-len(clusters) // columns)
    figure = new_figure(size, 0.5 + rows * (0.62 + 0.17 * len(causes)))
    y = {cause: number for number, cause in enumerate(causes)}
    for axes, cluster in zip(panels(figure, len(clusters), columns), clusters, strict=True):
        part = table.filter(pl.col("cluster") == cluster)
        place = np.array([y[cause] for cause in part["cause"]])
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
        axes.hlines(place, 100 * part["low"], 100 * part["high"], color=ACCENT, linewidth=1.3)
        axes.plot(100 * part["difference"].to_numpy(), place, "o", color=ACCENT, ms=3.5)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.set_yticks(range(len(causes)), [style.word(cause) for cause in causes])
        axes.set_ylim(len(causes) - 0.5, -0.5)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.plain(x)))
        light_grid(axes, "x")
    figure.supxlabel(style.word("points_against_matched"), fontsize=8)
    stamp(figure, style)
    return figure


def draw_history_models(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw hazard ratios of transitions to each type of course, and of a job by course so far."""
    table = tables["history_models"].drop_nulls(["hazard_ratio", "low", "high"])
    families = table["family"].unique(maintain_order=True).to_list()
    parts = [table.filter(pl.col("family") == family) for family in families]
    rows = [part.unique("design").height if i == 0 else part.height for i, part in enumerate(parts)]
    figure = new_figure(size, 1.0 + 0.34 * sum(rows))
    every = figure.subplots(len(parts), 1, sharex=True, squeeze=False, height_ratios=rows)[:, 0]
    low = max(0.25, 0.9 * min(0.9, float(str(table["low"].min()))))
    high = min(4.0, 1.1 * max(1.1, float(str(table["high"].max()))))
    handles: dict[str, Line2D] = {}
    for axes, part, family in zip(every, parts, families, strict=True):
        split = part["design"].n_unique() > 1
        labels = (part["design"] if split else part["term"]).unique(maintain_order=True).to_list()
        terms = part["term"].unique(maintain_order=True).to_list() if split else [""]
        shift = np.linspace(-0.14, 0.14, len(terms)) if len(terms) > 1 else [0.0]
        axes.axvline(1.0, color=MUTED, linewidth=0.8)
        for number, term in enumerate(terms):
            rows_of = part.filter(pl.col("term") == term) if split else part
            names = rows_of["design" if split else "term"]
            y = np.array([labels.index(name) for name in names]) + shift[number]
            bounds = [np.clip(rows_of[name].to_numpy(), low, high) for name in ("low", "high")]
            axes.hlines(y, *bounds, color=COLOURS[number], linewidth=1.3)
            (line,) = axes.plot(
                rows_of["hazard_ratio"], y, MARKERS[number], color=COLOURS[number], ms=4
            )
            if split:
                handles[style.word(term)] = line
        axes.set_yticks(
            range(len(labels)), [style.word(style.cluster(n, short=True)) for n in labels]
        )
        axes.set_ylim(len(labels) - 0.5, -0.5)
        named = part["design"][0]
        baseline = named and named.replace("against", style.word("against"), 1)
        base = "" if split else f": {style.cluster(baseline, short=True)}"
        title = f"{style.word(family)}{base}"
        axes.set_title(textwrap.fill(title, 70 if size == "wide" else 26), fontsize=8)
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(FixedLocator([t for t in RATIO_TICKS if low <= t <= high]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x, 2)))
        light_grid(axes, "x")
    every[-1].set_xlabel(style.study.log_ratio)
    if handles:
        columns = 2 if size == "wide" else 1
        figure.legend(
            list(handles.values()), list(handles), loc="outside lower center", ncols=columns
        )
    stamp(figure, style)
    return figure
