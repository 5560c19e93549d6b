"""The section `register`: where the extracts lie and how their rows are cleaned."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import (
    Activity,
    Code,
    File,
    FileColumn,
    GroupOrCode,
    OptionalCode,
    Readiness,
    Registered,
)
from trajectories.config.section import Section
from trajectories.config.sections.dream import DreamConfig
from trajectories.config.sections.files import RegisterFiles

READINESS = ("job_ready", "activity_ready", "education_ready")
"""The values of the table `readiness`."""
TABLE_COLUMNS = {
    "persons": ("person", "birth_date", "sex", "municipality", "died", "emigrated"),
    "spells": ("person", "start", "end", "code", "municipality", "registered"),
    "employment": ("person", "start", "end", "weekly_hours", "industry", "registered"),
    "assignments": (
        *("person", "start", "end", "caseworker"),
        *("municipality", "team", "reason", "role", "registered"),
    ),
    "readiness": ("person", "start", "end", "readiness", "registered"),
    "activities": ("person", "start", "end", "activity", "registered"),
    "dream": ("person",),
}
"""The input tables, each with the project's names of its columns; `persons` has `keep` as well."""
OWN_PERSON_COLUMNS = frozenset({"person", "birth_date", "sex", "municipality", "died", "emigrated"})


class OverlapRules(Section):
    """Which row holds a day that several rows of one person claim, and what a gap becomes."""

    spells: Literal["latest_start", "latest_registered", "longest", "priority", "stop"] = (
        "latest_start"
    )
    """Benefit spells: the spell that started last, the one registered last (the column
    `registered`), the longest, the first of `priority`, or stop the run."""
    priority: list[GroupOrCode] = Field(default_factory=list)
    """Codelist groups or codes from strongest to weakest for `spells: priority`; those not named
    come last."""
    spell_gap_days: int = Field(0, ge=0, le=366)
    """Days between two equal benefit spells that are filled (0 = none)."""
    employment: Literal["sum_hours", "latest_start", "latest_registered", "longest", "stop"] = (
        "sum_hours"
    )
    """Employment: parallel jobs add up their weekly hours under the industry of the job with most
    hours, or one job holds the day."""
    employment_gap_days: int = Field(0, ge=0, le=366)
    """Days between two equal rows of employment that are filled (0 = none)."""
    assignments: Literal["latest_start", "latest_registered", "longest", "role", "stop"] = (
        "latest_start"
    )
    """Caseworkers: the primary one is the latest assigned, the one registered last, the one
    assigned longest, or the first of `roles`."""
    roles: list[Registered] = Field(default_factory=list)
    """Values of the column `role` from strongest to weakest for `assignments: role`; those not
    named come last."""
    assignment_carry_days: int = Field(0, ge=0, le=366)
    """Days without a caseworker that the previous caseworker keeps, where the gap is no longer than
    this; longer gaps stay without a caseworker."""
    readiness: Literal["latest_start", "latest_registered", "longest", "stop"] = "latest_start"
    """Readiness: the visitation that started last holds the day, the one registered last, or the
    longest."""
    readiness_carry_days: int = Field(0, ge=0, le=366)
    """Days without a readiness that the previous one keeps, where the gap is no longer than
    this."""
    activities: Literal["latest_start", "latest_registered", "longest", "stop"] = "latest_start"
    """Activities: the one that started last holds the day, the one registered last, or the
    longest."""


class RegisterConfig(Section):
    """Where the extracts lie, how they are cleaned, and what codes mean."""

    source: Literal["simulator", "files", "none"] = "simulator"
    """The simulated register, the files named below, or none where `hazards.source` is
    durations."""
    files: RegisterFiles = Field(default_factory=RegisterFiles)
    """The input tables where `source` is files."""
    dream: DreamConfig = Field(default_factory=DreamConfig)
    """How the wide weekly register names its columns, and what a job is there."""
    codelist: File = "config/codelists/dream.csv"
    """Codelist: code to benefit, activity, readiness and group."""
    states: File = "config/codelists/states.csv"
    """Rules from group, readiness and activity to a state; the first match wins."""
    alphabet: File = "config/codelists/alphabet.csv"
    """The states in their order."""
    code_map: dict[Registered, Code] = Field(default_factory=dict)
    """Codes that the codelist does not hold, each mapped to one that it holds."""
    outside_validity: Literal["keep", "reject", "stop"] = "keep"
    """A spell that starts on a day on which its code is not valid by the codelist is kept,
    rejected, or stops the run; `trajectories codelist check` counts such spells."""
    codes_known_until: date | None = None
    """Last day for which you have compared the codelist with the documentation of the extract;
    extracts with spells that begin later stop the run. Null for that of the reform package, or for
    no such day where it has none."""
    readiness_map: dict[Registered, Readiness] = Field(default_factory=dict)
    """Readiness values of the file mapped to job_ready, activity_ready or education_ready."""
    activity_map: dict[Registered, Activity] = Field(default_factory=dict)
    """Values of `activities` in the file mapped to activities of the codelist."""
    sex_map: dict[Registered, Literal["K", "M"]] = Field(default_factory=dict)
    """Values of sex in the file mapped to K or M."""
    keep: list[FileColumn] = Field(default_factory=list)
    """Further columns of `persons` to keep, such as a weight or a group."""
    first_day: date | None = None
    """First day that the extract covers; null = the first start of a spell."""
    last_day: date | None = None
    """Last day that the extract covers, on which open spells end; null = the latest date among the
    spells."""
    empty_end: Literal["open", "reject"] = "open"
    """A row without an end runs to the last day of the extract, or is rejected."""
    open_end_dates: list[date] = Field(default_factory=lambda: [date(9999, 12, 31)])
    """End dates that mean that the row is still running."""
    allow_mostly_rejected: list[
        Literal[
            "persons", "spells", "employment", "assignments", "readiness", "activities", "dream"
        ]
    ] = Field(default_factory=list)
    """Tables of which more than nine in ten rows may be rejected, such as a national register
    beside the persons of a few municipalities; others stop the run."""
    after_death_codes: list[OptionalCode] = Field(default_factory=lambda: ["999"])
    """Codes whose spells may lie after the date of death."""
    overlaps: OverlapRules = Field(default_factory=OverlapRules)
    """Rules for overlapping rows and for gaps."""
    key_seed: int | None = Field(2014, ge=0, lt=2**63)
    """Seed of the permutation that gives persons their row numbers; null draws a secret one and
    keeps it in the private folder; no result depends on it."""
    allow_cpr_keys: bool = False
    """Accept keys that look like Danish CPR numbers; they then stand in the private key table."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = self.files
        if self.source == "files" and given.spells.path is None and given.dream.path is None:
            raise ValueError(
                "files.spells.path must name the spells where source is files, or files.dream.path "
                "the weekly register"
            )
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("last_day must not lie before first_day")
        clash = sorted(OWN_PERSON_COLUMNS & set(self.keep))
        if clash:
            raise ValueError(f"keep must not name {clash[0]!r}, which is kept in any case")
        if self.overlaps.spells == "priority" and not self.overlaps.priority:
            raise ValueError("overlaps.priority must name groups where overlaps.spells is priority")
        if self.overlaps.assignments == "role" and not self.overlaps.roles:
            raise ValueError("overlaps.roles must name roles where overlaps.assignments is role")
        return self
