"""The commonest orders of states of each group, without their durations."""

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import Row
from trajectories.release.outputs.sequences.common_sequences import commonest, commonest_in_words
from trajectories.release.style import (
    MUTED,
    SERIES,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
)
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
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


def alt(tables: Tables, style: Style) -> str:
    """Say the commonest order of each group."""
    table = tables["common_paths"].drop_nulls("windows").sort("group", "rank")

    def steps(row: Row) -> list[str]:
        return [style.look(state).label for state in row["path"].split(">")]

    first = commonest_in_words(table, style, steps)
    return style.say(_("Lines over the order of states. Commonest, {first}."), first=first)


OUTPUT = Output(
    table=commonest(
        "common_paths",
        "path",
        _("one of the commonest orders of states of one group, without their durations"),
    ),
    figure=Drawing(
        reading=_(
            "Follow a wide line from left to right: it is an order of states that many people"
            " go through."
        ),
        draw=draw,
        needs=("windows",),
        caption=_(
            "Commonest orders of states without their durations, as parallel coordinates: one line "
            "a path, as wide as it is common. The four commonest of each group are coloured, a "
            "ring is a course without a change."
        ),
        alt=alt,
    ),
)
