"""Criteria that choose the best of several samples' medoids (Studer, Sadeghi & Tochon 2024)."""

from typing import Final, Literal, get_args

import numpy as np

from trajectories.arrays import Floats

Criterion = Literal["distance", "db", "xb", "pbm", "ams"]
CRITERIA: Final[tuple[Criterion, ...]] = get_args(Criterion)
BEST_WHEN_HIGH: Final = frozenset({"pbm", "ams"})


def criteria(
    distance: float, within: Floats, silhouette: float, between: Floats
) -> dict[Criterion, float]:
    """Return the five criteria of a partition around medoids.

    Args:
        distance: weighted mean distance of the items to their medoids.
        within: (k,) the same by cluster.
        silhouette: mean of (b − a) / max(a, b), a ≤ b the distances to the two nearest medoids.
        between: (k, k) distances between the medoids.

    Returns:
        `distance`; `db` mean over clusters g of the largest (S_g + S_h) / d(m_g, m_h), S the mean
        distance within (Davies & Bouldin 1979); `xb` distance / smallest d(m_g, m_h) (Xie & Beni
        1991, here not squared); `pbm` ((largest d(m_g, m_h) / distance) / k)² (Pakhira,
        Bandyopadhyay & Maulik 2004); `ams` the silhouette around medoids. All but the first are NaN
        for one cluster.
    """
    k = len(within)
    if k == 1:
        return {"distance": distance, "db": np.nan, "xb": np.nan, "pbm": np.nan, "ams": np.nan}
    apart = between[~np.eye(k, dtype=bool)].reshape(k, k - 1)
    others = np.broadcast_to(within, (k, k))[~np.eye(k, dtype=bool)].reshape(k, k - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (within[:, None] + others) / apart
        return {
            "distance": distance,
            "db": float(np.where(np.isnan(spread), np.inf, spread).max(axis=1).mean()),
            "xb": float(np.float64(distance) / apart.min()),
            "pbm": float((apart.max() / np.float64(distance) / k) ** 2),
            "ams": silhouette,
        }


def best(values: Floats, criterion: Criterion) -> int:
    """Return the position of the best value, the first one at ties; missing values never win."""
    signed = -values if criterion in BEST_WHEN_HIGH else values
    return int(np.where(np.isnan(signed), np.inf, signed).argmin())
