"""`cluster`: one typology over all periods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.arrays import Floats, Ints
from trajectories.artefacts.distances import read_distances, read_unique
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import CLUSTERS, read_windows
from trajectories.commands.dissimilarity.matrix import read_task
from trajectories.config.section import read_section
from trajectories.config.sections.dissimilarity import DissimilarityConfig
from trajectories.config.sections.typology import ChoiceConfig, Method, TypologyConfig
from trajectories.dissimilarity.configured import recipe_of
from trajectories.dissimilarity.matrix.checked_distances import among
from trajectories.errors import UserError
from trajectories.io import read_parquet
from trajectories.parallel import thread_count
from trajectories.sequences import StateSequences
from trajectories.typology import tables
from trajectories.typology.agreement import NamedPartition, agreement
from trajectories.typology.choose_k import Choice, Evidence, choose_by_model, choose_k
from trajectories.typology.models.partitions import (
    MODEL_METHODS,
    ModelPartitions,
    from_models,
)
from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.partitions import Partitions, build, memory
from trajectories.typology.planted_types import planted_agreement
from trajectories.typology.sampled_medoids.partitions import METHOD, from_samples
from trajectories.typology.validation.bootstrap_quality import Among
from trajectories.typology.validation.evidence import (
    Typed,
    Validation,
    evidence_of,
    null_table,
    stability_table,
    validate,
)
from trajectories.typology.validation.null_quality import MeasureOf


def cluster(
    *,
    config: Path,
    sequences: Path,
    distances: Path,
    out: Path,
    others: Sequence[Path] = (),
    channels: Path | None = None,
    truth: Path | None = None,
    register: Path | None = None,
) -> None:
    """Build one typology over all periods and choose its number of clusters.

    Where a measure's matrix was too large to be made, or clustering it would take more than
    `typology.largest_gib`, medoids are found in samples (`clara`).

    Args:
        config: the run's configuration.
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        distances: folder of the main measure: `distances.npy` and `unique.npz`.
        out: folder to write: `partitions.parquet` (method, k, unique, cluster),
            `clusters.parquet` (window, cluster), `certainty.parquet` (unique, certainty),
            `clusters.json`, and `tables`.
        others: folders of further measures; their partitions are compared with the chosen one.
        channels: folder of `trajectories channels`, where a measure compares any.
        truth: the simulator's `truth_types.parquet`; the agreement with the planted types is told.
        register: folder of the cleaned register, whose keys `truth` needs.

    Raises:
        UserError: too few unique sequences, or windows without weight.
    """
    section = read_section(config, "typology", TypologyConfig)
    windows, seqs = read_windows(sequences)
    states, alphabet = seqs.states, [str(state) for state in seqs.alphabet]
    unique_states, weights, inverse = read_unique(distances)
    inputs = Inputs(config, sequences, channels, section)
    made = _partitions(distances, weights, inputs)
    partitions, criteria = made.partitions, made.criteria
    method: str = section.method if criteria is None else METHOD
    fitted = _fitted(made, seqs, inverse, weights, section)
    if fitted is not None:
        method = section.method
        partitions = _together(partitions, fitted.partitions)
    ks = sorted(k for name, k in partitions.quality if name == method)
    indices = {k: partitions.quality[method, k] for k in ks}
    found, evidence = None, None
    if section.validation.enabled and fitted is None:
        typed = Typed(
            labels={k: partitions.labels[method, k] for k in ks},
            quality=indices,
            distances=made.distances,
            item=inverse.astype(np.int64),
            person=windows["person"].to_numpy(),
            windows=seqs,
            measure_of=_measure(config, distances.name),
        )
        found = validate(typed, section, pam=method != "ward")
        evidence = evidence_of(found, section.validation.index, section.validation.jaccard)
        _tell(found)
    choice = _choice(
        section.choice,
        indices,
        {k: partitions.smallest_share[method, k] for k in ks},
        evidence,
        fitted,
    )
    chosen = (method, choice.k)
    clusters = name_clusters(
        partitions.labels[chosen],
        partitions.medoids[chosen],
        unique_states,
        alphabet,
        weights,
        share=section.names.share,
        largest=section.names.states,
        order=section.names.order,
    )
    label = clusters.labels[inverse]
    person, mass = windows["person"].to_numpy(), windows["weight"].to_numpy()
    k = choice.k
    aggregates = {
        "quality": tables.quality_table(partitions.quality, chosen),
        "clusters": tables.clusters_table(windows, label, clusters.names),
        "cluster_states": tables.states_table(label, k, states, alphabet, mass),
        "cluster_group_states": tables.states_table(
            label, k, states, alphabet, mass, group=windows["group"]
        ),
        "medoids": tables.medoids_table(clusters, unique_states, inverse, alphabet, person),
        "modal_sequence": tables.modal_table(label, k, states, alphabet, person),
        "agreement": _agreement(partitions, chosen, distances.name, inverse, others, inputs),
    }
    if truth is not None and register is not None:
        main = NamedPartition(f"{distances.name} {method} k={k}", label)
        keys, types = read_parquet(register / "keys.parquet"), read_parquet(truth)
        planted = planted_agreement(main, windows["person"], keys, types)
        aggregates["agreement"] = pl.concat([aggregates["agreement"], planted])
    if criteria is not None:
        aggregates["samples"] = criteria
    if found is not None:
        own = partitions.labels[chosen]
        renamed = np.zeros(k, np.int64)
        renamed[own] = clusters.labels
        aggregates["stability"] = stability_table(found, k, renamed)
        aggregates["quality_intervals"] = found.intervals.table
        if found.nulls:
            aggregates["null_quality"] = null_table(
                found, section.validation.index, section.validation.level
            )
        io.write_parquet(_certainty(found, k), out / "certainty.parquet")
    write_tables(aggregates, out)
    io.write_parquet(_long(partitions), out / "partitions.parquet")
    io.write_parquet(
        windows.select("window", cluster=pl.Series(label + 1).cast(pl.Int16)), out / CLUSTERS
    )
    io.write_json(
        {
            "k": k,
            "method": method,
            "search": None if criteria is None else section.sampling.model_dump(mode="json"),
            "measure": distances.name,
            "rule": choice.text,
            "continuum": choice.continuum,
            "unstable": [] if found is None else _unstable(choice.unstable, renamed),
            "names": [
                {"cluster": c + 1, "name": name, "states": list(clusters.states[c])}
                for c, name in enumerate(clusters.names)
            ],
            "medoids": clusters.medoids.tolist(),
        },
        out / "clusters.json",
    )


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


def _partitions(
    folder: Path, weights: Floats, inputs: Inputs, *, ks: Sequence[int] | None = None
) -> Made:
    """Make the partitions of one measure; with given `ks` the main method's alone."""
    section = inputs.section
    n = int(np.count_nonzero(weights))
    if n < section.k_max:
        raise UserError(
            f"{folder.name}: there are only {n} different sequences with weight, fewer than "
            f"typology.k_max {section.k_max}: lower it, or take more or longer windows."
        )
    methods = section.methods if ks is None else (_by_distances(section),)
    tried = range(section.k_min, section.k_max + 1) if ks is None else ks
    d = read_distances(folder)
    needs = np.inf if d is None else memory(d, methods=methods, ks=tried, starts=section.starts)
    if d is None or needs > section.largest_gib:
        _, _, task = read_task(inputs.config, folder.name, inputs.sequences, inputs.channels)
        sampled = from_samples(
            task.space(thread_count()),
            weights,
            tried,
            section.sampling,
            starts=section.starts,
            seed=section.seed,
            with_quality=ks is None,
        )
        return Made(sampled.partitions, sampled.criteria, task.space(1).among)
    made = build(
        d,
        weights,
        methods=methods,
        ks=tried,
        starts=section.starts,
        seed=section.seed,
        ward_method=section.ward,
        ward_start=section.ward_start,
        with_quality=ks is None,
    )
    return Made(made, None, partial(among, d))


