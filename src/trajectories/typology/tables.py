"""Exact aggregate tables of a typology, for the release stage."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.name_clusters import Clusters, spell_text


def quality_table(
    quality: Mapping[tuple[str, int], Mapping[str, float]], chosen: tuple[str, int]
) -> pl.DataFrame:
    """Return the indices of every partition: method, k, the ten indices, chosen."""
    rows = [
        {"method": method, "k": k, **indices, "chosen": (method, k) == chosen}
        for (method, k), indices in quality.items()
    ]
    schema = {"method": pl.String, "k": pl.Int64, **dict.fromkeys(INDICES, pl.Float64)}
    return pl.DataFrame(rows, schema={**schema, "chosen": pl.Boolean}).fill_nan(None)


def clusters_table(windows: pl.DataFrame, cluster: Ints, names: Sequence[str]) -> pl.DataFrame:
    """Return the clusters: cluster (from 1), name, windows, persons, weight.

    Args:
        windows: person and weight of each window.
        cluster: (windows,) position of each window's cluster.
        names: the clusters' names.
    """
    k = len(names)
    weight = np.bincount(cluster, weights=windows["weight"].to_numpy(), minlength=k)
    return pl.DataFrame(
        {
            "cluster": np.arange(1, k + 1, dtype=np.int16),
            "name": list(names),
            "windows": np.bincount(cluster, minlength=k),
            "persons": persons_by(windows["person"].to_numpy(), cluster, k),
            "weight": weight,
        }
    )


def persons_by(person: NDArray[np.integer], cell: Ints, cells: int) -> Ints:
    """Count the distinct persons in each of `cells` cells."""
    pairs = np.unique(np.stack([cell, person.astype(np.int64)]), axis=1)
    return np.bincount(pairs[0], minlength=cells)


def both_table(person: pl.Series, cluster: Ints, k: int, other: Ints, types: int) -> pl.DataFrame:
    """Count windows and persons in each cluster and each type of another typology.

    Args:
        person: (windows,) person of each window.
        cluster: (windows,) position of each window's cluster.
        k: number of clusters.
        other: (windows,) position of its type.
        types: number of types.

    Returns:
        cluster (from 1), type (from 1, as text), windows, persons; zeros too.
    """
    cell = cluster * types + other
    every = np.arange(k * types)
    return pl.DataFrame(
        {
            "cluster": (every // types + 1).astype(np.int16),
            "type": [str(number) for number in every % types + 1],
            "windows": np.bincount(cell, minlength=every.size),
            "persons": persons_by(person.to_numpy(), cell, every.size),
        }
    )


def states_table(
    cluster: Ints,
    k: int,
    states: NDArray[np.uint8],
    alphabet: Sequence[str],
    weights: Floats,
    *,
    group: pl.Series | None = None,
) -> pl.DataFrame:
    """Count the windows of each cluster in each state by month, including zeros.

    Args:
        cluster: (windows,) position of each window's cluster.
        k: number of clusters.
        states: (windows, L) positions in the alphabet.
        alphabet: the states.
        weights: (windows,) weights.
        group: (windows,) group of each window; if given, counts are also by group.

    Returns:
        cluster (from 1), [group], position (from 1), state, count, weight.
    """
    groups = [""] if group is None else group.unique().sort().to_list()
    in_group = (
        np.zeros(len(states), np.int64)
        if group is None
        else np.searchsorted(np.array(groups), group.to_numpy().astype(str))
    )
    length, size = states.shape[1], len(alphabet)
    shape = (k, len(groups), length, size)
    cell = (cluster * len(groups) + in_group)[:, np.newaxis] * length + np.arange(length)
    flat = (cell * size + states).ravel()
    cells = int(np.prod(shape))
    index = np.indices(shape).reshape(4, cells)
    table = pl.DataFrame(
        {
            "cluster": (index[0] + 1).astype(np.int16),
            "group": np.array(groups)[index[1]],
            "position": (index[2] + 1).astype(np.int16),
            "state": np.array(alphabet)[index[3]],
            "count": np.bincount(flat, minlength=cells),
            "weight": np.bincount(flat, weights=np.repeat(weights, length), minlength=cells),
        }
    )
    return table.drop("group") if group is None else table


def medoids_table(
    clusters: Clusters,
    unique_states: NDArray[np.uint8],
    inverse: Ints,
    alphabet: Sequence[str],
    person: NDArray[np.integer],
) -> pl.DataFrame:
    """Return the medoids: cluster, sequence, identical, persons.

    Args:
        clusters: the clusters of the unique sequences.
        unique_states: (u, L) the unique sequences.
        inverse: (windows,) unique sequence of each window.
        alphabet: the states.
        person: (windows,) person of each window.

    Returns:
        cluster (from 1), sequence (spells with their months), identical (persons with exactly this
        sequence), persons (in the cluster).
    """
    k = clusters.medoids.size
    has_sequence = persons_by(person, inverse, len(unique_states))
    return pl.DataFrame(
        {
            "cluster": np.arange(1, k + 1, dtype=np.int16),
            "sequence": [spell_text(unique_states[m], alphabet) for m in clusters.medoids],
            "identical": has_sequence[clusters.medoids],
            "persons": persons_by(person, clusters.labels[inverse], k),
        }
    )


def modal_table(
    cluster: Ints,
    k: int,
    states: NDArray[np.uint8],
    alphabet: Sequence[str],
    person: NDArray[np.integer],
) -> pl.DataFrame:
    """Return the modal state of the persons in each cluster, by month of the window.

    Returns:
        cluster (from 1), position (from 1), state (the first of the alphabet at ties), count
        (persons in it), persons (in the cluster).
    """
    length, size = states.shape[1], len(alphabet)
    cell = cluster[:, np.newaxis] * size + states
    counts = np.stack(
        [persons_by(person, cell[:, position], k * size) for position in range(length)], axis=1
    ).reshape(k, size, length)
    mode = counts.argmax(axis=1)
    cluster_index, position = np.indices((k, length)).reshape(2, -1)
    return pl.DataFrame(
        {
            "cluster": (cluster_index + 1).astype(np.int16),
            "position": (position + 1).astype(np.int16),
            "state": np.array(alphabet)[mode.ravel()],
            "count": counts.max(axis=1).ravel(),
            "persons": persons_by(person, cluster, k)[cluster_index],
        }
    )
