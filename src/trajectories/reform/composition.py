"""Cluster shares by group and their differences, with intervals clustered by person."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy.special import expit, logit, ndtri

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.checked_frames import checked_frame
from trajectories.notebook.pandas_frames import as_column
from trajectories.reform.ages import age_groups
from trajectories.reform.inputs import level_of, table_of, weights_in

PERIODS = ("before", "during", "after")
"""The order of periods; other groups are sorted alphabetically."""


@dataclass(frozen=True)
class _Group:
    """One group's shares and each person's influence on them.

    Attributes:
        windows: number of windows in each cluster (k,).
        persons: number of persons with a window in each cluster (k,).
        share: weighted share of each cluster (k,).
        influence: by person and cluster (p, k); sums to zero over persons.
        total_persons: persons with a window in the group.
    """

    windows: Ints
    persons: Ints
    share: Floats
    influence: Floats
    total_persons: int


def group_order(groups: Any) -> list[str]:
    """Return the groups that occur, periods in order of time, others alphabetically.

    Args:
        groups: the group of each row, of polars, pandas, NumPy or a list.

    Raises:
        UserError: the groups mix types.
    """
    found = set(as_column(groups).drop_nulls().to_list())
    if found <= set(PERIODS):
        return [name for name in PERIODS if name in found]
    return sorted(found)


def cluster_shares(
    windows: pl.DataFrame, *, split_age: int | None = None, confidence: float = 0.95
) -> pl.DataFrame:
    """Estimate the share of each cluster in each group.

    A person can have several windows. The variance is that of a ratio linearised by person:
    with p = Σ w·1[cluster] / Σ w, each person's influence is Σ w(1[cluster] − p) / Σ w over the
    person's windows, and the variance is G/(G − 1) times their sum of squares (Särndal, Swensson &
    Wretman 1992, section 5.7, persons as primary units). The interval is computed on the logit
    scale, so it stays between 0 and 1.

    Args:
        windows: one row per window: person, group, cluster (integer), weight, age (at the origin).
        split_age: the age that splits the young from the rest, in years; None for no split.
        confidence: level of the interval.

    Returns:
        age, group, cluster, windows, persons, share, se, low, high; the interval is null if the
        share is 0 or 1 or the group has only one person.

    Raises:
        UserError: the windows lack a column, a weight or a cluster, or the level is no share.
    """
    windows, confidence = _checked(windows), level_of(confidence)
    clusters = _clusters(windows)
    rows = []
    for age, mask in age_groups(windows["age"], split_age):
        part = windows.filter(mask)
        for group in group_order(windows["group"]):
            found = _group(part.filter(pl.col("group") == group), clusters)
            se = _standard_errors(found.influence, found.total_persons)
            low, high = _logit_interval(found.share, se, confidence)
            rows.append(
                pl.DataFrame(
                    {
                        "age": age,
                        "group": group,
                        "cluster": clusters,
                        "windows": found.windows,
                        "persons": found.persons,
                        "share": found.share,
                        "se": se,
                        "low": low,
                        "high": high,
                    }
                )
            )
    return _without_nan(pl.concat(rows))


def share_differences(
    windows: pl.DataFrame, *, split_age: int | None = None, confidence: float = 0.95
) -> pl.DataFrame:
    """Estimate the difference in each cluster's share between two groups.

    Each person's influence on the difference is the later group's minus the earlier one's, so that
    a person with windows in both counts once.

    Args:
        windows: as for `cluster_shares`.
        split_age: the age that splits the young from the rest, in years; None for no split.
        confidence: level of the interval (normal).

    Returns:
        age, contrast ("after - before"), cluster, persons (with a window in the cluster in either
        group), group_persons (with a window in the smaller group), difference, se, low, high.

    Raises:
        UserError: as for `cluster_shares`.
    """
    windows, confidence = _checked(windows), level_of(confidence)
    clusters = _clusters(windows)
    groups = group_order(windows["group"])
    z = float(ndtri(0.5 + confidence / 2))
    rows = []
    for age, mask in age_groups(windows["age"], split_age):
        part = windows.filter(mask)
        for first, second in combinations(groups, 2):
            pair = part.filter(pl.col("group").is_in([first, second]))
            people = pair["person"].unique().sort()
            earlier, later = (
                _group(pair.filter(pl.col("group") == name), clusters, people)
                for name in (first, second)
            )
            difference = later.share - earlier.share
            se = _standard_errors(later.influence - earlier.influence, len(people))
            rows.append(
                pl.DataFrame(
                    {
                        "age": age,
                        "contrast": f"{second} - {first}",
                        "cluster": clusters,
                        "persons": [_persons_in(pair, cluster) for cluster in clusters],
                        "group_persons": min(earlier.total_persons, later.total_persons),
                        "difference": difference,
                        "se": se,
                        "low": difference - z * se,
                        "high": difference + z * se,
                    }
                )
            )
    if not rows:
        return pl.DataFrame(schema=_DIFFERENCES)
    return _without_nan(pl.concat(rows))


_DIFFERENCES = {
    "age": pl.String,
    "contrast": pl.String,
    "cluster": pl.Int64,
    "persons": pl.Int64,
    "group_persons": pl.Int64,
    **dict.fromkeys(("difference", "se", "low", "high"), pl.Float64),
}


def _checked(windows: pl.DataFrame) -> pl.DataFrame:
    """Return the windows as a frame of polars whose weights and clusters can be used."""
    found = table_of(windows, ("person", "group", "cluster", "weight", "age"))
    if not found.height:
        raise UserError("There is no window: one row a window is needed.")
    weights_in(found, "weight")
    cluster = found["cluster"]
    if not cluster.dtype.is_integer() or cluster.null_count():
        raise UserError("cluster must hold whole numbers, and none may be missing.")
    found = checked_frame(
        found,
        "windows",
        {"person": "label", "group": "label", "age": "number"},
        may_miss=("group", "age"),
    )
    if found["group"].null_count() == found.height:
        raise UserError("group is missing in all windows: name the group.")
    return found


def _clusters(windows: pl.DataFrame) -> list[int]:
    return [int(cluster) for cluster in windows["cluster"].unique().sort()]


def _group(part: pl.DataFrame, clusters: list[int], people: pl.Series | None = None) -> _Group:
    people = part["person"].unique().sort() if people is None else people
    person = people.search_sorted(part["person"]).to_numpy()
    member = part["cluster"].to_numpy()[:, None] == np.asarray(clusters)[None, :]
    weight = part["weight"].to_numpy()
    total = weight.sum()
    with np.errstate(invalid="ignore"):
        share = (weight[:, None] * member).sum(axis=0) / total
        residual = weight[:, None] * (member - share) / total
    influence = np.zeros((len(people), len(clusters)))
    np.add.at(influence, person, residual)
    return _Group(
        windows=member.sum(axis=0),
        persons=np.array([len(np.unique(person[column])) for column in member.T], dtype=np.int64),
        share=share,
        influence=influence,
        total_persons=len(np.unique(person)),
    )


def _persons_in(pair: pl.DataFrame, cluster: int) -> int:
    return pair.filter(pl.col("cluster") == cluster)["person"].n_unique()


def _standard_errors(influence: Floats, persons: int) -> Floats:
    if persons < 2:
        return np.full(influence.shape[1], np.nan)
    scaled: Floats = np.sqrt(persons / (persons - 1) * (influence**2).sum(axis=0))
    return scaled


def _logit_interval(share: Floats, se: Floats, confidence: float) -> tuple[Floats, Floats]:
    z = float(ndtri(0.5 + confidence / 2))
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    half = np.where(inside, z * se / (safe * (1 - safe)), np.nan)
    return expit(logit(safe) - half), expit(logit(safe) + half)


def _without_nan(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col(pl.Float64).fill_nan(None))
