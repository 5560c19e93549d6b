"""Stacked shares of states by month, and the legend of states."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MultipleLocator

from trajectories.plot.shapes import steps
from trajectories.release.charts import spots
from trajectories.release.style import Size, Style, is_lowest, new_figure, panels

SMALLEST_GAP = 0.004
SMALLEST_TOLD = 0.01

WITHHELD_FACE = "#ffffff"


def shares_matrix(panel: pl.DataFrame, states: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Lay one panel's shares out by state and month.

    The shares are the quotients of the released, rounded weights: a curve needs no decimals.

    Returns:
        (L,) positions, (states, L) shares with zeros where they are withheld.
    """
    positions = np.array(sorted(panel["position"].unique().to_list()))
    column = {position: number for number, position in enumerate(positions.tolist())}
    row = {state: number for number, state in enumerate(states)}
    shares = np.zeros((len(states), len(positions)))
    cells = panel.select("position", "state", "weight", "total_weight").drop_nulls()
    for position, state, weight, total in cells.iter_rows():
        shares[row[state], column[position]] = weight / total
    return positions, shares


@dataclass(frozen=True)
class Stack:
    """The stacked shares of one panel.

    Attributes:
        positions: (L,) months.
        edges: (L + 1,) where the months begin and end, half way between neighbours.
        levels: (states + 1, L) the lower edge of each state's band, and the upper one of the last.
        bands: the outline of each state's band.
        told: what each month tells under a pointer.
    """

    positions: np.ndarray
    edges: np.ndarray
    levels: np.ndarray
    bands: list[np.ndarray]
    told: list[str]

    @classmethod
    def of(cls, panel: pl.DataFrame, states: Sequence[str], style: Style) -> "Stack":
        """Stack the shares of a panel (see `shares_matrix`)."""
        positions, shares = shares_matrix(panel, states)
        between = (positions[1:] + positions[:-1]) / 2
        edges = np.concatenate([positions[:1] - 0.5, between, positions[-1:] + 0.5])
        levels = np.vstack([np.zeros(len(positions)), np.minimum(np.cumsum(shares, axis=0), 1.0)])
        bands = [steps(edges, low, high) for low, high in itertools.pairwise(levels)]
        return cls(positions, edges, levels, bands, _told(positions, shares, states, style))


def draw_stack(axes: Axes, panel: pl.DataFrame, states: Sequence[str], style: Style) -> bool:
    """Draw one panel; return whether a withheld remainder is visible."""
    stack = Stack.of(panel, states, style)
    add_bands(axes, [stack.bands], states, style)
    gap = bool(((1.0 - stack.levels[-1]) > SMALLEST_GAP).any())
    if gap:
        rest = steps(stack.edges, stack.levels[-1], np.ones(len(stack.positions)))
        _add(axes, [rest], [WITHHELD_FACE], "xxxxx", "#bbbbbb")
    axes.set(xlim=(stack.edges[0], stack.edges[-1]), ylim=(0, 1))
    axes.xaxis.set_major_locator(MultipleLocator(6 if len(stack.positions) <= 36 else 12))
    axes.yaxis.set_major_locator(MultipleLocator(0.5))
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.spines[["left", "bottom"]].set_visible(False)
    spots.columns(axes, stack.positions.tolist(), stack.told)
    return gap


def add_bands(
    axes: Axes, stacks: Sequence[Sequence[np.ndarray]], states: Sequence[str], style: Style
) -> None:
    """Add the bands of stacks, each with one band a state.

    One collection a hatch: fewer objects, and figures of many panels are drawn in half the time.
    """
    looks = [style.look(state, states) for state in states]
    for hatch in sorted({look.hatch for look in looks}):
        chosen = [i for i, look in enumerate(looks) if look.hatch == hatch]
        bands = [stack[i] for stack in stacks for i in chosen]
        _add(axes, bands, [looks[i].colour for i in chosen] * len(stacks), hatch, "#ffffff")


def _told(
    positions: np.ndarray, shares: np.ndarray, states: Sequence[str], style: Style
) -> list[str]:
    """Say the share of each state in each month, from the top of the stack downwards."""
    labels = [style.look(state, states).label for state in states]
    return [
        "\n".join(
            [
                f"{style.word('month_of_window')}: {position}",
                *(
                    f"{label}: {style.percent(share)}"
                    for label, share in zip(labels[::-1], column[::-1], strict=True)
                    if share >= SMALLEST_TOLD
                ),
            ]
        )
        for position, column in zip(positions.tolist(), shares.T.tolist(), strict=True)
    ]


def _add(axes: Axes, bands: list[np.ndarray], colours: list[str], hatch: str, edge: str) -> None:
    collection = PolyCollection(
        bands,
        facecolors=colours,
        edgecolors=edge,
        hatch=hatch or None,
        hatchcolor=edge,
        linewidths=0.3,
    )
    axes.add_collection(collection, autolim=False)


def state_handles(
    states: Sequence[str], style: Style, *, gap: bool, hatched: bool = True
) -> list[Patch]:
    """Make the entries of a legend of states in stacking order, from the top.

    Args:
        states: in stacking order.
        style: their looks.
        gap: whether something is withheld.
        hatched: whether states are drawn with their hatches.
    """
    handles = [
        Patch(
            facecolor=style.look(state, states).colour,
            hatch=style.look(state, states).hatch if hatched else None,
            edgecolor="#ffffff",
            linewidth=0.3,
            label=style.look(state, states).label,
        )
        for state in reversed(states)
    ]
    if gap:
        handles.insert(
            0,
            Patch(
                facecolor=WITHHELD_FACE,
                hatch="xxxxx" if hatched else None,
                edgecolor="#bbbbbb",
                hatchcolor="#bbbbbb",
                linewidth=0.3,
                label=style.word("withheld"),
            ),
        )
    return handles


def state_legend(
    figure: Figure,
    states: Sequence[str],
    style: Style,
    size: Size,
    *,
    gap: bool,
    hatched: bool = True,
) -> None:
    """Put the states in stacking order beside (wide) or under (narrow) the panels."""
    handles = state_handles(states, style, gap=gap, hatched=hatched)
    if size == "wide":
        figure.legend(handles=handles, loc="outside right center", handleheight=1.1)
    else:
        figure.legend(
            handles=handles,
            loc="outside lower left",
            ncols=2,
            fontsize=6.4,
            columnspacing=0.8,
            handlelength=1.4,
        )


def draw_by_cluster(
    table: pl.DataFrame, names: Mapping[int, str | None], style: Style, size: Size
) -> Figure:
    """Draw the state distribution of each cluster, one panel a cluster."""
    clusters = sorted(table["cluster"].unique().to_list())
    states = style.order(table["state"].to_list())
    columns = 3 if size == "wide" else 2
    rows = -(-len(clusters) // columns)
    height = 0.7 + 1.75 * rows if size == "wide" else 0.9 + 1.6 * rows + 0.09 * len(states)
    figure = new_figure(size, height)
    gap = False
    for number, (axes, cluster) in enumerate(
        zip(panels(figure, len(clusters), columns), clusters, strict=True)
    ):
        panel = table.filter(pl.col("cluster") == cluster)
        gap |= draw_stack(axes, panel, states, style)
        total = panel["total"].drop_nulls()
        size_text = f"\nn = {style.number(total[0])}" if len(total) else ""
        axes.set_title(style.numbered(cluster, names.get(cluster)) + size_text, fontsize=7)
        if number % columns == 0:
            axes.set_ylabel(style.word("share_of_windows"), fontsize=7.5)
        if is_lowest(number, len(clusters), columns):
            axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, states, style, size, gap=gap)
    return figure
