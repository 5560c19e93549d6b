"""Pictures of discrepancy: what a factor explains by position, and regression trees."""

import textwrap
from collections.abc import Sequence, Sized
from typing import Any

import polars as pl
from matplotlib.axes import Axes

from trajectories.discrepancy import Tree
from trajectories.errors import UserError
from trajectories.plot.canvas import SMALL, axes_for, dress, label_ends, number_ticks, state_legend
from trajectories.plot.inputs import as_many, position_names, read
from trajectories.plot.palette import ACCENT, DASHES, MUTED, SERIES, Colours
from trajectories.plot.results.tables import estimates_of, made_by
from trajectories.plot.states.distributions import draw_shares
from trajectories.sequences.convert.any_table import Table

PREFIX = "discrepancy_"
LEAF_WIDTH, LEVEL_HEIGHT = 1.7, 1.25
"""Room of a leaf and of a level of a tree, in inches."""
PICTURE = 0.52
"""Height of a node's picture, as a share of its level's."""


def by_position(
    found: pl.DataFrame,
    *,
    statistic: str = "Pseudo R2",
    positions: Sequence[object] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what groups explain of the sequences at each position, or how mixed each group is.

    Args:
        found: the table of `trajectories.discrepancy.by_position`.
        statistic: a column of the table; "discrepancy" draws that of all and of each group.
        positions: the name of each position, from the first; their numbers by default.
        ax: axes to draw on; a new figure by default.

    Raises:
        UserError: the table has no such statistic.

    Examples:
        >>> from trajectories import discrepancy, plot, sequences
        >>> seqs = sequences.as_sequences([["a", "a", "b"], ["a", "b", "b"]] * 3)
        >>> table = discrepancy.by_position(seqs, ["x", "y"] * 3)
        >>> plot.by_position(table).get_ylabel()
        'Pseudo R²'

    See Also:
        `trajectories.discrepancy.by_position`, `tree`.

    R equivalent: `plot` of `TraMineR::seqdiff`.
    """
    found = estimates_of(found, others=["position"])
    if statistic not in found.columns or statistic == "position":
        known = ", ".join(name for name in found.columns if name != "position")
        raise UserError(f"The table has no statistic {statistic!r}: write one of {known}.")
    axes = axes_for(ax, [""])[0]
    groups = [name for name in found.columns if name.startswith(PREFIX)]
    drawn = ["discrepancy", *groups] if statistic == "discrepancy" else [statistic]
    names = ["all", *(name.removeprefix(PREFIX) for name in groups)]
    colours = [ACCENT] if len(drawn) == 1 else [MUTED, *SERIES][: len(drawn)]
    ends = []
    for number, name in enumerate(drawn):
        axes.plot(
            found["position"],
            found[name],
            color=colours[number % len(colours)],
            linestyle=DASHES[number % len(DASHES)],
            linewidth=1.6,
        )
        ends.append(float(found[name].fill_nan(None).drop_nulls().tail(1).sum()))
    last = int(found["position"].max() or 1)  # type: ignore[arg-type]  # an integer column
    named = len(positions) if isinstance(positions, Sized) else last
    number_ticks(axes, position_names(positions, max(last, named)))
    axes.set(xlim=(1, last), xlabel="Position", ylabel=statistic.replace("R2", "R²").capitalize())
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    if statistic == "Pseudo R2":
        axes.set_ylabel("Pseudo R²")
    dress(axes, grid="y")
    if len(drawn) > 1:
        label_ends(axes, ends, names, colours)
    return axes


def tree(
    found: Tree,
    seqs: Table,
    *,
    colours: Colours = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a regression tree, with the state distribution of each node.

    Each node has its size and discrepancy; a line below it says the variable of its split and the
    share of the discrepancy that it explains, those to its sides the condition.

    Args:
        found: the tree.
        seqs: the sequences that it was grown on.
        colours: colours by state or in the alphabet's order.
        ax: axes to draw on; a new figure by default, as large as the tree needs.

    Raises:
        UserError: the sequences are not those of the tree.

    Examples:
        >>> import polars as pl
        >>> from trajectories import discrepancy, dissimilarity, plot, sequences
        >>> seqs = sequences.as_sequences([["a", "a"], ["b", "b"]] * 10)
        >>> d = dissimilarity.pairwise(seqs, "ham")
        >>> data = pl.DataFrame({"sex": ["f", "m"] * 10})
        >>> grown = discrepancy.regression_tree(seqs, d, data, permutations=100, p_value=0.05)
        >>> len(plot.tree(grown, seqs).child_axes)
        3

    See Also:
        `trajectories.discrepancy.regression_tree`, `by_position`.

    R equivalent: `TraMineR::seqtreedisplay`, without GraphViz.
    """
    made_by(found, Tree, "trajectories.discrepancy.regression_tree")
    data = read(seqs, colours=colours)
    as_many(data.seqs, found.leaves.size)
    nodes = {row["node"]: row for row in found.nodes.to_dicts()}
    leaves = _leaves(nodes, 1)
    depth = max(row["depth"] for row in nodes.values())
    size = (max(4.5, LEAF_WIDTH * len(leaves)) + 1.2, LEVEL_HEIGHT * depth + 0.3)
    axes = axes_for(ax, [""], alone=size)[0]
    axes.set(xlim=(0, len(leaves)), ylim=(depth, 0))
    axes.set_axis_off()
    middle = {node: _middle(nodes, leaves, node) for node in nodes}
    for node, row in nodes.items():
        x, y = middle[node], row["depth"] - 1
        below = _leaves(nodes, node)
        part = data.seqs[[leaf in below for leaf in found.leaves.tolist()]]
        inset = axes.inset_axes((x - 0.37, y + 0.2, 0.74, PICTURE), transform=axes.transData)
        draw_shares(inset, part, data.looks)
        inset.set(xticks=[], yticks=[])
        inset.spines[:].set(linewidth=0.5, color=MUTED)
        size_text = f"n = {row['n']:,.0f}, discrepancy {row['discrepancy']:.2f}"
        axes.text(x, y + 0.18, size_text, ha="center", va="bottom", fontsize=SMALL - 1)
        if row["variable"] is not None:
            said = f"{row['variable']}: R² {row['r2']:.3f}"
            axes.text(x, y + 0.74, said, ha="center", va="top", fontsize=SMALL, fontweight="bold")
            for child in (row["left"], row["right"]):
                end = (middle[child], row["depth"])
                axes.plot([x, end[0]], [y + 0.9, end[1]], color=MUTED, linewidth=0.7)
        if row["condition"]:
            said = "\n".join(textwrap.wrap(row["condition"], 22)[:2])
            axes.text(
                x,
                y + 0.01,
                said,
                ha="center",
                va="center",
                fontsize=SMALL - 1,
                bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.0},
                zorder=5,
            )
    state_legend(axes.figure, data.looks)
    return axes


def _leaves(nodes: dict[int, dict[str, Any]], node: int) -> list[int]:
    """Return the leaves below a node, from the left."""
    row = nodes[node]
    if row["leaf"]:
        return [node]
    return _leaves(nodes, row["left"]) + _leaves(nodes, row["right"])


def _middle(nodes: dict[int, dict[str, Any]], leaves: list[int], node: int) -> float:
    """Return a node's place above the middle of its children."""
    row = nodes[node]
    if row["leaf"]:
        return leaves.index(node) + 0.5
    return sum(_middle(nodes, leaves, row[side]) for side in ("left", "right")) / 2
