"""Rows of stacked shares: one row a partition, one panel a cluster.

A row of a narrow figure is broken into lines of two panels, each line with axes of its own, so
that its letters can be read on a phone.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trajectories.release.charts import spots
from trajectories.release.charts.choices import mark
from trajectories.release.charts.state_shares import Stack, add_bands, state_handles
from trajectories.release.style import WIDTH_INCHES, Size, Style, new_figure

LEFT, RIGHT, BETWEEN = 0.45, 0.08, 0.1
"""Inches beside the panels and between them."""
PANEL = 0.8
"""Inches: the height of a panel."""
STAMP, STAMP_AT = 0.16, 0.02
"""Inches of the words above the figure, and the share of its height at which they begin."""
MOST_LINES = 3
"""Lines of a cluster's name; a longer one is cut."""
LETTER = 0.043 / 6
"""Inches that a letter takes on average, a point of its size."""
NAMED_FROM = 0.7
"""Inches from which a panel is wide enough for its cluster's name."""


@dataclass(frozen=True)
class Layout:
    """How rows of panels are laid out at a size; lengths in inches, letters in points.

    Attributes:
        across: the most panels side by side; further ones follow in another line.
        points: letters of titles and axes.
        head_points: letters of what is said of a row.
        key_points: letters of the legend.
        key_length: length of its patches, in letters' sizes.
        keys: columns of the legend.
    """

    across: int
    points: float
    head_points: float
    key_points: float
    key_length: float
    keys: int

    @property
    def line(self) -> float:
        """The height of a line of a panel's title."""
        return 0.095 * self.points / 6

    @property
    def ticks(self) -> float:
        """The height of an axis and the gap below it."""
        return 0.42 * self.points / 6

    def head(self, lines: int) -> float:
        """The height of what is said of a row in some lines."""
        return 0.2 + 0.016 * self.head_points * (lines - 1)

    def legend(self, states: int) -> float:
        """The height of the legend of some states."""
        return 0.16 * self.key_points / 6.5 * -(-states // self.keys) + 0.1


LAYOUTS: dict[Size, Layout] = {
    "wide": Layout(8, points=6, head_points=7.5, key_points=6.5, key_length=2, keys=4),
    "narrow": Layout(2, points=8, head_points=8.5, key_points=7, key_length=1.2, keys=2),
}


@dataclass(frozen=True)
class Row:
    """A row of panels.

    Attributes:
        key: what a reader chooses the row by.
        head: what is said of it.
        bold: whether it stands out.
        titles: the first line above each panel.
        names: what follows there where the panel is wide enough.
        panels: position, state, weight and total_weight of each panel.
    """

    key: str
    head: str
    bold: bool
    titles: Sequence[str]
    names: Sequence[str]
    panels: Sequence[pl.DataFrame]

    def above(self, width: float, points: float) -> list[list[str]]:
        """Break title and name of each panel of a width into lines of letters of a size."""
        if width < NAMED_FROM:
            return [[title] for title in self.titles]
        return [
            [title, *_broken(name, int(width / (LETTER * points)))]
            for title, name in zip(self.titles, self.names, strict=True)
        ]


def _broken(name: str, letters: int) -> list[str]:
    lines = textwrap.wrap(name, letters, break_long_words=False)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} …"]
    return lines


def draw_rows(rows: Sequence[Row], states: Sequence[str], style: Style, size: Size) -> Figure:
    """Draw rows of panels under a legend of the states.

    Places are computed, not laid out: a legend above all rows, and rows whose height is known, let
    a page show one row alone.
    """
    layout, width = LAYOUTS[size], WIDTH_INCHES[size]
    across = width - LEFT - RIGHT
    # Letters of a bold line are wider by about a fifth than those of a title.
    letters = int(across / (1.2 * LETTER * layout.head_points))
    heads = [textwrap.fill(row.head, letters) for row in rows]
    lines = [_lines(row, across, layout) for row in rows]
    heights = [
        layout.head(1 + head.count("\n")) + sum(line.height for line in own)
        for head, own in zip(heads, lines, strict=True)
    ]
    legend = layout.legend(len(states))
    height = (STAMP + legend + sum(heights)) / (1 - STAMP_AT)
    stamped = STAMP + STAMP_AT * height
    top = stamped + legend
    figure = new_figure(size, height)
    figure.set_layout_engine("none")
    figure.legend(
        handles=state_handles(states, style, gap=False),
        loc="upper left",
        bbox_to_anchor=(0.0, 1 - stamped / height),
        ncols=layout.keys,
        fontsize=layout.key_points,
        handleheight=0.9,
        handlelength=layout.key_length,
        borderaxespad=0.3,
        columnspacing=1.0,
        labelspacing=0.25,
    )
    for row, text, own, tall in zip(rows, heads, lines, heights, strict=True):
        said = figure.text(
            LEFT / width,
            1 - (top + 0.02) / height,
            text,
            va="top",
            fontsize=layout.head_points,
            fontweight="bold" if row.bold else "normal",
        )
        mark(said, row.key, top, tall)
        below = top + layout.head(1 + text.count("\n"))
        for line in own:
            foot = below + line.height - layout.ticks
            place = (LEFT / width, 1 - foot / height, across / width, PANEL / height)
            axes = figure.add_axes(place)
            _draw_line(axes, line, states, style, across=across, points=layout.points)
            mark(axes, row.key, top, tall)
            below += line.height
        top += tall
    return figure


@dataclass(frozen=True)
class _Line:
    """Panels side by side: what is above each, their width and the height of all, in inches."""

    panels: Sequence[pl.DataFrame]
    above: Sequence[Sequence[str]]
    wide: float
    height: float


def _lines(row: Row, across: float, layout: Layout) -> list[_Line]:
    """Break a row into lines of panels of one width."""
    number = min(len(row.panels), layout.across)
    wide = (across - BETWEEN * (number - 1)) / number
    above = row.above(wide, layout.points)
    found = []
    for first in range(0, len(row.panels), number):
        own = slice(first, first + number)
        height = layout.line * max(map(len, above[own])) + PANEL + layout.ticks
        found.append(_Line(row.panels[own], above[own], wide, height))
    return found


def _draw_line(
    axes: Axes,
    line: _Line,
    states: Sequence[str],
    style: Style,
    *,
    across: float,
    points: float,
) -> None:
    """Draw panels side by side on one axis in inches."""
    axes.set(xlim=(0, across), ylim=(0, 1))
    stacks, ticks, months = [], [], []
    for place, (panel, above) in enumerate(zip(line.panels, line.above, strict=True)):
        stack = Stack.of(panel, states, style)
        first, last = stack.edges[0], stack.edges[-1]
        left, scale = place * (line.wide + BETWEEN), line.wide / (last - first)
        stacks.append([_moved(band, first, scale, left) for band in stack.bands])
        at = left + (stack.positions - first) * scale
        spots.columns(axes, at.tolist(), stack.told)
        whole = int(stack.positions[-1])
        for month in sorted({(whole + 1) // 2, whole}):
            ticks.append(left + (month - first) * scale)
            months.append(str(month))
        axes.text(left, 1.03, "\n".join(above), fontsize=points, va="bottom", linespacing=1.1)
    add_bands(axes, stacks, states, style)
    axes.set_xticks(ticks, months, fontsize=points)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.tick_params(labelsize=points)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlabel(style.word("month_of_window"), fontsize=points, loc="left", labelpad=1)


def _moved(band: np.ndarray, first: float, scale: float, left: float) -> np.ndarray:
    return np.column_stack([left + (band[:, 0] - first) * scale, band[:, 1]])
