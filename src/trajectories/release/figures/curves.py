"""Curves over time: cumulative incidence of exits, and Kaplan–Meier."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trajectories.release.store import Tables
from trajectories.release.style import (
    DASHES,
    SERIES,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
    stamp,
)

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
    ("#0b3c6f", DASHES[2]),
    ("#d1601f", DASHES[4]),
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


def with_bands(part: pl.DataFrame, critical: float) -> pl.DataFrame:
    """Replace the pointwise bounds by those of a band, on the complementary log-log scale.

    Args:
        part: one curve: time, estimate, se, low, high.
        critical: standard errors to either side.
    """
    share, se = (part[name].cast(pl.Float64).to_numpy() for name in ("estimate", "se"))
    inside = (share > 0) & (share < 1)
    left = np.where(inside, 1 - share, 0.5)
    power = np.where(inside, critical * se / (left * np.log(left)), 0.0)
    low, high = (np.where(inside, 1 - left ** np.exp(sign * power), share) for sign in (1, -1))
    return part.with_columns(low=pl.Series(low), high=pl.Series(high))


def draw_incidence(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the cumulative incidence of each exit, one panel a group."""
    table = tables["cumulative_incidence"]
    groups = style.arrange(table["group"])
    exits = table["exit"].unique(maintain_order=True).to_list()
    columns = 3 if size == "wide" else 2
    rows = -(-len(groups) // columns)
    legend_height = 0.0 if size == "wide" else 0.09 * len(exits)
    each = {"wide": 2.9 if rows == 1 else 2.0, "narrow": 1.75}[size]
    figure = new_figure(size, 0.5 + each * rows + legend_height)
    grid = panels(figure, len(groups), columns)
    critical: dict[tuple[str, str], float] = {}
    if "incidence_bands" in tables:
        known = tables["incidence_bands"].drop_nulls("critical")
        critical = {(r["group"], r["exit"]): r["critical"] for r in known.iter_rows(named=True)}
    top = max(table["high"].drop_nulls().to_list())
    handles = []
    for number, (axes, group) in enumerate(zip(grid, groups, strict=True)):
        for position, exit_ in enumerate(exits):
            part = table.filter((pl.col("group") == group) & (pl.col("exit") == exit_))
            colour, dash = _EXIT_LOOKS[position % len(_EXIT_LOOKS)]
            if (group, exit_) in critical:
                part = with_bands(part, critical[group, exit_])
            if part.height:
                step_line(axes, part, 0.0, colour, dash)
        if len(groups) > 1:
            axes.set_title(style.word(group))
        axes.set(xlim=(0, None), ylim=(0, min(1.0, top * 1.06)))
        axes.yaxis.set_major_formatter(style.percent_ticks())
        axes.xaxis.set_major_locator(
            MaxNLocator(nbins=5, steps=[1, 1.2, 2.4, 3, 6, 10], integer=True)
        )
        light_grid(axes, "y")
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("months_since_entry"))
        if number % columns == 0:
            axes.set_ylabel(style.word("cumulative_incidence"))
    highest = table.group_by("exit", maintain_order=True).agg(pl.col("estimate").max())
    by_height = highest.sort("estimate", descending=True, nulls_last=True)["exit"].to_list()
    for exit_ in by_height:
        colour, dash = _EXIT_LOOKS[exits.index(exit_) % len(_EXIT_LOOKS)]
        handles += grid[0].plot([], [], color=colour, linestyle=dash, label=style.word(exit_))
    if size == "wide":
        figure.legend(handles=handles, loc="outside right center", handlelength=2.6)
    else:
        figure.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=2.2)
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
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.set(xlabel=style.word("periods_since_start"), ylabel=style.word("share_without_exit"))
    light_grid(axes, "y")
    if len(groups) > 1:
        figure.legend(loc="outside lower center", ncols=min(3, len(groups)), handlelength=2.6)
    stamp(figure, style)
    return figure
