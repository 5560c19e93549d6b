"""Single courses as lines: the index plot, which shows real sequences and never leaves."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.charts.state_shares import state_legend
from trajectories.release.style import SIMULATED, Style, is_lowest, new_figure


def draw_index(
    panels: Mapping[int, tuple[npt.NDArray[np.uint8], int]],
    states: Sequence[str],
    names: Mapping[int, str],
    style: Style,
) -> Figure:
    """Draw the sequences of each cluster below each other.

    Args:
        panels: by cluster the states of the windows shown, positions in `states`, uint8 (m, L), in
            the order in which they are drawn, and the number of windows of the cluster. Other
            values are blank.
        states: the alphabet.
        names: by cluster its name.
        style: labels and colours.
    """
    ordered = style.order(states)
    colours = np.ones((256, 3))
    colours[: len(states)] = [to_rgb(style.look(state, ordered).colour) for state in states]
    columns = min(3, len(panels))
    lines = -(-len(panels) // columns)
    figure = new_figure("wide", 0.8 + 2.3 * lines)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_axis_off()
    for number, (axes, cluster) in enumerate(zip(grid.flat, sorted(panels), strict=False)):
        rows, total = panels[cluster]
        months = rows.shape[1]
        extent = (0.5, months + 0.5, len(rows), 0)
        axes.imshow(colours[rows], aspect="auto", interpolation="none", extent=extent)
        title = style.numbered(cluster, names.get(cluster))
        shown = f"{style.number(len(rows))} of {style.number(total)} windows"
        axes.set_title(f"{title}\n{shown}", fontsize=7)
        axes.xaxis.set_major_locator(MultipleLocator(6 if months <= 36 else 12))
        axes.set_yticks([])
        if is_lowest(number, len(panels), columns):
            axes.tick_params(labelbottom=True)
            axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, ordered, style, "wide", gap=False, hatched=False)
    figure.suptitle(style.word("private_picture"), fontsize=7, color=SIMULATED, fontweight="bold")
    return figure
