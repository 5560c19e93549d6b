"""Partitions by model: a mixture for each number of clusters, in the form of other partitions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import MixturesConfig
from trajectories.dissimilarity.matrix.cluster_sums import cluster_sums, medoids_of
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology.indices.quality_indices import INDICES, quality_of_rows
from trajectories.typology.models.exponential_distance import MedSeq, medseq
from trajectories.typology.models.markov_chains import markov_mixtures
from trajectories.typology.models.mixtures import Mixture
from trajectories.typology.partitions import Partitions
from trajectories.typology.sampled_medoids.samples import draw

Among = Callable[[Ints], NDArray[np.floating]]
"""Condensed distances of given items."""

ModelMethod = Literal["medseq", "markov_mixture"]
TOO_FEW = "there are fewer different courses than types"
NOBODY = "one of the types is nobody's most probable one"

MODEL_METHODS: tuple[ModelMethod, ...] = ("medseq", "markov_mixture")


def fit_models(
    seqs: StateSequences,
    method: str,
    ks: Sequence[int],
    settings: MixturesConfig,
    seed: int,
    *,
    gating: str | None = None,
    data: object = None,
    threads: int | None = None,
) -> dict[int, Mixture]:
    """Fit the mixtures of several numbers of clusters as the configuration says.

    Args:
        seqs: all sequences with their weights.
        method: "medseq" or "markov_mixture".
        ks: numbers of clusters.
        settings: precision type, phases, starts and tolerance.
        seed: seed of the starts.
        gating: covariate of the mixing proportions.
        data: one row a sequence, with that covariate.
        threads: number of threads.

    Returns:
        The mixtures by number of clusters, without numbers that are larger than that of different
        rows.
    """
    options: dict[str, object] = {
        "starts": settings.starts,
        "tolerance": settings.tolerance,
        "seed": seed,
        "gating": None if gating is None else [gating],
        "data": data,
        "threads": threads,
    }
    if method == "medseq":
        different = len(np.unique(seqs.states[seqs.weights > 0], axis=0))
        fitting = [k for k in ks if k <= different]
        return {k: medseq(seqs, k, settings.type, **options) for k in fitting}  # type: ignore[arg-type]
    phases = min(settings.phases, seqs.length - 1)
    return dict(markov_mixtures(seqs, ks, phases, **options))  # type: ignore[arg-type]


def full_labels(mixture: Mixture, seqs: StateSequences) -> Ints:
    """Return every sequence's most probable cluster, noise left aside.

    A sequence that is impossible in every cluster goes to the nearest modal sequence.
    """
    labels: Ints = mixture.memberships.argmax(axis=1).astype(np.int64)
    lost = np.flatnonzero(mixture.memberships.max(axis=1) <= 0)
    if lost.size and isinstance(mixture, MedSeq):
        gaps = (seqs.states[lost][:, np.newaxis] != mixture.theta).sum(axis=2)
        labels[lost] = gaps.argmin(axis=1)
    return labels


@dataclass(frozen=True)
class ModelPartitions:
    """Mixtures as partitions of unique sequences.

    Attributes:
        partitions: as `build` makes them; the ten indices are those of a sample where sequences are
            many. Where no number of clusters is left, one cluster of all.
        fits: the mixture of each number of clusters, that of one cluster too.
        left_out: the numbers of clusters that took no part, each with its reason in words.
    """

    partitions: Partitions
    fits: Mapping[int, Mixture]
    left_out: Mapping[int, str]


def from_models(
    seqs: StateSequences,
    inverse: Ints,
    weights: Floats,
    distances: Among,
    method: str,
    ks: Sequence[int],
    settings: MixturesConfig,
    *,
    largest: int,
    seed: int,
) -> ModelPartitions:
    """Fit a mixture for every number of clusters and find medoids and quality of its clusters.

    Args:
        seqs: all sequences.
        inverse: (n,) the unique sequence of each.
        weights: (u,) weights of the unique sequences.
        distances: condensed distances of some unique sequences.
        method: "medseq" or "markov_mixture".
        ks: numbers of clusters.
        settings: see `fit_models`.
        largest: with more unique sequences, medoids and quality come from so many draws.
        seed: seed of starts and draws.
    """
    fits = fit_models(seqs, method, sorted({1, *ks}), settings, seed)
    labels: dict[int, Ints] = {}
    left_out = {k: TOO_FEW for k in ks if k not in fits}
    for k in (k for k in ks if k in fits):
        own = np.empty(weights.size, np.int64)
        own[inverse] = full_labels(fits[k], seqs)
        if np.bincount(own, weights, minlength=k).all():
            labels[k] = own
        else:
            left_out[k] = NOBODY
    labels = labels or {1: np.zeros(weights.size, np.int64)}
    found = judged(distances, weights, method, labels, largest=largest, seed=seed)
    return ModelPartitions(found, fits, left_out)


def judged(
    distances: Among,
    weights: Floats,
    method: str,
    labels: Mapping[int, Ints],
    *,
    largest: int,
    seed: int,
) -> Partitions:
    """Return given partitions of unique sequences with medoids and quality.

    Args:
        distances: condensed distances of some unique sequences.
        weights: (u,) their weights.
        method: the partitions' name.
        labels: (u,) labels 0…k−1 by k, no cluster without weight; one cluster has no quality.
        largest: with more unique sequences, medoids and quality come from so many draws; the medoid
            of a cluster that was not drawn is its heaviest sequence.
        seed: seed of the draws.
    """
    items = np.flatnonzero(weights)
    masses = weights[items]
    if items.size > largest:
        places, draws = draw(masses / masses.sum(), largest, [seed, 0, 2])
        items, masses = items[places], draws.astype(np.float64)
    medoids = {k: _heaviest(own, weights, k) for k, own in labels.items()}
    quality = {k: dict.fromkeys(INDICES, float("nan")) for k in labels}
    here = {k: own[items] for k, own in labels.items()}
    whole = [k for k, own in here.items() if np.bincount(own, minlength=k).all()]
    if whole:
        with Team() as team:
            rows = Rows(distances(items), team)
            drawn = [here[k] for k in whole]
            for k, sums in zip(whole, cluster_sums(rows, masses, drawn), strict=True):
                medoids[k] = items[medoids_of(here[k], sums)]
            several = [k for k in whole if k > 1]
            if several:
                indices = quality_of_rows(rows, [here[k] for k in several], masses)
                quality |= dict(zip(several, indices, strict=True))
    share = {k: np.bincount(own, weights, minlength=k).min() for k, own in labels.items()}
    return Partitions(
        labels={(method, k): own for k, own in labels.items()},
        medoids={(method, k): own for k, own in medoids.items()},
        quality={(method, k): own for k, own in quality.items()},
        smallest_share={(method, k): float(own / weights.sum()) for k, own in share.items()},
    )


def _heaviest(labels: Ints, weights: Floats, k: int) -> Ints:
    order = np.argsort(-weights, kind="stable")
    _, first = np.unique(labels[order], return_index=True)
    found: Ints = order[first]
    return found
