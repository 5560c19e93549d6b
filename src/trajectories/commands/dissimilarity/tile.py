"""`tile`: some rows of a measure's matrix."""

from pathlib import Path

from trajectories.commands.dissimilarity.matrix import fits, read_task, write_distances
from trajectories.dissimilarity.condensed import share_of_rows
from trajectories.io import make_private


def tile(
    *, config: Path, name: str, part: str, sequences: Path, out: Path, channels: Path | None = None
) -> None:
    """Compute some rows of the dissimilarities of all unique state sequences.

    Args:
        config: the run's configuration.
        name: the measure's name under `dissimilarity.measures`.
        part: which part of how many, as "2-of-4".
        sequences: folder with `windows.parquet`, `states.npy` and `alphabet.json`.
        out: folder to write, named as the part: `distances.npy`, the rows one after the other;
            nothing where the whole matrix would be too large.
        channels: as `distances`.

    Raises:
        UserError: as `distances`.
    """
    section, _, task = read_task(config, name, sequences, channels)
    make_private(out)
    if fits(task, section, out):
        number, count = (int(text) for text in part.split("-of-"))
        rows = share_of_rows(len(task.unique), number, count)
        write_distances(task, rows, out / "distances.npy")
