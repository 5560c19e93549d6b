"""Bars: the fate of the rows, and caseworker changes by cause."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    INK,
    Size,
    Style,
    light_grid,
    new_figure,
    stamp,
)

_FATES = (("used", "#0b3c6f", ""), ("merged", "#8cc4e8", "////"), ("rejected", "#d1601f", ""))


def row_fates(accounting: pl.DataFrame) -> pl.DataFrame:
    """Sum released rows by input table and fate: table, read, used, merged, rejected."""
    steps = ("read", "used", "merged", "rejected")
    return accounting.group_by("table", maintain_order=True).agg(
        pl.col("rows").filter(pl.col("step") == step).sum().alias(step) for step in steps
    )


def draw_rows(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw for each input table which share of its rows was used, merged and rejected."""
    fates = row_fates(tables["accounting"])
    figure = new_figure(size, 1.15 + 0.34 * fates.height)
    axes = figure.subplots()
    for y, row in enumerate(fates.iter_rows(named=True)):
        whole = max(1, sum(row[fate] for fate, *_ in _FATES))
        left = 0.0
        for fate, colour, hatch in _FATES:
            width = row[fate] / whole
            axes.barh(
                y, width, left=left, height=0.56, color=colour, hatch=hatch, edgecolor="#ffffff"
            )
            left += width
        axes.text(1.015, y, style.number(row["read"]), va="center", fontsize=7.5, color=INK)
    axes.text(1.015, -0.75, style.word("rows_read"), va="center", fontsize=7, fontweight="bold")
    axes.set_yticks(range(fates.height), [style.word(name) for name in fates["table"]])
    axes.set(xlim=(0, 1.0), ylim=(fates.height - 0.5, -1.0))
    axes.xaxis.set_major_formatter(style.percent_ticks())
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(style.word("share_of_rows"))
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="#ffffff", label=style.word(fate))
        for fate, colour, hatch in _FATES
    ]
    columns = 3 if size == "wide" else 2
    figure.legend(handles=handles, loc="outside lower center", ncols=columns)
    stamp(figure, style)
    return figure


def draw_causes(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw caseworker changes by cause, the commonest first."""
    table = tables["changes_by_cause"].filter(pl.col("changes").is_not_null())
    table = table.sort("changes", descending=True, maintain_order=True)
    figure = new_figure(size, 0.75 + 0.27 * table.height)
    axes = figure.subplots()
    axes.barh(range(table.height), table["changes"], height=0.62, color=ACCENT)
    for y, (changes, share) in enumerate(table.select("changes", "share").iter_rows()):
        text = f" {style.number(changes)}" + (f" ({style.percent(share)})" if share else "")
        axes.text(changes, y, text, va="center", fontsize=7.5)
    axes.set_yticks(range(table.height), [style.word(cause) for cause in table["cause"]])
    axes.invert_yaxis()
    axes.set_xlim(0, max(table["changes"].to_list()) * (1.22 if size == "wide" else 1.6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x)))
    axes.locator_params(axis="x", nbins=6 if size == "wide" else 3)
    light_grid(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(style.word("changes"))
    stamp(figure, style)
    return figure
