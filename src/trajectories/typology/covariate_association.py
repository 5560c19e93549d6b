"""How much of a covariate's association with sequences a typology keeps."""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.discrepancy.factors import share_beside
from trajectories.dissimilarity.matrix.checked_distances import (
    checked_distances,
    checked_labels,
    checked_weights,
    item_count,
)
from trajectories.notebook.pandas_frames import as_column


def cluster_association(
    d: ArrayLike,
    partitions: Sequence[ArrayLike],
    covariate: pl.Series | ArrayLike,
    weights: ArrayLike | None = None,
) -> pl.DataFrame:
    """Compare what a covariate says of sequences with what it says of their clusters.

    If clusters kept all of it, sequences of one cluster would not depend on the covariate
    (Unterlerchner & Studer 2023). `remaining` is the pseudo-R² of the covariate given the clusters,
    `unaccounted` its share of the pseudo-R² of the covariate alone. `bic` is that of the covariate
    explained by the clusters: normal regression for numbers, multinomial for others.

    R equivalent: `WeightedCluster::clustassoc`.

    Args:
        d: condensed dissimilarities n(n−1)/2.
        partitions: arrays (n,) of labels.
        covariate: (n,) numbers, words or booleans, none missing.
        weights: (n,) non-negative; ones by default.

    Returns:
        clusters, unaccounted, remaining, bic; the first row, of one cluster, is without clustering.

    Raises:
        ValueError: malformed distances, labels, weights or covariate.

    Examples:
        >>> from trajectories.typology import cluster_association
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> cluster_association(d, [[0, 0, 1, 1]], ["f", "f", "m", "f"])["clusters"].to_list()
        [1, 2]

    See Also:
        `rarcat`, `trajectories.discrepancy.discrepancy`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    masses = checked_weights(weights, n)
    values = as_column(covariate).alias("covariate")
    if values.len() != n:
        raise ValueError(f"the covariate must be of length {n}, not {values.len()}")
    counted = np.flatnonzero(masses)
    rows: list[tuple[int, float, float, float]] = []
    for partition in (np.zeros(n, np.int64), *partitions):
        labels = np.unique(checked_labels(partition, n), return_inverse=True)[1].astype(np.int64)
        clusters = pl.Series("cluster", labels).cast(pl.String)
        remaining = share_beside(distances, values, clusters, masses)
        alone = rows[0][2] if rows else remaining
        bic = _bic(values[counted], labels[counted], masses[counted])
        rows.append((int(labels.max()) + 1, remaining / alone, remaining, bic))
    return pl.DataFrame(rows, schema=["clusters", "unaccounted", "remaining", "bic"], orient="row")


def _bic(values: pl.Series, labels: Ints, weights: Floats) -> float:
    """Return the BIC of a covariate that depends on the cluster alone.

    As R, the number of cases is that of rows for numbers, and the weight for others.
    """
    n, k = values.len(), int(labels.max()) + 1
    if values.dtype.is_numeric():
        numbers = values.to_numpy().astype(np.float64)
        means = np.bincount(labels, weights * numbers) / np.bincount(labels, weights)
        residual = float(weights @ (numbers - means[labels]) ** 2)
        deviance = n * (math.log(2 * math.pi) + 1 + math.log(residual / n))
        return deviance - float(np.log(weights).sum()) + (k + 1) * math.log(n)
    levels = values.unique().sort()
    codes = values.replace_strict(levels, np.arange(levels.len()), return_dtype=pl.Int64).to_numpy()
    cells = np.bincount(labels * levels.len() + codes, weights, k * levels.len()).reshape(k, -1)
    shares = cells / cells.sum(axis=1, keepdims=True)
    likelihood = float((cells * np.log(np.where(cells > 0, shares, 1.0))).sum())
    return -2 * likelihood + k * (levels.len() - 1) * math.log(float(weights.sum()))
