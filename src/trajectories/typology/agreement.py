"""Agreement between partitions of the same windows."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trajectories.arrays import Ints


@dataclass(frozen=True)
class NamedPartition:
    """A partition of the windows and its name, such as `om pam k=6`."""

    name: str
    labels: Ints


def agreement(pairs: Sequence[tuple[NamedPartition, NamedPartition]]) -> pl.DataFrame:
    """Compare pairs of partitions.

    Returns:
        a, b (names), ari (adjusted Rand index), ami (adjusted mutual information); both are 1 for
        equal partitions and about 0 for unrelated ones. Computed by scikit-learn.
    """
    # Imported here because it is slow.
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    rows = [
        {
            "a": a.name,
            "b": b.name,
            "ari": float(adjusted_rand_score(a.labels, b.labels)),
            "ami": float(adjusted_mutual_info_score(a.labels, b.labels)),
        }
        for a, b in pairs
    ]
    schema = {"a": pl.String, "b": pl.String, "ari": pl.Float64, "ami": pl.Float64}
    return pl.DataFrame(rows, schema=schema)
