"""The folder of a measure: the distances between its unique sequences, and who they are."""

from pathlib import Path

import numpy as np

from trajectories import io
from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError


def read_unique(folder: Path) -> tuple[np.ndarray, Floats, Ints]:
    """Read the unique sequences, their weights, and the unique sequence of each window.

    Weights add up to the number of windows: indices of quality take them for numbers of cases, and
    a survey's weights may add up to 1 or to a population.
    """
    unique = io.read_arrays(folder / "unique.npz")
    weights, inverse = unique["weight"], unique["inverse"].astype(np.int64)
    total = weights.sum()
    if not total > 0:
        raise UserError(
            "sequences.weight gives every window a weight of 0: name a column with weights "
            "above 0, or null for equal weights."
        )
    scaled = weights if total == inverse.size else weights * (inverse.size / total)
    return unique["states"], scaled, inverse


def read_distances(folder: Path) -> np.ndarray | None:
    """Open the condensed distances between unique sequences, which stay on disk.

    Returns:
        None where the matrix was too large to be made.
    """
    path = folder / "distances.npy"
    return io.read_array(path, mapped=True) if path.exists() else None
