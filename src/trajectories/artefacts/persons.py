"""The cleaned register some persons at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io

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
    files = {name: scan(register / f"{name}.parquet") for name in tables}
    numbers = {name: file.select("person").collect().to_series() for name, file in files.items()}
    last = max((int(people[-1]) for people in numbers.values() if len(people)), default=0)
    bounds = np.arange(0, last + 1 + persons_at_once, persons_at_once)
    edges = {name: np.searchsorted(people, bounds) for name, people in numbers.items()}
    del numbers
    for part in range(len(bounds) - 1):
        yield {
            name: file.select(TABLES[name])
            .slice(int(edges[name][part]), int(edges[name][part + 1] - edges[name][part]))
            .collect()
            for name, file in files.items()
        }
