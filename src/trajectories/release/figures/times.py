"""Mean time in each state, modal states, and rates of transition, by group."""

import numpy as np
import polars as pl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from trajectories.release.figures.chronograms import state_legend
from trajectories.release.gate.derive import NORMAL_95
from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    INK,
    MARKERS,
    MUTED,
    RULE,
    SERIES,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
    stamp,
)

SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#bcd3e6", ACCENT])
STRONGEST = 0.15
"""The rate of transition a month from which a cell has the darkest shade."""


def draw_mean_times(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the mean months in each state with 95 % intervals, one mark a group."""
    table = tables["mean_times"].drop_nulls(["mean_months", "se"])
    states = style.order(table["state"].to_list())[::-1]
    groups = style.arrange(table["group"])
    figure = new_figure(size, 0.9 + 0.26 * len(states) * (1 if size == "wide" else 1.15))
    axes = figure.subplots()
    for number, group in enumerate(groups):
        rows = table.filter(pl.col("group") == group)
        shift = 0.22 * (number - (len(groups) - 1) / 2)
        axes.errorbar(
            rows["mean_months"].to_numpy(),
            [states.index(state) - shift for state in rows["state"]],
            xerr=NORMAL_95 * rows["se"].to_numpy(),
            fmt=MARKERS[number % len(MARKERS)],
            color=SERIES[number % len(SERIES)],
            markersize=3.8,
            elinewidth=1.2,
        )
    axes.set_yticks(range(len(states)), [style.look(state, states).label for state in states])
    axes.set(ylim=(-0.6, len(states) - 0.4), xlabel=style.word("mean_months"))
    axes.set_xlim(left=0)
    light_grid(axes, "x")
    handles = [
        Line2D([], [], linestyle="", marker=MARKERS[i % 5], color=SERIES[i % 5], ms=4)
        for i in range(len(groups))
    ]
    labels = [style.word(group) for group in groups]
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(groups), 4))
    stamp(figure, style)
    return figure


def modal_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return the commonest published state of each group and month: group, position, state, share.

    Ties go to the state that the table lists first.
    """
    return (
        table.drop_nulls("weight")
        .sort("weight", descending=True, maintain_order=True)
        .group_by("group", "position", maintain_order=True)
        .first()
        .select("group", "position", "state", share=pl.col("weight") / pl.col("total_weight"))
        .sort("group", "position")
    )


def draw_modal_states(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the commonest state of each month, as high as its share."""
    table = tables["state_distribution"]
    groups = style.arrange(table["group"])
    rows = modal_rows(table)
    states = style.order(rows["state"].to_list())
    columns = 3 if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 0.6 + 1.8 * lines + (0 if size == "wide" else 0.1 * len(states)))
    for number, (axes, group) in enumerate(
        zip(panels(figure, len(groups), columns), groups, strict=True)
    ):
        own = rows.filter(pl.col("group") == group)
        looks = [style.look(state, states) for state in own["state"]]
        axes.bar(
            own["position"],
            own["share"],
            width=1.0,
            color=[look.colour for look in looks],
            hatch=[look.hatch for look in looks],
            edgecolor="#ffffff",
            linewidth=0.3,
        )
        months = max(table["position"].to_list())
        axes.set(title=style.word(group), ylim=(0, 1), xlim=(0.5, months + 0.5))
        axes.xaxis.set_major_locator(MultipleLocator(6 if months <= 36 else 12))
        axes.yaxis.set_major_locator(MultipleLocator(0.5))
        axes.yaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "y")
        axes.set_axisbelow(True)
        if number % columns == 0:
            axes.set_ylabel(style.word("share_of_windows"))
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, states, style, size, gap=False)
    stamp(figure, style)
    return figure


def rate_matrix(panel: pl.DataFrame, states: list[str]) -> np.ndarray:
    """Lay one group's rates out from × to; what is withheld is NaN."""
    place = {state: number for number, state in enumerate(states)}
    rates = np.full((len(states), len(states)), np.nan)
    for origin, target, rate in panel.select("from_state", "to_state", "rate").iter_rows():
        rates[place[origin], place[target]] = np.nan if rate is None else rate
    return rates


def draw_transitions(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the monthly rates of transition from row to column, one panel a group."""
    table = tables["transitions"]
    groups = style.arrange(table["group"])
    states = style.order([*table["from_state"], *table["to_state"]])
    columns = min(len(groups), 3) if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 1.2 + (2.5 if size == "wide" else 2.6) * lines)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    short = [style.look(state, states).short for state in states]
    font = 4.8 if size == "wide" else 5.0
    for axes in list(grid.flat)[len(groups) :]:
        axes.set_axis_off()
    for number, (axes, group) in enumerate(zip(grid.flat, groups, strict=False)):
        rates = rate_matrix(table.filter(pl.col("group") == group), states)
        moves = np.where(np.eye(len(states), dtype=bool), 0.0, np.nan_to_num(rates))
        axes.imshow(moves, cmap=SHADES, vmin=0, vmax=STRONGEST, aspect="auto")
        for (row, column), rate in np.ndenumerate(rates):
            if np.isfinite(rate) and round(100 * rate) >= 1:
                dark = row != column and rate > 0.7 * STRONGEST
                colour = "#ffffff" if dark else MUTED if row == column else INK
                text = style.number(100 * rate)
                axes.text(column, row, text, ha="center", va="center", fontsize=font, color=colour)
            elif not np.isfinite(rate):
                axes.text(column, row, "·", ha="center", va="center", fontsize=5, color=RULE)
        axes.set_title(style.word(group))
        axes.set_xticks(range(len(states)), short, rotation=90, fontsize=6)
        axes.set_yticks(range(len(states)), short, fontsize=6)
        axes.tick_params(length=0, labelbottom=is_lowest(number, len(groups), columns))
        axes.spines[:].set_visible(False)
    figure.supxlabel(style.word("to_state"), fontsize=7.5)
    figure.supylabel(style.word("from_state"), fontsize=7.5)
    stamp(figure, style)
    return figure
