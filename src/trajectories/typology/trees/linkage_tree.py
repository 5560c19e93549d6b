"""Hierarchical clustering of weighted items, and cutting trees into k clusters."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    checked_distances,
    checked_k,
    checked_weights,
    item_count,
    numbers,
)
from trajectories.typology.trees import linkage_kernels as kernels

WardMethod = Literal["ward.D2", "ward.D"]
WardStart = Literal["members", "replicates"]
TreeMethod = Literal["ward.D2", "ward.D", "average", "complete", "single", "mcquitty", "flexible"]
_RECURRENCES = {
    "average": kernels.AVERAGE,
    "complete": kernels.COMPLETE,
    "single": kernels.SINGLE,
    "mcquitty": kernels.MCQUITTY,
}


def linkage(
    d: ArrayLike, method: TreeMethod, weights: ArrayLike | None = None, *, beta: float = -0.25
) -> Floats:
    """Cluster weighted items hierarchically.

    Recurrences of Lance & Williams (1967). With tied distances a tree depends on the order of the
    items, and for all but "single" its heights may, too.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        method: R's names. "ward.D2" and "ward.D" as `ward`; "average" the mean distance between the
            clusters' members (UPGMA), weighted; "complete" the largest, "single" the smallest;
            "mcquitty" the mean of the two parts' distances (WPGMA); "flexible" (1 − beta)/2 times
            the sum of the parts' distances plus beta times that between the parts.
        weights: (n,) positive weights, used by Ward's criterion and by "average"; ones by default.
        beta: of "flexible", below 1; −0.25 as Belbin, Faith & Milligan (1992) recommend.

    Returns:
        A linkage in SciPy's format, as `ward`.

    Raises:
        ValueError: an unknown method, malformed distances or weights, or a weight of 0.

    R equivalent: `fastcluster::hclust`, for "flexible" `cluster::agnes`.

    Examples:
        >>> from trajectories.typology import cut, linkage
        >>> tree = linkage([1.0, 4.0, 5.0], "average")
        >>> cut(tree, 2).tolist()
        [0, 0, 1]

    See Also:
        `ward`, `cut`, `order_spread`.
    """
    if method in ("ward.D2", "ward.D"):
        return ward(d, weights, method=method)
    if method not in get_args(TreeMethod):
        raise ValueError(f"unknown method {method!r}: use one of {', '.join(get_args(TreeMethod))}")
    if not beta < 1:
        raise ValueError(f"beta must be below 1, not {beta}")
    working = checked_distances(d).copy()
    n = item_count(working)
    masses = checked_weights(weights, n).copy()
    if not masses.all():
        raise ValueError("a tree needs weights above 0: leave out the items of weight 0")
    merges = np.empty((n - 1, 2), np.int64)
    heights = np.empty(n - 1)
    if method == "flexible":
        kernels.merge_flexibly(working, beta, merges, heights)
    else:
        kernels.nearest_neighbour_chain(working, masses, _RECURRENCES[method], merges, heights)
    return _linkage(merges, heights)


def ward(
    d: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    method: WardMethod = "ward.D2",
    start: WardStart = "members",
) -> Floats:
    """Cluster weighted items by Ward's criterion.

    Nearest-neighbour chain (Murtagh 1985) on a working copy of the distances, with the
    Lance–Williams recurrence of Ward for clusters of weights w:
    d(i∪j, k) = ((w_i + w_k) d_ik + (w_j + w_k) d_jk − w_k d_ij) / (w_i + w_j + w_k).
    At equal distances the chain keeps its last link, else it takes the lowest item number.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        weights: (n,) positive weights; ones by default.
        method: `"ward.D2"` (R's name) squares the distances first and reports square roots, as
            SciPy's `ward`; `"ward.D"` uses them unchanged.
        start: `"members"` treats `d` as the distance between clusters of the given weights, as
            R's `hclust(d, members=weights)`; `"replicates"` multiplies it by
            2 w_i w_j / (w_i + w_j) first, which gives the tree of the replicated items without its
            merges at height 0.

    Returns:
        A linkage in SciPy's format, (n−1, 4) float64: the two merged clusters (items are
        0…n−1, the cluster of row r is n + r), the height, the number of items; sorted by height.

    Raises:
        ValueError: malformed distances or weights, or a weight of 0.

    Examples:
        >>> from trajectories.typology import cut, ward
        >>> cut(ward([1.0, 4.0, 5.0]), 2).tolist()
        [0, 0, 1]

    See Also:
        `linkage`, `cut`, `pam`.

    R equivalent: `fastcluster::hclust` with `ward.D2`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    masses = checked_weights(weights, n).copy()
    if not masses.all():
        raise ValueError("Ward's criterion needs weights above 0: leave out the items of weight 0")
    working = np.square(distances) if method == "ward.D2" else distances.copy()
    if start == "replicates":
        _scale_to_replicates(working, masses)
    merges = np.empty((n - 1, 2), np.int64)
    heights = np.empty(n - 1)
    kernels.nearest_neighbour_chain(working, masses, kernels.WARD, merges, heights)
    if method == "ward.D2":
        heights = np.sqrt(heights)
    return _linkage(merges, heights)


