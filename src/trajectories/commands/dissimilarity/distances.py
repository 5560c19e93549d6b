"""`distances`: one measure between all unique sequences."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trajectories.commands.dissimilarity import matrix
from trajectories.dissimilarity.tasks import Task
from trajectories.io import make_private, read_array, replacing, write_json


def distances(
    *,
    config: Path,
    name: str,
    sequences: Path,
    out: Path,
    tiles: Sequence[Path] = (),
    channels: Path | None = None,
) -> None:
    """Compute the dissimilarities of all unique state sequences by one measure.

    A matrix larger than `dissimilarity.largest_gib` is not made: the typology then comes from
    samples, whose distances are computed there.

    Args:
        config: the run's configuration.
        name: the measure's name under `dissimilarity.measures`.
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        out: folder to write: `distances.npy`, condensed over the unique sequences in
            lexicographic order, unless too large; `unique.npz` with their states (u, L), total
            weight (u,), count (u,) and the unique sequence of each window, inverse (n,);
            `costs.json`; `meta.json`.
        tiles: folders of `tile`, where the distances were computed one by one; without them they
            are computed here.
        channels: folder of `trajectories channels`, for a measure of channels or of a series;
            `unique.npz` then also holds these, and windows that differ in them are different.

    Raises:
        UserError: there is no such measure, it does not fit the sequences, or the disk has no room
            for its matrix.
    """
    section, options, task = matrix.read_task(config, name, sequences, channels)
    make_private(out)
    unique = task.unique
    if not matrix.fits(task, section, out):
        print(
            f"    {name}: the matrix would take more than dissimilarity.largest_gib "
            f"{section.largest_gib:g}, so that the typology comes from samples",
            flush=True,
        )
    elif tiles:
        _join(tiles, task.dtype, len(unique), out / "distances.npy")
    else:
        matrix.write_distances(task, range(max(len(unique) - 1, 0)), out / "distances.npy")
    write_unique(task, out / "unique.npz")
    write_json(task.costs, out / "costs.json")
    write_json(
        options.model_dump(mode="json")
        | {
            "name": name,
            "normalisation": task.normalisation,
            "windows": len(unique.inverse),
            "unique": len(unique),
            "length": unique.sequences.length,
        },
        out / "meta.json",
    )


def _join(tiles: Sequence[Path], dtype: np.dtype[Any], unique: int, path: Path) -> None:
    with replacing(path) as temporary, temporary.open("wb") as stream:
        matrix.write_header(stream, dtype, unique * (unique - 1) // 2)
        step = matrix.TILE_BYTES // dtype.itemsize
        for tile in sorted(tiles, key=_number):
            entries = read_array(tile / "distances.npy", mapped=True)
            for start in range(0, len(entries), step):
                entries[start : start + step].tofile(stream)


def _number(tile: Path) -> int:
    return int(tile.name.split("-of-")[0])


def write_unique(task: Task, path: Path) -> None:
    """Write the different windows with their multiplicities."""
    unique = task.unique
    with replacing(path) as temporary, temporary.open("wb") as stream:
        arrays: dict[str, Any] = {
            "states": unique.sequences.states,
            "weight": unique.sequences.weights,
            "count": unique.count,
            "inverse": unique.inverse,
        }
        np.savez(stream, allow_pickle=False, **arrays, **task.compared)
