"""A regression tree of courses, and the states of its leaves."""

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.config.sections.typology import TreeConfig
from trajectories.discrepancy import Tree, regression_tree
from trajectories.discrepancy.splits import Split
from trajectories.sequences import StateSequences
from trajectories.typology.associations.analysed import Analysed
from trajectories.typology.tables import states_table

NODES = {
    "node": pl.Int64,
    "parent": pl.Int64,
    "variable": pl.String,
    "relation": pl.String,
    "levels": pl.String,
    "persons": pl.Int64,
    "r2": pl.Float64,
    "p_value": pl.Float64,
}


def grow(sample: Analysed, growth: TreeConfig, *, permutations: int, seed: int) -> Tree:
    """Grow a tree on the sample."""
    return regression_tree(
        None,
        sample.d,
        sample.data,
        sample.weights,
        predictors=sample.varying,
        min_size=growth.min_share,
        max_depth=growth.depth,
        permutations=permutations,
        p_value=growth.p_value,
        corrected=growth.corrected,
        seed=seed,
    )


def node_table(tree: Tree, leaf: Ints, person: Ints) -> pl.DataFrame:
    """Return the nodes of a tree.

    Args:
        tree: the tree.
        leaf: (n,) leaf of each window.
        person: (n,) its person.

    Returns:
        node (from 1, the root), parent (0 for the root), variable, relation ("at most", "above",
        "one of") and levels of the condition that leads to it; persons of a leaf, r2 and p_value
        of the division of another node.
    """
    rows = []
    for row in tree.nodes.iter_rows(named=True):
        parent = row["parent"]
        condition = ("", "", "")
        if parent is not None:
            at = tree.nodes.row(parent - 1, named=True)
            condition = _condition(tree.splits[parent], left=at["left"] == row["node"])
        rows.append(
            {
                "node": row["node"],
                "parent": parent or 0,
                **dict(zip(("variable", "relation", "levels"), condition, strict=True)),
                "persons": np.unique(person[leaf == row["node"]]).size if row["leaf"] else None,
                "r2": row["r2"],
                "p_value": row["p_value"],
            }
        )
    return pl.DataFrame(rows, schema=NODES)


def _condition(split: Split, *, left: bool) -> tuple[str, str, str]:
    if split.cut is not None:
        return split.variable, "at most" if left else "above", f"{split.cut:.0f}"
    return split.variable, "one of", ", ".join(map(str, split.left if left else split.right))


def leaf_states(leaf: Ints, seqs: StateSequences) -> pl.DataFrame:
    """Count the windows of each leaf in each state by month: node, position, state, count, weight.

    Args:
        leaf: (n,) leaf of each window.
        seqs: their states.
    """
    nodes, place = np.unique(leaf, return_inverse=True)
    alphabet = [str(state) for state in seqs.alphabet]
    counted = states_table(place, nodes.size, seqs.states, alphabet, seqs.weights)
    numbers = dict(enumerate(nodes.tolist(), start=1))
    return counted.with_columns(
        pl.col("cluster").replace_strict(numbers, return_dtype=pl.Int64)
    ).rename({"cluster": "node"})
