"""The partitions of all numbers of clusters from samples, in the form of those of a matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.config.sections.typology import SamplingConfig
from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.typology.indices.quality_indices import INDICES, quality_range
from trajectories.typology.partitions import Partitions
from trajectories.typology.sampled_medoids.clara import ClaraPartition, clara_range
from trajectories.typology.sampled_medoids.criteria import CRITERIA
from trajectories.typology.sampled_medoids.judged import Settings
from trajectories.typology.sampled_medoids.samples import draw

METHOD = "clara"
STABILITY = ("ari", "ari_stable", "jaccard", "jaccard_stable")


@dataclass(frozen=True)
class Sampled:
    """Partitions found in samples.

    Attributes:
        partitions: as `build` makes them; the ten indices are those of a sample.
        criteria: k, the five criteria of all windows, and the stability over samples.
    """

    partitions: Partitions
    criteria: pl.DataFrame


def from_samples(
    space: OnDemand,
    weights: Floats,
    ks: Sequence[int],
    sampling: SamplingConfig,
    *,
    starts: int,
    seed: int,
    with_quality: bool = True,
) -> Sampled:
    """Find the partitions of every number of clusters by `clara`.

    Args:
        space: the dissimilarities of the unique sequences.
        weights: (u,) their weights, numbers of cases.
        ks: numbers of clusters.
        sampling: how samples are drawn and compared.
        starts: random starts of `pam` in each sample.
        seed: seed of the samples.
        with_quality: whether to compute the ten indices, on a sample of their own.
    """
    settings = Settings(
        sampling.criterion, sampling.samples, sampling.size, sampling.compared, starts=starts
    )
    found = clara_range(space, weights, ks, settings, seed=seed)
    quality = _quality(space, weights, found, sampling.quality, seed) if with_quality else {}
    return Sampled(
        Partitions(
            labels={(METHOD, k): one.labels for k, one in found.items()},
            medoids={(METHOD, k): one.medoids for k, one in found.items()},
            quality={(METHOD, k): one for k, one in quality.items()},
            smallest_share={
                (METHOD, k): float(
                    np.bincount(one.labels, weights, minlength=k).min() / weights.sum()
                )
                for k, one in found.items()
            },
        ),
        _criteria(found),
    )


def _quality(
    space: OnDemand, weights: Floats, found: Mapping[int, ClaraPartition], size: int, seed: int
) -> dict[int, dict[str, float]]:
    """Compute the ten indices on draws of their own; NaN where these lie in one cluster."""
    counted = np.flatnonzero(weights)
    probability = weights[counted] / weights[counted].sum()
    places, draws = draw(probability, size, [seed, 0, 1])
    items = counted[places]
    d = space.among(items)
    ks = [k for k, one in found.items() if len(np.unique(one.labels[items])) > 1]
    values = quality_range(d, [found[k].labels[items] for k in ks], draws.astype(np.float64))
    known: dict[int, dict[str, float]] = dict(zip(ks, values, strict=True))
    return {k: known.get(k) or dict.fromkeys(INDICES, float("nan")) for k in found}


def _criteria(found: Mapping[int, ClaraPartition]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {"k": k, "samples": int(one.stability["samples"])}
        | {name: one.quality[name] for name in CRITERIA}
        | {name: one.stability[name] for name in STABILITY}
        for k, one in found.items()
    ]
    numbers = dict.fromkeys((*CRITERIA, *STABILITY), pl.Float64)
    schema = {"k": pl.Int64, "samples": pl.Int64} | numbers
    return pl.DataFrame(rows, schema=schema).fill_nan(None)
