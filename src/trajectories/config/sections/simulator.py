"""Configuration of the simulated register."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from trajectories.config.section import Section

ScenarioName = Literal[
    "A",
    "B",
    "C1",
    "C2",
    "C3",
    "E",
    "F",
    "G",
    "null",
    "transitory",
    "H1",
    "H2",
    "H3",
    "H3b",
    "H4",
    "H5",
    "H6",
    "H7",
    "H8",
    "H9",
    "H10",
    "H11",
    "H12",
    "H13",
    "H14",
    "H15",
    "H16",
    "H17",
    "H17a",
    "H17b",
    "H17c",
    "H17d",
    "H17e",
    "H17f",
    "H17g",
    "H17h",
    "H17i",
    "H17j",
]


DATED = {"F": 63, "H12": 92}
"""Fewest months of a register in which what these scenarios plant happens."""
YEARS = 2000, 2090
"""Years that the register may have; a weekly register names them by two digits."""

TypeName = Literal[
    "quick_job",
    "seasonal_work",
    "activation_education",
    "illness_flexjob",
    "long_passive",
    "long_active",
    "on_and_off",
]


class TypeSharesConfig(Section):
    """Shares of the types of course among all persons; the rest has no type."""

    quick_job: float = Field(0.16, ge=0, le=1)
    """Job-ready, a lasting job within months."""
    seasonal_work: float = Field(0.09, ge=0, le=1)
    """Job-ready, a job from spring to autumn and support in winter."""
    activation_education: float = Field(0.14, ge=0, le=1)
    """Half a year of activation, then education; more often under 30."""
    illness_flexjob: float = Field(0.13, ge=0, le=1)
    """Passive for months, then a resource course, sickness benefit or a flexjob; less under 30."""
    long_passive: float = Field(0.16, ge=0, le=1)
    """Passive support without an end."""
    long_active: float = Field(0.13, ge=0, le=1)
    """One activity after the other, without an end."""
    on_and_off: float = Field(0.12, ge=0, le=1)
    """Short courses with months of self-support between them."""

    @model_validator(mode="after")
    def _add_up(self) -> "TypeSharesConfig":
        total = sum(self.model_dump().values())
        if total > 1 + 1e-9:
            raise ValueError(f"the shares of the types add up to {total:g}, more than 1")
        return self


class TypesConfig(Section):
    """Types of course: persons who differ in which months follow each other, and when."""

    separation: float = Field(0.9, ge=0, le=1)
    """How clearly types differ: 0 is a register without types, 1 one of clear types."""
    shares: TypeSharesConfig = TypeSharesConfig()
    """Shares of the types among all persons; the rest has no type."""


def first_of_a_month(value: dt.date) -> dt.date:
    """Refuse days other than the first of a month."""
    if value.day != 1:
        raise ValueError(f"must be the first day of a month, as {value.replace(day=1)}")
    return value


class PlantedReformConfig(Section):
    """A reform with a known effect on the touched group, those under an age."""

    enabled: bool = True
    """Whether the reform has effects; its date also dates the renaming of codes."""
    in_force: dt.date = dt.date(2014, 1, 1)
    """First day of the month from which it is in force, at least a year after the register's
    first."""
    touched_under: int = Field(30, ge=18, le=65)
    """Age under which a person is touched."""
    shift_share: float = Field(0.35, ge=0, le=1)
    """Share of the touched with a first course from the reform on who leave one type of course for
    another."""
    shift_from: TypeName = "long_passive"
    """The type that they would have had."""
    shift_to: TypeName = "activation_education"
    """The type that they have."""
    education_ratio: float = Field(1.5, gt=0, le=20)
    """Factor of the touched's monthly chance of an exit to education."""
    job_ratio: float = Field(1.0, gt=0, le=20)
    """Hazard ratio of a job of the touched. Other than 1, it also concerns those whom the headline
    follows, whose caseworkers a reform changes as well."""
    activation_ratio: float = Field(1.5, gt=0, le=20)
    """Factor of the touched's monthly chance of entering an activity."""
    anticipation_months: int = Field(0, ge=0, le=36)
    """Months before the reform in which it already has a part of its effect on chances."""
    anticipation: float = Field(0.5, ge=0, le=1)
    """That part, of the logarithm of the factors."""
    composition: float = Field(0.0, ge=-2, le=2)
    """Shift of the ages of those whose first course begins from the reform on: above 0 they are
    younger. It is no effect of the reform, and biases raw differences."""

    @field_validator("in_force")
    @classmethod
    def _first_of_a_month(cls, value: dt.date) -> dt.date:
        return first_of_a_month(value)


