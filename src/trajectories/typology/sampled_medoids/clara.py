"""CLARA for state sequences: a typology of any number of sequences from samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.dissimilarity import Costs
from trajectories.dissimilarity.distances import Sequences, as_sequences
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.normalisation import Normalisation
from trajectories.dissimilarity.on_demand import OnDemand, of_states
from trajectories.dissimilarity.options import Measure
from trajectories.machine.progress import counted
from trajectories.notebook.described import described
from trajectories.typology.medoids.partition_around_medoids import Partition
from trajectories.typology.sampled_medoids.criteria import CRITERIA, Criterion, best
from trajectories.typology.sampled_medoids.judged import Judged, Settings, everybody, judge
from trajectories.typology.sampled_medoids.samples import draw, medoids_of_sample
from trajectories.typology.sampled_medoids.stability import adjusted_rand, jaccard

STABLE = 0.8
"""Agreement from which a sample's partition counts as that of the best sample."""


@described(
    lambda x: f"{len(x.labels):,} items in {len(x.medoids)} clusters, loss {x.loss:,.6g}",
    "criteria",
)
@dataclass(frozen=True)
class ClaraPartition(Partition):
    """A partition around the medoids of the best sample.

    Attributes:
        labels: (n,) int64, position of each item's medoid in `medoids`; k for the noise cluster.
        medoids: (k,) int64, item numbers in ascending order.
        loss: Σ w d(i, its medoid); where clusters are fuzzy Σ w u^m d.
        memberships: (n, k) where clusters are fuzzy or representativeness was asked for, with the
            noise cluster (n, k + 1); else None.
        quality: the five criteria of all items.
        criteria: sample, then the criteria of each sample's medoids on the evaluated items.
        stability: `samples`; the mean of `ari` and of `jaccard` of the other samples' partitions
            with the best one's, and the number of samples, the best among them, in which each is
            at least 0.8: `ari_stable`, `jaccard_stable`.
        sample_size: draws of a sample.
        evaluated: number of different items on which samples were compared.
    """

    memberships: Floats | None
    quality: dict[Criterion, float]
    criteria: pl.DataFrame
    stability: dict[str, float]
    sample_size: int
    evaluated: int


def clara(
    seqs: Sequences,
    k: int,
    measure: Measure,
    costs: Costs | None = None,
    *,
    criterion: Criterion = "distance",
    samples: int = 20,
    sample_size: int = 2_000,
    evaluated: int = 20_000,
    fuzzy: float | None = None,
    noise: float | None = None,
    representativeness: float | None = None,
    starts: int = 3,
    normalise: Normalisation = "none",
    threads: int | None = None,
    seed: int = 0,
    **options: Any,
) -> ClaraPartition:
    """Cluster any number of sequences around k medoids, without their distance matrix.

    Each sample is drawn with replacement from the unique sequences with probabilities in proportion
    to their weights, and clustered by `pam` (Kaufman & Rousseeuw 1990; for sequences Studer,
    Sadeghi & Tochon 2024, LIVES Working Paper 104). The sample whose medoids have the best
    criterion wins, and all sequences are assigned to its nearest medoids.

    Args:
        seqs: state sequences, or an integer array (n, L); weights count, and a weight of 0 is
            assigned and nothing else.
        k: number of clusters.
        measure: as in `pairwise`.
        costs: as in `pairwise`; derived costs come from all sequences.
        criterion: "distance" the mean distance to the medoids, "db" Davies–Bouldin, "xb" Xie–Beni,
            "pbm" Pakhira–Bandyopadhyay–Maulik, "ams" the mean silhouette around medoids.
        samples: number of samples.
        sample_size: draws of a sample; fewer than 1,000 are often too few.
        evaluated: samples are compared on as many draws of the sequences by weight where there are
            more unique ones; the winner's criteria are those of all.
        fuzzy: m > 1 for fuzzy clusters with memberships u ∝ d^(−1/(m − 1)).
        noise: constant distance of a noise cluster; with `fuzzy` a membership, else a label.
        representativeness: the measure's largest possible distance, for memberships 1 − d / it.
        starts: random starts of `pam` in each sample.
        normalise: as in `pairwise`.
        threads: number of threads; it does not change the result.
        seed: seed of the samples.
        **options: as in `pairwise`.

    Raises:
        ValueError: options that exclude each other, or fewer unique sequences with weight than k.

    R equivalent: `WeightedCluster::seqclararange`.

    Examples:
        >>> from trajectories.sequences import as_sequences
        >>> from trajectories.typology import clara
        >>> seqs = as_sequences([list("aaa"), list("aab"), list("bbb"), list("bba")] * 10)
        >>> clara(seqs, 2, "ham", sample_size=20)
        ClaraPartition: 40 items in 2 clusters, loss 20

    See Also:
        `pam`.
    """
    sequences = as_sequences(seqs, costs)
    recipe = Recipe.of(sequences, measure, costs, normalise, np.float64, **options)
    unique = sequences.unique()
    space = of_states(recipe, unique.sequences.states, threads)
    settings = Settings(
        criterion, samples, sample_size, evaluated, fuzzy, noise, representativeness, starts
    )
    found = clara_range(space, unique.sequences.weights, [k], settings, seed=seed)[k]
    inverse = unique.inverse.astype(np.int64)
    first = np.empty(len(unique), np.int64)
    first[inverse[::-1]] = np.arange(len(inverse))[::-1]
    rows = first[found.medoids]
    order = np.argsort(rows)
    u = found.memberships
    if u is not None:
        u = np.hstack([u[:, : len(order)][:, order], u[:, len(order) :]])[inverse]
    return ClaraPartition(
        labels=np.append(np.argsort(order), len(order))[found.labels][inverse],
        medoids=rows[order],
        loss=found.loss,
        memberships=u,
        quality=found.quality,
        criteria=found.criteria,
        stability=found.stability,
        sample_size=found.sample_size,
        evaluated=found.evaluated,
    )


