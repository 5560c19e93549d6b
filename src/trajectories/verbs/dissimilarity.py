"""The verb of the dissimilarity stage: distances between unique sequences, on disk."""

import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from trajectories.config.section import read_section
from trajectories.config.sections.dissimilarity import DissimilarityConfig, MeasureConfig
from trajectories.dissimilarity.condensed import entries_of, share_of_rows
from trajectories.dissimilarity.condensed import tiles as cut_tiles
from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.lanes.lanes_kernels import LANE_BYTES
from trajectories.dissimilarity.measures import CostsWarning, Recipe
from trajectories.dissimilarity.tasks import Task, of_channels, of_series, of_states, recipe_with
from trajectories.errors import FileError, UserError
from trajectories.io import (
    make_private,
    read_array,
    read_json,
    read_parquet,
    replacing,
    write_json,
)
from trajectories.parallel import thread_count
from trajectories.sequences import StateSequences
from trajectories.verbs.channels import Compared, read_compared

GIB = 2**30
TILE_BYTES = 64 * 2**20
"""Distances that are held in memory at a time."""
REPORTED = 50_000_000
"""Distances after which progress is shown."""


def distances(
    *,
    config: Path,
    name: str,
    sequences: Path,
    out: Path,
    tiles: Sequence[Path] = (),
    channels: Path | None = None,
) -> None:
    """Compute one measure between all unique sequences.

    Args:
        config: the run's configuration.
        name: the measure's name under `dissimilarity.measures`.
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        out: folder to write: `distances.npy`, condensed over the unique sequences in
            lexicographic order; `unique.npz` with their states (u, L), total weight (u,), count
            (u,) and the unique sequence of each window, inverse (n,); `costs.json`; `meta.json`.
        tiles: folders of `tile`, where the distances were computed one by one; without them they
            are computed here.
        channels: folder of `trajectories channels`, for a measure of channels or of a series;
            `unique.npz` then also holds these, and windows that differ in them are different.

    Raises:
        UserError: there is no such measure, it does not fit the sequences, or its matrix is larger
            than `dissimilarity.largest_gib` or than the disk has room for.
    """
    options, task = _prepare(config, name, sequences, channels, out)
    unique = task.unique
    if tiles:
        _join(tiles, task.dtype, len(unique), out / "distances.npy")
    else:
        write_distances(task, range(max(len(unique) - 1, 0)), out / "distances.npy")
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


def tile(
    *,
    config: Path,
    name: str,
    part: str,
    sequences: Path,
    out: Path,
    channels: Path | None = None,
) -> None:
    """Compute one tile of a measure's distances: some rows of the condensed matrix.

    Args:
        config: the run's configuration.
        name: the measure's name under `dissimilarity.measures`.
        part: which part of how many, as "2-of-4".
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        out: folder to write, named as the part: `distances.npy`, the rows one after the other.
        channels: as `distances`.

    Raises:
        UserError: as `distances`.
    """
    _, task = _prepare(config, name, sequences, channels, out)
    number, count = (int(text) for text in part.split("-of-"))
    write_distances(task, share_of_rows(len(task.unique), number, count), out / "distances.npy")


def _prepare(
    config: Path, name: str, sequences: Path, channels: Path | None, folder: Path
) -> tuple[MeasureConfig, Task]:
    """Read one measure's options and what it compares, and check that there is room.

    Raises:
        UserError: as `distances`.
    """
    section = read_section(config, "dissimilarity", DissimilarityConfig)
    options = section.measures.get(name)
    if options is None:
        names = ", ".join(section.measures)
        raise UserError(f"dissimilarity.measures has no {name!r}, only {names}")
    windows = read_windows(sequences)
    compared = read_compared(channels, options, name)
    try:
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always", CostsWarning)
            task = task_of(options, windows, compared)
    except ValueError as error:
        raise UserError(f"dissimilarity.measures.{name}: {error}") from error
    for doubt in doubts:
        print(f"    warning: dissimilarity.measures.{name}: {doubt.message}", flush=True)
    make_private(folder)
    check_room(name, len(task.unique), task.dtype.itemsize, section.largest_gib, folder)
    return options, task


def task_of(options: MeasureConfig, windows: StateSequences, compared: Compared) -> Task:
    """Make the choices of one measure's configuration.

    Raises:
        ValueError: they do not fit the windows.
    """
    if options.channels:
        return of_channels(windows, options, compared)
    if options.series is not None:
        return of_series(windows, options, compared)
    return of_states(windows, recipe_of(options, windows))


