"""Likelihood ratio, BIC and Bayes factor of two groups against one (Liao & Fasang 2021)."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Bools, Floats, Ints
from trajectories.discrepancy.items import PERMUTING, SAMPLING, Metric, coded_groups
from trajectories.discrepancy.permutations import share_at_least
from trajectories.discrepancy.sums_of_squares import Distances, columns_at_once
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_weights,
    item_count,
)
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.distributions import chi2_tail
from trajectories.parallel import Team
from trajectories.sequences import StateSequences

Squared = Literal["LRTonly"] | bool
Between = Callable[[Ints], Distances]


def compare_groups(
    given: ArrayLike | StateSequences,
    groups: ArrayLike | pl.Series,
    weights: ArrayLike | None = None,
    *,
    sets: ArrayLike | pl.Series | None = None,
    samples: int = 100,
    pairs: int | None = None,
    squared: Squared = "LRTonly",
    permutations: int = 0,
    seed: int = 0,
    metric: Metric | None = None,
) -> pl.DataFrame:
    """Ask whether two groups of sequences differ: likelihood ratio, BIC, Bayes factor.

    LRT = n log(SS_0 / SS_1), where SS sums the squared distances to one centre of both groups (0)
    or to each group's own (1), and n is the number of rows, whatever their weight; ΔBIC = LRT −
    log n; Bayes factor = exp(ΔBIC / 2) (Liao & Fasang 2021, Sociological Methodology 51). Because
    LRT grows with n, the paper compares samples: the larger group is dealt into samples of
    `samples` rows, the smaller repeated until it fills as many, and results are averaged.

    p_value assumes χ² with one degree of freedom, which holds for squared Euclidean dispersion of
    one dimension and not in general; p_permutation assumes nothing and is the one to report.

    R equivalent: `TraMineRextras::seqCompare`, `::dissCompare` (which picks wrong rows with sets,
    and with samples where the first group is the smaller).

    Args:
        given: condensed dissimilarities of n rows, or n sequences.
        groups: (n,) two groups.
        weights: (n,) non-negative; ones, or those of the sequences. Rows of weight 0 are left out.
        sets: (n,) compare the groups within each set.
        samples: rows of each group in a sample; 0 takes all rows at once.
        pairs: the largest number of pairs of samples, for large n.
        squared: "LRTonly": SS sums squared distances to the centre of dissimilarities; True:
            distances to the centre of squared dissimilarities; False: neither is squared.
        permutations: R of p_permutation, the observed groups being one of them; 0 for none.
        seed: seed of samples and permutations.
        metric: measure and costs where sequences are given. Give costs that are derived from data:
            otherwise each sample derives its own.

    Returns:
        One row, or one a set: [set], LRT, p_value, delta_bic, bayes_factor (each a mean over
        pairs), bayes_factor_of_mean (of the mean ΔBIC), p_permutation (of the mean LRT; null
        without), pairs, rows (of a pair), of (rows compared in all).

    Raises:
        ValueError: malformed arguments, or not exactly two groups, in each set.

    Examples:
        >>> from trajectories.discrepancy import compare_groups
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> compare_groups(d, ["f", "f", "m", "m"], samples=0)["LRT"].round(2).to_list()
        [13.77]

    See Also:
        `discrepancy`.
    """
    n, masses, between = _source(given, weights, metric or Metric())
    if permutations and samples:
        raise ValueError("permutations compare all rows at once: they need samples=0")
    rows = np.flatnonzero(masses)
    places, names = np.zeros_like(rows), [None]
    if sets is not None:
        places, names = coded_groups(sets, rows, n)
    found = []
    for place, name in enumerate(names):
        own = rows[places == place]
        codes, labels = coded_groups(groups, own, n)
        if len(labels) != 2:
            raise ValueError(f"two groups are compared, not {len(labels)}")
        rng = np.random.default_rng([seed, SAMPLING if samples else PERMUTING, place])
        first = codes == 0
        if samples:
            result = _of_samples(own, first, masses, between, rng, samples, pairs, squared)
        else:
            result = _of_all(own, first, masses, between, rng, permutations, squared)
        found.append(({} if sets is None else {"set": str(name)}) | result)
    return pl.DataFrame(found, schema_overrides={"p_permutation": pl.Float64})


def _source(
    given: ArrayLike | StateSequences, weights: ArrayLike | None, metric: Metric
) -> tuple[int, Floats, Between]:
    """Return the number of rows, their weights, and what gives dissimilarities of chosen rows."""
    if not isinstance(metric, Metric):
        raise ValueError(f"a metric is a Metric, such as Metric('lcs'), not {metric!r}")
    if isinstance(given, StateSequences):
        n, own = len(given), given.weights if weights is None else weights
        return n, checked_weights(own, n), lambda rows: metric.between(given[rows])
    d = checked_distances(given)
    n = item_count(d)

    return n, checked_weights(weights, n), lambda rows: among(d, rows)


def _of_all(
    rows: Ints,
    first: Bools,
    masses: Floats,
    between: Between,
    rng: np.random.Generator,
    permutations: int,
    squared: Squared,
) -> dict[str, float | int | None]:
    """Compare the groups of all rows at once."""
    d, weights = between(rows), masses[rows]
    (observed,) = likelihood_ratios(d, weights, first[:, None], squared)
    p_value = None
    if permutations:
        null = np.empty((permutations - 1, 1))
        for start in range(0, len(null), columns_at_once(rows.size)):
            part = null[start : start + columns_at_once(rows.size), 0]
            drawn = np.stack([rng.permutation(first) for _ in part], axis=1)
            part[:] = likelihood_ratios(d, weights, drawn, squared)
        (p_value,) = share_at_least(null, np.array([observed])).tolist()
    return _summary(np.array([observed]), rows.size, rows.size, p_value)


def _of_samples(
    rows: Ints,
    first: Bools,
    masses: Floats,
    between: Between,
    rng: np.random.Generator,
    samples: int,
    pairs: int | None,
    squared: Squared,
) -> dict[str, float | int | None]:
    """Compare samples of the groups, and average."""
    parts = (rows[first], rows[~first])
    count = -(-max(part.size for part in parts) // samples)
    dealt = [_deal(part, count * samples, rng).reshape(count, samples) for part in parts]
    sides = np.arange(2 * samples)[:, None] < samples
    found: list[float] = []
    for one, other in list(zip(*dealt, strict=True))[:pairs]:
        pair = np.concatenate([one, other])
        found.extend(likelihood_ratios(between(pair), masses[pair], sides, squared))
    return _summary(np.array(found), 2 * samples, rows.size, None)


def _deal(rows: Ints, length: int, rng: np.random.Generator) -> Ints:
    """Return rows in random order, all of them before any is repeated."""
    rounds = -(-length // rows.size)
    return np.concatenate([rng.permutation(rows) for _ in range(rounds)])[:length]


def likelihood_ratios(d: Distances, weights: Floats, first: Bools, squared: Squared) -> Floats:
    """Return n log(SS_0 / SS_1) for each division into two groups.

    Args:
        d: condensed dissimilarities of n rows.
        weights: (n,) weights.
        first: (n, c) whether a row is in the first group.
        squared: as in `compare_groups`.

    Returns:
        (c,) float64.
    """
    whole = np.ones((weights.size, 1))
    columns = weights[:, None] * np.concatenate([whole, first, ~first], axis=1)
    sizes = columns.sum(axis=0)
    sums, squares = np.zeros_like(sizes), np.zeros_like(sizes)
    with Team() as team:
        for start, block in Rows(np.square(d) if squared is True else d, team).blocks():
            mass = columns[start : start + len(block)]
            found = block @ columns
            sums += (mass * found).sum(axis=0)
            squares += (mass * found**2).sum(axis=0)
    variances = sums / (2 * sizes**2)
    dispersion = variances * sizes
    if squared == "LRTonly":  # Σ w (s/W − V)², where Σ w s = 2 V W²
        dispersion = squares / sizes**2 - 3 * variances**2 * sizes
    c = first.shape[1]
    with np.errstate(divide="ignore"):
        within = dispersion[1 : c + 1] + dispersion[c + 1 :]
        ratios: Floats = weights.size * (np.log(dispersion[0]) - np.log(within))
    return ratios


def _summary(
    ratios: Floats, rows: int, of: int, p_permutation: float | None
) -> dict[str, float | int | None]:
    criteria = ratios - np.log(rows)
    with np.errstate(over="ignore"):
        return {
            "LRT": float(ratios.mean()),
            "p_value": float(chi2_tail(ratios, 1).mean()),
            "delta_bic": float(criteria.mean()),
            "bayes_factor": float(np.exp(criteria / 2).mean()),
            "bayes_factor_of_mean": float(np.exp(criteria.mean() / 2)),
            "p_permutation": p_permutation,
            "pairs": ratios.size,
            "rows": rows,
            "of": of,
        }
