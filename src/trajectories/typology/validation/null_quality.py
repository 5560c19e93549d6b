"""Are there clusters at all? Quality of partitions against sequences drawn from a null model."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import NullModel
from trajectories.dissimilarity.condensed import entries_of
from trajectories.dissimilarity.costs import CostMethod, Costs, substitution_costs
from trajectories.dissimilarity.distances import fill_condensed
from trajectories.dissimilarity.measures import CostsWarning, Recipe
from trajectories.dissimilarity.normalisation import Normalisation
from trajectories.dissimilarity.options import Measure
from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.trees.linkage_tree import WardMethod, WardStart
from trajectories.typology.validation.null_models import check, null_model
from trajectories.typology.validation.null_tests import NullQuality, Tested, rejections, tested
from trajectories.typology.validation.procedure import Procedure, index_values, pseudo_f_scale

LOW = frozenset({"HC"})
"""Indices that are best when low."""
SIGNS = np.array([-1.0 if name in LOW else 1.0 for name in INDICES])

MeasureOf = Callable[[StateSequences], Recipe]


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
    each k by the null's mean and standard deviation (a replicate by those of all others, the
    observed sequences among them). The
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
    rejections(level, replicates)
    kept = kept_sequences(seqs, sample, seed, max(procedure.ks))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CostsWarning)
        observed, values = replicated(
            kept,
            model,
            lambda drawn: _indices(drawn, measure_of, procedure),
            replicates=replicates,
            seed=seed,
            threads=threads,
        )
    present = int(np.count_nonzero(seqs.weights))
    scale = pseudo_f_scale(procedure.ks, present, len(kept))
    return tested(
        Tested(procedure.ks, INDICES, SIGNS),
        observed * scale,
        values * scale,
        model,
        level=level,
        sequences=present,
        used=len(kept),
    )


def replicated(
    kept: StateSequences,
    model: NullModel,
    statistic: Callable[[StateSequences], Floats],
    *,
    replicates: int,
    seed: int,
    threads: int | None = None,
) -> tuple[Floats, Floats]:
    """Compute a statistic of observed sequences and of replicates from a null model.

    Args:
        kept: the observed sequences.
        model: the null model.
        statistic: an array of one shape, (ks, indices).
        replicates: number of replicates.
        seed: seed of the replicates.
        threads: number of threads.

    Returns:
        The observed statistic, and those of the replicates, (replicates, ks, indices).
    """
    draw = null_model(kept, model)
    observed = statistic(kept)
    values = np.empty((replicates, *observed.shape))

    def work(number: int) -> None:
        states = draw(np.random.default_rng([seed, 1, number]))
        values[number] = statistic(replace(kept, states=states))

    with Team(threads) as team:
        team.each(work, range(replicates), "registers without types")
    return observed, values


def kept_sequences(
    seqs: StateSequences, sample: int | None, seed: int, least: int
) -> StateSequences:
    """Return the sequences with weight in the order of their content, or a sample of them.

    Args:
        seqs: sequences of equal length without missing states.
        sample: largest number of sequences, drawn by weight.
        seed: seed of the sample.
        least: smallest number of sequences.

    Raises:
        ValueError: fewer sequences, or sequences that a null model cannot have.
    """
    check(seqs)
    kept = sampled(in_order(seqs[np.flatnonzero(seqs.weights)]), sample, seed)
    if len(kept) < least:
        raise ValueError(f"{len(kept)} sequences are too few for {least} clusters")
    return kept


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
