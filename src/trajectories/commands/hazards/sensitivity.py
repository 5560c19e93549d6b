"""`sensitivity`: how changes come about and how far selection could go."""

import datetime as dt
from pathlib import Path

import polars as pl

from trajectories.artefacts.tables import write_tables
from trajectories.config.section import read_section
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.errors import UserError
from trajectories.hazards.checks.selection_curve import selection_curve
from trajectories.hazards.description import change_rates as diagnostics
from trajectories.hazards.designs.support import rests_on_enough
from trajectories.io import read_json, read_parquet

SPARE_CLIENTS = 2
"""Clients more than the least that a planted list must have had to count as one to be found."""


def sensitivity(
    *,
    config: Path,
    register: Path,
    panel: Path,
    changes: Path,
    out: Path,
    truth: Path | None = None,
) -> None:
    """Describe how changes come about, who is lost, and how far selection alone could go.

    Writes to `out/tables`: changes_by_month, departures_by_year, change_hazard,
    risk_accounting, caseloads, selection_curve (where it can be computed), sensitivity_notes and,
    for a simulated register, detection.

    Args:
        config: the run's configuration; the section `hazards` is read.
        register: the folder `private/register` of the run.
        panel: `panel.parquet`, as `risk` wrote it, with `risk_accounting.parquet` beside it.
        changes: the folder that `changes` wrote.
        out: the folder to write to.
        truth: the simulator's `truth.json`, where the register is simulated.
    """
    section = read_section(config, "hazards", HazardsConfig)
    months = read_parquet(panel)
    dated = read_parquet(changes / "changes.parquet")
    departures = read_parquet(changes / "departures.parquet")
    assignments = read_parquet(changes / "assignments.parquet")
    accounting = read_parquet(panel.parent / "risk_accounting.parquet")
    tables = {
        "changes_by_month": diagnostics.changes_by_month(months, dated),
        "departures_by_year": diagnostics.departures_by_year(months, dated),
        "change_hazard": diagnostics.change_hazard(months, dated),
        "risk_accounting": diagnostics.followed(accounting, months),
        "caseloads": diagnostics.caseloads(assignments, departures),
    }
    notes: list[tuple[str, str]] = []
    try:
        tables["selection_curve"] = selection_curve(
            months,
            dated,
            rules=section.sensitivity,
            models=section.models,
            by_departure=rests_on_enough(
                months, read_parquet(changes / "exposures.parquet"), section
            ),
        )
    except UserError as error:
        notes.append(("selection_refused", f"Selection curve: {error}"))
    if truth is not None:
        decided = dt.date.fromisoformat(read_json(changes / "decided.json")["decided_until"])
        tables["detection"] = diagnostics.detection(
            *_truth(truth.parent, register, decided, section), dated, departures
        )
    tables = {name: table for name, table in tables.items() if table.height}
    schema = {"code": pl.String, "sentence": pl.String}
    tables["sensitivity_notes"] = pl.DataFrame(notes, schema=schema, orient="row")
    write_tables(tables, out)


def _truth(
    folder: Path, register: Path, decided: dt.date, section: HazardsConfig
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The simulator's changes and departures under the keys of the cleaned register."""
    keys = read_parquet(register / "keys.parquet")
    changes = (
        read_parquet(folder / "truth_changes.parquet")
        .rename({"person": "key"})
        .join(keys, on="key")
        .filter(pl.col("date") <= decided)
        .select("person", "date", pl.col("cause").str.replace_all(" ", "_"))
    )
    long_enough = pl.col("clients") > section.changes.min_clients + SPARE_CLIENTS
    departures = (
        read_parquet(folder / "truth_departures.parquet")
        .rename({"caseworker": "key"})
        .join(read_parquet(register / "caseworker_keys.parquet"), on="key")
        .select("caseworker", decided=(pl.col("date") <= decided) & long_enough)
    )
    return changes, departures
