"""`simulate`: a synthetic register as raw extracts, and the truth behind it."""

import datetime as dt
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl

from trajectories.config.section import read_section
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.io import PARTS, make_private, read_parquet, replacing, write_json, writing
from trajectories.machine.progress import counted
from trajectories.register.weekly.calendar import EPOCH
from trajectories.simulator import RAW_TABLES, TRUTH_TABLES, Register, simulate_chunks, truth_of
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.extracts.file_formats import SUFFIXES, write_table
from trajectories.simulator.extracts.weekly_file import wide_register

WEEKLY = ("spells", "employment", "readiness")
"""The tables that the weekly register holds."""


def simulate(*, config: Path, out: Path) -> None:
    """Write a synthetic register with known truth, as raw extracts.

    Chunks of persons are written as they come and put together file by file, so that memory does
    not grow with the number of persons.

    Args:
        config: the run's configuration; the section `simulator` is read.
        out: the run's private folder: `raw/`, one file a table in the configured format;
            `truth.json`, `truth_departures.parquet` and `truth_changes.parquet`.
    """
    settings = read_section(config, "simulator", SimulatorConfig)
    suffix = SUFFIXES[settings.format]
    raw_tables = [name for name in RAW_TABLES if settings.format != "dream" or name not in WEEKLY]
    if settings.format == "dream":
        raw_tables.append("dream")
    make_private(out)
    tallies: Counter[str] = Counter()
    parts = Path(tempfile.mkdtemp(prefix=PARTS, dir=out))
    try:
        with writing(out):
            for number, chunk in enumerate(
                counted(simulate_chunks(settings), "parts of the register")
            ):
                tallies.update(chunk.tallies)
                for name in (*raw_tables, *TRUTH_TABLES):
                    frame = _weekly(chunk, settings) if name == "dream" else getattr(chunk, name)
                    frame.write_parquet(parts / f"{name}.{number:06}.parquet")
        for name in raw_tables:
            _put_together(parts, name, out / "raw" / f"{name}{suffix}")
        for name in TRUTH_TABLES:
            _put_together(parts, name, out / f"{name}.parquet")
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    departures = read_parquet(out / "truth_departures.parquet")
    write_json(truth_of(settings, tallies, departures), out / "truth.json")


def _put_together(parts: Path, name: str, path: Path) -> None:
    make_private(path.parent)
    with replacing(path) as temporary:
        files = sorted(parts.glob(f"{name}.*.parquet"))
        write_table(pl.scan_parquet(files, glob=False), temporary)


def _weekly(chunk: Register, settings: SimulatorConfig) -> pl.DataFrame:
    calendar = calendar_of(settings)
    return wide_register(
        chunk.persons["person"],
        spells=chunk.spells,
        employment=chunk.employment,
        readiness=chunk.readiness,
        first_day=EPOCH + dt.timedelta(days=calendar.first_day),
        last_day=EPOCH + dt.timedelta(days=calendar.last_day),
    )
