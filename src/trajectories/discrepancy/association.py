"""How much of the discrepancy of sequences one factor explains, and whether groups vary alike."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.discrepancy.items import PERMUTING, Items, Metric, coded_groups, items_of
from trajectories.discrepancy.permutations import WeightPermutation, permuted_masses, share_at_least
from trajectories.discrepancy.sums_of_squares import (
    GroupSums,
    columns_at_once,
    divided_squares,
    whole_and_groups,
)
from trajectories.notebook.described import described
from trajectories.sequences import StateSequences

STATISTICS = ("Pseudo F", "Pseudo Fbf", "Pseudo R2", "Bartlett", "Levene")


@described(
    lambda x: f"{x.groups.height - 1} groups of {x.rows:,} rows, {x.permutations:,} permutations",
    "table",
    "groups",
)
@dataclass(frozen=True)
class Discrepancy:
    """What a factor explains of the discrepancy.

    Attributes:
        table: statistic, value, p_value (null without permutations).
        groups: group (text, the last row "Total"), n (total weight), discrepancy.
        anova: source ("Exp", "Res", "Total"), SS, df, MSE.
        permutations: R, the observed groups being one of the R.
        rows: the number of rows analysed: a sample, where it is smaller than `of`.
        of: the number of rows given.
    """

    table: pl.DataFrame
    groups: pl.DataFrame
    anova: pl.DataFrame
    permutations: int
    rows: int
    of: int


def discrepancy(
    d: ArrayLike | StateSequences,
    groups: ArrayLike | pl.Series,
    weights: ArrayLike | None = None,
    *,
    squared: bool = False,
    permutations: int = 1000,
    seed: int = 0,
    weight_permutation: WeightPermutation = "diss",
    sample: int | None = None,
    metric: Metric | None = None,
) -> Discrepancy:
    """Test whether groups differ, and whether they vary alike (Studer et al. 2011).

    With sums of squares SS of dissimilarities (not of their squares, unless asked), W the total
    weight, g groups of weight W_g and discrepancy V_g = SS_g / W_g:

    - Pseudo F: (SS_between / (g − 1)) / (SS_within / (W − g));
    - Pseudo Fbf: SS_between / Σ (1 − W_g/W) V_g, for unequal discrepancies (Brown & Forsythe 1974);
    - Pseudo R2: SS_between / SS_total;
    - Bartlett: the log-likelihood ratio of equal V_g, with its correction;
    - Levene: F of the distances to the own group's centre.

    p-values are #{T* ≥ T} / R under random groups of the same sizes, the observed groups being one
    of the R = `permutations`. For Levene, distances stay those to the observed centres. Bartlett
    and Levene are about dispersion: an F beyond chance together with such a difference may be one
    of dispersion alone.

    R equivalent: `TraMineR::dissassoc`.

    Args:
        d: condensed dissimilarities n(n−1)/2; or sequences, whose dissimilarities `metric` defines.
        groups: (n,) the group of each row: whole numbers, words or booleans, none missing.
        weights: (n,) non-negative; ones by default. Degrees of freedom take them as numbers of
            cases: rescale them to a mean of 1 if they are not.
        squared: whether to analyse squared dissimilarities.
        permutations: R; 1 or less gives no p-values.
        seed: seed of the permutations and the sample.
        weight_permutation: "diss": rows keep their weights; "replicate": a row of weight w stands
            for w cases, which are permuted (whole numbers).
        sample: largest number of rows to analyse; more are sampled without replacement. The result
            says so.
        metric: measure and costs where sequences are given.

    Raises:
        ValueError: malformed dissimilarities, weights or groups, or a single group.

    Examples:
        >>> from trajectories.discrepancy import discrepancy
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> found = discrepancy(d, ["f", "f", "m", "m"], permutations=20)
        >>> found.groups["discrepancy"].round(3).to_list()
        [0.25, 0.25, 1.375]

    See Also:
        `multifactor`, `by_position`, `compare_groups`.
    """
    items = items_of(d, weights, metric=metric, squared=squared, sample=sample, seed=seed)
    codes, names = coded_groups(groups, items.rows, items.of)
    total, parts = whole_and_groups(items.d, codes, items.weights)
    spread = _levene_sums(codes, items.weights, parts.to_centre)
    observed = statistics_of(parts.weights, parts.squares, total.squares[0], *spread)
    p_values: list[float | None] = [None] * len(STATISTICS)
    if permutations > 1:
        drawn = _permuted(items, codes, parts, total, permutations, seed, weight_permutation)
        p_values = list(share_at_least(drawn, observed))
    table = {"statistic": STATISTICS, "value": observed, "p_value": p_values}
    return Discrepancy(
        pl.DataFrame(table, schema_overrides={"p_value": pl.Float64}),
        _group_table(names, parts, total),
        _anova(parts, total),
        permutations,
        items.rows.size,
        items.of,
    )


def _levene_sums(codes: Ints, weights: Floats, to_centre: Floats) -> tuple[Floats, Floats]:
    """Return Σ w z and Σ w z² by group."""
    first = np.bincount(codes, weights * to_centre).astype(np.float64)
    return first, np.bincount(codes, weights * to_centre**2).astype(np.float64)


def statistics_of(
    masses: Floats, squares: Floats, total: float, first: Floats, second: Floats
) -> Floats:
    """Compute the five statistics from sums by group along the last axis.

    Args:
        masses: (…, g) weights.
        squares: (…, g) sums of squares.
        total: the total sum of squares.
        first: (…, g) Σ w z, z the distances to the own centre.
        second: (…, g) Σ w z².

    Returns:
        (…, 5).
    """
    g, weight = masses.shape[-1], masses.sum(axis=-1)
    within = squares.sum(axis=-1)
    between = total - within
    free = masses - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        pseudo_f = (between / (g - 1)) / (within / (weight - g))
        variances = squares / masses
        expected = ((1 - masses / weight[..., None]) * variances).sum(axis=-1)
        brown_forsythe = between / expected
        pooled = (free * variances).sum(axis=-1, keepdims=True) / (weight - g)[..., None]
        ratio = -(free * np.log(variances / pooled)).sum(axis=-1)
        correction = 1 + ((1 / free).sum(axis=-1) - 1 / (weight - g)) / (3 * (g - 1))
        residual = (second - first**2 / masses).sum(axis=-1)
        whole = second.sum(axis=-1) - first.sum(axis=-1) ** 2 / weight
        levene = ((whole - residual) / (g - 1)) / (residual / (weight - g))
        shares = between / total
        return np.stack([pseudo_f, brown_forsythe, shares, ratio / correction, levene], axis=-1)


def _permuted(
    items: Items,
    codes: Ints,
    parts: GroupSums,
    total: GroupSums,
    permutations: int,
    seed: int,
    unit: WeightPermutation,
) -> Floats:
    """Return the statistics under permutation, (R − 1, 5)."""
    draws = permuted_masses(
        codes,
        items.weights,
        permutations - 1,
        np.random.default_rng([seed, PERMUTING]),
        at_once=max(1, columns_at_once(codes.size) // parts.weights.size),
        unit=unit,
    )
    found = []
    for masses in draws:
        squares = divided_squares(items.d, masses, total)
        first, second = masses @ parts.to_centre, masses @ parts.to_centre**2
        sizes = masses.sum(axis=2)
        found.append(statistics_of(sizes, squares, float(total.squares[0]), first, second))
    return np.concatenate(found)


def _group_table(names: list[Any], parts: GroupSums, total: GroupSums) -> pl.DataFrame:
    masses = np.append(parts.weights, total.weights)
    squares = np.append(parts.squares, total.squares)
    return pl.DataFrame(
        {"group": [*map(str, names), "Total"], "n": masses, "discrepancy": squares / masses}
    )


def _anova(parts: GroupSums, total: GroupSums) -> pl.DataFrame:
    g, weight = parts.weights.size, float(total.weights[0])
    within, whole = float(parts.squares.sum()), float(total.squares[0])
    squares = np.array([whole - within, within, whole])
    free = np.array([g - 1, weight - g, weight - 1])
    return pl.DataFrame(
        {"source": ["Exp", "Res", "Total"], "SS": squares, "df": free, "MSE": squares / free}
    )
