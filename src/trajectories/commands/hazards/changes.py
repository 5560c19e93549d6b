"""`changes`: caseworker changes with their cause."""

from pathlib import Path

from trajectories.artefacts.changes import write_changes
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.tables import write_tables
from trajectories.caseworkers.changes import caseworker_changes
from trajectories.config.section import read_section
from trajectories.config.sections.changes import ChangesConfig
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.errors import UserError
from trajectories.hazards.at_risk.empty import require_reasons
from trajectories.hazards.at_risk.episodes import assistance_stretches
from trajectories.hazards.description import changes_and_exits as describe
from trajectories.io import read_parquet


def changes(*, config: Path, register: Path, out: Path) -> None:
    """Date caseworker changes and class them by cause.

    Writes to `out`: changes, lists (lists that ended), departures (those that are departures),
    exposures, assignments (recoded identifiers mapped) and recodings as Parquet, `decided.json`,
    and `tables/changes_by_cause.parquet`.

    Args:
        config: the run's configuration; the section `hazards` is read.
        register: the folder `private/register` of the run.
        out: the folder to write to.

    Raises:
        UserError: there is no assignment, or none has a reason that the configuration names.
    """
    section = read_section(config, "hazards", HazardsConfig)
    assignments = read_parquet(register / "assignments.parquet")
    if assignments.is_empty():
        raise UserError(
            "There are no caseworker assignments, so no change can be dated: name them in "
            "register.files.assignments, or set hazards.enabled to false."
        )
    require_reasons(
        assignments["reason"], section.changes.request_reasons, ChangesConfig().request_reasons
    )
    found = caseworker_changes(
        assignments,
        read_parquet(register / "readiness.parquet"),
        read_parquet(register / "persons.parquet"),
        assistance_stretches(read_parquet(register / "spells.parquet"), section.risk),
        last_day=read_coverage(register)[1],
        rules=section.changes,
    )
    write_changes(found, out)
    write_tables({"changes_by_cause": describe.changes_by_cause(found.changes)}, out)
