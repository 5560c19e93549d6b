"""Partitions of one measure, or of a model, from the files of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.artefacts.distances import read_distances
from trajectories.commands.dissimilarity.matrix import read_task
from trajectories.config.sections.typology import Method, TypologyConfig
from trajectories.dissimilarity.matrix.checked_distances import among
from trajectories.parallel import thread_count
from trajectories.sequences import StateSequences
from trajectories.typology.models.partitions import (
    MODEL_METHODS,
    ModelPartitions,
    from_models,
    judged,
)
from trajectories.typology.partitions import Partitions, build, memory
from trajectories.typology.sampled_medoids.partitions import from_samples
from trajectories.typology.validation.bootstrap_quality import Among


@dataclass(frozen=True)
class Inputs:
    """What distances are computed from where no matrix was made."""

    config: Path
    sequences: Path
    channels: Path | None
    section: TypologyConfig


@dataclass(frozen=True)
class Made:
    """Partitions of one measure.

    Attributes:
        partitions: the partitions.
        criteria: those of `Sampled` where the partitions come from samples, else None.
        distances: condensed distances of some unique sequences.
    """

    partitions: Partitions
    criteria: pl.DataFrame | None
    distances: Among


def partitions_of(
    folder: Path, weights: Floats, inputs: Inputs, *, ks: Sequence[int] | None = None
) -> Made:
    """Make the partitions of one measure; with given `ks` the main method's alone.

    Numbers above that of different sequences are left out; where none is left, the partition is one
    cluster of all.
    """
    section = inputs.section
    n = int(np.count_nonzero(weights))
    methods = section.methods if ks is None else (by_distances(section),)
    wanted = range(section.k_min, section.k_max + 1) if ks is None else ks
    tried = [k for k in wanted if k <= n]
    # Beside a model, medoids are only compared: BUILD's and Ward's clusters are starts enough.
    starts = 0 if section.method in MODEL_METHODS else section.starts
    d = read_distances(folder)
    if not tried:
        _, _, task = read_task(inputs.config, folder.name, inputs.sequences, inputs.channels)
        between = task.space(1).among
        one = {1: np.zeros(weights.size, np.int64)}
        largest, seed = section.sampling.quality, section.seed
        alone = [judged(between, weights, own, one, largest=largest, seed=seed) for own in methods]
        return Made(reduce(together, alone), None, between)
    needs = np.inf if d is None else memory(d, methods=methods, ks=tried, starts=starts)
    if d is None or needs > section.largest_gib:
        _, _, task = read_task(inputs.config, folder.name, inputs.sequences, inputs.channels)
        sampled = from_samples(
            task.space(thread_count()),
            weights,
            tried,
            section.sampling,
            starts=starts,
            seed=section.seed,
            with_quality=ks is None,
        )
        return Made(sampled.partitions, sampled.criteria, task.space(1).among)
    made = build(
        d,
        weights,
        methods=methods,
        ks=tried,
        starts=starts,
        seed=section.seed,
        ward_method=section.ward,
        ward_start=section.ward_start,
        # Beside a model, indices are those of a sample (`fitted_of`).
        with_quality=ks is None and section.method not in MODEL_METHODS,
    )
    return Made(made, None, partial(among, d))


def fitted_of(
    made: Made, seqs: StateSequences, inverse: Ints, weights: Floats, section: TypologyConfig
) -> ModelPartitions | None:
    """Fit the model of every number of clusters, where the typology is one of a model."""
    if section.method not in MODEL_METHODS:
        return None
    return from_models(
        seqs,
        inverse,
        weights,
        made.distances,
        section.method,
        range(section.k_min, section.k_max + 1),
        section.models,
        largest=section.sampling.quality,
        seed=section.seed,
    )


def compared(made: Made, weights: Floats, section: TypologyConfig) -> Partitions:
    """Return partitions by distances with the indices of the sample on which a model is judged."""
    quality = dict(made.partitions.quality)
    left = [name for name, k in made.partitions.labels if (name, k) not in quality]
    for method in dict.fromkeys(left):
        labels = {k: own for (name, k), own in made.partitions.labels.items() if name == method}
        quality |= judged(
            made.distances,
            weights,
            method,
            labels,
            largest=section.sampling.quality,
            seed=section.seed,
        ).quality
    return replace(made.partitions, quality=quality)


def together(first: Partitions, second: Partitions) -> Partitions:
    """Return the partitions of both."""
    return Partitions(
        first.labels | second.labels,
        first.medoids | second.medoids,
        first.quality | second.quality,
        first.smallest_share | second.smallest_share,
    )


def by_distances(section: TypologyConfig) -> Method:
    """Return the method that takes distances: the main one, or else the first."""
    return next((name for name in section.methods if name == section.method), section.methods[0])
