"""Observed quality indices against those of replicates without types: one test over all k."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.notebook.described import described

QUANTILES = (0.025, 0.5, 0.975)


@described(
    lambda x: f"null model {x.model}, {x.replicates:,} replicates of {x.used:,} sequences",
    "tests",
    "table",
)
@dataclass(frozen=True)
class NullQuality:
    """Quality of partitions compared with that of sequences from a null model.

    Attributes:
        table: k, index, observed, standardised, threshold, p_value. `standardised` is (observed −
            mean) / SD of the null; an observed index beyond `threshold` (below it for HC) is
            significant at `level` over all k; `p_value` is adjusted for all k.
        null: k, index, mean, sd, low, median, high: the null's distribution (2.5 %, 50 %, 97.5 %).
        tests: index, critical, p_value: the null's quantile of the largest standardised index over
            k, and the p-value that there is no k with clusters.
        values: float64 (replicates, k, 10): the indices of each replicate.
        model: the null model, or `months` for months in random order.
        replicates: number of replicates.
        level: level of the tests.
        sequences: number of sequences with weight.
        used: number of sequences in each replicate; fewer than `sequences` where a sample was
            drawn.
    """

    table: pl.DataFrame
    null: pl.DataFrame
    tests: pl.DataFrame
    values: Floats
    model: str
    replicates: int
    level: float
    sequences: int
    used: int


def standardised(observed: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Standardise each of the observed and the replicates by all the others.

    The observed is one of them where there are no types, so that none stands out by how it is
    standardised, and a test by ranks has its level with any number of replicates.

    Args:
        observed: (…).
        values: (R, …); NaN where a replicate has no value.

    Returns:
        Both standardised, in the same shapes. Where the others do not vary, ±∞, or 0 at equality.
    """
    every = np.concatenate([observed[np.newaxis], values])
    n = np.count_nonzero(~np.isnan(every), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = every - np.nansum(every, axis=0) / n
        total = np.nansum(np.square(gap), axis=0)
        others = np.maximum(total - np.square(gap) * n / (n - 1), 0.0) / (n - 2)
        found = np.where(gap == 0, 0.0, gap * n / (n - 1) / np.sqrt(others))
    found = np.where(np.isnan(every), np.nan, found)
    return found[0], found[1:]


class Tested(NamedTuple):
    """What is compared with the null.

    Attributes:
        ks: numbers of clusters.
        indices: names of the indices.
        signs: (indices,) 1 where high is best, −1 where low is.
    """

    ks: Sequence[int]
    indices: Sequence[str]
    signs: Floats


def rejections(level: float, replicates: int) -> int:
    """Return how many replicates may be as extreme."""
    rejected = math.floor(level * (replicates + 1) + 1e-9)
    if rejected < 1 or replicates < 3:
        raise ValueError(f"{replicates} replicates are too few for a test at the level {level}")
    return rejected


def tested(
    what: Tested,
    observed: Floats,
    values: Floats,
    model: str,
    *,
    level: float,
    sequences: int,
    used: int,
) -> NullQuality:
    """Compare observed indices with those of replicates, over all numbers of clusters at once.

    Args:
        what: the numbers of clusters and the indices.
        observed: (ks, indices).
        values: (replicates, ks, indices).
        model: the null model.
        level: level of the tests.
        sequences: number of sequences with weight.
        used: number of sequences in each replicate.

    Raises:
        ValueError: too few replicates for the level.
    """
    rejected = rejections(level, len(values))
    own, each = standardised(observed, values)
    largest = np.where(np.isnan(each), -np.inf, each * what.signs).max(axis=1)
    critical = -np.sort(-largest, axis=0)[rejected - 1]
    beyond = (largest[:, np.newaxis] >= own * what.signs).sum(axis=0)
    p_value = np.where(np.isnan(own), np.nan, (1 + beyond) / (len(values) + 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no replicate has so many clusters
        mean, sd = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
        low, median, high = np.nanquantile(values, QUANTILES, axis=0)
        smallest = np.nanmin(p_value, axis=0)
    names = list(what.indices)
    keys = {"k": np.repeat(what.ks, len(names)), "index": names * len(what.ks)}
    threshold = mean + what.signs * critical * sd
    numbers = {
        "observed": observed,
        "standardised": own,
        "threshold": threshold,
        "p_value": p_value,
    }
    spread = {"mean": mean, "sd": sd, "low": low, "median": median, "high": high}
    return NullQuality(
        table=_frame(keys, numbers),
        null=_frame(keys, spread),
        tests=pl.DataFrame(
            {"index": names, "critical": critical * what.signs, "p_value": smallest}
        ).fill_nan(None),
        values=values,
        model=model,
        replicates=len(values),
        level=level,
        sequences=sequences,
        used=used,
    )


def _frame(keys: dict[str, Any], numbers: dict[str, Floats]) -> pl.DataFrame:
    columns = {name: value.ravel() for name, value in numbers.items()}
    return pl.DataFrame(keys | columns).fill_nan(None)
