"""`risk`: the person-months at risk."""

from pathlib import Path
from typing import Any

import polars as pl

from trajectories.artefacts.changes import read_changes
from trajectories.artefacts.coverage import read_coverage
from trajectories.config.section import read_section
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.hazards.at_risk.empty import require_courses
from trajectories.hazards.at_risk.job_variants import job_variants
from trajectories.hazards.at_risk.person_months import risk_set
from trajectories.histories.earlier_courses import earlier_courses
from trajectories.io import make_private, read_parquet, write_json, write_parquet


def risk(*, config: Path, register: Path, months: Path, changes: Path, out: Path) -> None:
    """Build the person-months at risk.

    Writes to `out`: `panel.parquet`, `risk_accounting.parquet` (reason, courses), and in the folder
    `beside` what stands beside the headline: `jobs_<number>.parquet` (panels with other definitions
    of a job, named in the column `variant`) and `earlier.parquet` (types of the months before).

    Args:
        config: the run's configuration; the section `hazards` is read.
        register: the folder `private/register` of the run.
        months: the run's `person_months.parquet`.
        changes: the folder that `changes` wrote.
        out: the folder to write to.

    Raises:
        UserError: nobody is at risk.
    """
    section = read_section(config, "hazards", HazardsConfig)
    first_day, last_day = read_coverage(register)
    states = read_parquet(months)
    employment = read_parquet(register / "employment.parquet")
    inputs: dict[str, Any] = {
        "spells": read_parquet(register / "spells.parquet"),
        "persons": read_parquet(register / "persons.parquet"),
        "changes": read_changes(changes),
        "months": states,
        "readiness": read_parquet(register / "readiness.parquet"),
        "first_day": first_day,
        "last_day": last_day,
    }
    rules = section.risk
    result = risk_set(employment=employment, rules=rules, **inputs)
    require_courses(
        result.panel,
        result.accounting,
        groups=inputs["spells"]["group"],
        readiness=[inputs[name]["readiness"] for name in ("spells", "readiness")],
        rules=rules,
    )
    make_private(out)
    beside = out / "beside"
    if section.models.designs:
        for number, (name, panel) in enumerate(job_variants(employment, rules=rules, **inputs)):
            named = panel.with_columns(variant=pl.lit(name))
            write_parquet(named, beside / f"jobs_{number}.parquet")
    types = rules.earlier_types if section.models.designs and "state" in states.columns else 0
    if types:
        earlier = earlier_courses(result.panel, states, months=rules.earlier_months, types=types)
        write_parquet(earlier, beside / "earlier.parquet")
    write_json({"types_of_earlier_course": types}, beside / "beside.json")
    write_parquet(result.accounting, out / "risk_accounting.parquet")
    write_parquet(result.panel, out / "panel.parquet")
