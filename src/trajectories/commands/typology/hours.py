"""`hours`: hours of work in each cluster."""

from pathlib import Path

import numpy as np

from trajectories import io
from trajectories.artefacts.tables import TABLES, write_tables
from trajectories.artefacts.windows import CLUSTERS, read_windows
from trajectories.config.section import read_section
from trajectories.config.sections.typology import TypologyConfig
from trajectories.sequences import window_hours
from trajectories.typology.hours import hours_table


def hours(*, config: Path, register: Path, sequences: Path, typology: Path, out: Path) -> None:
    """Average the monthly hours of work of each cluster.

    Args:
        config: the run's configuration.
        register: folder with `employment.parquet`.
        sequences: folder with `windows.parquet` and `alphabet.json`.
        typology: folder with `clusters.parquet` and `clusters.json`.
        out: folder to write: `tables/hours.parquet`; without employment spells no table.
    """
    section = read_section(config, "typology", TypologyConfig)
    employment = io.read_parquet(register / "employment.parquet")
    io.make_private(out / TABLES)
    if employment.is_empty():
        return
    windows, seqs = read_windows(sequences)
    label = io.read_parquet(typology / CLUSTERS)["cluster"].to_numpy().astype(np.int64)
    series = window_hours(
        windows, employment, seqs.length, missing_weekly_hours=section.hours.missing_weekly_hours
    )
    table = hours_table(
        series,
        windows["person"].to_numpy().astype(np.int64),
        label - 1,
        io.read_json(typology / "clusters.json")["k"],
        sample=section.hours.sample,
        gamma=section.hours.gamma,
        seed=section.seed,
    )
    write_tables({"hours": table}, out)
