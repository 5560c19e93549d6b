"""`estimate`: how caseworker changes relate to exits."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

from trajectories.artefacts.persons import scan
from trajectories.artefacts.tables import write_tables
from trajectories.config.section import read_section
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.hazards.headline.estimates import estimate_tables
from trajectories.io import read_json, read_parquet


def estimate(
    *,
    config: Path,
    panel: Path,
    changes: Path,
    out: Path,
    truth: Path | None = None,
    beside: Path | None = None,
) -> None:
    """Estimate how caseworker changes relate to exits.

    Writes to `out/tables` the tables of `estimate_tables` as Parquet: models, notes (code,
    sentence), the checks and the verdict among them.

    Args:
        config: the run's configuration; the section `hazards` is read.
        panel: `panel.parquet`, as `risk` wrote it.
        changes: the folder that `changes` wrote.
        out: the folder to write to.
        truth: the simulator's `truth.json`, where the register is simulated.
        beside: the folder `beside` that `risk` wrote; without it no other definitions of a job and
            no types of earlier course.
    """
    section = read_section(config, "hazards", HazardsConfig)
    months = read_parquet(panel)
    dated = read_parquet(changes / "changes.parquet")
    planted = None if truth is None else read_json(truth).get("hazard_ratio")
    tables = estimate_tables(
        months,
        changes=dated,
        exposures=read_parquet(changes / "exposures.parquet"),
        lists=read_parquet(changes / "lists.parquet"),
        assignments=read_parquet(changes / "assignments.parquet"),
        section=section,
        planted=planted,
        job_variants=_variants(beside),
        earlier=read_parquet(beside / "earlier.parquet")
        if beside and (beside / "earlier.parquet").is_file()
        else None,
    )
    write_tables(tables, out)


def _variants(beside: Path | None) -> dict[str, Callable[[], pl.DataFrame]]:
    """What reads each panel with another definition of a job; those without rows are left out."""
    found: dict[str, Callable[[], pl.DataFrame]] = {}
    for path in sorted(beside.glob("jobs_*.parquet") if beside else ()):
        for name in scan(path).select("variant").head(1).collect().to_series():
            found[str(name)] = partial(_panel, path)
    return found


def _panel(path: Path) -> pl.DataFrame:
    return read_parquet(path).drop("variant")