def _scale_to_replicates(working: np.ndarray, masses: Floats) -> None:
    """Multiply condensed distances by 2 w_i w_j / (w_i + w_j) in place."""
    end = 0
    for i in range(masses.size - 1):
        begin, end = end, end + masses.size - i - 1
        others = masses[i + 1 :]
        working[begin:end] *= 2 * masses[i] * others / (masses[i] + others)


def _linkage(merges: Ints, heights: Floats) -> Floats:
    """Sort the chain's merges by height and number the clusters as SciPy does."""
    n = heights.size + 1
    linkage = np.empty((n - 1, 4))
    cluster = np.arange(n)
    size = np.ones(n, np.int64)
    heights = _not_below_parts(merges, heights)
    # a merge uses the current cluster of each slot: the larger slot is kept, and merges within a
    # cluster never come after the merge of the cluster (stable sort)
    for row, merge in enumerate(np.argsort(heights, kind="stable")):
        low, high = merges[merge]
        linkage[row, 0] = min(cluster[low], cluster[high])
        linkage[row, 1] = max(cluster[low], cluster[high])
        linkage[row, 2] = heights[merge]
        size[high] += size[low]
        linkage[row, 3] = size[high]
        cluster[high] = n + row
    return linkage


def _not_below_parts(merges: Ints, heights: Floats) -> Floats:
    """Raise a merge to the height of its parts', which rounding puts above it at tied distances."""
    raised = heights.copy()
    reached = np.zeros(heights.size + 1)
    for merge, (low, high) in enumerate(merges):
        raised[merge] = max(raised[merge], reached[low], reached[high])
        reached[high] = raised[merge]
    return raised


def cut(linkage: ArrayLike, k: int) -> Ints:
    """Cut a tree into exactly `k` clusters: those before its last k−1 merges.

    Equal to R's `cutree(tree, k)`, also for equal heights.

    Args:
        linkage: (n−1, 4), SciPy's format, rows sorted by height.
        k: number of clusters, 1…n.

    Returns:
        (n,) int64 labels 0…k−1, numbered by first appearance.

    Raises:
        ValueError: `k` is not between 1 and n, or `linkage` is not a tree.

    Examples:
        >>> from trajectories.typology import cut, ward
        >>> cut(ward([1.0, 4.0, 5.0]), 3).tolist()
        [0, 1, 2]

    See Also:
        `ward`, `linkage`.

    R equivalent: `stats::cutree`, numbered from 0.
    """
    tree = numbers(linkage, "a tree")
    if tree.ndim != 2 or tree.shape[1] != 4:
        raise ValueError(f"a tree has four columns, as `ward` gives it, not shape {tree.shape}")
    n = len(tree) + 1
    made = n + np.arange(n - 1)
    if not ((tree[:, :2] >= 0) & (tree[:, :2] < made[:, np.newaxis])).all():
        raise ValueError("a row of the tree merges clusters that are not there yet")
    k = checked_k(k, n)
    top = np.arange(2 * n - 1)
    pairs = tree[: n - k, :2].astype(np.int64)
    for row in range(n - k - 1, -1, -1):
        top[pairs[row]] = top[n + row]
    return first_appearance(top[:n])


def first_appearance(labels: ArrayLike) -> Ints:
    """Number any labels 0…k−1 in the order of their first appearance."""
    _, first, inverse = np.unique(np.asarray(labels), return_index=True, return_inverse=True)
    rank = np.empty(first.size, np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return rank[inverse.ravel()]
