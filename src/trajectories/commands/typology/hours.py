"""`hours`: hours of work in each cluster."""

from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.artefacts.tables import TABLES, write_tables
from trajectories.artefacts.windows import CLUSTERS, read_windows
from trajectories.config.section import read_section
from trajectories.config.sections.typology import TypologyConfig
from trajectories.sequences import window_hours
from trajectories.typology.hours import hours_table
from trajectories.typology.series.validated_kinds import kinds_table, series_typology
from trajectories.typology.tables import both_table


def hours(*, config: Path, register: Path, sequences: Path, typology: Path, out: Path) -> None:
    """Average the monthly hours of work of each cluster, and find types of hours themselves.

    Args:
        config: the run's configuration.
        register: folder with `employment.parquet`.
        sequences: folder with `windows.parquet` and `alphabet.json`.
        typology: folder with `clusters.parquet` and `clusters.json`.
        out: folder to write: `tables/hours.parquet`, and of the types of hours
            `hour_types.parquet` (window, type), `tables/hour_types_quality.parquet`, and where
            there are several, `tables/hour_types.parquet` and `tables/hour_types_clusters.parquet`;
            nothing without employment spells.
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
    person = windows["person"].to_numpy().astype(np.int64)
    k = io.read_json(typology / "clusters.json")["k"]
    tables = {
        "hours": hours_table(
            series,
            person,
            label - 1,
            k,
            sample=section.hours.sample,
            gamma=section.hours.gamma,
            seed=section.seed,
        )
    }
    settings = section.hours.types
    if settings.enabled:
        found = series_typology(
            series,
            range(settings.k_min, settings.k_max + 1),
            settings.measure,
            windows["weight"].to_numpy(),
            gamma=settings.gamma,
            sample=settings.sample,
            replicates=settings.replicates,
            level=section.validation.level,
            minimum_share=section.choice.minimum_share,
            seed=section.seed,
        )
        print(f"    types of hours: {found.k}, made from {found.used:,} windows", flush=True)
        tables["hour_types_quality"] = kinds_table(found)
        if found.k > 1:
            tables["hour_types"] = hours_table(
                series, person, found.labels, found.k, centres=found.centres
            ).select(pl.col("cluster").cast(pl.String).alias("type"), pl.exclude("cluster"))
            tables["hour_types_clusters"] = both_table(
                windows["person"], label - 1, k, found.labels, found.k
            )
        types = pl.Series(found.labels + 1).cast(pl.Int16)
        io.write_parquet(windows.select("window", type=types), out / "hour_types.parquet")
    write_tables(tables, out)
