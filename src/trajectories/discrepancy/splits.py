"""The best division of items in two by one predictor."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.discrepancy import split_kernels as kernels
from trajectories.discrepancy.sums_of_squares import Distances

MOST_LEVELS = 12  # of words: 2,047 divisions in two
TIE_TOLERANCE = 1e-12  # relative; sums of squares this close are equal


@dataclass(frozen=True)
class Split:
    """A division by one predictor.

    Attributes:
        variable: the predictor.
        cut: of numbers: those at most this go left. Null for words.
        left: of words: the levels that go left.
        right: of words: the levels that go right.
        missing: where missing values go: "left", "right", or None if there were none.
        heavier: the side of more weight, where values that were not seen go.
    """

    variable: str
    cut: float | None
    left: tuple[Any, ...]
    right: tuple[Any, ...]
    missing: str | None
    heavier: str

    def goes_left(self, values: pl.Series) -> Bools:
        """Return which values go left."""
        seen = without_nan(values)
        unseen = self.heavier == "left"
        missing = unseen if self.missing is None else self.missing == "left"
        if self.cut is not None:
            return (seen <= self.cut).fill_null(missing).to_numpy()
        left = seen.is_in(list(self.left), nulls_equal=False).fill_null(missing)
        if unseen:
            left |= ~seen.is_in([*self.left, *self.right]).fill_null(True)
        return left.to_numpy()

    def labels(self) -> tuple[str, str]:
        """Return the conditions of both sides in words."""
        if self.cut is not None:
            sides = [f"{self.variable} <= {self.cut:.6g}", f"{self.variable} > {self.cut:.6g}"]
        else:
            sides = [_condition(self.variable, levels) for levels in (self.left, self.right)]
        for place, side in enumerate(("left", "right")):
            if self.missing == side:
                known = sides[place]
                sides[place] = f"{known} or missing" if known else f"{self.variable} missing"
        return sides[0], sides[1]


def _condition(variable: str, levels: tuple[Any, ...]) -> str:
    if len(levels) < 2:
        return "".join(f"{variable} = {level}" for level in levels)
    return f"{variable} in ({', '.join(map(str, levels))})"


@dataclass(frozen=True)
class Predictor:
    """The values of one predictor for the items of a node.

    Attributes:
        name: its name.
        ordered: whether levels are divided in their order (numbers) or in any way (words).
        levels: the values seen, sorted.
        codes: (n,) positions in `levels`, −1 where missing.
    """

    name: str
    ordered: bool
    levels: list[Any]
    codes: Ints

    @classmethod
    def of(cls, values: pl.Series) -> "Predictor":
        """Code a column.

        Raises:
            ValueError: words of more than `MOST_LEVELS` levels.
        """
        seen = without_nan(values)
        levels = seen.drop_nulls().unique().sort()
        codes = np.full(seen.len(), -1)
        if levels.len():
            places = pl.Series(np.arange(levels.len()))
            codes = seen.replace_strict(levels, places, default=-1).fill_null(-1).to_numpy()
        ordered = seen.dtype.is_numeric()
        if not ordered and levels.len() > MOST_LEVELS:
            raise ValueError(
                f"{values.name} has {levels.len()} levels: a tree can divide {MOST_LEVELS} at most"
            )
        return cls(values.name, ordered, levels.to_list(), codes.astype(np.int64))

    def among(self, rows: Ints | Bools) -> "Predictor":
        """Return the predictor of some of its items, without levels that none of them has."""
        codes = self.codes[rows]
        kept = np.unique(codes[codes >= 0])
        places = np.full(len(self.levels) + 1, -1)
        places[kept] = np.arange(kept.size)
        return Predictor(self.name, self.ordered, [self.levels[k] for k in kept], places[codes])

    def best(self, d: Distances, weights: Floats, codes: Ints, least: float) -> "Found | None":
        """Return the division with the least sum of squares within both sides.

        Args:
            d: condensed dissimilarities of the n items.
            weights: (n,) their weights.
            codes: (n,) their levels, in the observed order or another.
            least: what both sides must weigh more than.
        """
        missing = bool((codes < 0).any())
        if len(self.levels) + missing < 2:
            return None
        divide = _ordered if self.ordered else _nominal
        sides, squares, masses = divide(d, weights, codes, len(self.levels), missing=missing)
        enough = (masses > max(least, 0)).all(axis=1)
        within = np.full(len(masses), np.inf)
        within[enough] = (squares[enough] / masses[enough]).sum(axis=1)
        best = float(within.min(initial=np.inf))
        if not best < np.inf:
            return None
        chosen = int(np.argmax(within <= best + TIE_TOLERANCE * abs(best)))
        return Found(best, sides[chosen], float(masses[chosen, 0]), float(masses[chosen, 1]))

    def split(self, found: "Found") -> Split:
        """Return a division in terms of values."""
        count = len(self.levels)
        left = found.sides[:count]
        missing = None
        if (self.codes < 0).any():
            missing = "left" if found.sides[count] else "right"
        heavier = "left" if found.left >= found.right else "right"
        if self.ordered:
            cut = float(self.levels[int(np.flatnonzero(left)[-1])])
            return Split(self.name, cut, (), (), missing, heavier)
        names = [
            tuple(v for v, own in zip(self.levels, side, strict=True) if own)
            for side in (left, ~left)
        ]
        return Split(self.name, None, names[0], names[1], missing, heavier)


@dataclass(frozen=True)
class Found:
    """A division: its sum of squares, which levels (and missing) go left, weights of both sides."""

    within: float
    sides: Bools
    left: float
    right: float


def _ordered(
    d: Distances, weights: Floats, codes: Ints, count: int, *, missing: bool
) -> tuple[Bools, Floats, Floats]:
    """Sum over pairs on both sides of each cut, missing values to the right and to the left."""
    below, above, crossed = np.zeros((3, count))
    both_missing = kernels.ordered_sums(d, weights, codes, below, above, crossed)
    mass = np.bincount(codes + 1, weights, count + 1)
    left = np.cumsum(below)
    right = np.append(np.cumsum(above[:0:-1])[::-1], 0.0)
    mass_left = np.cumsum(mass[1:])
    mass_right = mass_left[-1] - mass_left
    mass_right[-1] = 0
    cuts = np.arange(count) <= np.arange(count)[:, None]
    if not missing:
        sides = np.concatenate([cuts, np.zeros((count, 1), bool)], axis=1)
        return sides, np.stack([left, right], 1), np.stack([mass_left, mass_right], 1)
    crossed_left = np.cumsum(crossed)
    crossed_right = crossed_left[-1] - crossed_left
    at_right = [left, right + crossed_right + both_missing]
    at_left = [left + crossed_left + both_missing, right]
    squares = np.stack([np.stack(at_right, 1), np.stack(at_left, 1)], 1).reshape(-1, 2)
    masses = np.stack(
        [
            np.stack([mass_left, mass_right + mass[0]], 1),
            np.stack([mass_left + mass[0], mass_right], 1),
        ],
        1,
    ).reshape(-1, 2)
    where = np.tile([False, True], count)[:, None]
    return np.concatenate([np.repeat(cuts, 2, axis=0), where], axis=1), squares, masses


def _nominal(
    d: Distances, weights: Floats, codes: Ints, count: int, *, missing: bool
) -> tuple[Bools, Floats, Floats]:
    """Sum over pairs on both sides of every division of levels; the first level goes left."""
    levels = count + missing
    placed = np.where(codes < 0, count, codes)
    sums = np.zeros((levels, levels))
    by_level = weights * (placed == np.arange(levels)[:, None])
    kernels.level_sums(d, weights, placed, by_level, sums)
    mass = by_level.sum(axis=1)
    rest = np.arange(2 ** (levels - 1) - 1)  # all at the left is no division
    sides = np.ones((rest.size, count + 1), bool)
    sides[:, 1:levels] = (rest[:, None] >> np.arange(levels - 1)) & 1
    if not missing:
        sides[:, count] = False
    both = np.stack([sides[:, :levels], ~sides[:, :levels]], 1).astype(np.float64)
    squares = np.einsum("csk,kl,csl->cs", both, sums, both, optimize=True)
    return sides, squares, both @ mass


def without_nan(values: pl.Series) -> pl.Series:
    """Return values with NaN as missing."""
    return values.fill_nan(None) if values.dtype.is_float() else values
