"""Clusters in which every member has the same properties (DIVCLUS-T)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Ints
from trajectories.discrepancy import Metric, Tree, regression_tree
from trajectories.notebook.described import described
from trajectories.sequences import StateSequences
from trajectories.typology.properties.sequence_properties import (
    PROPERTIES,
    Property,
    sequence_properties,
)


@described(
    lambda x: (
        f"{x.tree.rules.height} clusters of {x.tree.leaves.size:,} sequences by their properties"
    ),
)
@dataclass(frozen=True)
class PropertyClusters:
    """A tree of clusters, which is cut at any number of them.

    Attributes:
        tree: the tree; its leaves are the most clusters there are.
        opened: the nodes in the order in which they are opened: (most − 1,) int64.
        properties: the properties, one row a sequence.
    """

    tree: Tree
    opened: Ints
    properties: pl.DataFrame

    @property
    def most(self) -> int:
        """Return the largest number of clusters."""
        return len(self.opened) + 1

    def labels(self, k: int) -> Ints:
        """Return the cluster 0…k−1 of each row, int64 (n,), in the order of the tree's leaves.

        R equivalent: `WeightedCluster::dtcut`.

        Raises:
            ValueError: k is not between 1 and `most`.
        """
        table = self.rules(k)
        owner = self._owners(table["node"].to_numpy())
        return owner[self.tree.leaves]

    def assign(self, properties: pl.DataFrame, k: int) -> Ints:
        """Return the cluster 0…k−1, int64, of each row of properties, by the rules.

        Args:
            properties: rows with the tree's predictors, as of `sequence_properties`.
            k: number of clusters.

        Raises:
            ValueError: k is not between 1 and `most`.
        """
        return self._owners(self.rules(k)["node"].to_numpy())[self.tree.assign(properties)]

    def rules(self, k: int) -> pl.DataFrame:
        """Return what defines each of k clusters: cluster (from 0), node, rule, n, discrepancy.

        Raises:
            ValueError: k is not between 1 and `most`.
        """
        if not 1 <= k <= self.most:
            raise ValueError(f"k must be between 1 and {self.most}, not {k}")
        nodes = self.tree.nodes
        opened = set(self.opened[: k - 1].tolist())
        said: dict[int | None, str] = {None: ""}
        kept = []
        for node, parent, condition in nodes.select("node", "parent", "condition").iter_rows():
            if parent is None or parent in opened:
                said[node] = " and ".join(part for part in (said[parent], condition) if part)
                if node not in opened:
                    kept.append(node)
        table = nodes.filter(pl.col("node").is_in(kept)).select("node", "n", "discrepancy")
        rules = pl.Series("rule", [said[node] for node in kept], dtype=pl.String)
        numbered = table.insert_column(1, rules).with_row_index("cluster")
        return numbered.with_columns(pl.col("cluster").cast(pl.Int64))

    def _owners(self, kept: Ints) -> Ints:
        """Return the place in `kept` of each node's nearest ancestor in it, by node number."""
        owner = np.full(self.tree.nodes.height + 1, -1)
        place = {int(node): at for at, node in enumerate(kept)}
        for node, parent in self.tree.nodes.select("node", "parent").iter_rows():
            owner[node] = place.get(node, -1 if parent is None else owner[parent])
        return owner


def property_clusters(
    seqs: StateSequences,
    d: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    *,
    properties: Sequence[Property] = PROPERTIES,
    data: pl.DataFrame | None = None,
    min_share: float = 0.05,
    most_events: int | None = None,
    min_size: float = 0.01,
    max_depth: int = 5,
    squared: bool = False,
    sample: int | None = None,
    seed: int = 0,
    metric: Metric | None = None,
) -> PropertyClusters:
    """Cluster sequences by their properties, so that a rule says who is in which cluster.

    A regression tree of the sequences on their own properties, without tests (Studer 2018;
    DIVCLUS-T of Chavent, Lechevallier & Briant 2007). Nodes are opened in the order of the sum of
    squares that their split explains: k clusters for every k up to the number of leaves.

    R equivalent: `WeightedCluster::seqpropclust`, `::wcPropertyClustering`.

    Args:
        seqs: n sequences.
        d: condensed dissimilarities n(n−1)/2; by `metric` where None.
        weights: (n,) non-negative; those of the sequences by default.
        properties: as in `sequence_properties`, like the next but one.
        data: n rows of further properties, which come first.
        min_share: the least share of the weight that has a subsequence.
        most_events: the most events of a subsequence; any number by default.
        min_size: weight that each cluster must exceed; below 1, a share of the total.
        max_depth: the most nodes from the root to a leaf, both counted.
        squared: whether to analyse squared dissimilarities.
        sample: largest number of sequences to grow the tree on; its rules place the others.
        seed: seed of the sample.
        metric: measure and costs where `d` is None.

    Raises:
        ValueError: malformed arguments.

    Examples:
        >>> from trajectories.sequences import as_sequences
        >>> from trajectories.typology import property_clusters
        >>> seqs = as_sequences([["a", "a", "a"], ["b", "b", "b"]] * 10)
        >>> from trajectories.dissimilarity import pairwise
        >>> property_clusters(seqs, pairwise(seqs, "ham"))
        PropertyClusters: 2 clusters of 20 sequences by their properties

    See Also:
        `sequence_properties`.
    """
    described = sequence_properties(seqs, properties, min_share=min_share, most_events=most_events)
    if data is not None:
        described = pl.concat([data, described], how="horizontal")
    tree = regression_tree(
        seqs,
        d,
        described,
        weights,
        min_size=min_size,
        max_depth=max_depth,
        permutations=0,
        squared=squared,
        seed=seed,
        sample=sample,
        metric=metric,
    )
    return PropertyClusters(tree, _opened(tree), described)


def _opened(tree: Tree) -> Ints:
    """Return the inner nodes in the order of what they explain, each after its parent."""
    inner = tree.nodes.filter(~pl.col("leaf"))
    explained = dict(
        zip(inner["node"], inner["n"] * inner["discrepancy"] * inner["r2"], strict=True)
    )
    children = dict(zip(inner["node"], inner.select("left", "right").rows(), strict=True))
    ready = {1} & explained.keys()
    order = []
    while ready:
        best = max(sorted(ready), key=explained.__getitem__)
        order.append(best)
        ready = (ready - {best}) | (set(children[best]) & explained.keys())
    return np.array(order, dtype=np.int64)
