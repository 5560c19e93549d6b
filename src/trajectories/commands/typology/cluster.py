"""`cluster`: one typology over all periods."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from trajectories import io
from trajectories.arrays import Ints
from trajectories.artefacts.distances import read_unique
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import CLUSTERS, POSTERIOR, read_windows
from trajectories.commands.typology.partitions_of_files import (
    Inputs,
    compared,
    fitted_of,
    partitions_of,
    together,
)
from trajectories.config.section import read_section
from trajectories.config.sections.dissimilarity import DissimilarityConfig
from trajectories.config.sections.typology import TypologyConfig
from trajectories.dissimilarity.configured import recipe_of
from trajectories.errors import UserError
from trajectories.io import read_parquet
from trajectories.sequences import StateSequences
from trajectories.typology import tables
from trajectories.typology.agreement import NamedPartition, agreement
from trajectories.typology.choose_k import (
    Choice,
    TypesTest,
    choose_by_model,
    choose_k,
    one_group,
)
from trajectories.typology.models.partitions import TOO_FEW, ModelPartitions
from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.neighbouring_partitions import neighbours, partition_tables
from trajectories.typology.partitions import Partitions
from trajectories.typology.planted_types import planted_agreement
from trajectories.typology.sampled_medoids.partitions import METHOD
from trajectories.typology.validation.evidence import (
    Typed,
    Validation,
    evidence_of,
    null_table,
    stability_table,
    unstable_labels,
    validate,
)
from trajectories.typology.validation.mixture_evidence import (
    CRITERION,
    has_types,
    mixture_nulls,
    validate_mixture,
)
from trajectories.typology.validation.null_quality import MeasureOf
from trajectories.typology.validation.null_tests import NullQuality


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
    `typology.largest_gib`, medoids are found in samples (`clara`). Numbers of clusters that these
    data cannot tell apart are left out; where none is left, all courses are one group.

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
        UserError: windows without weight, or a fixed number of clusters that cannot be made.
    """
    section = read_section(config, "typology", TypologyConfig)
    windows, seqs = read_windows(sequences)
    states, alphabet = seqs.states, [str(state) for state in seqs.alphabet]
    unique_states, weights, inverse = read_unique(distances)
    inputs = Inputs(config, sequences, channels, section)
    made = partitions_of(distances, weights, inputs)
    partitions, criteria = made.partitions, made.criteria
    method: str = section.method if criteria is None else METHOD
    fitted = fitted_of(made, seqs, inverse, weights, section)
    if fitted is not None:
        method = section.method
        partitions = together(compared(made, weights, section), fitted.partitions)
    ks = sorted(k for name, k in partitions.quality if name == method)
    left_out = _left_out(section, ks, fitted)
    indices = {k: partitions.quality[method, k] for k in ks}
    typed = Typed(
        labels={k: partitions.labels[method, k] for k in ks},
        quality=indices,
        distances=made.distances,
        item=inverse.astype(np.int64),
        person=windows["person"].to_numpy(),
        windows=seqs,
        measure_of=_measure(config, distances.name),
    )
    shares = {k: partitions.smallest_share[method, k] for k in ks}
    found = None
    if ks == [1]:
        choice = one_group(section.k_min)
    elif fitted is None:
        choice, found = _by_distances(section, typed, shares)
    else:
        unique = StateSequences(unique_states, seqs.alphabet, weights)
        choice, found = _by_model(section, typed, shares, fitted, unique)
    if found is not None:
        _tell(found)
    chosen = (method, choice.k)
    named = {
        k: name_clusters(
            partitions.labels[method, k],
            partitions.medoids[method, k],
            unique_states,
            alphabet,
            weights,
            share=section.names.share,
            largest=section.names.states,
            order=section.names.order,
        )
        for k in ks
    }
    clusters = named[choice.k]
    label = clusters.labels[inverse]
    places = {k: _places(partitions.labels[method, k], one.labels, k) for k, one in named.items()}
    renamed = places[choice.k]
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
    near = {k: named[k] for k in neighbours(ks, choice.k)}
    aggregates |= partition_tables(near, choice.k, windows, inverse, states, alphabet)
    if truth is not None and register is not None:
        main = NamedPartition(f"{distances.name} {method} k={k}", label)
        keys, types = read_parquet(register / "keys.parquet"), read_parquet(truth)
        planted = planted_agreement(main, windows["person"], keys, types)
        aggregates["agreement"] = pl.concat([aggregates["agreement"], planted])
    if criteria is not None:
        aggregates["samples"] = criteria
    if found is not None:
        aggregates["stability"] = stability_table(found, places)
        aggregates["quality_intervals"] = found.intervals.table
        if found.nulls:
            index = section.validation.index if fitted is None else CRITERION
            tested = null_table(found, index, section.validation.level)
            # A model of one cluster may be the best although mixtures gain more than by chance.
            clear = pl.col("significant") & (fitted is None or not choice.continuum)
            aggregates["null_quality"] = tested.with_columns(clear)
        io.write_parquet(_certainty(found, k), out / "certainty.parquet")
    if fitted is not None:
        posterior = np.zeros((len(seqs), k), np.float32)
        posterior[:, renamed] = fitted.fits[k].memberships
        io.write_array(posterior, out / POSTERIOR)
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
            "left_out": [{"k": k, "reason": why} for k, why in left_out.items()],
            "criteria": [] if fitted is None else _criteria(fitted),
            "unstable": [] if found is None else _unstable(choice.unstable, renamed),
            "names": [
                {"cluster": c + 1, "name": name, "states": list(clusters.states[c])}
                for c, name in enumerate(clusters.names)
            ],
            "medoids": clusters.medoids.tolist(),
        },
        out / "clusters.json",
    )


