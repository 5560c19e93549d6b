"""Partitions with more or fewer clusters than the chosen one: what is in them, who splits off."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Ints
from trajectories.typology.name_clusters import Clusters
from trajectories.typology.tables import persons_by, states_table
from trajectories.typology.thresholds import LEAST_SHARE

MOST = 7
"""So many partitions are described at most."""
MONTHS = 8
"""About so many months of a window are described."""
SHARED = "|"
"""Divides the numbers of clusters among which the same cluster is found."""


def neighbours(ks: Sequence[int], chosen: int, most: int = MOST) -> list[int]:
    """Choose numbers of clusters next to the chosen one, ascending, that one among them."""
    return sorted(sorted(ks, key=lambda k: (abs(k - chosen), k))[:most])


def coarse_months(length: int, months: int = MONTHS) -> list[int]:
    """Choose months of a window, from 1: the first, and every third of 24 with `months` of 8."""
    step = max(1, length // months)
    return sorted({1, *range(step, length + 1, step)})


def partition_tables(
    named: Mapping[int, Clusters],
    chosen: int,
    windows: pl.DataFrame,
    inverse: Ints,
    states: NDArray[np.uint8],
    alphabet: Sequence[str],
) -> dict[str, pl.DataFrame]:
    """Describe the clusters of several partitions and how one follows from the other.

    A cluster that is found unchanged among fewer and among more clusters is one node.

    Args:
        named: partitions of the unique sequences by number of clusters.
        chosen: the number of clusters of the chosen one.
        windows: person and weight of each window.
        inverse: (windows,) unique sequence of each window.
        states: (windows, L) positions in the alphabet.
        alphabet: the states.

    Returns:
        `partitions`: k, cluster (from 1), node, parent (the cluster of the next smaller partition
        with most of its windows), chosen, name, windows, persons, weight, from_parent (windows that
        the parent has, too), chosen_cluster (its number in the chosen partition, if it is there).
        `partition_states`: node, position (from 1, coarse), state, count, size (windows of the
        node), k (the numbers of clusters among which the node is found, as `3|4`); of the clusters
        of the chosen partition, which are described elsewhere, there are none, nor states with
        less than `LEAST_SHARE` of the windows. No table where there is one partition only.
    """
    if len(named) < 2:
        return {}
    nodes: dict[bytes, int] = {}
    node = {
        k: [nodes.setdefault(_members(one.labels, c), len(nodes) + 1) for c in range(k)]
        for k, one in sorted(named.items())
    }
    place = {number: cluster + 1 for cluster, number in enumerate(node[chosen])}
    months = coarse_months(states.shape[1])
    month = dict(enumerate(months, 1))
    at = states[:, np.array(months) - 1]
    rows: list[pl.DataFrame] = []
    panels: list[pl.DataFrame] = []
    described = set(node[chosen])
    above: Ints | None = None
    for k, one in sorted(named.items()):
        label = one.labels[inverse]
        parent, shared = _parents(label, k, above)
        rows.append(
            pl.DataFrame(
                {
                    "k": [k] * k,
                    "cluster": np.arange(1, k + 1),
                    "node": node[k],
                    "parent": parent,
                    "chosen": [k == chosen] * k,
                    "name": list(one.names),
                    "windows": np.bincount(label, minlength=k),
                    "persons": persons_by(windows["person"].to_numpy(), label, k),
                    "weight": np.bincount(label, windows["weight"].to_numpy(), minlength=k),
                    "from_parent": shared,
                    "chosen_cluster": [place.get(number) for number in node[k]],
                },
                schema_overrides=dict.fromkeys(
                    ("parent", "from_parent", "chosen_cluster"), pl.Int64
                ),
            )
        )
        new = {c + 1: number for c, number in enumerate(node[k]) if number not in described}
        if new:
            counted = states_table(label, k, at, alphabet, windows["weight"].to_numpy())
            panels.append(
                counted.filter(pl.col("cluster").is_in(list(new))).select(
                    pl.col("cluster").replace_strict(new, return_dtype=pl.Int64).alias("node"),
                    pl.col("position").replace_strict(month, return_dtype=pl.Int64),
                    "state",
                    "count",
                    size=pl.col("count").sum().over("cluster", "position"),
                )
            )
        described |= set(node[k])
        above = label
    among = {
        number: SHARED.join(str(k) for k in sorted(named) if number in node[k])
        for number in described
    }
    found = pl.concat(panels).filter(pl.col("count") >= LEAST_SHARE * pl.col("size"))
    return {
        "partitions": pl.concat(rows),
        "partition_states": found.with_columns(
            k=pl.col("node").replace_strict(among, return_dtype=pl.String)
        ),
    }


def _members(labels: Ints, cluster: int) -> bytes:
    return np.packbits(labels == cluster).tobytes()


def _parents(label: Ints, k: int, above: Ints | None) -> tuple[list[int | None], list[int | None]]:
    """Find the cluster of another partition that holds most of each cluster, and how much."""
    if above is None:
        return [None] * k, [None] * k
    size = int(above.max()) + 1
    both = np.bincount(label * size + above, minlength=k * size).reshape(k, size)
    return (both.argmax(axis=1) + 1).tolist(), both.max(axis=1).tolist()
