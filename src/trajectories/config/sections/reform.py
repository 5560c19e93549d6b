"""The sections `reform` and `costs`: comparison of the periods, and what courses cost."""

from typing import Self

from pydantic import Field, model_validator

from trajectories.config.names import File, OptionalState
from trajectories.config.section import Section
from trajectories.config.sections.comparison import AdjustmentConfig, DesignConfig


class SeamConfig(Section):
    """The table of states in the months before and after each reform, against other years."""

    years_apart: int = Field(4, ge=1, le=30)
    """Other years are compared that lie at most this many years from the event; years."""
    min_months: int = Field(2, ge=1, le=60)
    """Pairs of months in other years that a comparison needs; an event with fewer is left out."""


class ReformConfig(Section):
    """Shares of clusters by period, and what a relabelled benefit would do to them."""

    enabled: bool = True
    """Whether the stage runs; it needs the typology."""
    split_age: int = Field(30, ge=16, le=99)
    """Age at the origin that splits the young from the rest; years."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Level of the intervals for shares and differences."""
    relabelling: File | None = "config/codelists/relabelling_2014.csv"
    """Table of the values that the reform renamed; undone for the contrast between shares as
    registered and shares with the relabelling undone. Null for no such check."""
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
