"""Are there clusters at all? Quality of partitions against sequences drawn from a null model."""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import NullModel
from trajectories.dissimilarity.condensed import entries_of
from trajectories.dissimilarity.costs import CostMethod, Costs, substitution_costs
from trajectories.dissimilarity.distances import fill_condensed
from trajectories.dissimilarity.measures import CostsWarning, Recipe
from trajectories.dissimilarity.normalisation import Normalisation
from trajectories.dissimilarity.options import Measure
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.trees.linkage_tree import WardMethod, WardStart
from trajectories.typology.validation.null_models import check, null_model
from trajectories.typology.validation.procedure import Procedure, index_values, pseudo_f_scale

LOW = frozenset({"HC"})
"""Indices that are best when low."""
QUANTILES = (0.025, 0.5, 0.975)
SIGNS = np.array([-1.0 if name in LOW else 1.0 for name in INDICES])

MeasureOf = Callable[[StateSequences], Recipe]


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
        model: the null model.
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
    model: NullModel
    replicates: int
    level: float
    sequences: int
    used: int


def null_quality(
    seqs: StateSequences,
    ks: Sequence[int],
    model: NullModel,
    measure: Measure,
    costs: CostMethod | Costs | None = None,
    *,
    normalise: Normalisation = "none",
    method: Literal["pam", "ward"] = "pam",
    starts: int = 0,
    ward_method: WardMethod = "ward.D2",
    ward_start: WardStart = "replicates",
    replicates: int = 1000,
    level: float = 0.05,
    sample: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    **options: Any,
) -> NullQuality:
    """Compare the quality of partitions with that of sequences without types (Studer 2021).

    Each replicate draws as many sequences from the null model, estimates the costs anew, clusters
    them in the same way for every k and computes the ten indices. Each index is standardised for
    each k by the null's mean and standard deviation (a replicate by those of the others). The
    critical value is the null's `1 − level` quantile of the maximum over k, so that the test holds
    its level over all k; HC is best when low, and its minimum counts. The p-value is the share of
    replicates at least as extreme, the observed sequences among them.

    R equivalent: `WeightedCluster::seqnullcqi`, which draws its line at 2.5 %, ignores weights in
    the null models, and takes maxima of HC.

    Args:
        seqs: sequences of equal length without missing states; weights are scaled to a mean of 1.
        ks: numbers of clusters, from 2.
        model: the null model, see `null_sequences`.
        measure: the dissimilarity, as in `pairwise`.
        costs: a method of `substitution_costs`, estimated anew in each replicate; fixed costs; or
            the measure's default.
        normalise: as in `pairwise`.
        method: `pam` from BUILD's and Ward's clusters, or `ward`.
        starts: random starts of `pam` for each k.
        ward_method: Ward's criterion.
        ward_start: how weights enter Ward's tree.
        replicates: number of replicates; a `level` of 5 % needs at least 19.
        level: level of the tests.
        sample: largest number of sequences. With more, so many are drawn by weight without
            replacement, and the test is that of the sample; CH and CHsq are given as if their
            pseudo-F had all sequences.
        seed: seed of sample and replicates.
        threads: number of threads; they do not change the result.
        **options: the measure's options.

    Raises:
        ValueError: too few replicates or sequences, an unknown name, or sequences that a null
            model cannot have.

    Examples:
        >>> from trajectories.sequences import as_sequences
        >>> from trajectories.typology import null_quality
        >>> seqs = as_sequences([list("aaa"), list("aab"), list("bbb"), list("bba")] * 5)
        >>> null_quality(seqs, [2, 3], "combined", "ham", replicates=20)
        NullQuality: null model combined, 20 replicates of 20 sequences

    See Also:
        `null_sequences`, `trajectories.plot.null_models`.
    """

    def measure_of(drawn: StateSequences) -> Recipe:
        own = substitution_costs(drawn, costs) if isinstance(costs, str) else costs
        return Recipe.of(drawn, measure, own, normalise, np.float64, **options)

    procedure = Procedure(tuple(ks), method, starts, seed, ward_method, ward_start)
    return compare_with_null(
        seqs,
        measure_of,
        procedure,
        model,
        replicates=replicates,
        level=level,
        sample=sample,
        seed=seed,
        threads=threads,
    )


def compare_with_null(
    seqs: StateSequences,
    measure_of: MeasureOf,
    procedure: Procedure,
    model: NullModel,
    *,
    replicates: int,
    level: float = 0.05,
    sample: int | None = None,
    seed: int = 0,
    threads: int | None = None,
) -> NullQuality:
    """Run `null_quality` with any measure and procedure.

    Args:
        seqs: as in `null_quality`.
        measure_of: prepares the measure of given sequences, with costs estimated from them.
        procedure: how sequences are clustered.
        model: as in `null_quality`, as all that follow.
        replicates: number of replicates.
        level: level of the tests.
        sample: largest number of sequences.
        seed: seed of sample and replicates.
        threads: number of threads.
    """
    rejected = math.floor(level * (replicates + 1) + 1e-9)
    if rejected < 1 or replicates < 3:
        raise ValueError(f"{replicates} replicates are too few for a test at the level {level}")
    check(seqs)
    present = np.flatnonzero(seqs.weights)
    kept = sampled(in_order(seqs[present]), sample, seed)
    if len(kept) < max(procedure.ks):
        raise ValueError(f"{len(kept)} sequences are too few for {max(procedure.ks)} clusters")
    draw = null_model(kept, model)
    values = np.empty((replicates, len(procedure.ks), len(INDICES)))

    def work(number: int) -> None:
        states = draw(np.random.default_rng([seed, 1, number]))
        values[number] = _indices(replace(kept, states=states), measure_of, procedure)

    with warnings.catch_warnings(), Team(threads) as team:
        warnings.simplefilter("ignore", CostsWarning)
        observed = _indices(kept, measure_of, procedure)
        team.each(work, range(replicates), "registers without types")
    scale = pseudo_f_scale(procedure.ks, present.size, len(kept))
    return _result(
        procedure.ks,
        observed * scale,
        values * scale,
        rejected,
        NullQuality(
            pl.DataFrame(),
            pl.DataFrame(),
            pl.DataFrame(),
            values * scale,
            model,
            replicates,
            level,
            present.size,
            len(kept),
        ),
    )


