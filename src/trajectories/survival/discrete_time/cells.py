"""Person-months aggregated to cells, the sufficient statistics of the grouped binomial likelihood.

The likelihood of a discrete-time hazard depends only on the number of person-months `n` and of
events `y` at each combination of covariates. Coefficients, information and cluster scores computed
from cells therefore equal those computed row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.survival.usable import CODE, FILL, refuse_rows

N, Y, CELL = "__person_months", "__events", "__cell"
ROWS = "person-months"

# Weights are rounded to multiples of a power of two, 2⁻³⁰ of the largest weight or less: 1, 2 and ½
# are then exact, and sums do not depend on their order.
WEIGHT_BITS = 30

Panel = pl.DataFrame | pl.LazyFrame


@dataclass(frozen=True)
class ClusterCounts:
    """Person-months and events of each cluster in each cell.

    Attributes:
        n: (clusters, cells) sparse counts of person-months.
        y: (clusters, cells) sparse counts of events.
    """

    n: sp.csr_matrix
    y: sp.csr_matrix

    @property
    def clusters(self) -> int:
        """The number of clusters G."""
        return int(self.n.shape[0])


def count(
    panel: Panel, columns: Sequence[str], event: str, weight: str | None = None
) -> pl.DataFrame:
    """Count person-months and events at each combination of `columns`.

    Args:
        panel: person-months, one row each; a lazy frame is streamed.
        columns: the covariates and, if clusters are wanted, the cluster's column.
        event: a column of 0 and 1.
        weight: a column of non-negative weights, rounded to 2⁻³⁰ of the largest so that sums do not
            depend on their order. Rows of weight 0 do not count.

    Returns:
        One row per combination, sorted by `columns`, with `__person_months` and `__events` (i64;
        f64 with weights).

    Raises:
        UserError: a column is missing or holds nulls or non-finite numbers, the event is neither 0
            nor 1, or a weight is missing, negative or not finite, or all weights are 0.
    """
    lazy = panel.lazy()
    schema = lazy.collect_schema()
    for name in [*columns, event, *([weight] if weight else [])]:
        if name not in schema:
            raise UserError(
                f"The panel has no column {name!r}; it has {', '.join(schema.names())}."
            )
    if not (schema[event].is_numeric() or schema[event] == pl.Boolean):
        raise UserError(f"The event column {event!r} holds {schema[event]}; it must hold 0 and 1.")
    y = pl.col(event)
    events = y.cast(pl.Int64, strict=False)
    scale = _weight_scale(lazy, weight) if weight else 1.0
    parts = (pl.col(weight) * scale).round().cast(pl.Int64) if weight else None
    counts = (
        lazy.group_by(columns)
        .agg(
            (pl.len().cast(pl.Int64) if parts is None else parts.sum()).alias(N),
            (events if parts is None else events * parts).sum().alias(Y),
            pl.len().alias("__rows"),
            (y.is_null() | ~y.cast(pl.Float64).is_in([0.0, 1.0])).sum().alias("__wrong"),
        )
        .collect(engine="streaming")
        .sort(columns)
    )
    unusable = {
        name: pl.col(name).is_null() | ~pl.col(name).is_finite()
        if schema[name].is_float()
        else pl.col(name).is_null()
        for name in columns
    }
    found = counts.select(
        pl.col("__wrong").sum(),
        *(pl.col("__rows").filter(bad).sum().alias(c) for c, bad in unusable.items()),
    ).row(0, named=True)
    refuse_rows(int(found["__wrong"]), ROWS, f"{event!r} is neither 0 nor 1", CODE)
    for name in columns:
        refuse_rows(int(found[name]), ROWS, f"{name!r} is empty", FILL)
    if weight:
        counts = counts.with_columns(pl.col(N, Y) / scale).filter(pl.col(N) > 0)
    return counts.drop("__wrong", "__rows")


def _weight_scale(lazy: pl.LazyFrame, weight: str) -> float:
    """Units per weight of 1, so that the largest weight has at most 2³⁰ units."""
    if not lazy.collect_schema()[weight].is_numeric():
        raise UserError(
            f"The column of weights {weight!r} holds {lazy.collect_schema()[weight]}; it must hold "
            "numbers."
        )
    w = pl.col(weight).cast(pl.Float64)
    empty, below, largest = (
        lazy.select(
            empty=(w.is_null() | ~w.is_finite()).sum(),
            below=(w < 0).sum(),
            largest=w.filter(w.is_finite()).max().fill_null(0.0),
        )
        .collect(engine="streaming")
        .row(0)
    )
    refuse_rows(empty, ROWS, f"{weight!r} is empty", FILL)
    refuse_rows(below, ROWS, f"{weight!r} is below 0")
    if not largest > 0:
        raise UserError(f"The column {weight!r} of the {ROWS} holds no weight above 0.")
    return float(2.0 ** (WEIGHT_BITS - np.ceil(np.log2(largest))))


def merge(counts: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Add the counts of rows that agree in `columns`; sorted by `columns`."""
    present = [name for name in counts.columns if name not in (N, Y)]
    if list(columns) == present:
        return counts
    # Counts are sorted by their columns, so groups by the first columns come in order.
    in_order = list(columns) == present[: len(columns)]
    merged = counts.group_by(columns, maintain_order=in_order).agg(pl.col(N, Y).sum())
    return merged if in_order else merged.sort(columns)


def cluster_counts(
    counts: pl.DataFrame, cells: pl.DataFrame, columns: Sequence[str], cluster: Sequence[str]
) -> ClusterCounts:
    """Arrange counts by cluster and covariates as two sparse matrices, clusters × cells.

    Args:
        counts: as `count` returns them for the cluster's columns and the covariates.
        cells: the cells of the design, with the covariates in `columns`, in the design's order.
            Counts in other cells (dropped from the design) are ignored, and clusters that are
            wholly in such cells disappear.
        columns: the covariates.
        cluster: the columns that together identify a cluster.
    """
    numbered = cells.select(columns).with_row_index(CELL)
    joined = (
        counts.join(numbered, on=list(columns), how="inner")
        if columns
        else counts.with_columns(pl.lit(0, pl.UInt32).alias(CELL))
    )
    return numbered_counts(joined, cluster, cells)


def numbered_counts(
    counts: pl.DataFrame, cluster: Sequence[str], cells: pl.DataFrame
) -> ClusterCounts:
    """Arrange counts with cell numbers (`__cell`) as two sparse matrices, clusters × cells."""
    group = counts.select(_one(cluster).rank("dense")).to_series().to_numpy().astype(np.int64)
    shape = (int(group.max()), cells.height)
    position = (group - 1, counts[CELL].to_numpy())
    return ClusterCounts(
        _matrix(counts[N].to_numpy(), position, shape),
        _matrix(counts[Y].to_numpy(), position, shape),
    )


def _one(columns: Sequence[str]) -> pl.Expr:
    """The columns as one expression; a struct only for several, because it is slow to rank."""
    return pl.col(columns[0]) if len(columns) == 1 else pl.struct(columns)


def _matrix(
    values: Ints | Floats, position: tuple[Ints, NDArray[np.uint32]], shape: tuple[int, int]
) -> sp.csr_matrix:
    matrix = sp.csr_matrix((values.astype(np.float64), position), shape=shape)
    matrix.sum_duplicates()
    return matrix