def _join(tiles: Sequence[Path], dtype: np.dtype[Any], unique: int, path: Path) -> None:
    """Write the tiles of a condensed matrix one after the other, by their numbers."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        _write_header(stream, dtype, unique * (unique - 1) // 2)
        step = TILE_BYTES // dtype.itemsize
        for tile in sorted(tiles, key=_number):
            entries = read_array(tile / "distances.npy", mapped=True)
            for start in range(0, len(entries), step):
                entries[start : start + step].tofile(stream)


def _number(tile: Path) -> int:
    """Return which tile a folder named as "2-of-4" holds."""
    return int(tile.name.split("-of-")[0])


def read_windows(folder: Path) -> StateSequences:
    """Read the windows' state sequences with their weights."""
    weights = read_parquet(folder / "windows.parquet").get_column("weight").to_numpy()
    alphabet = read_json(folder / "alphabet.json")["alphabet"]
    return StateSequences.from_array(read_array(folder / "states.npy"), alphabet, weights)


def recipe_of(options: MeasureConfig, windows: StateSequences) -> Recipe:
    """Make the choices of one measure's configuration.

    Raises:
        ValueError: they do not fit the sequences.
    """
    costs, names = None, [str(state) for state in windows.alphabet]
    if options.costs == "custom":
        costs = custom_costs(options.custom, names)
    elif options.costs != "default":
        described = options.state_features
        if described and not described.keys() >= set(names):
            raise ValueError("state_features must describe every state of the alphabet")
        costs = substitution_costs(
            windows,
            options.costs,
            cval=_constant(options),
            lag=options.lag,
            time_varying=options.time_varying,
            transition=options.transition,
            state_features=[described[name] for name in names] if described else None,
        )
    elif options.indel is not None or options.indels:
        costs = substitution_costs(windows, "constant")
    if costs is not None and options.indel is not None:
        costs = Costs(costs.substitution, options.indel)
    if costs is not None and options.indels:
        if options.indels.keys() != set(names):
            raise ValueError("indels must hold every state of the alphabet and no other")
        costs = Costs(costs.substitution, np.array([options.indels[name] for name in names]))
    return recipe_with(windows, costs, options)


def custom_costs(table: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> Costs:
    """Return the costs of a table of pairs of states, and half the largest as indel.

    Raises:
        ValueError: a pair is missing, has two different costs, or is none of the alphabet.
    """
    place = {name: position for position, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 0.0)
    for a, row in table.items():
        for b, cost in row.items():
            if a not in place or b not in place:
                raise ValueError(f"custom names {a} and {b}, which are not both in the alphabet")
            i, j = place[a], place[b]
            if not np.isnan(matrix[i, j]) and matrix[i, j] != cost:
                raise ValueError(f"custom gives {a} and {b} two costs, or a cost to a state itself")
            matrix[i, j] = matrix[j, i] = cost
    absent = np.argwhere(np.isnan(matrix))
    if len(absent):
        a, b = (names[position] for position in absent[0])
        raise ValueError(f"custom lacks the cost of {a} and {b}")
    if not matrix.any():
        raise ValueError("custom gives no pair of states a cost above 0")
    return Costs(matrix, float(matrix.max()) / 2)


def _constant(options: MeasureConfig) -> float | None:
    """Return the constant that costs start from; Hamming counts differences unless told."""
    if options.cval is None and options.measure == "ham" and options.costs == "constant":
        return 1.0
    return options.cval


def check_room(name: str, unique: int, itemsize: int, largest_gib: float, folder: Path) -> None:
    """Refuse a matrix that is too large before any work starts.

    Raises:
        UserError: the limit does not allow it; with the estimate and what can be done.
        FileError: the disk has no room for it.
    """
    need = unique * (unique - 1) // 2 * itemsize
    free = shutil.disk_usage(folder).free
    what = f"measure {name}: {unique:,} unique sequences need {need / GIB:.2f} GiB of distances"
    if need > largest_gib * GIB:
        raise UserError(
            f"{what}, but dissimilarity.largest_gib is {largest_gib:g}: raise it, set dtype "
            f"float32 (half of float64), or take shorter or fewer windows"
        )
    if need > free:
        raise FileError(f"{what}, but {folder} has {free / GIB:.2f} GiB free: make room there")


def write_distances(task: Task, rows: range, path: Path) -> None:
    """Write rows of the condensed distances tile by tile, so that memory is bounded."""
    u = len(task.unique)
    total, done = entries_of(u, rows), 0
    threads = thread_count()
    # The exact number of pairs is that of different windows.
    about = f"about {float(f'{total:.2g}'):,.0f} distances"
    print(f"    {about}, {threads} threads, registers of {LANE_BYTES} bytes", flush=True)
    with replacing(path) as temporary, temporary.open("wb") as stream:
        _write_header(stream, task.dtype, total)
        for some, size in cut_tiles(u, TILE_BYTES // task.dtype.itemsize, rows):
            entries = np.empty(size, task.dtype)
            task.fill(some, entries, threads)
            entries.tofile(stream)
            if done // REPORTED != (done + size) // REPORTED:
                print(f"    {(done + size) / total:4.0%} of {about}", flush=True)
            done += size


def _write_header(stream: BinaryIO, dtype: np.dtype[Any], entries: int) -> None:
    header: dict[str, Any] = {
        "descr": npy.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": (entries,),
    }
    npy.write_array_header_1_0(stream, header)


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
