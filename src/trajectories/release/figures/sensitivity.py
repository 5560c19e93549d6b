"""How changes come about, what a departure does to colleagues, and the selection curve."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trajectories.release.model_rows import find
from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    DASHES,
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

NO_CHANGE = "no change (matched months)"
SHOWN_OUTCOMES = (
    "job",
    "education",
    "upgrade to job-ready",
    "entry to activation",
    "disability_pension",
    "still on support",
)


def shown_outcomes(event: str) -> tuple[str, ...]:
    """The outcomes of changes that are shown, the run's own outcome first."""
    return tuple(dict.fromkeys((event, *SHOWN_OUTCOMES)))


def draw_change_rates(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of those at risk with a new caseworker by calendar month and by duration."""
    wide = size == "wide"
    figure = new_figure(size, 2.6 if wide else 4.6)
    rows, columns = (1, 2) if wide else (2, 1)
    ratios = [2.2, 1] if wide else None
    left, right = figure.subplots(rows, columns, squeeze=False, width_ratios=ratios).flat
    table = tables["changes_by_month"].sort("month").drop_nulls("rate")
    year = table["month"].str.slice(0, 4).cast(pl.Int64)
    when = (year + (table["month"].str.slice(5, 2).cast(pl.Int64) - 1) / 12).to_numpy()
    left.vlines(when, 0, table["rate"], color=MUTED, linewidth=1.0)
    left.plot(when, table["rate"], "o", color=ACCENT, ms=2.2)
    left.set(ylabel=style.word("changes_a_month"), xlabel=style.word("calendar_month"))
    left.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    bands = tables["change_hazard"].drop_nulls("rate")
    x = np.arange(bands.height)
    right.vlines(x, bands["rate_low"], bands["rate_high"], color=CONTRAST, linewidth=1.3)
    right.plot(x, bands["rate"], "D", color=CONTRAST, ms=4)
    right.set_xticks(x, [style.word(band) for band in bands["duration"]])
    right.set_xlabel(style.word("months_at_risk"))
    for axes in (left, right):
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "y")
    stamp(figure, style)
    return figure


def draw_after_changes(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share that comes to each outcome within a year of a change, by cause."""
    table = tables["after_changes"].drop_nulls("share")
    known = set(table.filter(pl.col("cause") != NO_CHANGE)["outcome"])
    outcomes = [name for name in shown_outcomes(style.study.event) if name in known]
    shown = table.filter(pl.col("outcome").is_in(outcomes))
    causes = [cause for cause in style.arrange(shown["cause"]) if cause != NO_CHANGE]
    columns = max(1, min(len(outcomes), 3 if size == "wide" else 1))
    rows = max(1, -(-len(outcomes) // columns))
    figure = new_figure(size, 0.5 + rows * (0.5 + 0.17 * len(causes)))
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    flat = list(grid.flat)
    for axes in flat[len(outcomes) :]:
        axes.set_axis_off()
    for axes, outcome in zip(flat, outcomes, strict=False):
        shares = dict(table.filter(pl.col("outcome") == outcome).select("cause", "share").rows())
        if NO_CHANGE in shares:
            axes.axvline(shares[NO_CHANGE], color=CONTRAST, linestyle=DASHES[1], linewidth=1.0)
        for y, cause in enumerate(causes):
            if cause in shares:
                axes.plot([shares.get(NO_CHANGE, 0), shares[cause]], [y, y], color=RULE, lw=1.2)
                axes.plot(shares[cause], y, "o", color=ACCENT, ms=4)
        axes.set_title(style.word(outcome), fontsize=7.5)
        axes.set_yticks(range(len(causes)), [style.word(cause) for cause in causes])
        axes.set_ylim(len(causes) - 0.5, -0.5)
        axes.set_xlim(0, 1.08 * max(shares.values()) or 1)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "x")
    handles = [Line2D([], [], color=CONTRAST, linestyle=DASHES[1], linewidth=1.0)]
    figure.legend(handles, [style.word("matched_without_change")], loc="outside lower center")
    stamp(figure, style)
    return figure


def draw_caseloads(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the clients of remaining colleagues by month around a departure."""
    table = tables["caseloads"].drop_nulls("mean_caseload").sort("lag")
    figure = new_figure(size, 2.2)
    axes = figure.subplots()
    axes.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=":")
    axes.plot(table["lag"], table["mean_caseload"], "o-", color=ACCENT, ms=4, linewidth=0.9)
    axes.set_ylim(0, 1.1 * max(table["mean_caseload"], default=1.0))
    axes.set(xlabel=style.word("months_from_departure"), ylabel=style.word("clients_of_colleagues"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.plain(y)))
    light_grid(axes, "y")
    stamp(figure, style)
    return figure


def draw_selection_curve(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the association that selection alone makes, by its strength, beside the found one."""
    table = tables["selection_curve"].with_columns(pl.col("strength").cast(pl.Float64))
    kinds = table["selective"].unique(maintain_order=True).to_list()
    figure = new_figure(size, 3.0 if size == "wide" else 3.6)
    axes = figure.subplots()
    axes.axhline(1.0, color=MUTED, linewidth=0.8)
    for number, kind in enumerate(kinds):
        part = table.filter(pl.col("selective") == kind).drop_nulls("association")
        axes.plot(
            part["strength"],
            part["association"],
            color=SERIES[number],
            marker=MARKERS[number],
            linestyle=DASHES[number],
            label=style.word(kind),
        )
    last = table.filter(pl.col("selective") == kinds[-1]).drop_nulls("departures")
    if last.height:
        axes.plot(
            last["strength"],
            last["departures"],
            color=SERIES[2],
            marker=MARKERS[2],
            linestyle=DASHES[2],
            label=style.word("departures_no_effect"),
        )
    found = find(tables["models"], "association", "changes") if "models" in tables else None
    if found is not None and found["hazard_ratio"] is not None:
        axes.axhline(
            found["hazard_ratio"],
            color=CONTRAST,
            ls=DASHES[4],
            lw=1,
            label=style.word("found_here"),
        )
        if found["low"] is not None and found["high"] is not None:
            axes.axhspan(found["low"], found["high"], color=CONTRAST, alpha=0.1, linewidth=0)
    axes.set(xlabel=style.word("selection_strength"), ylabel=style.word("hazard_ratio"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.plain(x)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.number(y, 2)))
    light_grid(axes, "y")
    figure.legend(loc="outside lower center", ncols=2 if size == "wide" else 1)
    stamp(figure, style)
    return figure
