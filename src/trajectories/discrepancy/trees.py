"""Regression trees of sequences: groups that covariates define and that differ most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Ints
from trajectories.discrepancy.association import Discrepancy, discrepancy
from trajectories.discrepancy.factors import columns_named
from trajectories.discrepancy.items import Metric, items_of
from trajectories.discrepancy.permutations import WeightPermutation
from trajectories.discrepancy.splits import Predictor, Split
from trajectories.discrepancy.tree_growth import NODES, GrownTree, Growth
from trajectories.notebook.described import described
from trajectories.notebook.pandas_frames import as_frame
from trajectories.sequences import StateSequences


@described(
    lambda x: f"{x.rules.height} leaves, {x.of:,} rows",
    "rules",
)
@dataclass(frozen=True)
class Tree:
    """A regression tree.

    Attributes:
        nodes: one row a node, from the root and the left first: node (from 1), parent (null for the
            root), depth (from 1), condition (of its side of the split above), n (weight), rows,
            discrepancy, medoid (row), leaf; and of its own split variable, left, right (nodes),
            r2 (share of the node's own discrepancy that it explains), p_value: null in a leaf.
        leaves: (n,) int64, the leaf of each row.
        rules: leaf, rule (the conditions from the root), n, rows, discrepancy.
        splits: the split of each inner node.
        fit: the discrepancy that the leaves explain; None if the root is the only one.
        rows: the number of rows that the tree was grown on: a sample, where it is smaller than
            `of`. Others have the leaf that the rules give them.
        of: the number of rows given.
    """

    nodes: pl.DataFrame
    leaves: Ints
    rules: pl.DataFrame
    splits: dict[int, Split]
    fit: Discrepancy | None
    rows: int
    of: int

    def assign(self, data: pl.DataFrame) -> Ints:
        """Return the leaf, int64, of each row of data with the tree's predictors.

        Values that the tree has not seen go to the side of more weight.

        R equivalent: `TraMineR::disstree.assign`.
        """
        at = np.ones(data.height, np.int64)
        ways = self.nodes.drop_nulls("variable").select("node", "left", "right")
        for node, left, right in ways.iter_rows():
            here = np.flatnonzero(at == node)
            split = self.splits[node]
            goes_left = split.goes_left(data[split.variable][here])
            at[here] = np.where(goes_left, left, right)
        return at


def regression_tree(
    seqs: StateSequences | None,
    d: ArrayLike | None,
    data: pl.DataFrame,
    weights: ArrayLike | None = None,
    *,
    predictors: Sequence[str] | None = None,
    min_size: float = 0.05,
    max_depth: int = 5,
    permutations: int = 1000,
    p_value: float = 0.01,
    corrected: bool = False,
    weight_permutation: WeightPermutation = "diss",
    squared: bool = False,
    seed: int = 0,
    sample: int | None = None,
    metric: Metric | None = None,
) -> Tree:
    """Divide sequences by covariates, again and again, into groups that differ most.

    Each node is divided in two by the predictor and the cut that leave the least sum of squares
    within both sides (Studer et al. 2011), if a permutation test finds that they differ. Numbers
    are cut in their order, words and booleans in any way; missing is a value of its own. At equal
    sums of squares the first predictor is taken.

    R equivalent: `TraMineR::seqtree`, `::disstree`.

    Args:
        seqs: n sequences, whose weights are used by default; None if `d` is given.
        d: condensed dissimilarities n(n−1)/2; None: those of `seqs` by `metric`.
        data: n rows of predictors.
        weights: (n,) non-negative.
        predictors: columns of `data`; all by default.
        min_size: as in `Growth`, like the next five.
        max_depth: the root counts, so that 5 allows four divisions one after the other.
        permutations: R, the observed division being one of them.
        p_value: largest p-value of a split.
        corrected: whether p-values account for the search among predictors and cuts.
        weight_permutation: "diss" or "replicate".
        squared: whether to analyse squared dissimilarities.
        seed: seed of permutations and the sample.
        sample: largest number of rows to grow the tree on; the rules place the others.
        metric: measure and costs where `d` is None.

    Raises:
        ValueError: malformed arguments, words of more than twelve levels, or a correction with
            permuted replicates.

    Examples:
        >>> import polars as pl
        >>> from trajectories.discrepancy import regression_tree
        >>> from trajectories.dissimilarity import pairwise
        >>> from trajectories.sequences import as_sequences
        >>> seqs = as_sequences([["a", "a"], ["b", "b"]] * 10)
        >>> data = pl.DataFrame({"sex": ["f", "m"] * 10})
        >>> d = pairwise(seqs, "ham")
        >>> regression_tree(seqs, d, data, permutations=100, p_value=0.05).rules["rule"].to_list()
        ['sex = f', 'sex = m']

    See Also:
        `trajectories.plot.tree`, `discrepancy`.
    """
    given = seqs if d is None else d
    if given is None:
        raise ValueError("a tree needs sequences or their dissimilarities")
    own = seqs.weights if weights is None and seqs is not None else weights
    items = items_of(given, own, metric=metric, squared=squared, sample=sample, seed=seed)
    data = as_frame(data)
    names = columns_named(data, predictors)
    if data.height != items.of:
        raise ValueError(f"data must have {items.of} rows, not {data.height}")
    if corrected and weight_permutation == "replicate":
        raise ValueError("p-values are corrected by permuting rows: use weight_permutation 'diss'")
    weight = float(items.weights.sum())
    least = weight * min_size if min_size < 1 else min_size
    growth = Growth(least, max_depth, permutations, p_value, corrected, weight_permutation)
    columns = [Predictor.of(data[name][items.rows]) for name in names]
    grown = GrownTree(growth, seed)
    grown.add(items.d, items.weights, items.rows, columns, parent=None, depth=1, condition="")
    nodes = pl.DataFrame(grown.nodes, schema=NODES)
    tree = Tree(nodes, np.ones(items.of, np.int64), pl.DataFrame(), grown.splits, None, 0, 0)
    leaves = tree.assign(data)
    leaves[items.rows] = tree.assign(data[items.rows])
    fit = None
    if grown.splits:
        fit = discrepancy(
            items.d,
            leaves[items.rows],
            items.weights,
            permutations=permutations,
            seed=seed,
            weight_permutation=weight_permutation,
        )
    rules = _rules(nodes)
    return Tree(nodes, leaves, rules, grown.splits, fit, items.rows.size, items.of)


def _rules(nodes: pl.DataFrame) -> pl.DataFrame:
    """Join the conditions from the root to each leaf."""
    said: dict[int | None, str] = {None: ""}
    for node, parent, condition in nodes.select("node", "parent", "condition").iter_rows():
        said[node] = " and ".join(part for part in (said[parent], condition) if part)
    leaves = nodes.filter("leaf")
    rules = pl.Series("rule", [said[node] for node in leaves["node"]], dtype=pl.String)
    return leaves.select("node", rules, "n", "rows", "discrepancy").rename({"node": "leaf"})
