"""Checks of the headline: the months around departures, and the specification curve."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
    stamp,
)

AGAINST_OTHERS = "against other clients"
LAST_LEAD = -4
TICKS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)


def _log_axis(axes: Axes, style: Style, low: float, high: float) -> None:
    """A log axis of hazard ratios with ticks that can be read."""
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_yticks([tick for tick in TICKS if low <= tick <= high])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.number(y, 2)))
    axes.axhline(1.0, color=MUTED, linewidth=0.8)


def draw_event_study(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw hazard ratios by month around a departure, against other clients."""
    table = (
        tables["event_study"]
        .filter(pl.col("contrast") == AGAINST_OTHERS)
        .drop_nulls(["hazard_ratio", "low", "high"])
        .sort("lag")
    )
    figure = new_figure(size, 2.8)
    axes = figure.subplots()
    _log_axis(axes, style, 0.25, 4.0)
    axes.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=":")
    axes.axvspan(-12.5, LAST_LEAD + 0.5, color=MUTED, alpha=0.12, linewidth=0)
    for early, colour, marker, key in (
        (True, CONTRAST, "D", "before_departure"),
        (False, ACCENT, "o", "from_notice_on"),
    ):
        part = table.filter((pl.col("lag") <= LAST_LEAD) == early)
        x = part["lag"].to_numpy()
        low, high = (np.clip(part[name].to_numpy(), 0.25, 4.0) for name in ("low", "high"))
        axes.vlines(x, low, high, color=colour, linewidth=1.2)
        axes.plot(x, part["hazard_ratio"], marker, color=colour, ms=4, label=style.word(key))
    axes.set(xlabel=style.word("months_from_departure"), ylabel=style.study.log_ratio)
    light_grid(axes, "y")
    figure.legend(loc="outside lower center", ncols=2)
    stamp(figure, style)
    return figure


def draw_specifications(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the headline's hazard ratio under every specification, sorted."""
    table = (
        tables["designs"]
        .filter(pl.col("family") == "specification")
        .drop_nulls(["hazard_ratio", "low", "high"])
        .sort("hazard_ratio", "design")
    )
    figure = new_figure(size, 0.9 + 0.22 * max(table.height, 3))
    axes = figure.subplots()
    y = np.arange(table.height)
    main = (table["design"] == "headline").to_numpy()
    for chosen, colour in ((~main, ACCENT), (main, CONTRAST)):
        axes.hlines(
            y[chosen],
            table["low"].to_numpy()[chosen],
            table["high"].to_numpy()[chosen],
            color=colour,
            linewidth=1.4,
        )
        axes.plot(table["hazard_ratio"].to_numpy()[chosen], y[chosen], "o", color=colour, ms=4)
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    axes.set_yticks(y, [style.word(name) for name in table["design"]])
    axes.set_ylim(table.height - 0.5, -0.5)
    axes.set_xlabel(style.study.ratio.capitalize())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x, 2)))
    light_grid(axes, "x")
    stamp(figure, style)
    return figure
