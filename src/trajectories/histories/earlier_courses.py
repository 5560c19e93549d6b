"""Types of the course before time zero, as a covariate known before follow-up."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.spatial.distance import cdist, pdist

from trajectories.arrays import Floats, Ints
from trajectories.caseworkers.exposures import time_zero
from trajectories.typology.medoids.partition_around_medoids import pam

UNOBSERVED = "months before not observed"
# Distinct sequences of the reference cohort from which medoids are chosen.
MOST_SEQUENCES = 800
SCHEMA = {"course": pl.UInt32, "earlier_course": pl.String}


def earlier_courses(
    panel: pl.DataFrame, states: pl.DataFrame, *, months: int, types: int, seed: int = 1
) -> pl.DataFrame:
    """Classify courses by their states in the months before time zero.

    No month from time zero on is used. The medoids are those of a reference cohort, the half of the
    courses with the earlier time zero, so that later courses do not shape the types. Each course is
    assigned to the nearest medoid by the number of months that differ (Hamming). If the cohort has
    more than `MOST_SEQUENCES` distinct sequences, a weighted sample of them is used.

    Args:
        panel: as `risk_set` returns it.
        states: person, month, state (Enum): person-months as `monthly_states` returns them; those
            of the months before time zero are enough.
        months: number of months before time zero.
        types: number of types.
        seed: random seed of the sample and of the starting medoids.

    Returns:
        course, earlier_course: "1: mostly SELF" and so on, numbered by size in the cohort;
        `UNOBSERVED` if a month is unknown; sorted by course. No rows if there are fewer distinct
        sequences than types.
    """
    zero = time_zero(panel).sort("course")
    kind = states.schema["state"]
    assert isinstance(kind, pl.Enum)
    alphabet = kind.categories.to_list()
    lookback = (
        zero.with_columns(
            month=pl.date_ranges(
                pl.col("zero").dt.offset_by(f"-{months}mo"),
                pl.col("zero").dt.offset_by("-1mo"),
                "1mo",
            )
        )
        .explode("month")
        .join(states.select("person", "month", "state"), on=["person", "month"])
        .sort("course", "month")
        .group_by("course", maintain_order=True)
        .agg(pl.col("state").to_physical())
        .filter(pl.col("state").list.len() == months)
    )
    seen = zero.join(lookback, on="course", maintain_order="left")
    if seen.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    sequences = seen["state"].explode().to_numpy().reshape(-1, months).astype(np.float64)
    early = seen.select(pl.col("zero") <= pl.col("zero").median()).to_series().to_numpy()
    medoids = _medoids(sequences[early], types, seed)
    if medoids is None:
        return pl.DataFrame(schema=SCHEMA)
    nearest = cdist(sequences, medoids, "hamming").argmin(axis=1)
    names = _names(sequences[early], nearest[early], types, alphabet)
    found = seen.select("course", earlier_course=pl.Series([names[i] for i in nearest]))
    return (
        zero.select("course")
        .join(found, on="course", how="left", maintain_order="left")
        .with_columns(
            pl.col("course").cast(pl.UInt32), pl.col("earlier_course").fill_null(UNOBSERVED)
        )
    )


def _medoids(sequences: Floats, types: int, seed: int) -> Floats | None:
    """The cohort's medoids; None if it has fewer distinct sequences."""
    unique, counts = np.unique(sequences, axis=0, return_counts=True)
    if len(unique) < max(types, 2):
        return None
    if len(unique) > MOST_SEQUENCES:
        draw = np.random.default_rng(seed)
        share = counts / counts.sum()
        chosen = np.sort(draw.choice(len(unique), MOST_SEQUENCES, replace=False, p=share))
        unique, counts = unique[chosen], counts[chosen]
    found = pam(pdist(unique, "hamming"), types, counts.astype(np.float64), seed=seed, starts=5)
    medoids: Floats = unique[found.medoids]
    return medoids


def _names(sequences: Floats, nearest: Ints, types: int, alphabet: Sequence[str]) -> list[str]:
    sizes = np.bincount(nearest, minlength=types)
    rank = np.empty(types, dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(1, types + 1)
    names = []
    for number in range(types):
        months = sequences[nearest == number].astype(np.int64).ravel()
        most = alphabet[int(np.bincount(months, minlength=len(alphabet)).argmax())]
        names.append(f"{rank[number]}: mostly {most}")
    return names