def _fitted(
    made: Made, seqs: StateSequences, inverse: Ints, weights: Floats, section: TypologyConfig
) -> ModelPartitions | None:
    """Fit the model of every number of clusters, where the typology is one of a model."""
    if section.method not in MODEL_METHODS:
        return None
    fitted = from_models(
        seqs,
        inverse,
        weights,
        made.distances,
        section.method,
        range(section.k_min, section.k_max + 1),
        section.models,
        largest=section.sampling.quality if made.criteria is not None else weights.size,
        seed=section.seed,
    )
    if not fitted.partitions.labels:
        raise UserError(
            f"typology.method {section.method} found no {section.k_min} clusters that are all "
            "somebody's most probable one: lower typology.k_min, or take pam."
        )
    return fitted


def _together(first: Partitions, second: Partitions) -> Partitions:
    return Partitions(
        first.labels | second.labels,
        first.medoids | second.medoids,
        first.quality | second.quality,
        first.smallest_share | second.smallest_share,
    )


def _choice(
    settings: ChoiceConfig,
    indices: Mapping[int, Mapping[str, float]],
    smallest_share: Mapping[int, float],
    evidence: Evidence | None,
    fitted: ModelPartitions | None,
) -> Choice:
    """Choose the number of clusters by the rule, or by the one that takes its place."""
    rule = settings.rule
    if fitted is not None and rule == "validated":
        rule = "bic"
    if rule == "bic" or rule == "icl":
        if fitted is None:
            raise ValueError(f"the rule `{rule}` needs a model")
        criteria = {k: float(getattr(fit, rule)) for k, fit in fitted.fits.items()}
        return choose_by_model(
            criteria, smallest_share, criterion=rule, minimum_share=settings.minimum_share
        )
    # A measure of channels or series has no null models: the rank sum chooses.
    return choose_k(
        indices,
        smallest_share,
        rule="rank_sum" if rule == "validated" and evidence is None else rule,
        indices=settings.indices,
        minimum_share=settings.minimum_share,
        k=settings.k,
        evidence=evidence,
    )


