"""A measure's condensed matrix on disk, written tile by tile."""

import shutil
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from trajectories.artefacts.channels import read_compared
from trajectories.artefacts.distances import read_distances
from trajectories.artefacts.windows import read_windows
from trajectories.config.section import read_section
from trajectories.config.sections.dissimilarity import DissimilarityConfig, MeasureConfig
from trajectories.dissimilarity.condensed import entries_of
from trajectories.dissimilarity.condensed import tiles as cut_tiles
from trajectories.dissimilarity.configured import task_of
from trajectories.dissimilarity.lanes.lanes_kernels import LANE_BYTES
from trajectories.dissimilarity.matrix.checked_distances import item_count
from trajectories.dissimilarity.measures import CostsWarning
from trajectories.dissimilarity.on_demand import OnDemand, of_matrix
from trajectories.dissimilarity.tasks import Task
from trajectories.errors import FileError, UserError
from trajectories.io import replacing
from trajectories.parallel import thread_count

GIB = 2**30
TILE_BYTES = 64 * 2**20
"""Distances that are held in memory at a time."""
REPORTED = 50_000_000
"""Distances after which progress is shown."""


def read_task(
    config: Path, name: str, sequences: Path, channels: Path | None
) -> tuple[DissimilarityConfig, MeasureConfig, Task]:
    """Read one measure's options and what it compares.

    Returns:
        The section `dissimilarity`, the measure's options, and the prepared measure.

    Raises:
        UserError: there is no such measure, or it does not fit the sequences.
    """
    section = read_section(config, "dissimilarity", DissimilarityConfig)
    options = section.measures.get(name)
    if options is None:
        names = ", ".join(section.measures)
        raise UserError(f"dissimilarity.measures has no {name!r}, only {names}")
    _, windows = read_windows(sequences)
    compared = read_compared(channels, options, name)
    try:
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always", CostsWarning)
            task = task_of(options, windows, compared)
    except ValueError as error:
        raise UserError(f"dissimilarity.measures.{name}: {error}") from error
    for doubt in doubts:
        print(f"    warning: dissimilarity.measures.{name}: {doubt.message}", flush=True)
    return section, options, task


def read_space(config: Path, folder: Path, sequences: Path, channels: Path | None) -> OnDemand:
    """Return the distances of a measure's unique sequences, from its matrix where one was made.

    Args:
        config: the run's configuration.
        folder: folder of the measure.
        sequences: folder of the windows.
        channels: folder of the channels, where the measure compares any.
    """
    d = read_distances(folder)
    if d is None:
        _, _, task = read_task(config, folder.name, sequences, channels)
        return task.space(1)
    return of_matrix(d, item_count(d))


def fits(task: Task, section: DissimilarityConfig, folder: Path) -> bool:
    """Tell whether the matrix is as small as `dissimilarity.largest_gib` and the disk allow.

    Raises:
        FileError: the disk has no room for a matrix that the limit allows.
    """
    unique = len(task.unique)
    need = unique * (unique - 1) // 2 * task.dtype.itemsize
    if need > section.largest_gib * GIB:
        return False
    free = shutil.disk_usage(folder).free
    if need > free:
        raise FileError(
            f"The matrix of distances needs {need / GIB:.2f} GiB, but {folder} has "
            f"{free / GIB:.2f} GiB free: make room there"
        )
    return True


def write_distances(task: Task, rows: range, path: Path) -> None:
    """Write rows of the condensed distances tile by tile, so that memory is bounded."""
    u = len(task.unique)
    total, done = entries_of(u, rows), 0
    threads = thread_count()
    # The exact number of pairs is that of different windows.
    about = f"about {float(f'{total:.2g}'):,.0f} distances"
    print(f"    {about}, {threads} threads, registers of {LANE_BYTES} bytes", flush=True)
    with replacing(path) as temporary, temporary.open("wb") as stream:
        write_header(stream, task.dtype, total)
        for some, size in cut_tiles(u, TILE_BYTES // task.dtype.itemsize, rows):
            entries = np.empty(size, task.dtype)
            task.fill(some, entries, threads)
            entries.tofile(stream)
            if done // REPORTED != (done + size) // REPORTED:
                print(f"    {(done + size) / total:4.0%} of {about}", flush=True)
            done += size


def write_header(stream: BinaryIO, dtype: np.dtype[Any], entries: int) -> None:
    """Begin a `.npy` file whose entries follow one after another."""
    header: dict[str, Any] = {
        "descr": npy.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": (entries,),
    }
    npy.write_array_header_1_0(stream, header)