class SimulatorConfig(Section):
    """The synthetic register with known truth that the default run works on."""

    persons: int = Field(20_000, ge=1, le=50_000_000)
    """Number of simulated persons."""
    first_month: dt.date = dt.date(2008, 1, 1)
    """First day of the register's first month, from 2000 on. With another one, all persons have
    other courses."""
    last_month: dt.date = dt.date(2018, 12, 1)
    """First day of the register's last month, at least three years after the first."""
    seed: int = Field(1, ge=0, lt=2**63)
    """Seed of all random streams; each person has streams of their own."""
    scenario: ScenarioName = "A"
    """What is planted: A clean; B gamma frailty; C1 requests depend on frailty; C2 on worsening
    health; C3 improving people are moved; E closing caseworkers; F one municipality recodes its
    caseworkers; G caseworkers differ; null no effect; transitory an effect that passes; H1 to H16
    what may break the design; H17 registers as they are, H17a to H17j its parts: see
    docs/simulator.md."""
    hazard_ratio: float = Field(0.78, gt=0, le=5)
    """Planted hazard ratio of a job per caseworker change of any cause, cumulative within a course
    on social assistance; the scenarios null and transitory set their own."""
    types: TypesConfig = TypesConfig()
    """Types of course: persons who differ in which months follow each other, and when."""
    reform: PlantedReformConfig = PlantedReformConfig()
    """A reform with a known effect on the touched group, those under an age."""
    format: Literal["parquet", "csv", "stata", "sas_transport", "dream"] = "parquet"
    """Files of the extracts: Parquet; CSV with semicolons, decimal commas and Latin-1; Stata; SAS
    transport; or the wide weekly register in place of spells, employment and readiness, which holds
    weeks in place of days."""
    relabelling_2014: bool = True
    """Move recipients under 30 without education from codes 13x and 73x to 14x and 72x when
    the reform of `reform.in_force` comes, as that of 2014 did, with nothing else changed."""
    relabelling_2025: bool = False
    """The same backwards, as the reform of 2025 did: those under 30 without education are on 14x
    and 72x until `reform.in_force` and on 13x and 73x from then on. Which codes the register really
    uses from July 2025 is not known; these were valid before. Set `relabelling_2014` to false."""
    visitation_2014: bool = False
    """Let the reform change what readiness means as well: some job-ready young people are
    registered as activity-ready from 1 January 2014, the others as education-ready."""
    messy_share: float = Field(0.01, ge=0, le=1)
    """Share of persons with one deliberately bad row, drawn for each table apart."""
    caseload: int = Field(75, ge=10, le=500)
    """Cases that a caseworker's list is planned for."""
    office_persons: int = Field(10_000, ge=100, le=1_000_000)
    """Consecutive persons who share one set of offices; more persons open further offices and
    change nothing in those that exist."""
    departure_rate: float = Field(0.0105, ge=0, le=0.5)
    """Chance a month that a caseworker leaves for good."""
    absence_rate: float = Field(0.0007, ge=0, le=0.5)
    """Chance a month that a caseworker goes on leave and returns after months."""
    request_rate: float = Field(0.0055, ge=0, le=0.5)
    """Chance a month that a client is moved to a colleague on request."""

    @field_validator("first_month", "last_month")
    @classmethod
    def _first_of_a_month(cls, value: dt.date) -> dt.date:
        if not YEARS[0] <= value.year <= YEARS[1]:
            raise ValueError("must be a year from {} to {}".format(*YEARS))
        return first_of_a_month(value)

    @model_validator(mode="after")
    def _within_the_register(self) -> "SimulatorConfig":
        first, last = self.first_month, self.last_month
        if last < first.replace(year=first.year + 3):
            raise ValueError(
                f"last_month {last} is less than three years after first_month {first}"
            )
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        if months < DATED.get(self.scenario, 0):
            raise ValueError(
                f"scenario {self.scenario} needs a register of {DATED[self.scenario]} months, and "
                f"from {first} to {last} are {months}"
            )
        day = self.reform.in_force
        if not first.replace(year=first.year + 1) <= day <= last:
            raise ValueError(
                f"reform.in_force {day} must lie at least a year after first_month {first} and not "
                f"after last_month {last}"
            )
        if self.relabelling_2014 and self.relabelling_2025:
            raise ValueError(
                "relabelling_2014 and relabelling_2025 rename the same codes both ways: "
                "set one of them to false"
            )
        return self

    @field_validator("scenario", mode="before")
    @classmethod
    def _name_of_nothing(cls, value: Any) -> Any:
        """YAML reads an unquoted null as nothing: it is the scenario of that name."""
        return "null" if value is None else value
