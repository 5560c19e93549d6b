"""Whole courses: the commonest sequences, paths through the states, and stripes of like courses."""

import itertools
import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.figures.chronograms import state_legend
from trajectories.release.store import Tables
from trajectories.release.style import (
    ACCENT,
    MUTED,
    SERIES,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
    stamp,
)

_SPELL = re.compile(r"(.+?)/(\d+)(?:-|$)")


def spells_of(sequence: str) -> list[tuple[str, int]]:
    """Read a sequence written as `A/3-B/21`."""
    return [(state, int(duration)) for state, duration in _SPELL.findall(sequence)]


def draw_sequences(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the commonest sequences of each group, as high as they are frequent."""
    table = tables["common_sequences"].drop_nulls("windows").sort("group", "rank")
    groups = style.arrange(table["group"])
    spells = [spells_of(sequence) for sequence in table["sequence"]]
    states = style.order(state for sequence in spells for state, _ in sequence)
    columns = 3 if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 0.7 + 2.2 * lines + (0 if size == "wide" else 0.1 * len(states)))
    grid = panels(figure, len(groups), columns)
    longest = sum(duration for _, duration in spells[0]) if spells else 1
    tallest = max(table.group_by("group").agg(pl.col("windows").sum())["windows"], default=1)
    for number, (axes, group) in enumerate(zip(grid, groups, strict=True)):
        top = 0.0
        rows = table.filter(pl.col("group") == group)
        for sequence, windows in rows.select("sequence", "windows").iter_rows():
            left = 0.5
            for state, duration in spells_of(sequence):
                look = style.look(state, states)
                axes.barh(
                    top + windows / 2,
                    duration,
                    left=left,
                    height=windows,
                    color=look.colour,
                    hatch=look.hatch or None,
                    edgecolor="#ffffff",
                    linewidth=0.4,
                )
                left += duration
            top += windows
        axes.set(title=style.word(group), xlim=(0.5, longest + 0.5), ylim=(tallest, 0))
        axes.xaxis.set_major_locator(MultipleLocator(6 if longest <= 36 else 12))
        if number % columns == 0:
            axes.set_ylabel(style.word("windows_cumulated"))
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, states, style, size, gap=False)
    stamp(figure, style)
    return figure


def draw_paths(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the commonest orders of states as lines, as wide as they are frequent."""
    table = tables["common_paths"].drop_nulls("windows").sort("group", "rank")
    groups = style.arrange(table["group"])
    paths = [path.split(">") for path in table["path"]]
    states = style.order(state for path in paths for state in path)[::-1]
    steps = max((len(path) for path in paths), default=1)
    columns = 3 if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 0.5 + (0.8 + 0.27 * len(states)) * lines)
    largest = float(table["windows"].cast(pl.Float64).max() or 1.0)  # type: ignore[arg-type]
    for number, (axes, group) in enumerate(
        zip(panels(figure, len(groups), columns), groups, strict=True)
    ):
        rows = table.filter(pl.col("group") == group)
        _draw_lines(axes, rows, states, largest)
        axes.set(title=style.word(group), xlim=(0.7, steps + 0.3), ylim=(-0.6, len(states) - 0.4))
        axes.set_yticks(range(len(states)), [style.look(s, states).short for s in states])
        axes.xaxis.set_major_locator(MultipleLocator(1))
        light_grid(axes, "y")
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("order_of_states"))
    stamp(figure, style)
    return figure


def _draw_lines(axes: Axes, rows: pl.DataFrame, states: Sequence[str], largest: float) -> None:
    """Draw one group's paths, side by side where they run through the same states.

    The commonest paths with a change are coloured and lie on top; windows that never change are
    rings.
    """
    count = rows.height
    coloured = 0
    for number, (path, windows) in enumerate(rows.select("path", "windows").iter_rows()):
        # Lines that share a state lie beside each other instead of on top of each other.
        shift = 0.56 * (number / max(count - 1, 1) - 0.5)
        heights = [states.index(state) + shift for state in path.split(">")]
        width = 0.6 + 4.4 * windows / largest
        if len(heights) == 1:
            axes.plot([1], heights, "o", ms=width + 2.5, mfc="none", mec=MUTED, mew=1.0, zorder=4)
            continue
        colour = SERIES[coloured] if coloured < len(SERIES) - 1 else "#b9b9b9"
        coloured += 1
        axes.plot(
            range(1, len(heights) + 1),
            heights,
            color=colour,
            linewidth=width,
            marker="o",
            markersize=width + 1.6,
            solid_capstyle="round",
            zorder=3 - number / count,
        )


def stripe_image(
    panel: pl.DataFrame, states: Sequence[str], style: Style
) -> tuple[np.ndarray, int, int]:
    """Lay one cluster's stripes out as colours, white where a state is withheld.

    Returns:
        (stripes, L, 3) colours, and the numbers of stripes and months.
    """
    rows, months = (int(panel[name].cast(pl.Int64).max() or 0) for name in ("stripe", "position"))  # type: ignore[arg-type]
    image = np.ones((rows, months, 3))
    for stripe, position, state in panel.select("stripe", "position", "state").iter_rows():
        if state is not None:
            image[stripe - 1, position - 1] = to_rgb(style.look(state, states).colour)
    return image, rows, months


def draw_stripes(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw stripes of like windows in each cluster, each month in its commonest state."""
    table = tables["stripes"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    states = style.order(table["state"].drop_nulls().to_list())
    columns = 3 if size == "wide" else 2
    lines = -(-len(clusters) // columns)
    extra = 0.0 if size == "wide" else 0.1 * len(states)
    figure = new_figure(size, 0.7 + 1.75 * lines + extra)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True)
    gap = False
    for axes in list(grid.flat)[len(clusters) :]:
        axes.set_axis_off()
    for number, (axes, cluster) in enumerate(zip(grid.flat, clusters, strict=False)):
        panel = table.filter(pl.col("cluster") == cluster)
        image, rows, months = stripe_image(panel, states, style)
        gap |= panel["state"].null_count() > 0
        axes.imshow(
            image, aspect="auto", interpolation="none", extent=(0.5, months + 0.5, rows + 0.5, 0.5)
        )
        for border in itertools.accumulate([1] * (rows - 1), initial=0.5):
            axes.axhline(border, color="#ffffff", linewidth=0.5)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.xaxis.set_major_locator(MultipleLocator(6 if months <= 36 else 12))
        axes.set_yticks([])
        axes.spines[:].set_color(ACCENT if rows == 0 else "#ffffff")
        if is_lowest(number, len(clusters), columns):
            axes.tick_params(labelbottom=True)
            axes.set_xlabel(style.word("month_of_window"))
        if number % columns == 0:
            axes.set_ylabel(style.word("like_windows"), fontsize=7.5)
    state_legend(figure, states, style, size, gap=gap, hatched=False)
    stamp(figure, style)
    return figure
