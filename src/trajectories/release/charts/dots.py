"""Rows of dots, one mark a group."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.style import MARKERS, SERIES, Style, light_grid


def draw_dots(
    axes: Axes,
    table: pl.DataFrame,
    by: str,
    keys: list[int] | list[str],
    groups: list[str],
    labels: list[str],
    style: Style,
) -> None:
    """Draw one line of dots a key, one mark a group; what is withheld has none."""
    for number, group in enumerate(groups):
        rows = table.filter(pl.col("group") == group).drop_nulls("share")
        shift = 0.2 * (number - (len(groups) - 1) / 2)
        axes.plot(
            rows["share"].to_numpy(),
            [keys.index(key) + shift for key in rows[by]],
            linestyle="",
            marker=MARKERS[number % len(MARKERS)],
            color=SERIES[number % len(SERIES)],
            markersize=4.2,
        )
    axes.set_yticks(range(len(keys)), labels, fontsize=6.5)
    axes.set_ylim(len(keys) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.margins(x=0.08)
    axes.xaxis.set_major_formatter(style.percent_ticks())
    light_grid(axes, "x")
    axes.tick_params(axis="y", length=0)


def group_legend(figure: Figure, groups: list[str], style: Style) -> None:
    """Name the groups of `draw_dots` under the figure."""
    handles = [
        Line2D([], [], linestyle="", marker=MARKERS[i % 5], color=SERIES[i % 5], ms=4.2)
        for i in range(len(groups))
    ]
    labels = [style.word(group) for group in groups]
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(groups), 4))
