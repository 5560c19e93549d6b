"""Fast repeated fits of the report's models: one factor absorbed, jackknife over clusters.

`fit_hazard` accepts any formula. In simulation studies and power calculations the models are always
the same: factors, and a few numeric columns whose coefficients are wanted. These functions give the
same coefficients and CRV3 standard errors as `fit_hazard`, about ten times as fast; a test compares
them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.studies.refits_kernels import drop_separated, maximise_absorbed, refits
from trajectories.survival.discrete_time.cells import N, Y
from trajectories.survival.discrete_time.links import linear_predictor
from trajectories.survival.errors import NotEstimableError

CELL, GROUP = "__cell", "__group"


@dataclass(frozen=True)
class Counts:
    """Person-months and events by cluster, factors and numeric columns.

    Attributes:
        cells: one row per cell: the factors (codes from 0), the numeric columns, `N` and `Y`.
        entries: one row per cluster and cell, sorted by cluster: cluster, `CELL`, `N`, `Y`.
        factors: the columns of codes; the first is absorbed.
        numbers: the numeric columns.
    """

    cells: pl.DataFrame
    entries: pl.DataFrame
    factors: tuple[str, ...]
    numbers: tuple[str, ...]

    def only(self, numbers: Sequence[str]) -> "Counts":
        """The counts by the same factors and a subset of the numeric columns."""
        columns = [*self.factors, *numbers]
        cells = self.cells.with_columns(
            pl.struct(columns).rank("dense").cast(pl.UInt32).alias(GROUP) - 1
        )
        own = cells[GROUP].gather(self.entries[CELL])
        cluster = self.entries.columns[0]
        entries = (
            self.entries.with_columns(own.alias(CELL))
            .group_by(cluster, CELL)
            .agg(pl.col(N).sum(), pl.col(Y).sum())
            .sort(cluster, CELL)
        )
        merged = (
            cells.group_by(GROUP)
            .agg(pl.col(columns).first(), pl.col(N).sum(), pl.col(Y).sum())
            .sort(GROUP)
            .rename({GROUP: CELL})
        )
        return Counts(merged, entries, self.factors, tuple(numbers))


@dataclass(frozen=True)
class AbsorbedFit:
    """Coefficients of the numeric columns.

    Attributes:
        coef: (k,) coefficients; NaN if not estimable.
        vcov: (k, k) CRV3; NaN for a coefficient not estimable without some cluster.
        clusters: number of clusters G.
    """

    coef: Floats
    vcov: Floats
    clusters: int


def counted(
    panel: pl.DataFrame,
    *,
    event: str,
    factors: Sequence[str],
    numbers: Sequence[str],
    cluster: str = "cluster",
    weight: str | None = None,
) -> Counts:
    """Count person-months and events.

    Args:
        panel: one row per person-month.
        event: a column of 0 and 1.
        factors: columns of codes from 0 (integers).
        numbers: numeric columns.
        cluster: the column of clusters (integers).
        weight: a column of weights.
    """
    columns = [*factors, *numbers]
    size = pl.len().cast(pl.Float64) if weight is None else pl.col(weight).sum()
    events = pl.col(event).cast(pl.Float64)
    hits = events.sum() if weight is None else (events * pl.col(weight)).sum()
    entries = panel.group_by(cluster, *columns).agg(size.alias(N), hits.alias(Y))
    cells = (
        entries.group_by(columns)
        .agg(pl.col(N).sum(), pl.col(Y).sum())
        .sort(columns)
        .with_row_index(CELL)
    )
    entries = (
        entries.join(cells.select(CELL, *columns), on=columns)
        .select(cluster, CELL, N, Y)
        .sort(cluster, CELL)
    )
    return Counts(cells, entries, tuple(factors), tuple(numbers))


def fit_absorbed(
    counts: Counts, *, wanted: str | None = None, jackknife: bool = True
) -> AbsorbedFit:
    """Fit the complementary log-log model with the jackknife over clusters (CRV3).

    Args:
        counts: as `counted` returns them.
        wanted: a factor, not the first, whose level coefficients are wanted, each against level 0;
            they follow those of the numeric columns.
        jackknife: whether to compute the variance; otherwise it is NaN.

    Raises:
        NotEstimableError: the model has no maximum, or there is only one cluster.
    """
    codes = np.ascontiguousarray(counts.cells.select(counts.factors).to_numpy(), dtype=np.int32)
    sizes = (codes.max(axis=0) + 1).astype(np.int32)
    x = np.ascontiguousarray(counts.cells.select(counts.numbers).to_numpy(), dtype=np.float64)
    x = x.reshape(len(codes), len(counts.numbers))
    n, y = (counts.cells[name].to_numpy().copy() for name in (N, Y))
    lost = np.zeros((len(sizes), int(sizes.max())), bool)
    drop_separated(codes, sizes, n, y, lost)
    if y.sum() == 0:
        raise NotEstimableError("There is no event, so no hazard ratio can be estimated.")
    coef = np.zeros(int(sizes[1:].sum()) + x.shape[1])
    absorbed = np.full(sizes[0], linear_predictor(float(y.sum() / n.sum()), "cloglog"))
    kept = np.zeros(len(coef), bool)
    found = maximise_absorbed(codes, sizes, x, n, y, absorbed, coef, kept)
    if found and not jackknife:
        numbers = len(counts.numbers)
        values = np.where(kept, coef, np.nan)[len(coef) - numbers :]
        return AbsorbedFit(values, np.full((numbers, numbers), np.nan), 0)
    # Clusters wholly in dropped cells do not count.
    entries = counts.entries.filter(pl.Series(n > 0).gather(counts.entries[CELL]))
    cluster = entries.to_series(0).to_numpy()
    begins = np.flatnonzero(np.diff(cluster, prepend=cluster[0] - 1))
    begins = np.append(begins, len(cluster)).astype(np.int64)
    clusters = len(begins) - 1
    changes = np.zeros((clusters, len(coef)))
    gone = np.zeros((clusters, *lost.shape), bool)
    found = found and refits(
        codes,
        sizes,
        x,
        n,
        y,
        absorbed,
        coef,
        begins,
        entries[CELL].to_numpy().astype(np.int32),
        entries[N].to_numpy(),
        entries[Y].to_numpy(),
        changes,
        gone,
    )
    if not found or clusters < 2:
        raise NotEstimableError("The likelihood has no maximum, or there is one cluster only.")
    levels = len(coef) - x.shape[1]
    values, moves = coef[levels:], changes[:, levels:]
    values = np.where(kept[levels:], values, np.nan)
    if wanted is not None:
        place = counts.factors.index(wanted)
        first = int(sizes[1:place].sum())
        own = slice(first, first + sizes[place])
        own_coef, own_moves = coef[own], changes[:, own].copy()
        own_moves[gone[:, place, : sizes[place]]] = np.nan
        missing = np.where(lost[place, : sizes[place]], np.nan, 0.0)
        values = np.append(values, (own_coef + missing)[1:] - (own_coef + missing)[0])
        moves = np.hstack([moves, own_moves[:, 1:] - own_moves[:, :1]])
    vcov = (clusters - 1) / clusters * (moves.T @ moves)
    return AbsorbedFit(values, vcov, clusters)
