"""Relative-frequency groups: medoids of equally large groups along an order of the sequences."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike
from scipy.sparse.linalg import LinearOperator, eigsh

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_k,
    checked_weights,
    item_count,
)
from trajectories.dissimilarity.matrix.square_rows import Distances, Rows
from trajectories.distributions import f_tail
from trajectories.notebook.described import described
from trajectories.parallel import Team

GROUP_SIZE = 10
MOST_GROUPS = 100
"""R's defaults: groups of ten, and at most a hundred of them."""
DIGITS = 9
"""Places on the axis, as shares of its length, that agree to so many digits are equal."""


@described(
    lambda x: f"{len(x.medoids)} groups of {len(x.axis):,} items, R² {x.r2:.3f}",
)
@dataclass(frozen=True, eq=False)
class FrequencyGroups:
    """Groups of equal weight along an order.

    Attributes:
        medoids: (k,) int64, each group's medoid, in the order of the groups.
        axis: (n,) float64 by which items were sorted; NaN for items of weight 0.
        members: one row an item of a group: `group` from 0, `item`, `weight` within the group,
            `distance` to its medoid. An item on a border is in two groups or more, with a part of
            its weight in each.
        r2: share by which Σ w dᵖ to the groups' medoids is smaller than to the medoid of all.
        f: (r2 / (k − 1)) / ((1 − r2) / (W − k)) with the total weight W.
        p_value: of F with k − 1 and W − k degrees of freedom; a description, for the groups were
            made from the same distances.
    """

    medoids: Ints
    axis: Floats
    members: pl.DataFrame
    r2: float
    f: float
    p_value: float


