"""How far a tree depends on the order of its items, which tied distances leave open."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_weights,
    item_count,
)
from trajectories.notebook.described import described
from trajectories.typology.sampled_medoids.stability import adjusted_rand, cross_table
from trajectories.typology.trees.linkage_tree import (
    TreeMethod,
    WardStart,
    cut,
    first_appearance,
    linkage,
    ward,
)


@described(
    lambda x: (
        f"{len(x.top_heights):,} orders of the items; top heights of {x.top_heights.min():.6g} "
        f"to {x.top_heights.max():.6g}"
    ),
    "table",
)
@dataclass(frozen=True)
class OrderSpread:
    """The spread of a tree over orders of its items.

    Attributes:
        table: k, partitions (how many different ones there are), ari_lowest, ari_median (f64):
            adjusted Rand index, weighted, of each other order's partition with that of the given
            order; 1 throughout where the order does not matter.
        top_heights: float64 (orders + 1,) of the last merge, the given order first.
    """

    table: pl.DataFrame
    top_heights: Floats


def order_spread(
    d: ArrayLike,
    method: TreeMethod = "ward.D2",
    weights: ArrayLike | None = None,
    *,
    k: Iterable[int] = range(2, 11),
    orders: int = 20,
    start: WardStart = "replicates",
    beta: float = -0.25,
    seed: int = 0,
) -> OrderSpread:
    """Make a tree anew with its items in random orders and compare heights and partitions.

    At equal distances a method may merge either pair, and the order of the items decides. The
    spread says how much of a partition is such a decision.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        method: as for `linkage`.
        weights: (n,) positive weights; ones by default.
        k: numbers of clusters at which the trees are cut, each from 1 to n; those above n are
            left out.
        orders: random orders beside the given one.
        start: of Ward's methods, as for `ward`.
        beta: of "flexible".
        seed: of the orders.

    Raises:
        ValueError: malformed distances or weights, a weight of 0, or fewer than one order.

    Examples:
        >>> from trajectories.typology import order_spread
        >>> order_spread([1.0, 1.0, 2.0], "average", k=[2], orders=10).table["partitions"].item()
        2

    See Also:
        `linkage`, `ward`, `stability`.
    """
    if orders < 1:
        raise ValueError(f"orders must be at least 1, not {orders}")
    distances = checked_distances(d)
    n = item_count(distances)
    masses = checked_weights(weights, n)
    random = np.random.default_rng(seed)
    numbers = [number for number in k if number <= n]
    labels = np.empty((orders + 1, len(numbers), n), np.int64)
    heights = np.empty(orders + 1)
    for order in range(orders + 1):
        place = random.permutation(n) if order else np.arange(n)
        own = among(distances, place) if order else distances
        if method in ("ward.D2", "ward.D"):
            tree = ward(own, masses[place], method=method, start=start)
        else:
            tree = linkage(own, method, masses[place], beta=beta)
        heights[order] = tree[-1, 2] if n > 1 else 0.0
        for row, number in enumerate(numbers):
            labels[order, row, place] = cut(tree, number)
    rows = []
    for row, number in enumerate(numbers):
        agreement = [
            adjusted_rand(cross_table(labels[0, row], labels[order, row], masses))
            for order in range(1, orders + 1)
        ]
        different = {first_appearance(one).tobytes() for one in labels[:, row]}
        rows.append((number, len(different), min(agreement), float(np.median(agreement))))
    schema = {
        "k": pl.Int64,
        "partitions": pl.Int64,
        "ari_lowest": pl.Float64,
        "ari_median": pl.Float64,
    }
    return OrderSpread(pl.DataFrame(rows, schema, orient="row"), heights)
