"""Monthly hours of work by cluster: means by month of the window, and barycentres."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.series.warping import barycentre

SCHEMA = {
    "cluster": pl.Int16,
    "position": pl.Int16,
    "persons": pl.Int64,
    "hours_sum": pl.Float64,
    "top_two_share": pl.Float64,
    "mean_hours": pl.Float64,
    "softdtw_hours": pl.Float64,
}


def hours_table(
    hours: Floats,
    person: Ints,
    cluster: Ints,
    k: int,
    *,
    sample: int = 200,
    gamma: float = 25_000.0,
    seed: int = 0,
    centres: Floats | None = None,
) -> pl.DataFrame:
    """Describe the monthly hours of each cluster.

    A person with several windows in a cluster counts once, with their mean. The barycentre under
    soft-DTW (Cuturi & Blondel 2017) averages courses after aligning them in time, and shows the
    shape that means by month blur.

    Args:
        hours: (windows, L) monthly hours.
        person: (windows,) person of each window.
        cluster: (windows,) position of each window's cluster.
        k: number of clusters.
        sample: largest number of persons in a barycentre, drawn without replacement.
        gamma: smoothing of soft-DTW, in squared hours.
        seed: seed of the samples; each cluster has its own stream.
        centres: (k, L) known barycentres, in place of those of samples.

    Returns:
        cluster (from 1), position (from 1), persons, hours_sum, top_two_share (share of the two
        largest contributors, null if nobody works), mean_hours, softdtw_hours.
    """
    frames = [
        _describe(
            series,
            number,
            _barycentre(_drawn(series, number, sample, seed), gamma)
            if centres is None
            else centres[number - 1],
        )
        for number, series in _persons(hours, person, cluster, k)
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *frames])


def _persons(hours: Floats, person: Ints, cluster: Ints, k: int) -> Iterator[tuple[int, Floats]]:
    """Yield each cluster's number, from 1, and its persons' mean hours, sorted by content."""
    for c in range(k):
        rows = np.flatnonzero(cluster == c)
        if not rows.size:
            continue
        _, first, counts = np.unique(np.sort(person[rows]), return_index=True, return_counts=True)
        ordered = hours[rows[np.argsort(person[rows], kind="stable")]]
        series = np.add.reduceat(ordered, first, axis=0) / counts[:, np.newaxis]
        yield c + 1, series[np.lexsort(series.T[::-1])]


def _describe(series: Floats, number: int, barycentre: Floats) -> pl.DataFrame:
    persons, length = series.shape
    total = series.sum(axis=0)
    top = np.sort(series, axis=0)[-2:].sum(axis=0)
    share = np.divide(top, total, out=np.full(length, np.nan), where=total > 0)
    return pl.DataFrame(
        {
            "cluster": np.full(length, number),
            "position": np.arange(1, length + 1),
            "persons": np.full(length, persons),
            "hours_sum": total,
            "top_two_share": share,
            "mean_hours": total / persons,
            "softdtw_hours": barycentre,
        },
        schema=SCHEMA,
    ).fill_nan(None)


def _drawn(series: Floats, number: int, sample: int, seed: int) -> Floats:
    if len(series) <= sample:
        return series
    stream = np.random.default_rng([seed, number])
    return series[np.sort(stream.choice(len(series), sample, replace=False))]


def _barycentre(series: Floats, gamma: float) -> Floats:
    if not series.any():
        return np.zeros(series.shape[1])
    return barycentre(series, "softdtw", gamma=gamma)
