"""`associations`: what covariates explain of courses, and how they go with the clusters."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from trajectories import io
from trajectories.arrays import Ints
from trajectories.artefacts.distances import read_unique
from trajectories.artefacts.tables import TABLES, write_tables
from trajectories.artefacts.windows import CLUSTERS, read_windows
from trajectories.commands.dissimilarity.matrix import read_space
from trajectories.config.section import read_section
from trajectories.config.sections.typology import AssociationsConfig, TypologyConfig
from trajectories.sequences import StateSequences
from trajectories.typology.associations.analysed import Analysed, covariates, one_window_each
from trajectories.typology.associations.explained import (
    contrast_table,
    factor_table,
    position_table,
)
from trajectories.typology.associations.property_rules import rules_table
from trajectories.typology.associations.robust import robust_table
from trajectories.typology.associations.sequence_tree import grow, leaf_states, node_table
from trajectories.typology.associations.typical import frequency_table, representative_tables
from trajectories.typology.models.partitions import MODEL_METHODS
from trajectories.typology.models.refit import Refit
from trajectories.typology.robust_associations.replicates import Source

EACH = 10
"""Fewest different courses for each cluster where these are formed anew from draws of persons."""


def associations(
    *,
    config: Path,
    register: Path,
    sequences: Path,
    distances: Path,
    typology: Path,
    out: Path,
    channels: Path | None = None,
) -> None:
    """Ask what covariates explain of courses, and how they go with the clusters.

    Args:
        config: the run's configuration.
        register: folder with `persons.parquet`.
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        distances: folder of the main measure.
        typology: folder of the chosen typology.
        out: folder to write: `tables`.
        channels: folder of `trajectories channels`, where the main measure compares any.

    Raises:
        UserError: a covariate is no column of persons.
    """
    section = read_section(config, "typology", TypologyConfig)
    settings = section.associations
    io.make_private(out / TABLES)
    windows, seqs = read_windows(sequences)
    persons = io.read_parquet(register / "persons.parquet")
    data = covariates(windows, persons, settings.covariates)
    space = read_space(config, distances, sequences, channels)
    _, _, item = read_unique(distances)
    sample = one_window_each(
        windows, data, item, space.among, size=settings.sample, seed=section.seed
    )
    print(
        f"    {sample.rows.size:,} of {sample.of:,} persons, {settings.permutations:,} "
        f"permutations, {settings.bootstraps:,} draws of persons",
        flush=True,
    )
    chosen = io.read_json(typology / "clusters.json")
    labels = io.read_parquet(typology / CLUSTERS)["cluster"].to_numpy().astype(np.int64) - 1
    person = windows["person"].to_numpy().astype(np.int64)
    tables: dict[str, pl.DataFrame] = {}
    if sample.varying and sample.d.any():
        tables |= _explained(sample, windows, seqs, data, settings, section.seed)
    if sample.varying and chosen["k"] > 1 and space.size >= EACH * chosen["k"]:
        weights = windows["weight"].to_numpy()
        tables["robust_associations"] = robust_table(
            Source(lambda _: space, item, space.size, None if (weights == 1).all() else weights),
            data,
            labels,
            person,
            first=_first_group(windows),
            ks=range(section.k_min, section.k_max + 1) if settings.choose_again else [chosen["k"]],
            replicates=settings.bootstraps,
            largest=settings.largest,
            sampling=settings.sampling,
            seed=section.seed,
            clusters=_refit(distances, chosen, seqs, item, labels, section),
        )
    tables["property_clusters"] = rules_table(
        sample,
        seqs,
        person,
        labels,
        properties=settings.properties,
        min_share=section.choice.minimum_share,
    )
    sets, courses = representative_tables(
        sample,
        seqs,
        labels,
        criterion=settings.representatives,
        coverage=settings.coverage,
        radius=settings.radius,
    )
    tables |= {"representative_sets": sets, "representatives": courses}
    tables["frequency_groups"] = frequency_table(sample, seqs, settings.stripes)
    write_tables({name: table for name, table in tables.items() if table.height}, out)


def _refit(
    distances: Path,
    chosen: dict[str, Any],
    seqs: StateSequences,
    item: Ints,
    labels: Ints,
    section: TypologyConfig,
) -> Refit | None:
    """Return how draws are clustered where a model makes the typology, else None."""
    if chosen["method"] not in MODEL_METHODS:
        return None
    states, weights, _ = read_unique(distances)
    unique = StateSequences(states, seqs.alphabet, weights)
    own = np.zeros(len(unique), np.int64)
    own[item] = labels
    return Refit.of(unique, own, chosen["method"], section.models, seed=section.seed)


def _explained(
    sample: Analysed,
    windows: pl.DataFrame,
    seqs: StateSequences,
    data: pl.DataFrame,
    settings: AssociationsConfig,
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables of discrepancy and of the tree."""
    permutations = settings.permutations
    tables = {"discrepancy": factor_table(sample, permutations=permutations, seed=seed)}
    if "group" in sample.varying:
        tables["period_contrasts"] = contrast_table(sample, permutations=permutations, seed=seed)
        tables["discrepancy_positions"] = position_table(seqs, windows["group"], windows["person"])
    tree = grow(sample, settings.tree, permutations=permutations, seed=seed)
    if tree.splits:
        leaf = tree.assign(data)
        tables["sequence_tree"] = node_table(tree, leaf, windows["person"].to_numpy())
        tables["sequence_tree_states"] = leaf_states(leaf, seqs)
    return tables


def _first_group(windows: pl.DataFrame) -> str:
    """Return the group of the earliest windows."""
    return str(windows.sort("origin", "group")["group"][0])
