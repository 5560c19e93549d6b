"""The verb `simulate`: a synthetic register as raw extracts, and the truth behind it."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl

from trajectories.config._base import read_section
from trajectories.config.simulator import SimulatorConfig
from trajectories.io import make_private, replacing, write_json
from trajectories.register.simulator import RAW_TABLES, TRUTH_TABLES, simulate_chunks, truth_of


def simulate(*, config: Path, out: Path) -> None:
    """Write the simulated register.

    Chunks of persons are written as they come and put together file by file, so that memory does
    not grow with the number of persons.

    Args:
        config: the run's configuration; the section `simulator` is read.
        out: the run's private folder: `raw/*.parquet`, `truth.json`, `truth_departures.parquet` and
            `truth_changes.parquet`.
    """
    settings = read_section(config, "simulator", SimulatorConfig)
    make_private(out)
    tallies: Counter[str] = Counter()
    parts = Path(tempfile.mkdtemp(prefix=".parts.", dir=out))
    try:
        for number, chunk in enumerate(simulate_chunks(settings)):
            tallies.update(chunk.tallies)
            for name in (*RAW_TABLES, *TRUTH_TABLES):
                getattr(chunk, name).write_parquet(parts / f"{name}.{number:06}.parquet")
        for name in RAW_TABLES:
            _put_together(parts, name, out / "raw" / f"{name}.parquet")
        for name in TRUTH_TABLES:
            _put_together(parts, name, out / f"{name}.parquet")
    finally:
        shutil.rmtree(parts)
    departures = pl.read_parquet(out / "truth_departures.parquet")
    write_json(truth_of(settings, tallies, departures), out / "truth.json")


def _put_together(parts: Path, name: str, path: Path) -> None:
    """Stream the parts of one table into one file, in their order."""
    make_private(path.parent)
    with replacing(path) as temporary:
        pl.scan_parquet(sorted(parts.glob(f"{name}.*.parquet"))).sink_parquet(
            temporary, compression="zstd", compression_level=3
        )
