"""Rows of stacked shares: one row a partition, one panel a cluster, one pair of axes a row."""

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
HEAD, LINE, PANEL, TICKS = 0.2, 0.095, 0.8, 0.42
"""Inches: what is said of a row, a line of a panel's title, panel, axis and gap."""
STAMP, STAMP_AT = 0.16, 0.02
"""Inches of the words above the figure, and the share of its height at which they begin."""
MOST_LINES = 3
"""Lines of a cluster's name; a longer one is cut."""
LETTER = 0.043
"""Inches that a letter of a title takes on average."""
NAMED_FROM = 0.7
"""Inches from which a panel is wide enough for its cluster's name."""
HEAD_POINTS = {"wide": 7.5, "narrow": 5.5}
KEYS = {"wide": 4, "narrow": 2}
"""Columns of the legend."""


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

    def lines(self, width: float) -> list[list[str]]:
        """Break title and name of each panel of a width into lines."""
        if width < NAMED_FROM:
            return [[title] for title in self.titles]
        return [
            [title, *_broken(name, int(width / LETTER))]
            for title, name in zip(self.titles, self.names, strict=True)
        ]


def _broken(name: str, letters: int) -> list[str]:
    lines = textwrap.wrap(name, letters, break_long_words=False)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} …"]
    return lines


def draw_rows(rows: Sequence[Row], states: Sequence[str], style: Style, size: Size) -> Figure:
    """Draw rows of panels under a legend of the states.

    Places are computed, not laid out: a legend above all rows and rows of one height each let a
    page show one row alone.
    """
    width = WIDTH_INCHES[size]
    texts = [row.lines(_panel(width, row)) for row in rows]
    lines = [max(map(len, row)) for row in texts]
    across = width - LEFT - RIGHT
    # Letters of a bold line are wider by about a fifth than those of a title.
    said_of = [
        textwrap.fill(row.head, int(across / (1.2 * LETTER * HEAD_POINTS[size] / 6)))
        for row in rows
    ]
    heads = [HEAD + 0.12 * text.count("\n") for text in said_of]
    heights = [
        head + LINE * number + PANEL + TICKS for head, number in zip(heads, lines, strict=True)
    ]
    legend = 0.16 * -(-len(states) // KEYS[size]) + 0.1
    height = (STAMP + legend + sum(heights)) / (1 - STAMP_AT)
    stamped = STAMP + STAMP_AT * height
    top = stamped + legend
    figure = new_figure(size, height)
    figure.set_layout_engine("none")
    figure.legend(
        handles=state_handles(states, style, gap=False),
        loc="upper left",
        bbox_to_anchor=(0.0, 1 - stamped / height),
        ncols=KEYS[size],
        fontsize=6.5 if size == "wide" else 6,
        handleheight=0.9,
        borderaxespad=0.3,
        columnspacing=1.0,
        labelspacing=0.25,
    )
    for row, text, head, own, number, tall in zip(
        rows, said_of, heads, texts, lines, heights, strict=True
    ):
        said = figure.text(
            LEFT / width,
            1 - (top + 0.02) / height,
            text,
            va="top",
            fontsize=HEAD_POINTS[size],
            fontweight="bold" if row.bold else "normal",
        )
        below = top + head + LINE * number + PANEL
        axes = figure.add_axes((LEFT / width, 1 - below / height, across / width, PANEL / height))
        _draw_row(axes, row, own, states, style, across=across, wide=_panel(width, row))
        mark(said, row.key, top, tall)
        mark(axes, row.key, top, tall)
        top += tall
    return figure


def _panel(width: float, row: Row) -> float:
    """Inches of each panel of a row."""
    number = len(row.panels)
    return (width - LEFT - RIGHT - BETWEEN * (number - 1)) / number


def _draw_row(
    axes: Axes,
    row: Row,
    lines: Sequence[Sequence[str]],
    states: Sequence[str],
    style: Style,
    *,
    across: float,
    wide: float,
) -> None:
    """Draw the panels of a row, which lie side by side on one axis in inches."""
    axes.set(xlim=(0, across), ylim=(0, 1))
    stacks, ticks, months = [], [], []
    for place, panel in enumerate(row.panels):
        stack = Stack.of(panel, states, style)
        first, last = stack.edges[0], stack.edges[-1]
        left, scale = place * (wide + BETWEEN), wide / (last - first)
        stacks.append([_moved(band, first, scale, left) for band in stack.bands])
        at = left + (stack.positions - first) * scale
        spots.columns(axes, at.tolist(), stack.told)
        whole = int(stack.positions[-1])
        for month in sorted({(whole + 1) // 2, whole}):
            ticks.append(left + (month - first) * scale)
            months.append(str(month))
        axes.text(left, 1.03, "\n".join(lines[place]), fontsize=6, va="bottom", linespacing=1.1)
    add_bands(axes, stacks, states, style)
    axes.set_xticks(ticks, months, fontsize=6)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.tick_params(labelsize=6)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlabel(style.word("month_of_window"), fontsize=6, loc="left", labelpad=1)


def _moved(band: np.ndarray, first: float, scale: float, left: float) -> np.ndarray:
    return np.column_stack([left + (band[:, 0] - first) * scale, band[:, 1]])