def in_order(seqs: StateSequences) -> StateSequences:
    """Return sequences sorted by content and weight, with weights of mean 1."""
    order = np.lexsort((seqs.weights, seqs.unique().inverse))
    found = seqs[order]
    return replace(found, weights=found.weights * (len(found) / found.weights.sum()))


def sampled(seqs: StateSequences, size: int | None, seed: int) -> StateSequences:
    """Draw `size` sequences by weight without replacement, or return all if there are no more.

    Systematic sampling in random order: a sequence is drawn size · weight / Σ weights times in
    expectation, more than once only where this exceeds 1. Those drawn weigh 1 each.
    """
    if size is None or len(seqs) <= size:
        return seqs
    stream = np.random.default_rng([seed, 0])
    order = stream.permutation(len(seqs))
    ends = np.cumsum(seqs.weights[order])
    points = (np.arange(size) + stream.random()) / size * ends[-1]
    drawn = np.sort(order[np.minimum(np.searchsorted(ends, points, side="right"), ends.size - 1)])
    found = seqs[drawn]
    return replace(found, weights=np.ones(size))


def distances_of(seqs: StateSequences, measure_of: MeasureOf) -> tuple[Floats, Ints, Floats]:
    """Return condensed distances of unique sequences, each sequence's place, and the weights."""
    recipe = measure_of(seqs)
    if not recipe.symmetric:
        raise ValueError("clusters need distances that are the same in both directions")
    unique = seqs.unique()
    states = unique.sequences.states
    every = range(len(states))
    out = np.empty(entries_of(len(states), every), recipe.dtype)
    fill_condensed(recipe, states, every, out, 1)
    return out, unique.inverse.astype(np.int64), unique.sequences.weights


def _indices(seqs: StateSequences, measure_of: MeasureOf, procedure: Procedure) -> Floats:
    d, _, weights = distances_of(seqs, measure_of)
    return index_values(d, procedure.labels(d, weights), weights, procedure.ks)


def standardised(observed: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Standardise by the null: the observed by all replicates, each replicate by the others.

    Args:
        observed: (…).
        values: (R, …); NaN where a replicate has no value.

    Returns:
        Both standardised, in the same shapes. Where the null does not vary, ±∞, or 0 at equality.
    """
    n = np.count_nonzero(~np.isnan(values), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(values, axis=0) / n
        gap = values - mean
        total = np.nansum(np.square(gap), axis=0)
        others = np.maximum(total - np.square(gap) * n / (n - 1), 0.0) / (n - 2)
        away = observed - mean
        own = np.where(away == 0, 0.0, away / np.sqrt(total / (n - 1)))
        each = np.where(gap == 0, 0.0, gap * n / (n - 1) / np.sqrt(others))
    return own, np.where(np.isnan(values), np.nan, each)


def _result(
    ks: Sequence[int], observed: Floats, values: Floats, rejected: int, empty: NullQuality
) -> NullQuality:
    own, each = standardised(observed, values)
    largest = np.where(np.isnan(each), -np.inf, each * SIGNS).max(axis=1)
    critical = -np.sort(-largest, axis=0)[rejected - 1]
    beyond = (largest[:, np.newaxis] >= own * SIGNS).sum(axis=0)
    p_value = np.where(np.isnan(own), np.nan, (1 + beyond) / (len(values) + 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no replicate has so many clusters
        mean, sd = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
        low, median, high = np.nanquantile(values, QUANTILES, axis=0)
        smallest = np.nanmin(p_value, axis=0)
    keys = {"k": np.repeat(ks, len(INDICES)), "index": list(INDICES) * len(ks)}
    threshold = mean + SIGNS * critical * sd
    numbers = {
        "observed": observed,
        "standardised": own,
        "threshold": threshold,
        "p_value": p_value,
    }
    spread = {"mean": mean, "sd": sd, "low": low, "median": median, "high": high}
    return replace(
        empty,
        table=_frame(keys, numbers),
        null=_frame(keys, spread),
        tests=pl.DataFrame(
            {"index": INDICES, "critical": critical * SIGNS, "p_value": smallest}
        ).fill_nan(None),
    )


def _frame(keys: dict[str, Any], numbers: dict[str, Floats]) -> pl.DataFrame:
    columns = {name: value.ravel() for name, value in numbers.items()}
    return pl.DataFrame(keys | columns).fill_nan(None)
