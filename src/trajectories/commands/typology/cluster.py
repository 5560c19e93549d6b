"""`cluster`: one typology over all periods."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from trajectories.config.sections.typology import TypologyConfig
from trajectories.errors import UserError
from trajectories.parallel import thread_count
from trajectories.typology import tables
from trajectories.typology.agreement import NamedPartition, agreement
from trajectories.typology.choose_k import choose_k
from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.partitions import Partitions, build, memory
from trajectories.typology.sampled_medoids.partitions import METHOD, from_samples


def cluster(
    *,
    config: Path,
    sequences: Path,
    distances: Path,
    out: Path,
    others: Sequence[Path] = (),
    channels: Path | None = None,
) -> None:
    """Build one typology over all periods and choose its number of clusters.

    Where a measure's matrix was too large to be made, or clustering it would take more than
    `typology.largest_gib`, medoids are found in samples (`clara`).

    Args:
        config: the run's configuration.
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        distances: folder of the main measure: `distances.npy` and `unique.npz`.
        out: folder to write: `partitions.parquet` (method, k, unique, cluster),
            `clusters.parquet` (window, cluster), `clusters.json`, and `tables`.
        others: folders of further measures; their partitions are compared with the chosen one.
        channels: folder of `trajectories channels`, where a measure compares any.

    Raises:
        UserError: too few unique sequences, or windows without weight.
    """
    section = read_section(config, "typology", TypologyConfig)
    windows, seqs = read_windows(sequences)
    states, alphabet = seqs.states, [str(state) for state in seqs.alphabet]
    unique_states, weights, inverse = read_unique(distances)
    inputs = Inputs(config, sequences, channels, section)
    partitions, criteria = _partitions(distances, weights, inputs)
    method = section.method if criteria is None else METHOD
    ks = sorted(k for name, k in partitions.quality if name == method)
    choice = choose_k(
        {k: partitions.quality[method, k] for k in ks},
        {k: partitions.smallest_share[method, k] for k in ks},
        rule=section.choice.rule,
        indices=section.choice.indices,
        minimum_share=section.choice.minimum_share,
        k=section.choice.k,
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
    if criteria is not None:
        aggregates["samples"] = criteria
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


def _partitions(
    folder: Path, weights: Floats, inputs: Inputs, *, ks: Sequence[int] | None = None
) -> tuple[Partitions, pl.DataFrame | None]:
    """Make the partitions of one measure; with given `ks` the main method's alone.

    Returns:
        The partitions; where they come from samples, also the criteria of `Sampled`.
    """
    section = inputs.section
    n = int(np.count_nonzero(weights))
    if n < section.k_max:
        raise UserError(
            f"{folder.name}: there are only {n} different sequences with weight, fewer than "
            f"typology.k_max {section.k_max}: lower it, or take more or longer windows."
        )
    methods = section.methods if ks is None else (section.method,)
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
        return sampled.partitions, sampled.criteria
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
    return made, None


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
    rivals = [
        named(measure, other, labels[inverse])
        for (other, size), labels in partitions.labels.items()
        if size == k and other != method
    ]
    for folder in others:
        _, weights, own_inverse = read_unique(folder)
        found, _ = _partitions(folder, weights, inputs, ks=[k])
        rivals += [
            named(folder.name, other, labels[own_inverse])
            for (other, _), labels in found.labels.items()
        ]
    return agreement([(main, rival) for rival in rivals])


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