def _measure(config: Path, name: str) -> MeasureOf | None:
    """Return what prepares the main measure of any state sequences, costs estimated from them."""
    options = read_section(config, "dissimilarity", DissimilarityConfig).measures.get(name)
    if options is None or options.channels or options.series is not None:
        return None
    return partial(recipe_of, options)


def _by_distances(section: TypologyConfig) -> Method:
    """Return the method that takes distances: the main one, or else the first."""
    return next((name for name in section.methods if name == section.method), section.methods[0])


def _tell(found: Validation) -> None:
    """Say how much was drawn."""
    for null in found.nulls:
        print(f"    null model {null.model}: {null.replicates:,} replicates", flush=True)
    print(f"    {found.stability.replicates:,} samples of persons", flush=True)


def _certainty(found: Validation, k: int) -> pl.DataFrame:
    """Return unique, certainty: the share of samples in which a sequence stays in its cluster."""
    certainty = found.stability.certainty[k]
    return pl.DataFrame(
        {"unique": np.arange(certainty.size, dtype=np.uint32), "certainty": certainty}
    ).fill_nan(None)


def _unstable(labels: Sequence[int], renamed: Ints) -> list[int]:
    return sorted(int(renamed[label]) + 1 for label in labels)


def _agreement(
    partitions: Partitions,
    chosen: tuple[str, int],
    measure: str,
    inverse: Ints,
    others: Sequence[Path],
    inputs: Inputs,
) -> pl.DataFrame:
    method, k = chosen

    def named(name: str, method: str, labels: Ints) -> NamedPartition:
        return NamedPartition(f"{name} {method} k={k}", labels)

    main = named(measure, method, partitions.labels[chosen][inverse])
    pairs = [
        (main, named(measure, other, labels[inverse]))
        for (other, size), labels in partitions.labels.items()
        if size == k and other != method
    ]
    measures = [main]
    for folder in others:
        _, weights, own_inverse = read_unique(folder)
        found = _partitions(folder, weights, inputs, ks=[k]).partitions
        measures += [
            named(folder.name, other, labels[own_inverse])
            for (other, _), labels in found.labels.items()
        ]
    return agreement([*pairs, *combinations(measures, 2)])


def _long(partitions: Partitions) -> pl.DataFrame:
    frames = [
        pl.DataFrame(
            {
                "method": [method] * labels.size,
                "k": np.full(labels.size, k, np.int16),
                "unique": np.arange(labels.size, dtype=np.uint32),
                "cluster": labels.astype(np.int16),
            }
        )
        for (method, k), labels in sorted(partitions.labels.items())
    ]
    return pl.concat(frames).with_columns(pl.col("method").cast(pl.Categorical))
