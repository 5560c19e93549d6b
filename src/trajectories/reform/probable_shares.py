"""Shares of clusters by group where memberships are probabilities."""

import numpy as np
import polars as pl
from scipy.special import ndtri

from trajectories.arrays import Floats
from trajectories.reform.composition import group_order


def probable_shares(
    windows: pl.DataFrame, probabilities: Floats, *, confidence: float = 0.95
) -> pl.DataFrame:
    """Estimate the share of each cluster in each group as the mean probability of membership.

    A window adds its probabilities where `cluster_shares` counts a label. The standard error is
    that of a ratio linearised by person, as there; the interval is normal, cut at 0 and 1. The
    probabilities themselves are taken as known.

    Args:
        windows: person, group and weight of each window.
        probabilities: (n, k); each row adds up to at most 1.
        confidence: level of the interval.

    Returns:
        group, cluster (from 1), persons (of the group), share, se, low, high.
    """
    person = np.unique(windows["person"].to_numpy(), return_inverse=True)[1]
    weight = windows["weight"].to_numpy().astype(np.float64)
    z = float(ndtri(0.5 + confidence / 2))
    frames = []
    for group in group_order(windows["group"]):
        here = np.flatnonzero((windows["group"] == group).fill_null(value=False).to_numpy())
        mass, own = weight[here], probabilities[here]
        total = mass.sum()
        if total == 0:
            continue
        share = mass @ own / total
        owners, number = np.unique(person[here], return_inverse=True)
        influence = np.zeros((owners.size, own.shape[1]))
        np.add.at(influence, number, mass[:, np.newaxis] * (own - share) / total)
        count = owners.size
        se = np.full(share.size, np.nan)
        if count > 1:
            se = np.sqrt(count / (count - 1) * (influence**2).sum(axis=0))
        frames.append(
            pl.DataFrame(
                {
                    "group": [group] * share.size,
                    "cluster": np.arange(1, share.size + 1, dtype=np.int64),
                    "persons": np.full(share.size, count, np.int64),
                    "share": share,
                    "se": se,
                    "low": np.clip(share - z * se, 0, 1),
                    "high": np.clip(share + z * se, 0, 1),
                }
            )
        )
    return pl.concat(frames).fill_nan(None)
