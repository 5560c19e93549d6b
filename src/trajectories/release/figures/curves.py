"""Curves over time: cumulative incidence of exits, and Kaplan–Meier."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from trajectories.release.figures.style import (
    DASHES,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
    stamp,
)
from trajectories.release.store import Tables

_EXIT_LOOKS = (
    ("#0b3c6f", "-"),
    ("#d1601f", "-"),
    ("#3f8f3f", DASHES[1]),
    ("#7a5195", DASHES[3]),
    ("#111111", DASHES[2]),
    ("#8a6d1d", DASHES[1]),
    ("#5c5c5c", DASHES[4]),
    ("#2a9d9d", DASHES[3]),
    ("#b0305c", DASHES[2]),
    ("#777777", "-"),
)


def step_line(
    axes: Axes, part: pl.DataFrame, start: float, colour: str, dash: object
) -> tuple[float, float]:
    """Draw one step curve with its interval; return its last point."""
    part = part.sort("time")
    time = np.concatenate([[0], part["time"].to_numpy()])

    def values(column: str) -> np.ndarray:
        return np.concatenate([[start], part[column].to_numpy()])

    axes.fill_between(
        time, values("low"), values("high"), step="post", color=colour, alpha=0.15, linewidth=0
    )
    axes.step(time, values("estimate"), where="post", color=colour, linestyle=dash)
    return float(time[-1]), float(values("estimate")[-1])


def spread(values: list[float], gap: float) -> list[float]:
    """Move labels apart so that neighbours are at least `gap` apart, in the order of values."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed = list(values)
    for lower, upper in zip(order, order[1:], strict=False):
        placed[upper] = max(placed[upper], placed[lower] + gap)
    return placed


def draw_incidence(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the cumulative incidence of each exit, one panel a group."""
    table = tables["cumulative_incidence"]
    groups = style.arrange(table["group"])
    exits = table["exit"].unique(maintain_order=True).to_list()
    if size == "wide":
        figure = new_figure(size, 3.3)
        panels = figure.subplots(1, len(groups), sharex=True, sharey=True, squeeze=False)[0]
    else:
        figure = new_figure(size, 0.8 + 2.5 * len(groups))
        panels = figure.subplots(len(groups), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    top = float(table["high"].max() or 1.0)  # type: ignore[arg-type]
    handles = []
    for number, (axes, group) in enumerate(zip(panels, groups, strict=True)):
        for position, exit_ in enumerate(exits):
            part = table.filter((pl.col("group") == group) & (pl.col("exit") == exit_))
            colour, dash = _EXIT_LOOKS[position % len(_EXIT_LOOKS)]
            if part.height:
                step_line(axes, part, 0.0, colour, dash)
        if len(groups) > 1:
            axes.set_title(style.word(group))
        axes.set(xlim=(0, None), ylim=(0, min(1.0, top * 1.06)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.percent(y)))
        axes.xaxis.set_major_locator(MultipleLocator(12))
        light_grid(axes, "y")
        if size == "wide" or number == len(groups) - 1:
            axes.set_xlabel(style.word("months_since_entry"))
        if size == "narrow" or number == 0:
            axes.set_ylabel(style.word("cumulative_incidence"))
    highest = table.group_by("exit", maintain_order=True).agg(pl.col("estimate").max())
    by_height = highest.sort("estimate", descending=True, nulls_last=True)["exit"].to_list()
    for exit_ in by_height:
        colour, dash = _EXIT_LOOKS[exits.index(exit_) % len(_EXIT_LOOKS)]
        handles += panels[0].plot([], [], color=colour, linestyle=dash, label=style.word(exit_))
    place = "outside right center" if size == "wide" else "outside lower left"
    figure.legend(handles=handles, loc=place, ncols=1 if size == "wide" else 2, handlelength=2.6)
    stamp(figure, style)
    return figure


def draw_kaplan_meier(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share still without an exit, one curve a group."""
    table = tables["kaplan_meier"]
    groups = style.arrange(table["group"])
    figure = new_figure(size, 3.0)
    axes = figure.subplots()
    for number, group in enumerate(groups):
        colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
        step_line(axes, table.filter(pl.col("group") == group), 1.0, colour, dash)
        axes.plot([], [], color=colour, linestyle=dash, label=style.word(group))
    axes.set(xlim=(0, None), ylim=(0, 1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.percent(y)))
    axes.set(xlabel=style.word("periods_since_start"), ylabel=style.word("share_without_exit"))
    light_grid(axes, "y")
    if len(groups) > 1:
        figure.legend(loc="outside lower center", ncols=min(3, len(groups)), handlelength=2.6)
    stamp(figure, style)
    return figure
