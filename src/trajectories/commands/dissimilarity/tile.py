"""`tile`: some rows of a measure's matrix."""

from pathlib import Path

from trajectories.commands.dissimilarity.matrix import prepare, write_distances
from trajectories.dissimilarity.condensed import share_of_rows


def tile(
    *,
    config: Path,
    name: str,
    part: str,
    sequences: Path,
    out: Path,
    channels: Path | None = None,
) -> None:
    """Compute some rows of the dissimilarities of all unique state sequences.

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
    _, task = prepare(config, name, sequences, channels, out)
    number, count = (int(text) for text in part.split("-of-"))
    write_distances(task, share_of_rows(len(task.unique), number, count), out / "distances.npy")
