"""Associations of covariates with clusters, whose uncertainty the intervals hold."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.config.sections.typology import SamplingConfig
from trajectories.typology.compared_levels import compared_levels
from trajectories.typology.models.gating import independent
from trajectories.typology.robust_associations.rarcat import rarcat
from trajectories.typology.robust_associations.replicates import Clusters, Source

YEARS = 10
"""An effect of age is that of so many years."""
AGE = "age"
NUMBERS = ("estimate", "low", "high", "naive", "naive_low", "naive_high")


def robust_table(
    source: Source,
    data: pl.DataFrame,
    labels: Ints,
    person: Ints,
    *,
    first: str,
    ks: Sequence[int],
    replicates: int,
    largest: int,
    sampling: SamplingConfig,
    seed: int,
    clusters: Clusters | None = None,
) -> pl.DataFrame:
    """Return average marginal effects on membership in each cluster, by `rarcat`.

    Windows with a missing number take no part.

    Args:
        source: the unique sequences, and which one each window is.
        data: covariates of the windows; those of one value, and those of which earlier ones tell as
            much, are left out.
        labels: (n,) the chosen typology, from 0.
        person: (n,) persons, who are drawn with all of their windows.
        first: the group with which the others are compared; other words are compared with the
            most frequent one.
        ks: numbers of clusters tried in each replicate.
        replicates: number of replicates.
        largest: most unique sequences of which a replicate makes a matrix.
        sampling: how a replicate of more is clustered.
        seed: seed of the draws.
        clusters: how draws are clustered, where the typology is one of a model.

    Returns:
        cluster (from 1), variable, level and base, with which it is compared ("" for a number),
        persons (in the cluster), estimate, low, high, naive, naive_low, naive_high (differences of
        the probability of membership), compared and fewest (as `compared_levels` counts them).
    """
    rows = np.flatnonzero(data.select(pl.all_horizontal(pl.all().is_not_null())).to_series())
    whole = rows.size == labels.size
    masses = source.weights
    kept = Source(
        source.space,
        source.item if whole else source.item[rows],
        source.items,
        masses if masses is None or whole else masses[rows],
    )
    used = pl.DataFrame([_coded(data[name][rows], first) for name in data.columns])
    used = used.select(independent(used, used.columns))
    found = rarcat(
        kept,
        used,
        used.columns,
        labels=labels[rows],
        person=person[rows],
        ks=ks,
        replicates=replicates,
        largest=largest,
        sampling=sampling,
        clusters=clusters,
        seed=seed,
    )
    sizes = {
        int(cluster): np.unique(person[rows][labels[rows] == cluster]).size
        for cluster in np.unique(labels[rows])
    }
    kinds = {name: used[name].dtype for name in used.columns}
    bases = {
        name: str(kind.categories[0]) for name, kind in kinds.items() if isinstance(kind, pl.Enum)
    }
    term = pl.col("term")
    variable = term.str.replace(r"\[T\..*\]$", "")
    behind = pl.concat(
        compared_levels(used[name], labels[rows], person[rows], bases.get(name, "")).select(
            "cluster", "compared", "fewest", variable=pl.lit(name), level="level"
        )
        for name in used.columns
    )
    table = found.table.select(
        pl.col("cluster").cast(pl.Int16) + 1,
        variable=variable,
        level=term.str.extract(r"\[T\.(.*)\]$").fill_null(""),
        base=variable.replace_strict(bases, default="", return_dtype=pl.String),
        persons=pl.col("cluster").replace_strict(sizes, return_dtype=pl.Int64),
        **{name: pl.col(name) for name in NUMBERS},
    )
    behind = behind.with_columns(pl.col("cluster").cast(pl.Int16) + 1)
    keys = ["cluster", "variable", "level"]
    return table.join(behind, on=keys, how="left", maintain_order="left")


def _coded(column: pl.Series, first: str) -> pl.Series:
    """Return age in decades, other numbers as they are, and words by frequency."""
    if column.dtype.is_numeric():
        return column / YEARS if column.name == AGE else column
    counts = column.value_counts().sort("count", column.name, descending=[True, False])
    levels = counts[column.name].to_list()
    if first in levels:
        levels = [first, *(level for level in levels if level != first)]
    return column.cast(pl.Enum(levels))