def _left_out(
    section: TypologyConfig, ks: Sequence[int], fitted: ModelPartitions | None
) -> dict[int, str]:
    """Return the numbers of clusters that took no part, with their reasons, and say so.

    Raises:
        UserError: the number that the configuration fixes is one of them.
    """
    wanted = range(section.k_min, section.k_max + 1)
    found = {k: TOO_FEW for k in wanted if k not in ks} if fitted is None else fitted.left_out
    fixed = section.choice.k
    if fixed is not None and fixed in found:
        raise UserError(
            f"typology.choice.k: {fixed} types cannot be made of these data, since "
            f"{found[fixed]}: take fewer, or another rule."
        )
    for why in dict.fromkeys(found.values()):
        numbers = ", ".join(str(k) for k, own in found.items() if own == why)
        print(f"    {numbers} types took no part: {why}", flush=True)
    return dict(found)


def _by_distances(
    section: TypologyConfig, typed: Typed, shares: Mapping[int, float]
) -> tuple[Choice, Validation | None]:
    """Validate partitions by distances and choose the number of clusters."""
    settings, found, evidence = section.choice, None, None
    if section.validation.enabled:
        found = validate(typed, section, pam=section.method != "ward")
        evidence = evidence_of(found, section.validation.index, section.validation.jaccard)
    rule = settings.rule
    if rule == "bic" or rule == "icl":
        raise ValueError(f"the rule `{rule}` needs a model")
    # A measure of channels or series has no null models: the rank sum chooses.
    choice = choose_k(
        typed.quality,
        shares,
        rule="rank_sum" if rule == "validated" and evidence is None else rule,
        indices=settings.indices,
        minimum_share=settings.minimum_share,
        k=settings.k,
        evidence=evidence,
    )
    return choice, found


def _by_model(
    section: TypologyConfig,
    typed: Typed,
    shares: Mapping[int, float],
    fitted: ModelPartitions,
    unique: StateSequences,
) -> tuple[Choice, Validation | None]:
    """Choose the number of clusters of a model, and validate it."""
    settings, validation = section.choice, section.validation
    nulls: tuple[NullQuality, ...] = ()
    test = None
    if validation.enabled:
        nulls = mixture_nulls(typed.windows, sorted(typed.labels), section)
        test = TypesTest(has_types(nulls), validation.replicates, validation.level)
    if settings.rule in ("rank_sum", "best", "fixed"):
        choice = choose_k(
            typed.quality,
            shares,
            rule=settings.rule,
            indices=settings.indices,
            minimum_share=settings.minimum_share,
            k=settings.k,
        )
    else:
        criterion: Literal["bic", "icl"] = "icl" if settings.rule == "icl" else "bic"
        choice = choose_by_model(
            {k: float(getattr(fit, criterion)) for k, fit in fitted.fits.items()},
            shares,
            criterion=criterion,
            minimum_share=settings.minimum_share,
            test=test,
        )
    if test is None:
        return choice, None
    found = validate_mixture(typed, unique, section, nulls, choice.k)
    unstable = unstable_labels(found, choice.k, validation.jaccard)
    return replace(choice, unstable=unstable), found


def _criteria(fitted: ModelPartitions) -> list[dict[str, float | None]]:
    """Return k, bic, icl and dbs (null with one cluster) of each fit."""
    return [
        {"k": k, "bic": fit.bic, "icl": fit.icl, "dbs": None if np.isnan(fit.dbs) else fit.dbs}
        for k, fit in sorted(fitted.fits.items())
    ]


def _measure(config: Path, name: str) -> MeasureOf | None:
    """Return what prepares the main measure of any state sequences, costs estimated from them."""
    options = read_section(config, "dissimilarity", DissimilarityConfig).measures.get(name)
    if options is None or options.channels or options.series is not None:
        return None
    return partial(recipe_of, options)


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


def _places(labels: Ints, final: Ints, k: int) -> Ints:
    """(k,) the final place of each label."""
    places = np.zeros(k, np.int64)
    places[labels] = final
    return places


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
    # One group agrees with everything.
    for folder in others if k > 1 else ():
        _, weights, own_inverse = read_unique(folder)
        found = partitions_of(folder, weights, inputs, ks=[k]).partitions
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
