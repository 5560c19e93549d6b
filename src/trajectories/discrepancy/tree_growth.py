"""Growing a regression tree: which node is split, by what, and whether chance would do as well."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.discrepancy.items import PERMUTING
from trajectories.discrepancy.permutations import (
    WeightPermutation,
    permuted_masses,
    share_at_least,
)
from trajectories.discrepancy.splits import TIE_TOLERANCE, Found, Predictor, Split
from trajectories.discrepancy.sums_of_squares import (
    Distances,
    GroupSums,
    columns_at_once,
    divided_squares,
    group_sums,
)
from trajectories.dissimilarity.matrix.checked_distances import among
from trajectories.parallel import Team

NODES = {
    "node": pl.Int64,
    "parent": pl.Int64,
    "depth": pl.Int64,
    "condition": pl.String,
    "n": pl.Float64,
    "rows": pl.Int64,
    "discrepancy": pl.Float64,
    "medoid": pl.Int64,
    "leaf": pl.Boolean,
    "variable": pl.String,
    "left": pl.Int64,
    "right": pl.Int64,
    "r2": pl.Float64,
    "p_value": pl.Float64,
}


@dataclass(frozen=True)
class Growth:
    """When a node is split.

    Attributes:
        min_size: weight that both sides must exceed; below 1, a share of the total.
        max_depth: the most nodes from the root to a leaf, both counted.
        permutations: R of each split's test; 1 or less splits without a test.
        p_value: largest p-value of a split.
        corrected: whether the p-value accounts for the search: each permutation searches all
            predictors again. Otherwise the best split alone is tested, as R does, and p-values are
            too small the more predictors there are.
        weight_permutation: as in `discrepancy`.
    """

    min_size: float = 0.05
    max_depth: int = 5
    permutations: int = 1000
    p_value: float = 0.01
    corrected: bool = False
    weight_permutation: WeightPermutation = "diss"


class GrownTree:
    """The nodes of a tree as it grows, the left side of a split before the right."""

    def __init__(self, growth: Growth, seed: int) -> None:
        """Begin without a node; the seed is that of all permutations."""
        self.growth = growth
        self.seed = seed
        self.nodes: list[dict[str, object]] = []
        self.splits: dict[int, Split] = {}

    def add(
        self,
        d: Distances,
        weights: Floats,
        rows: Ints,
        columns: Sequence[Predictor],
        *,
        parent: int | None,
        depth: int,
        condition: str,
    ) -> int:
        """Add a node and what grows from it; return its number."""
        whole = group_sums(d, np.zeros_like(rows), weights)
        number = len(self.nodes) + 1
        nearest = whole.to_centre <= whole.to_centre.min() * (1 + 1e-11)
        node: dict[str, object] = {
            "node": number,
            "parent": parent,
            "depth": depth,
            "condition": condition,
            "n": float(whole.weights[0]),
            "rows": rows.size,
            "discrepancy": float(whole.squares[0] / whole.weights[0]),
            "medoid": int(rows[np.argmax(nearest)]),
            "leaf": True,
        }
        self.nodes.append(node)
        if depth >= self.growth.max_depth:
            return number
        found = best_split(d, weights, columns, [c.codes for c in columns], self.growth.min_size)
        total = float(whole.squares[0])
        if found is None or not found[1].within < total - TIE_TOLERANCE * abs(total):
            return number
        column, division = columns[found[0]], found[1]
        left = division.sides[column.codes]  # −1 is the last, missing
        p_value = self._p_value(d, weights, whole, columns, left, division.within, number)
        if p_value is not None and p_value > self.growth.p_value:
            return number
        split = column.split(division)
        self.splits[number] = split
        children = []
        for side, said in zip((left, ~left), split.labels(), strict=True):
            children.append(
                self.add(
                    among(d, np.flatnonzero(side)),
                    weights[side],
                    rows[side],
                    [predictor.among(side) for predictor in columns],
                    parent=number,
                    depth=depth + 1,
                    condition=said,
                )
            )
        node |= {
            "leaf": False,
            "variable": column.name,
            "left": children[0],
            "right": children[1],
            "r2": 1 - division.within / total,
            "p_value": p_value,
        }
        return number

    def _p_value(
        self,
        d: Distances,
        weights: Floats,
        whole: GroupSums,
        columns: Sequence[Predictor],
        left: Bools,
        within: float,
        number: int,
    ) -> float | None:
        """Test a split against random groups, or against the best splits of permuted rows."""
        replicates = self.growth.permutations - 1
        if replicates < 1:
            return None
        rng = np.random.default_rng([self.seed, PERMUTING, number])
        if self.growth.corrected:
            drawn = searched(d, weights, columns, replicates, rng, self.growth.min_size)
        else:
            draws = permuted_masses(
                (~left).astype(np.int64),
                weights,
                replicates,
                rng,
                at_once=max(1, columns_at_once(left.size) // 2),
                unit=self.growth.weight_permutation,
            )
            drawn = np.concatenate([divided_squares(d, m, whole).sum(axis=1) for m in draws])
        (p_value,) = share_at_least(-drawn[:, None], np.array([-within])).tolist()
        return float(p_value)


def best_split(
    d: Distances,
    weights: Floats,
    columns: Sequence[Predictor],
    codes: Sequence[Ints],
    least: float,
    threads: int | None = None,
) -> tuple[int, Found] | None:
    """Return the predictor and division with the least sum of squares, the first at ties."""
    divisions: list[Found | None] = [None] * len(columns)

    def search(place: int) -> None:
        divisions[place] = columns[place].best(d, weights, codes[place], least)

    with Team(threads) as team:
        team.each(search, range(len(columns)))
    best: tuple[int, Found] | None = None
    for place, found in enumerate(divisions):
        if found is not None and (
            best is None or found.within < best[1].within - TIE_TOLERANCE * abs(best[1].within)
        ):
            best = (place, found)
    return best


def searched(
    d: Distances,
    weights: Floats,
    columns: Sequence[Predictor],
    replicates: int,
    rng: np.random.Generator,
    least: float,
) -> Floats:
    """Return the least sum of squares of any split, each time with the rows of data permuted.

    Infinite where no division leaves enough weight on both sides.
    """
    orders = [rng.permutation(weights.size) for _ in range(replicates)]
    out = np.full(replicates, np.inf)

    def search(place: int) -> None:
        codes = [column.codes[orders[place]] for column in columns]
        found = best_split(d, weights, columns, codes, least, threads=1)
        if found is not None:
            out[place] = found[1].within

    with Team() as team:
        team.each(search, range(replicates), "permutations")
    return out
