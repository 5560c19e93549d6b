"""The verbs of the hazards stage: changes, the risk set, estimates, and durations from a file."""

import datetime as dt
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from trajectories.caseworkers.changes import CaseworkerChanges, caseworker_changes
from trajectories.config.section import read_section
from trajectories.config.sections.changes import ChangesConfig
from trajectories.config.sections.durations import DurationsConfig
from trajectories.config.sections.files import TableFiles
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.errors import FileError, UserError
from trajectories.hazards import durations as from_file
from trajectories.hazards.at_risk.empty import require_courses, require_reasons
from trajectories.hazards.at_risk.episodes import assistance_stretches
from trajectories.hazards.at_risk.job_variants import job_variants
from trajectories.hazards.at_risk.person_months import risk_set
from trajectories.hazards.checks.selection_curve import selection_curve
from trajectories.hazards.description import change_rates as diagnostics
from trajectories.hazards.description import changes_and_exits as describe
from trajectories.hazards.designs.support import Support
from trajectories.hazards.headline.estimates import estimate_tables
from trajectories.histories.earlier_courses import earlier_courses
from trajectories.inputs import attested
from trajectories.io import make_private, read_json, read_parquet, write_json, write_parquet
from trajectories.register.read.columns import find_columns, refuse_twins
from trajectories.register.read.parsing import tidy_columns
from trajectories.register.read.readers import read_one

SPARE_CLIENTS = 2
"""Clients more than the least that a planted list must have had to count as one to be found."""
FRAMES = ("changes", "lists", "exposures", "assignments", "recodings")


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
        assignments["reason"],
        section.changes.request_reasons,
        ChangesConfig().request_reasons,
    )
    found = caseworker_changes(
        assignments,
        read_parquet(register / "readiness.parquet"),
        read_parquet(register / "persons.parquet"),
        assistance_stretches(read_parquet(register / "spells.parquet"), section.risk),
        last_day=_coverage(register)[1],
        rules=section.changes,
    )
    make_private(out)
    for name in FRAMES:
        write_parquet(getattr(found, name), out / f"{name}.parquet")
    departures = found.lists.filter(pl.col("kind") == "departure")
    write_parquet(departures, out / "departures.parquet")
    write_json({"decided_until": str(found.decided_until)}, out / "decided.json")
    table = describe.changes_by_cause(found.changes)
    write_parquet(table, out / "tables" / "changes_by_cause.parquet")


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
    first_day, last_day = _coverage(register)
    states = read_parquet(months)
    employment = read_parquet(register / "employment.parquet")
    inputs: dict[str, Any] = {
        "spells": read_parquet(register / "spells.parquet"),
        "persons": read_parquet(register / "persons.parquet"),
        "changes": _read_changes(changes),
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
        job_variants={
            str(frame["variant"][0]): frame.drop("variant")
            for path in sorted(beside.glob("jobs_*.parquet") if beside else ())
            for frame in [read_parquet(path)]
            if frame.height
        },
        earlier=read_parquet(beside / "earlier.parquet")
        if beside and (beside / "earlier.parquet").is_file()
        else None,
    )
    make_private(out)
    for name, table in tables.items():
        write_parquet(table, out / "tables" / f"{name}.parquet")


def histories(*, config: Path, panel: Path, months: Path, changes: Path, out: Path) -> None:
    """Sort the courses after changes and before months at risk into types, and model them.

    Writes to `out/tables` the tables of `history_tables` as Parquet.

    Args:
        config: the run's configuration; the section `hazards` is read.
        panel: `panel.parquet`, as `risk` wrote it.
        months: the run's `person_months.parquet`.
        changes: the folder that `changes` wrote.
        out: the folder to write to.
    """
    from trajectories.histories.tables import history_tables

    section = read_section(config, "hazards", HazardsConfig)
    at_risk = read_parquet(panel)
    tables = history_tables(
        at_risk,
        read_parquet(changes / "changes.parquet"),
        read_parquet(changes / "exposures.parquet"),
        read_parquet(months),
        section=section,
        by_departure=_by_departure(at_risk, changes, section),
    )
    make_private(out)
    for name, table in tables.items():
        write_parquet(table, out / "tables" / f"{name}.parquet")


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
            by_departure=_by_departure(months, changes, section),
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
    make_private(out)
    for name, table in tables.items():
        write_parquet(table, out / "tables" / f"{name}.parquet")


def _by_departure(panel: pl.DataFrame, changes: Path, section: HazardsConfig) -> bool:
    """Whether the panel met departures enough for anything to be estimated of them."""
    exposures = read_parquet(changes / "exposures.parquet")
    rules, lag = section.models, section.risk.lag_months
    return not Support.of(panel, exposures, lag_months=lag, rules=rules).refused(rules)


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


def durations(*, config: Path, out: Path) -> None:
    """Estimate hazards from a table of durations instead of a register.

    Writes to `out/tables`: models, notes and kaplan_meier as Parquet; and to `out` the hash of the
    file, `inputs.json`.

    Args:
        config: the run's configuration; `hazards.durations` is read.
        out: the folder to write to.

    Raises:
        UserError: the file is missing or cannot be read, or its columns are not as configured.
    """
    rules = read_section(config, "hazards", HazardsConfig).durations
    path = Path(rules.path or "")
    with attested([path] if path.is_file() else [], out):
        table = read_durations(rules)
    periods = from_file.person_periods(table, rules)
    fit = from_file.fit_durations(periods, rules)
    make_private(out)
    write_parquet(from_file.model_table(fit), out / "tables" / "models.parquet")
    write_parquet(from_file.notes(table, fit, rules), out / "tables" / "notes.parquet")
    write_parquet(from_file.survival(table, rules), out / "tables" / "kaplan_meier.parquet")


def read_durations(rules: DurationsConfig) -> pl.DataFrame:
    """Read the file of durations as any extract is read; text columns get the type they hold.

    Raises:
        FileError: the file is missing.
        UserError: it cannot be read, or has a column twice.
    """
    path = Path(rules.path or "")
    if not path.is_file():
        raise FileError(
            f"The file of durations {path} does not exist: name it in hazards.durations.path."
        )
    raw = read_one(path, TableFiles(path=str(path)))
    refuse_twins(raw.header, file=path.name)
    named = [rules.time, rules.event, rules.entry, rules.group, *rules.exit_flags]
    wanted = {name: name for name in named if name}
    found = find_columns(raw.header, wanted, named=(), file=path.name, key="hazards.durations")
    own = {raw.frame.columns[place]: name for name, place in found.items()}
    table = tidy_columns(raw.frame.rename(own))
    words = [column.str.to_lowercase() for column in table.select(pl.col(pl.String))]
    # R and pandas write flags in words.
    return table.with_columns(
        column.replace_strict({"true": 1, "false": 0}, return_dtype=pl.Int64)
        for column in words
        if column.drop_nulls().is_in(["true", "false"]).all()
    )


def _coverage(register: Path) -> tuple[dt.date, dt.date]:
    coverage = read_json(register / "coverage.json")
    return dt.date.fromisoformat(coverage["first_day"]), dt.date.fromisoformat(coverage["last_day"])


def _read_changes(folder: Path) -> CaseworkerChanges:
    frames = {name: read_parquet(folder / f"{name}.parquet") for name in FRAMES}
    decided = dt.date.fromisoformat(read_json(folder / "decided.json")["decided_until"])
    assert {*frames, "decided_until"} == {field.name for field in fields(CaseworkerChanges)}
    return CaseworkerChanges(**frames, decided_until=decided)