def clara_range(
    space: OnDemand, weights: Floats, ks: Sequence[int], settings: Settings, *, seed: int
) -> dict[int, ClaraPartition]:
    """Run `clara` for several k on the same samples.

    Args:
        space: dissimilarities of n unique items.
        weights: (n,) weights; items of weight 0 are assigned at the end.
        ks: numbers of clusters.
        settings: how samples are drawn, clustered and compared.
        seed: seed of the samples.

    Raises:
        ValueError: fewer items with weight than the largest k.
    """
    weighted = np.flatnonzero(weights)
    if weighted.size < max(ks):
        raise ValueError(
            f"{weighted.size} different sequences have weight, fewer than k = {max(ks)}"
        )
    probability = weights[weighted] / weights[weighted].sum()
    items, masses = weighted, probability * weighted.size
    if weighted.size > settings.evaluated:
        places, draws = draw(probability, settings.evaluated, [seed, settings.samples])
        items, masses = weighted[places], draws.astype(np.float64)
    trials: dict[int, list[Judged]] = {k: [] for k in ks}
    for sample in counted(range(settings.samples), "samples"):
        places, draws = draw(probability, settings.sample_size, [seed, sample])
        starts = medoids_of_sample(space, weighted[places], draws, ks, settings, seed)
        for k, judged in judge(space, items, masses, starts, settings).items():
            trials[k].append(judged)
    if missing := [k for k in ks if not trials[k]]:
        raise ValueError(
            f"no sample of {settings.sample_size} draws has {missing[0]} different sequences"
        )
    winners = {
        k: best(np.array([one.criteria[settings.criterion] for one in tried]), settings.criterion)
        for k, tried in trials.items()
    }
    whole = everybody(
        space, weights, {k: trials[k][place].medoids for k, place in winners.items()}, settings
    )
    return {
        k: ClaraPartition(
            labels=whole[k].labels.astype(np.int64),
            medoids=whole[k].medoids,
            loss=whole[k].criteria["distance"] * float(weights.sum()),
            memberships=whole[k].memberships,
            quality=whole[k].criteria,
            criteria=_table(trials[k]),
            stability=_stability(trials[k], winners[k], masses),
            sample_size=settings.sample_size,
            evaluated=len(items),
        )
        for k in ks
    }


def _table(trials: Sequence[Judged]) -> pl.DataFrame:
    rows = [{"sample": number, **one.criteria} for number, one in enumerate(trials)]
    return pl.DataFrame(rows, schema={"sample": pl.Int64} | dict.fromkeys(CRITERIA, pl.Float64))


def _stability(trials: Sequence[Judged], winner: int, masses: Floats) -> dict[str, float]:
    tables = [trials[winner].cross_table(one, masses) for one in trials]
    found = {"samples": float(len(trials))}
    for name, index in (("ari", adjusted_rand), ("jaccard", jaccard)):
        values = np.array([index(table) for table in tables])
        values[winner] = 1.0
        others = np.delete(values, winner)
        found[name] = float(others.mean()) if len(others) else np.nan
        found[f"{name}_stable"] = float((values >= STABLE).sum())
    return found
