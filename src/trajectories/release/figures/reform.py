"""Shares of clusters by period, and state changes at the reform dates."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    INK,
    MARKERS,
    MUTED,
    RULE,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
    stamp,
)

SEAM_ROWS = 15
"""State changes that the seam figure shows in all, at most five an event."""


def draw_shares(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw each cluster's share by group with 95 % intervals, one panel an age group."""
    table = tables["shares"]
    ages = style.arrange(table["age"])
    groups = style.arrange(table["group"])
    clusters = sorted(table["cluster"].unique().to_list())
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    labels = [style.numbered(cluster, names.get(cluster), width=26) for cluster in clusters]
    panel_height = 0.4 + 0.33 * len(clusters)
    if size == "wide":
        figure = new_figure(size, 0.75 + panel_height)
        panels = figure.subplots(1, len(ages), sharex=True, sharey=True, squeeze=False)[0]
    else:
        figure = new_figure(size, 0.75 + panel_height * len(ages))
        panels = figure.subplots(len(ages), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    step = 0.62 / max(1, len(groups) - 1) if len(groups) > 1 else 0.0
    for number, (axes, age) in enumerate(zip(panels, ages, strict=True)):
        for position, group in enumerate(groups):
            part = table.filter((pl.col("age") == age) & (pl.col("group") == group))
            part = part.drop_nulls(["share", "low", "high"])
            y = part["cluster"].to_numpy() - 1 + step * position - 0.31 * (len(groups) > 1)
            axes.hlines(y, part["low"], part["high"], color=SERIES[position], linewidth=1.2)
            axes.plot(
                part["share"],
                y,
                linestyle="",
                marker=MARKERS[position],
                markersize=4,
                color=SERIES[position],
                markerfacecolor="#ffffff" if position == 1 else SERIES[position],
            )
        for line in range(len(clusters) - 1):
            axes.axhline(line + 0.5, color=RULE, linewidth=0.5)
        if len(ages) > 1:
            axes.set_title(style.word(age))
        axes.xaxis.set_major_formatter(style.percent_ticks())
        axes.locator_params(axis="x", nbins=4)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        if size == "wide" or number == len(ages) - 1:
            axes.set_xlabel(style.word("share_of_windows"))
    panels[0].set_yticks(range(len(clusters)), labels)
    panels[0].set_ylim(len(clusters) - 0.5, -0.5)
    panels[0].set_xlim(left=0)
    handles = [
        Line2D(
            [],
            [],
            color=SERIES[i],
            marker=MARKERS[i],
            markersize=4,
            markerfacecolor="#ffffff" if i == 1 else SERIES[i],
        )
        for i in range(len(groups))
    ]
    words = [style.word(group) for group in groups]
    figure.legend(handles, words, loc="outside lower center", ncols=len(groups))
    stamp(figure, style)
    return figure


WHOLE_AGE = pl.when((pl.col("age") == "all").any()).then(pl.lit("all")).otherwise(pl.first("age"))
SHOWN_SEAM = (
    (pl.col("age") == WHOLE_AGE)
    & pl.col("excess").is_not_null()
    & (pl.col("from_state") != pl.col("to_state"))
)
"""Changes of state of all ages, or of the first age where all are not in the table."""


def largest_excesses(seam: pl.DataFrame) -> pl.DataFrame:
    """Give for each event the state changes that differ most from other years, all ages."""
    return (
        seam.filter(SHOWN_SEAM)
        .with_columns(size=pl.col("excess").abs())
        .sort("size", descending=True, maintain_order=True)
        .group_by("event", maintain_order=True)
        .head(max(2, min(5, SEAM_ROWS // seam["event"].n_unique())))
        .drop("size")
    )


def draw_seam(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw, at each event, the share that changes state in that month and in other years."""
    chosen = largest_excesses(tables["seam"])
    held = set(chosen["event"])
    events = [e for e in tables["seam"]["event"].unique(maintain_order=True) if e in held]
    counts = [chosen.filter(pl.col("event") == event).height for event in events]
    figure = new_figure(size, 0.8 + sum(0.24 * count + 0.42 for count in counts))
    panels = figure.subplots(len(events), 1, sharex=True, squeeze=False, height_ratios=counts)
    for axes, event in zip(panels[:, 0], events, strict=True):
        part = chosen.filter(pl.col("event") == event)
        y = range(part.height)
        axes.hlines(y, part["rate_other"], part["rate_at_event"], color=MUTED, linewidth=1.0)
        axes.plot(part["rate_other"], y, "o", mfc="#ffffff", mec=ACCENT, ms=5)
        axes.plot(part["rate_at_event"], y, "D", color=CONTRAST, ms=4.2)
        labels = [
            f"{style.look(a).short} → {style.look(b).short}"
            for a, b in part.select("from_state", "to_state").iter_rows()
        ]
        axes.set_yticks(y, labels, fontsize=7.5 if size == "wide" else 6.5)
        for row, excess in enumerate(part["excess"].to_list()):
            axes.text(
                1.01,
                row,
                f"{style.signed(100 * excess)}",
                transform=axes.get_yaxis_transform(),
                va="center",
                fontsize=7.5,
            )
        axes.set_ylim(part.height - 0.5, -0.5)
        # on a phone the title starts above the labels, where there is room for long names
        axes.set_title(style.event(event), fontsize=8, x=0.0 if size == "wide" else -0.55)
        axes.xaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "x")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    panels[-1, 0].set_xlabel(style.word("share_of_from_state"))
    panels[-1, 0].set_xlim(left=0)
    figure.legend(
        [
            Line2D([], [], linestyle="", marker="D", color=CONTRAST, ms=4.2),
            Line2D([], [], linestyle="", marker="o", mfc="#ffffff", mec=ACCENT, ms=5),
        ],
        [f"{style.word('at_event')} ({style.word('right_excess')})", style.word("other_years")],
        loc="outside lower center",
        ncols=2 if size == "wide" else 1,
        labelcolor=INK,
    )
    stamp(figure, style)
    return figure
