"""Shares of clusters by group, as they are and reweighted to a common composition."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.reform.balancing.common_composition import POOLED, balanced_cells
from trajectories.reform.balancing.composition_cells import CompositionCells


@dataclass(frozen=True, eq=False)
class ComparedShares:
    """The statistic of a comparison: shares by group and cluster, raw and reweighted.

    Attributes:
        groups: names of the groups.
        group: (n,) the group of each window, by position.
        clusters: number of clusters.
        cells: the covariates of the windows.
        target: the group whose composition is the target, or `POOLED`.
        left_out: covariates that are not balanced.
    """

    groups: tuple[str, ...]
    group: Ints
    clusters: int
    cells: CompositionCells
    target: str
    left_out: tuple[str, ...] = ()

    def __call__(self, cluster: Ints, weight: Floats) -> Floats:
        """Return raw and reweighted shares, flattened from (2, groups, clusters).

        Reweighted shares are NaN where the sample has no weights to the target's composition.
        """
        many, cells = len(self.groups), len(self.cells.features)
        size = many * cells * self.clusters
        place = (self.group * cells + self.cells.cell) * self.clusters + cluster
        sums = np.bincount(place, weights=weight, minlength=size)
        by_cell = sums.reshape(many, cells, self.clusters)
        masses = by_cell.sum(axis=2)
        raw = by_cell.sum(axis=1) / masses.sum(axis=1)[:, None]
        named = dict(zip(self.groups, masses, strict=True))
        aim = masses.sum(axis=0) if self.target == POOLED else named[self.target]
        found, _ = balanced_cells(self.cells, named, aim, self.left_out)
        adjusted = np.full_like(raw, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = np.where(masses[:, :, None] > 0, by_cell / masses[:, :, None], 0.0)
        for position, name in enumerate(self.groups):
            if name in found:
                adjusted[position] = found[name] @ rate[position]
        return np.stack([raw, adjusted]).ravel()

    def split(self, values: Floats) -> tuple[Floats, Floats]:
        """Return raw and reweighted shares of statistics (…, s), each (…, groups, clusters)."""
        shaped = values.reshape(*values.shape[:-1], 2, len(self.groups), self.clusters)
        return shaped[..., 0, :, :], shaped[..., 1, :, :]


def compared_shares(
    windows: pl.DataFrame,
    groups: tuple[str, ...],
    cells: CompositionCells,
    *,
    clusters: int,
    target: str,
    left_out: tuple[str, ...] = (),
) -> ComparedShares:
    """Prepare the statistic for windows.

    Args:
        windows: group, one row a window.
        groups: the groups, in order; every window is in one of them.
        cells: the covariates of the same rows.
        clusters: number of clusters.
        target: a group, or `POOLED`.
        left_out: covariates that are not balanced.
    """
    position = windows["group"].replace_strict(
        {name: i for i, name in enumerate(groups)}, return_dtype=pl.Int64
    )
    return ComparedShares(groups, position.to_numpy(), clusters, cells, target, left_out)
