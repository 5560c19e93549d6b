"""`histories`: courses before and after changes."""

from pathlib import Path

from trajectories.artefacts.persons import person_parts, scan
from trajectories.artefacts.tables import write_tables
from trajectories.config.section import read_section
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.hazards.designs.support import rests_on_enough
from trajectories.histories.month_states import MonthStates
from trajectories.histories.tables import history_tables
from trajectories.io import read_parquet

PERSONS_AT_ONCE = 50_000


def histories(*, config: Path, panel: Path, months: Path, changes: Path, out: Path) -> None:
    """Sort courses before and after changes into types and model them (SAMM).

    Writes to `out/tables` the tables of `history_tables` as Parquet.

    Args:
        config: the run's configuration; the section `hazards` is read.
        panel: `panel.parquet`, as `risk` wrote it.
        months: the run's `person_months.parquet`.
        changes: the folder that `changes` wrote.
        out: the folder to write to.
    """
    section = read_section(config, "hazards", HazardsConfig)
    at_risk = read_parquet(panel)
    exposures = read_parquet(changes / "exposures.parquet")
    file = scan(months).select("person", "month", "state")
    parts = person_parts({"months": file}, persons_at_once=PERSONS_AT_ONCE)
    tables = history_tables(
        at_risk,
        read_parquet(changes / "changes.parquet"),
        exposures,
        MonthStates.of(part["months"] for part in parts),
        section=section,
        by_departure=rests_on_enough(at_risk, exposures, section),
    )
    write_tables(tables, out)
