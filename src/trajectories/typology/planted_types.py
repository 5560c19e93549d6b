"""Agreement of a partition with the types that the simulator planted."""

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.typology.agreement import NamedPartition, agreement


def planted_agreement(
    found: NamedPartition, person: pl.Series, keys: pl.DataFrame, types: pl.DataFrame
) -> pl.DataFrame:
    """Compare a partition of windows with their persons' planted types.

    Windows of persons without a planted type do not count.

    Args:
        found: the partition of n windows.
        person: (n,) the windows' persons.
        keys: key (str), person: the register's persons.
        types: person (str, a key), type (str, "none" without one): the simulator's truth.

    Returns:
        a, b, ari, ami; without rows where fewer than two types are among the windows.
    """
    known = keys.join(types.rename({"person": "key"}), on="key").filter(pl.col("type") != "none")
    names, place = np.unique(known["type"].to_numpy(), return_inverse=True)
    numbered = known.select("person", planted=pl.Series(place))
    joined = pl.DataFrame({"person": person}).join(
        numbered, on="person", how="left", maintain_order="left"
    )
    kept = joined["planted"].is_not_null().to_numpy()
    labels: Ints = joined["planted"].drop_nulls().to_numpy()
    if np.unique(labels).size < 2:
        return agreement([])
    planted = NamedPartition(f"planted types k={len(names)}", labels)
    return agreement([(NamedPartition(found.name, found.labels[kept]), planted)])
