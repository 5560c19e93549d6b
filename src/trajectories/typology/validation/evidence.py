"""What null models, intervals and stability say of a typology, together and as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.typology import TypologyConfig
from trajectories.sequences import StateSequences
from trajectories.typology.choose_k import Evidence
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.validation.bootstrap_quality import (
    Among,
    BootstrapQuality,
    bootstrap_of,
)
from trajectories.typology.validation.null_quality import (
    LOW,
    MeasureOf,
    compare_with_null,
)
from trajectories.typology.validation.null_tests import NullQuality
from trajectories.typology.validation.persons import Persons
from trajectories.typology.validation.procedure import Procedure
from trajectories.typology.validation.stability import Stability, by_distances, stability_of


@dataclass(frozen=True)
class Validation:
    """The validation of the partitions of all numbers of clusters.

    Attributes:
        nulls: the comparison with each null model; none where the measure has no null models.
        intervals: the indices with intervals.
        stability: the clusters' stability.
    """

    nulls: tuple[NullQuality, ...]
    intervals: BootstrapQuality
    stability: Stability


@dataclass(frozen=True)
class Typed:
    """Partitions of unique sequences, and what they were made from.

    Attributes:
        labels: (u,) labels 0…k−1 by k.
        quality: the ten indices by k.
        distances: condensed distances of some unique sequences, on one thread.
        item: (n,) unique sequence of each window.
        person: (n,) person of each window.
        windows: the n windows with their weights.
        measure_of: prepares the measure of sequences; None where there are no null models.
    """

    labels: Mapping[int, Ints]
    quality: Mapping[int, Mapping[str, float]]
    distances: Among
    item: Ints
    person: Ints
    windows: StateSequences
    measure_of: MeasureOf | None


def validate(typed: Typed, section: TypologyConfig, *, pam: bool) -> Validation:
    """Compare partitions with null models and with those of persons drawn anew.

    Replicates cluster by the section's procedure, from BUILD's and Ward's clusters without random
    starts.

    Args:
        typed: the partitions.
        section: the section `typology`.
        pam: whether the partitions are around medoids, else cut from Ward's tree.
    """
    settings = section.validation
    ks = tuple(typed.labels)
    procedure = Procedure(
        ks,
        "pam" if pam else "ward",
        seed=section.seed,
        ward=section.ward,
        ward_start=section.ward_start,
    )
    cases = Persons.of(
        next(iter(typed.labels.values())).size, typed.windows.weights, typed.item, typed.person
    )
    draws = min(settings.draws, cases.count)
    estimate = np.array([[typed.quality[k][name] for name in INDICES] for k in ks])
    nulls = () if typed.measure_of is None else settings.models
    return Validation(
        nulls=tuple(
            compare_with_null(
                typed.windows,
                typed.measure_of,  # type: ignore[arg-type]
                procedure,
                model,
                replicates=settings.replicates,
                level=settings.level,
                sample=settings.sample,
                seed=section.seed,
            )
            for model in nulls
        ),
        intervals=bootstrap_of(
            typed.distances,
            typed.labels,
            cases,
            estimate,
            draws=draws,
            replicates=settings.bootstraps,
            seed=section.seed,
        ),
        stability=stability_of(
            by_distances(typed.distances, procedure),
            typed.labels,
            cases,
            draws=draws,
            replicates=settings.bootstraps,
            threshold=settings.jaccard,
            seed=section.seed,
        ),
    )


def evidence_of(found: Validation, index: str, threshold: float) -> Evidence | None:
    """Return what `choose_k` needs, or None where there are no null models.

    Args:
        found: the validation.
        index: the index that is tested.
        threshold: smallest median Jaccard index of a stable cluster.
    """
    if not found.nulls:
        return None
    tables = [null.table for null in found.nulls]
    ks = tables[0]["k"].unique(maintain_order=True).to_list()
    places = INDICES.index(index)
    p_values = np.array([_matrix(table, "p_value", ks)[:, places] for table in tables])
    signs = np.array([-1.0 if name in LOW else 1.0 for name in INDICES])
    away = np.array([_matrix(table, "standardised", ks) * signs for table in tables])
    least = away.min(axis=0) * signs
    worst = np.where(np.isnan(p_values), 1.0, p_values).max(axis=0)
    return Evidence(
        p_value=dict(zip(ks, map(float, worst), strict=True)),
        standardised={
            k: dict(zip(INDICES, map(float, row), strict=True))
            for k, row in zip(ks, least, strict=True)
        },
        jaccard={
            k: found.stability.table.filter(pl.col("k") == k)["jaccard_median"].to_list()
            for k in ks
        },
        replicates=found.nulls[0].replicates,
        level=found.nulls[0].level,
        threshold=threshold,
    )


def _matrix(table: pl.DataFrame, column: str, ks: Sequence[int]) -> Floats:
    values = table[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.asarray(values, dtype=np.float64).reshape(len(ks), len(INDICES))


def null_table(found: Validation, index: str, level: float) -> pl.DataFrame:
    """Return model, k, index, decides (is it the tested index), significant, and the numbers.

    `significant` says of the tested index whether k is clearer than every null model at `level`.
    """
    frames = [
        null.table.select(pl.lit(null.model).alias("model"), pl.all()) for null in found.nulls
    ]
    decides = pl.col("index") == index
    worst = pl.col("p_value").fill_null(1.0).filter(decides).max().over("k")
    numbers = ["observed", "standardised", "threshold", "p_value"]
    return pl.concat(frames).select(
        "model",
        "k",
        "index",
        decides=decides,
        significant=worst <= level,
        **{name: pl.col(name) for name in numbers},
    )


def stability_table(found: Validation, places: Mapping[int, Ints]) -> pl.DataFrame:
    """Return k, cluster (from 1), jaccard_median, share_below and the partition's mean ari.

    Args:
        found: the validation.
        places: by number of clusters, (k,) the final place of each label.
    """
    table = found.stability.table.join(
        found.stability.agreement.select("k", ari=pl.col("ari_mean")), on="k", how="left"
    )
    final = [int(places[k][label]) + 1 for k, label in table.select("k", "cluster").iter_rows()]
    return table.with_columns(cluster=pl.Series(final, dtype=pl.Int64)).sort("k", "cluster")


def unstable_labels(found: Validation, k: int, threshold: float) -> tuple[int, ...]:
    """Return the labels of k clusters whose median Jaccard index is below the threshold."""
    table = found.stability.table.filter(pl.col("k") == k)
    weak = table.filter(~(pl.col("jaccard_median").fill_null(0.0) >= threshold))
    return tuple(map(int, weak["cluster"]))
