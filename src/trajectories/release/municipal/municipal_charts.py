"""Figures of municipalities: funnels of chance, and rates over calendar time."""

import math
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trajectories.reform import funnel_limits
from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.charts.breaks import list_breaks, mark_breaks
from trajectories.release.municipal.municipal_rates import (
    RATES,
    known_rates,
    places_of,
    rates_by_side,
    rates_by_year,
)
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    DASHES,
    INK,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import Tables
from trajectories.words import _

LEVELS: tuple[tuple[float, Any], ...] = ((0.95, DASHES[1]), (0.998, "-"))
"""Limits of chance: how many of a hundred or a thousand municipalities alike lie inside."""
MOST_LABELLED = 20
"""With more municipalities than this, only those outside the wider limits are named."""
LINES = ("jobs", "exits", "entries", "changes", "caseload")
OTHERS = "#9db4cc"
"""Colour of the lines and dots of other municipalities."""
SIDES = {"before": _("Before the reform"), "after": _("After the reform")}


def draw_funnels(
    tables: Tables, style: Style, size: Size, name: str = "jobs", own: str | None = None
) -> Figure:
    """Draw a rate against its size, with the limits of chance, before and after the reform.

    Args:
        tables: the released tables.
        style: look and language.
        size: wide or narrow.
        name: the rate.
        own: a municipality that is marked.
    """
    table = rates_by_side(tables, name, style.study.reform_month[0])
    wide = size == "wide"
    figure = new_figure(size, 2.8 if wide else 5.0)
    shape = (1, 2) if wide else (2, 1)
    both = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).flat
    for axes, (side, words) in zip(both, SIDES.items(), strict=True):
        part = table.filter(pl.col("side") == side)
        axes.set_title(style.say(words))
        _draw_funnel(axes, part.drop_nulls("rate"), style, own)
        axes.set_xlabel(style.say(_("months on support")))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x)))
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "y")
        if wide and side == "after":
            continue
        axes.set_ylabel(style.say(RATES[name].label))
    handles = [Line2D([], [], color=INK, linewidth=0.8)]
    handles += [Line2D([], [], color=MUTED, linestyle=dash) for _level, dash in LEVELS]
    shares = ["95", style.plain(99.8)]
    labels = [style.say(_("all municipalities together"))]
    labels += [style.say(_("{share} % of municipalities alike"), share=share) for share in shares]
    figure.legend(handles, labels, loc="outside lower center", ncols=3 if wide else 1)
    return figure


def _draw_funnel(axes: Axes, part: pl.DataFrame, style: Style, own: str | None) -> None:
    whole = part.filter(pl.col("municipality") == ALL)
    places = part.filter(pl.col("municipality") != ALL)
    if whole.is_empty() or places.is_empty():
        return
    rate = min(1.0, whole["rate"].item())
    below = places["below"].to_numpy()
    sizes = np.unique(np.linspace(0.5 * below.min(), 1.08 * below.max(), 200).astype(np.int64))
    sizes = sizes[sizes > 0]
    axes.axhline(rate, color=INK, linewidth=0.8)
    outside = set()
    for level, dash in LEVELS:
        limits = funnel_limits(rate, sizes, confidence=level)
        for bound in ("low", "high"):
            axes.plot(limits["total"], limits[bound], color=MUTED, linewidth=0.8, linestyle=dash)
        own_limits = funnel_limits(rate, below, confidence=level)
        out = (places["above"] < own_limits["low_count"]) | (
            places["above"] > own_limits["high_count"]
        )
        outside = set(places["municipality"].filter(out))
    # All dots, the marked one beneath its diamond: they are the same in the figures of all
    # municipalities, so that a page holds them once.
    colour = ACCENT if own is None else OTHERS
    axes.plot(below, places["rate"].to_numpy(), "o", color=colour, ms=4)
    for place, size, value in places.select("municipality", "below", "rate").iter_rows():
        mine = place == own
        if mine:
            axes.plot(size, value, "D", color=CONTRAST, ms=5)
        if mine or (own is None and (places.height <= MOST_LABELLED or place in outside)):
            axes.annotate(
                style.word(place),
                (size, value),
                xytext=(4, 3),
                textcoords="offset points",
                fontsize=6,
                color=INK,
            )


def draw_years(tables: Tables, style: Style, size: Size, own: str | None = None) -> Figure:
    """Draw the rates of each year, with the breaks in the series.

    Args:
        tables: the released tables.
        style: look and language.
        size: wide or narrow.
        own: a municipality that is drawn thick; all others are thin.
    """
    names = [name for name in LINES if name in known_rates(tables)]
    first, last = 0.0, 0.0
    wide = size == "wide"
    columns = 2 if wide else 1
    # One more panel than rates: it names the breaks.
    rows = math.ceil((len(names) + 1) / columns)
    figure = new_figure(size, 0.5 + 1.75 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    shift = (style.study.reform_month[1] - 1) / 12
    for axes, name in zip(grid.flat, names, strict=False):
        table = rates_by_year(tables, name)
        lines = {
            str(place): _line(part, shift)
            for (place,), part in table.group_by("municipality", maintain_order=True)
        }
        # One line with gaps, the same in the figures of all municipalities.
        thin = [lines[place] for place in places_of(tables) if place in lines]
        gap = [math.nan]
        x = [when for line, _rates in thin for when in line + gap]
        y = [rate for _line, rates in thin for rate in rates + gap]
        axes.plot(x, y, color=OTHERS, linewidth=0.7, marker=".", markersize=1.5)
        for place, colour, dash in (
            (own, CONTRAST, "-"),
            (ALL, INK, "-" if own is None else DASHES[1]),
        ):
            if place in lines:
                look = {"color": colour, "linestyle": dash, "linewidth": 1.6, "markersize": 3}
                axes.plot(*lines[place], marker=".", zorder=3, **look)
        axes.set_title(style.say(RATES[name].label), fontsize=7.5)
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
        if RATES[name].percent:
            axes.yaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "y")
        first, last = axes.get_xlim()
        mark_breaks(axes, style, first, last, named=False)
        axes.set_xlim(first, last)
    left, *others = list(grid.flat)[len(names) :]
    list_breaks(left, style, first, last)
    for axes in others:
        axes.set_axis_off()
    handles = [
        Line2D([], [], color=INK, linestyle="-" if own is None else DASHES[1]),
        Line2D([], [], color=OTHERS),
    ]
    labels = [style.say(_("all municipalities together")), style.say(_("one municipality"))]
    if own is not None:
        handles.insert(0, Line2D([], [], color=CONTRAST, linewidth=1.6))
        labels = [style.word(own), labels[0], style.say(_("another municipality"))]
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _line(part: pl.DataFrame, shift: float) -> tuple[list[float], list[float]]:
    """Return the middle of each year and its rate; NaN where it was withheld."""
    found = sorted(
        (int(year) + shift + 0.5, math.nan if rate is None else rate)
        for year, rate in part.select("year", "rate").iter_rows()
    )
    return [when for when, _rate in found], [rate for _when, rate in found]
