"""The sections `reform` and `costs`: comparison of the periods, and what courses cost."""

from typing import Self

from pydantic import Field, model_validator

from trajectories.config.names import File, OptionalState, Words
from trajectories.config.reforms.package import ReformPackage
from trajectories.config.section import Section
from trajectories.config.sections.comparison import AdjustmentConfig, DesignConfig


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
    """Those under `split_age`, whom the reform touched, against those of that age and over."""

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
    exit_state: OptionalState = "JOB"
    """State that ends a course in the table of what months before an exit cost."""
    months_before: int = Field(6, ge=1, le=36)
    """Months before that exit; months."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.refunds is not None and self.rates is None:
            raise ValueError("refunds needs rates: name the table of rates as well")
        return self
