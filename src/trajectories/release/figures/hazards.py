"""Hazards: by duration, around exits, and hazard ratios beside the planted truth."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from trajectories.release.model_rows import headline_rows
from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    DASHES,
    INK,
    MARKERS,
    MUTED,
    PLANTED,
    RULE,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
    stamp,
)

_RATIO_TICKS = (
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    1.0,
    1.1,
    1.25,
    1.5,
    2.0,
    3.0,
    5.0,
    10.0,
)


def draw_hazard_by_duration(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw monthly job hazards by duration band and exposure with 95 % intervals."""
    table = tables["hazard_by_duration"]
    bands = table["duration"].unique(maintain_order=True).to_list()
    exposures = table.drop_nulls("hazard")["exposure"].unique(maintain_order=True).to_list()
    figure = new_figure(size, 2.9)
    axes = figure.subplots()
    shift = np.linspace(-0.16, 0.16, len(exposures)) if len(exposures) > 1 else [0.0]
    for number, exposure in enumerate(exposures):
        part = table.filter(pl.col("exposure") == exposure).drop_nulls("hazard")
        x = np.array([bands.index(band) for band in part["duration"]]) + shift[number]
        axes.vlines(x, part["hazard_low"], part["hazard_high"], color=SERIES[number], lw=1.2)
        axes.plot(
            x,
            part["hazard"],
            color=SERIES[number],
            marker=MARKERS[number],
            linestyle=DASHES[number],
            linewidth=0.9,
            markerfacecolor="#ffffff" if number == 1 else SERIES[number],
            label=style.word(exposure),
        )
    axes.set_xticks(range(len(bands)), bands)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.set(xlabel=style.word("months_at_risk"), ylabel=style.study.hazard)
    light_grid(axes, "y")
    if len(exposures) > 1:
        figure.legend(loc="outside lower center", ncols=len(exposures))
    stamp(figure, style)
    return figure


def draw_exit_months(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share with a change in the months up to an exit and in matched months."""
    table = tables["exit_months"].sort("lag")
    figure = new_figure(size, 2.5)
    axes = figure.subplots()
    for name, colour, marker, shift in (
        ("exit", CONTRAST, "D", -0.07),
        ("matched", ACCENT, "o", 0.07),
    ):
        share = f"{name}_share"
        part = table.drop_nulls(share)
        x = part["lag"].to_numpy() + shift
        axes.vlines(x, part[f"{share}_low"], part[f"{share}_high"], color=colour, linewidth=1.3)
        axes.plot(
            x,
            part[share],
            color=colour,
            marker=marker,
            linestyle="-" if name == "exit" else DASHES[1],
            linewidth=0.9,
            markerfacecolor=colour if name == "exit" else "#ffffff",
            label=style.word(f"{name}_months"),
        )
    lags = table["lag"].to_list()
    labels = [style.word("exit_month") if lag == 0 else f"{lag}".replace("-", "−") for lag in lags]
    axes.set_xticks(lags, labels)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.set(xlabel=style.word("months_before_exit"), ylabel=style.word("share_with_change"))
    light_grid(axes, "y")
    figure.legend(loc="outside lower center", ncols=2)
    stamp(figure, style)
    return figure


def draw_forest(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw hazard ratios with 95 % intervals beside the planted truth, on a log scale."""
    table = headline_rows(tables["models"]).drop_nulls(["hazard_ratio", "low", "high"])
    figure = new_figure(size, 0.85 + (0.3 if size == "wide" else 0.5) * table.height)
    axes = figure.subplots()
    y = np.arange(table.height)
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    axes.hlines(y, table["low"], table["high"], color=ACCENT, linewidth=1.6)
    axes.plot(table["hazard_ratio"], y, "s", color=ACCENT, ms=5)
    planted = table.select("planted").with_row_index("y").drop_nulls()
    for row, truth in planted.select("y", "planted").iter_rows():
        axes.plot([truth, truth], [row - 0.2, row + 0.36], color=PLANTED, lw=1.6, ls=DASHES[2])
    axes.set_xscale("log")
    low = min([*table["low"].drop_nulls().to_list(), *planted["planted"].to_list(), 0.9])
    high = max([*table["high"].drop_nulls().to_list(), *planted["planted"].to_list(), 1.1])
    axes.set_xlim(low * 0.95, high * 1.05)
    ticks = [tick for tick in _RATIO_TICKS if low * 0.95 <= tick <= high * 1.05]
    while len(ticks) > (7 if size == "wide" else 4):
        ticks = [tick for i, tick in enumerate(ticks) if i % 2 == ticks.index(1.0) % 2]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x, 2)))
    labels = [style.model(row) for row in table.iter_rows(named=True)]
    texts = [
        f"{style.ratio(hr)} ({style.ratio(lo)}–{style.ratio(hi)})"
        for hr, lo, hi in table.select("hazard_ratio", "low", "high").iter_rows()
    ]
    if size == "wide":
        axes.set_yticks(y, labels)
        right = axes.secondary_yaxis("right")
        right.set_yticks(y, texts)
        right.tick_params(length=0)
        right.spines["right"].set_visible(False)
    else:
        axes.set_yticks([])
        for row, label, text in zip(y, labels, texts, strict=True):
            axes.text(
                0.0, row - 0.3, f"{label}: {text}", transform=axes.get_yaxis_transform(), fontsize=7
            )
    axes.set_ylim(table.height - 0.5, -0.62)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=RULE)
    axes.set_xlabel(style.study.log_ratio)
    handles = [Line2D([], [], color=ACCENT, marker="s", ms=5)]
    names = [style.word("estimate_95")]
    if planted.height:
        handles.append(Line2D([], [], color=PLANTED, linestyle=DASHES[2], linewidth=1.6))
        names.append(style.word("planted_truth"))
    figure.legend(handles, names, loc="outside lower center", ncols=2, labelcolor=INK)
    stamp(figure, style)
    return figure
