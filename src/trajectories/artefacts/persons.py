"""The cleaned register some persons at a time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.arrays import Ints
from trajectories.machine.progress import counted

TABLES = {
    "persons": ("person", "birth_date", "died", "emigrated", "municipality"),
    "spells": (
        "person",
        "benefit",
        "activity",
        "readiness",
        "group",
        "start",
        "end",
        "municipality",
    ),
    "employment": ("person", "start", "end"),
    "readiness": ("person", "readiness", "start", "end"),
}


def scan(path: Path) -> pl.LazyFrame:
    """Open one of the pipeline's own Parquet files lazily.

    Raises:
        FileError: the file is missing, empty or cut short.
    """
    with io.whole(path, "Parquet"):
        lazy = pl.scan_parquet(path, glob=False)
        lazy.collect_schema()
    return lazy


def person_chunks(
    register: Path, *, persons_at_once: int, tables: Sequence[str] = tuple(TABLES)
) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield the tables of the cleaned register for some consecutive persons after others.

    Yields:
        The rows of each table whose person is in the part, with the columns that months need; at
        least one part.

    Raises:
        FileError: a file is missing, empty or cut short.
    """
    files = {name: scan(register / f"{name}.parquet").select(TABLES[name]) for name in tables}
    yield from person_parts(files, persons_at_once=persons_at_once)


def person_parts(
    files: Mapping[str, pl.LazyFrame], *, persons_at_once: int
) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield the rows of several files for some consecutive persons after others.

    Args:
        files: lazy frames with the column `person`, each sorted by it, by name.
        persons_at_once: numbers of persons in a part; part i holds those from i × persons_at_once.

    Yields:
        The rows of each file whose person is in the part; at least one part.
    """
    sizes = {name: _sizes(file, persons_at_once) for name, file in files.items()}
    edges = {name: np.concatenate([[0], np.cumsum(size)]) for name, size in sizes.items()}
    parts = range(max(map(len, sizes.values())))
    for part in counted(parts, "parts of the register"):
        yield {
            name: file.slice(
                int(edge[min(part, len(edge) - 1)]), int(size[part : part + 1].sum())
            ).collect()
            for (name, file), edge, size in zip(
                files.items(), edges.values(), sizes.values(), strict=True
            )
        }


def _sizes(file: pl.LazyFrame, persons_at_once: int) -> Ints:
    """Return the number of rows of each part, up to the last that has any; at least one."""
    part = (pl.col("person").cast(pl.Int64) // persons_at_once).alias("part")
    counts = file.select(part).group_by("part").len().collect(engine="streaming").sort("part")
    sizes = np.zeros(int(counts["part"].max() or 0) + 1, np.int64)  # type: ignore[arg-type]
    sizes[counts["part"].to_numpy()] = counts["len"].to_numpy()
    return sizes