def relative_frequency_groups(
    d: ArrayLike,
    k: int | None = None,
    weights: ArrayLike | None = None,
    *,
    order: ArrayLike | None = None,
    squared: bool = False,
    power: float | None = None,
) -> FrequencyGroups:
    """Divide sequences into k groups of equal weight and represent each by its medoid.

    The sequences are sorted along the first axis of classical scaling (weighted where weights
    are), or by values of your own, and cut into groups of weight W/k; a sequence on a border
    belongs to both groups in part (Fasang & Liao 2014; R's method "prop").

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        k: number of groups; by default a tenth of the weight, at most 100.
        weights: (n,) non-negative weights; ones by default. Items of weight 0 are left out.
        order: (n,) values by which to sort instead.
        squared: whether medoids minimise squared distances.
        power: p of the distances in R² and of those that are scaled; 2 if squared, else 1.

    Raises:
        ValueError: malformed distances, weights or values, or k not between 2 and the number of
            items with weight.

    R equivalent: `TraMineR::seqrf`, `TraMineR::dissrf`. With weights the distances to the medoid of
    all are weighted here as those to the groups' medoids are; R leaves them unweighted.

    Examples:
        >>> from trajectories.typology import relative_frequency_groups
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> relative_frequency_groups(d, 2).members["group"].to_list()
        [0, 0, 1, 1]

    See Also:
        `representatives`, `trajectories.plot.relative_frequency`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    masses = checked_weights(weights, n)
    counted = np.flatnonzero(masses)
    if counted.size < n:
        distances = among(distances, counted)
    mass = masses[counted]
    whole = float(mass.sum())
    groups = min(int(whole // GROUP_SIZE), MOST_GROUPS) if k is None else k
    if checked_k(groups, counted.size) < 2:
        raise ValueError("k must be at least 2")
    exponent = power if power is not None else (2.0 if squared else 1.0)
    if order is None:
        axis = first_axis(distances, mass, exponent)
    else:
        axis = np.asarray(order, dtype=np.float64)
        if axis.shape != (n,) or np.isnan(axis[counted]).any():
            raise ValueError(f"order must be of shape ({n},), without missing values")
        axis = axis[counted]
    places, group, part = _shares(np.argsort(axis, kind="stable"), mass, groups)
    medoids, away = _medoids(distances, places, group, part, groups, squared=squared)
    _, from_centre = _medoids(
        distances, np.arange(mass.size), np.zeros(mass.size, np.int64), mass, 1, squared=squared
    )
    total = float(mass @ from_centre**exponent)
    r2 = 1 - float(part @ away**exponent) / total if total else np.nan
    f = (r2 / (groups - 1)) / ((1 - r2) / (whole - groups)) if r2 < 1 else np.inf
    full_axis = np.full(n, np.nan)
    full_axis[counted] = axis
    return FrequencyGroups(
        medoids=counted[medoids],
        axis=full_axis,
        members=pl.DataFrame(
            {"group": group, "item": counted[places], "weight": part, "distance": away}
        ),
        r2=r2,
        f=f,
        p_value=f_tail(f, groups - 1, whole - groups),
    )


def first_axis(d: Distances, masses: Floats, power: float = 1.0) -> Floats:
    """Return the first coordinate of classical scaling of distances to a power.

    The eigenvector of the largest eigenvalue of −½ √W J D² J √W (Gower 1966, with weights), whose
    largest entry is positive. Equal items have equal coordinates.

    R equivalent: `stats::cmdscale`, `vegan::wcmdscale`, with k = 1.
    """
    if not d.any():
        return np.zeros(masses.size)
    share = masses / masses.sum()
    root = np.sqrt(share)
    with Team() as team:
        rows = Rows(np.asarray(d, np.float64) ** (2 * power), team)

        def centred(vector: Floats) -> Floats:
            scaled = np.ravel(vector) * root
            scaled = scaled - share * scaled.sum()
            product = np.concatenate([block @ scaled for _, block in rows.blocks()])
            product = product - share @ product
            result: Floats = -0.5 * root * product
            return result

        operator = LinearOperator((masses.size, masses.size), matvec=centred, dtype=np.float64)
        # the start lies across the constant vector, which has the eigenvalue 0
        start = np.random.default_rng(0).standard_normal(masses.size)
        value, vector = eigsh(operator, k=1, which="LA", v0=start)
    axis: Floats = vector[:, 0] / root * np.sqrt(max(float(value[0]), 0.0))
    length = float(np.abs(axis).max())
    axis = np.round(axis / length, DIGITS) * length
    turned: Floats = axis * np.sign(axis[np.abs(axis).argmax()])
    return turned


def _shares(order: Ints, masses: Floats, k: int) -> tuple[Ints, Ints, Floats]:
    """Return the items of each group with the part of their weight that lies in it."""
    ends = np.cumsum(masses[order])
    starts = np.concatenate([[0.0], ends[:-1]])
    size = ends[-1] / k
    items, groups, parts = [], [], []
    for group in range(k):
        low, high = group * size, (group + 1) * size
        first, last = np.searchsorted(ends, low, "right"), np.searchsorted(starts, high, "left")
        part = np.minimum(ends[first:last], high) - np.maximum(starts[first:last], low)
        kept = part > size * 1e-9  # a border that is met but for rounding
        items.append(order[first:last][kept])
        groups.append(np.full(int(kept.sum()), group))
        parts.append(part[kept])
    return np.concatenate(items), np.concatenate(groups), np.concatenate(parts)


def _medoids(
    d: Distances, items: Ints, group: Ints, part: Floats, k: int, *, squared: bool
) -> tuple[Ints, Floats]:
    """Return the medoid of each group, the first in order at ties, and the distances to it."""
    medoids = np.empty(k, np.int64)
    away = np.empty(items.size)
    with Team() as team:
        for place in range(k):
            inside = np.flatnonzero(group == place)
            members = items[inside]
            rows = Rows(among(d, members), team)
            sums = np.concatenate(
                [
                    (np.square(block) if squared else block) @ part[inside]
                    for _, block in rows.blocks()
                ]
            )
            chosen = int(np.flatnonzero(sums <= sums.min() * (1 + 1e-11))[0])
            medoids[place] = members[chosen]
            away[inside] = np.concatenate([block[:, chosen] for _, block in rows.blocks()])
    return medoids, away
