"""The sections `reform` and `costs`: comparison of the periods, and what courses cost."""

from typing import Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import File, Label, State, Words
from trajectories.config.reforms.package import ReformPackage
from trajectories.config.section import Section

Covariate = Literal["age_band", "sex", "municipality", "state_at_origin", "season"]


class AdjustmentConfig(Section):
    """Shares reweighted to a common composition, with intervals that allow for the typology."""

    enabled: bool = True
    """Whether shares are also compared among people of the same composition."""
    covariates: tuple[Covariate, ...] = (
        "age_band",
        "sex",
        "municipality",
        "state_at_origin",
        "season",
    )
    """What the composition consists of: age in bands, sex, municipality, the state in the window's
    first month (readiness), and the quarter in which it begins."""
    target: Words | None = None
    """The group whose composition all get; null for that of all groups together."""
    replicates: int = Field(200, ge=2, le=100_000)
    """Samples of persons in which windows are clustered and balanced anew."""
    candidates: int = Field(2000, ge=50, le=20_000)
    """Most unique sequences among which a sample looks for its medoids."""
    seed: int = Field(14, ge=0)
    """Seed of the samples."""


class DesignConfig(Section):
    """Those touched by the reform against a comparison group (difference in differences)."""

    enabled: bool = True
    """Whether the two groups are compared."""
    span_months: int = Field(12, ge=1, le=120)
    """Months compared before and after; months between agreement and reform are left out."""
    step_months: int = Field(3, ge=1, le=60)
    """Length of the steps in which trends of monthly exits are shown; months."""
    window_step_months: int = Field(6, ge=1, le=60)
    """Length of the steps in which trends of types are shown; months."""
    shown_months: int = Field(36, ge=1, le=240)
    """Months before and after that the trends show at most."""
    exits: dict[Label, tuple[State, ...]] = Field({"job": ("JOB",), "education": ("EDU",)})
    """Monthly exits from the states in which windows open, by name: the states that they lead
    to."""
    bounds: tuple[float, ...] = (0.0, 0.0025, 0.005)
    """How much the difference between the groups' trends may change its slope from one step to the
    next, in shares of the touched group's mean before."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in ("step_months", "window_step_months"):
            if self.span_months % getattr(self, name):
                raise ValueError(f"span_months must be a multiple of {name}")
        if not self.bounds or min(self.bounds) < 0:
            raise ValueError("bounds must be at least 0, and at least one of them is needed")
        return self


class SeamConfig(Section):
    """The table of states in the months before and after each reform, against other years."""

    years_apart: int = Field(4, ge=1, le=30)
    """Other years are compared that lie at most this many years from the event; years."""
    min_months: int = Field(2, ge=1, le=60)
    """Pairs of months in other years that a comparison needs; an event with fewer is left out."""


class ReadinessConfig(Section):
    """The same comparison in states that do not use readiness."""

    enabled: bool = True
    """Whether it is made; it needs a typology of states alone."""
    states: File = "config/codelists/states_without_readiness.csv"
    """Rules from group and activity to a state."""
    alphabet: File = "config/codelists/alphabet_without_readiness.csv"
    """These states in their order."""


class MunicipalitiesConfig(Section):
    """Entries, exits and caseworkers by municipality and year, and a page of each."""

    enabled: bool = True
    """Whether they are counted; without the municipality of a month there is nothing to count."""
    years: int = Field(3, ge=1, le=20)
    """Most years before the reform and from it on, each beginning in the reform's month."""
    lasting_months: int = Field(6, ge=2, le=60)
    """Months off support, the first among them, that make an exit last."""
    exits: dict[Label, tuple[State, ...]] = Field(
        {"job": ("JOB",), "education": ("EDU",), "flexjob": ("FLEX",), "pension": ("PENSION",)}
    )
    """Exits from the states in which windows open, by name: the states that they lead to. All
    others are counted together."""


class ReformConfig(Section):
    """Which reform is studied, shares of clusters by period, and what relabelling does to them."""

    enabled: bool = True
    """Whether the stage runs; it needs the typology."""
    package: Words | list[Words] | None = None
    """The reform that is studied: a name in config/reforms, the path of a file of your own, or a
    list of these. The first of a list defines the periods; events, renamed values and age borders
    are those of all. Null where persons are compared by `sequences.group_by`."""
    packages: tuple[ReformPackage, ...] = ()
    """The reforms themselves; read from `package` unless they are written out here."""
    split_age: int | None = Field(None, ge=16, le=99)
    """Age at the origin that splits the young from the rest, in years; null for that of the reform
    package, or for no split where it has none."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Level of the intervals for shares and differences."""
    relabelling: File | list[File] | None = None
    """Tables of the values that the reform renamed; undone for the contrast between shares as
    registered and shares with the relabelling undone. Null for those of the reform package; an
    empty list for no such check."""
    readiness: ReadinessConfig = ReadinessConfig()
    """Whether a difference remains where states do not use readiness."""
    seam: SeamConfig = SeamConfig()
    """Which months of other years the seam is held against."""
    adjustment: AdjustmentConfig = AdjustmentConfig()
    """Shares among people of the same composition."""
    design: DesignConfig = DesignConfig()
    """Those whom the reform package says were touched against its comparison group."""
    municipalities: MunicipalitiesConfig = MunicipalitiesConfig()
    """Counts by municipality and year."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.seam.min_months > 2 * self.seam.years_apart:
            raise ValueError("seam.min_months cannot exceed twice seam.years_apart")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The packages that are named, in their order."""
        one = self.package
        return () if one is None else (one,) if isinstance(one, str) else tuple(one)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of renamed values that are undone."""
        one = self.relabelling
        return () if one is None else (one,) if isinstance(one, str) else tuple(one)


class CostsConfig(Section):
    """Amounts by cluster, group and municipality; nothing here is called saved money."""

    rates: File | None = None
    """Table of what a month in each state costs; columns in docs/costs.md. Null for no costs."""
    refunds: File | None = None
    """Table of the state's share by weeks on support; null where the shares of `rates` hold."""
    exit_state: State | None = None
    """State that ends a course in the table of what months before an exit cost; null for the state
    of a job, `sequences.month.job_state`."""
    months_before: int = Field(6, ge=1, le=36)
    """Months before that exit; months."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.refunds is not None and self.rates is None:
            raise ValueError("refunds needs rates: name the table of rates as well")
        return self
