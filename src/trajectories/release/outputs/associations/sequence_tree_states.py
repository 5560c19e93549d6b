"""The states of the leaves of the tree, and the drawing of it."""

import textwrap
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from trajectories.release.charts.state_shares import draw_stack, state_legend
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import states_by_month
from trajectories.release.outputs.phrases import covariate, level, p_words
from trajectories.release.style import MUTED, Size, Style, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _

Node = dict[str, Any]
SMALL = 5.6
"""Size of the letters in the tree."""
TITLE = 0.3
"""Height of a title, as a share of its panel's."""


def _nodes(tables: Tables) -> dict[int, Node]:
    """Return the nodes by number, each with its children in order."""
    nodes = {row["node"]: row | {"children": []} for row in tables["sequence_tree"].to_dicts()}
    for number, node in sorted(nodes.items()):
        if node["parent"]:
            nodes[node["parent"]]["children"].append(number)
    return nodes


def _leaves(nodes: dict[int, Node], number: int) -> list[int]:
    """Return the leaves below a node, from the left."""
    children = nodes[number]["children"]
    return [leaf for child in children for leaf in _leaves(nodes, child)] or [number]


def _depth(nodes: dict[int, Node], number: int) -> int:
    parent = nodes[number]["parent"]
    return 1 + _depth(nodes, parent) if parent else 0


def condition(style: Style, node: Node) -> str:
    """Say the condition that leads to a node; the root has none."""
    if not node["variable"]:
        return style.say(_("Everybody"))
    name, levels = covariate(style, node["variable"]), node["levels"]
    if node["relation"] == "at most":
        return f"{name} ≤ {levels}"
    if node["relation"] == "above":
        return f"{name} > {levels}"
    return f"{name}: {', '.join(level(style, node['variable'], key) for key in levels.split(', '))}"


def rule(style: Style, nodes: dict[int, Node], number: int) -> str:
    """Say all conditions from the root to a node."""
    said: list[str] = []
    while nodes[number]["parent"]:
        said.insert(0, condition(style, nodes[number]))
        number = nodes[number]["parent"]
    return "; ".join(said)


def _panel(table: pl.DataFrame, leaves: list[int]) -> pl.DataFrame:
    """Add up the published weights of some leaves."""
    return (
        table.filter(pl.col("node").is_in(leaves))
        .group_by("position", "state")
        .agg(pl.col("weight").sum(), pl.col("total_weight").sum())
        .sort("position", "state")
    )


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the tree (wide) or its leaves with their rules (narrow)."""
    nodes, table = _nodes(tables), tables["sequence_tree_states"]
    states = style.order(table["state"].to_list())
    if size == "wide":
        return _tree(nodes, table, states, style)
    leaves = _leaves(nodes, 1)
    figure = new_figure(size, 0.9 + 0.95 * len(leaves) + 0.09 * len(states))
    grid = figure.subplots(len(leaves), 1, squeeze=False)[:, 0]
    gap = False
    for axes, leaf in zip(grid, leaves, strict=True):
        gap |= _draw_node(axes, table, [leaf], states, style)
        axes.set_title(textwrap.fill(rule(style, nodes, leaf), 52), fontsize=6.5)
    state_legend(figure, states, style, size, gap=gap)
    return figure


def _draw_node(
    axes: Axes, table: pl.DataFrame, leaves: list[int], states: list[str], style: Style
) -> bool:
    gap = draw_stack(axes, _panel(table, leaves), states, style)
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=SMALL, length=1.5)
    return gap


def _tree(nodes: dict[int, Node], table: pl.DataFrame, states: list[str], style: Style) -> Figure:
    leaves = _leaves(nodes, 1)
    depths = {number: _depth(nodes, number) for number in nodes}
    levels = max(depths.values()) + 1
    figure = new_figure("wide", 0.5 + 1.45 * levels)
    figure.get_layout_engine().set(hspace=0.3)  # type: ignore[union-attr, call-arg]
    grid = figure.add_gridspec(levels, 2 * len(leaves))
    drawn: dict[int, Axes] = {}
    gap = False
    for number, node in nodes.items():
        below = _leaves(nodes, number)
        first, last = leaves.index(below[0]), leaves.index(below[-1])
        axes = figure.add_subplot(grid[depths[number], first + last : first + last + 2])
        drawn[number] = axes
        gap |= _draw_node(axes, table, below, states, style)
        axes.set_title(_heading(style, node), fontsize=SMALL, loc="center", pad=2)
        if node["children"]:
            axes.set_xticks([])
    for number, node in nodes.items():
        for child in node["children"]:
            line = ConnectionPatch(
                (0.5, -0.03),
                (0.5, 1.0 + TITLE),
                "axes fraction",
                "axes fraction",
                axesA=drawn[number],
                axesB=drawn[child],
                color=MUTED,
                linewidth=0.6,
            )
            line.set_in_layout(False)
            figure.add_artist(line)
    state_legend(figure, states, style, "wide", gap=gap)
    return figure


def _heading(style: Style, node: Node) -> str:
    """Say a node's condition, and what its division explains or how many persons it holds."""
    if node["children"]:
        explained = "–" if node["r2"] is None else style.percent(node["r2"], 1)
        below = f"R² {explained}, {p_words(style, node['p_value'])}"
    else:
        people = node["persons"]
        below = f"n = {style.word('withheld') if people is None else style.number(people)}"
    return f"{textwrap.fill(condition(style, node), 22)}\n{below}"


def _first(tables: Tables, style: Style) -> tuple[str, str]:
    """Return the covariate of the first division, and what it explains."""
    nodes = _nodes(tables)
    child = nodes[nodes[1]["children"][0]]
    share = nodes[1]["r2"]
    return covariate(style, child["variable"]).lower(), (
        "–" if share is None else style.percent(share, 1)
    )


def caption(tables: Tables, style: Style) -> str:
    """Say what is drawn, and the first division."""
    name, share = _first(tables, style)
    least = style.study.of("typology.associations.tree.p_value")
    corrected = style.study.of("typology.associations.tree.corrected")
    search = (
        _("p-values account for the search among covariates and cuts.")
        if corrected
        else _("p-values do not account for the search among covariates and cuts.")
    )
    return style.say(
        _(
            "Groups of persons whose courses differ most: each is divided by the covariate and the "
            "cut that explain most (R²), as long as p is at most {least}. {search} The first "
            "division is by {name} and explains {share}."
        ),
        least="0.01" if least is None else style.plain(least),
        search=style.say(search),
        name=name,
        share=share,
    )


def alt(tables: Tables, style: Style) -> str:
    """List the leaves."""
    nodes = _nodes(tables)
    return style.say(
        _("A tree of stacked shares of states by month. Its leaves: {leaves}."),
        leaves=" | ".join(rule(style, nodes, leaf) for leaf in _leaves(nodes, 1)),
    )


OUTPUT = Output(
    table=states_by_month(
        "typology",
        "sequence_tree_states",
        _("windows of one leaf of the tree in one state at one month of the window"),
        ("node",),
        made_by="associations",
        of="windows in the tree",
    ),
    figure=Drawing(
        reading=_(
            "Each division names the characteristic by which the courses below it differ most."
        ),
        name="sequence_tree",
        tables=("sequence_tree_states", "sequence_tree"),
        draw=draw,
        needs=("share",),
        caption=caption,
        alt=alt,
    ),
)
