"""`risk`: the person-months at risk."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from trajectories.artefacts.changes import read_changes
from trajectories.artefacts.coverage import read_coverage
from trajectories.artefacts.persons import person_parts, scan
from trajectories.caseworkers.changes import CaseworkerChanges
from trajectories.caseworkers.exposures import time_zero
from trajectories.config.section import read_section
from trajectories.config.sections.hazards import HazardsConfig, RiskConfig
from trajectories.hazards.at_risk.empty import require_courses
from trajectories.hazards.at_risk.job_variants import job_definitions
from trajectories.hazards.at_risk.joined_parts import joined
from trajectories.hazards.at_risk.person_months import RiskSet, risk_set
from trajectories.histories.earlier_courses import earlier_courses
from trajectories.io import make_private, read_parquet, write_json, write_parquet

PERSONS_AT_ONCE = 50_000
TABLES = ("spells", "employment", "persons", "readiness")
OF_PERSONS = ("changes", "exposures", "assignments")
"""Frames of the changes that hold rows of persons, sorted by them."""
MONTHS = ("person", "month", "municipality", "state")


def risk(*, config: Path, register: Path, months: Path, changes: Path, out: Path) -> None:
    """Build the person-months at risk.

    Persons are read and followed some at a time, so that memory holds the months at risk alone.

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
    rules = section.risk
    given = Given(register, months, read_changes(changes), read_coverage(register))
    result = given.risk_set(rules)
    if result.panel.is_empty():
        spells = read_parquet(register / "spells.parquet")
        readiness = read_parquet(register / "readiness.parquet")["readiness"]
        require_courses(
            result.panel,
            result.accounting,
            groups=spells["group"],
            readiness=[spells["readiness"], readiness],
            rules=rules,
        )
    make_private(out)
    write_parquet(result.accounting, out / "risk_accounting.parquet")
    write_parquet(result.panel, out / "panel.parquet")
    beside = out / "beside"
    types = rules.earlier_types if section.models.designs and given.states_known() else 0
    if types:
        asked = rules.earlier_months
        before = pl.concat(given.before(time_zero(result.panel), asked))
        earlier = earlier_courses(result.panel, before, months=asked, types=types)
        write_parquet(earlier, beside / "earlier.parquet")
        del before
    write_json({"types_of_earlier_course": types}, beside / "beside.json")
    del result
    if section.models.designs:
        variants = job_definitions(rules, hours_known=given.hours_known())
        for number, (name, changed) in enumerate(variants.items()):
            panel = given.risk_set(changed).panel.with_columns(variant=pl.lit(name))
            write_parquet(panel, beside / f"jobs_{number}.parquet")


@dataclass(frozen=True)
class Given:
    """What risk sets are made of: files read for some persons after others, and the changes."""

    register: Path
    months: Path
    changes: CaseworkerChanges
    covered: tuple[dt.date, dt.date]

    def risk_set(self, rules: RiskConfig) -> RiskSet:
        """The risk set of all persons."""
        return joined(self._of_part(part, rules) for part in self._parts())

    def before(self, zero: pl.DataFrame, months: int) -> Iterator[pl.DataFrame]:
        """Yield the states of each person in the `months` months before any time zero of theirs.

        Args:
            zero: as `time_zero` returns it.
            months: number of months.
        """
        wanted = zero.select("person", "zero")
        for part in person_parts({"months": self._states()}, persons_at_once=PERSONS_AT_ONCE):
            near = (
                part["months"]
                .join(wanted, on="person")
                .filter(
                    pl.col("month") < pl.col("zero"),
                    pl.col("month") >= pl.col("zero").dt.offset_by(f"-{months}mo"),
                )
            )
            yield near.drop("zero").unique(maintain_order=True)

    def states_known(self) -> bool:
        """Whether person-months have a state."""
        return "state" in scan(self.months).collect_schema()

    def hours_known(self) -> bool:
        """Whether hours of work are known of any employment."""
        employment = scan(self.register / "employment.parquet")
        if "weekly_hours" not in employment.collect_schema():
            return False
        known = employment.select(pl.col("weekly_hours").is_not_null().any())
        return bool(known.collect(engine="streaming").item())

    def _states(self) -> pl.LazyFrame:
        return scan(self.months).select("person", "month", "state")

    def _parts(self) -> Iterator[dict[str, pl.DataFrame]]:
        changes = self.changes
        files = {name: scan(self.register / f"{name}.parquet") for name in TABLES}
        files |= {name: getattr(changes, name).lazy() for name in OF_PERSONS}
        return person_parts(files | {"months": self._months()}, persons_at_once=PERSONS_AT_ONCE)

    def _months(self) -> pl.LazyFrame:
        names = scan(self.months).collect_schema().names()
        return scan(self.months).select(name for name in names if name in MONTHS)

    def _of_part(self, part: dict[str, pl.DataFrame], rules: RiskConfig) -> RiskSet:
        first_day, last_day = self.covered
        own: dict[str, Any] = {name: part.pop(name) for name in OF_PERSONS}
        changes = replace(self.changes, **own)
        return risk_set(
            **part, changes=changes, first_day=first_day, last_day=last_day, rules=rules
        )
