"""The section `reform`: comparison of the periods and the relabelling checks."""

from typing import Self

from pydantic import Field, model_validator

from trajectories.config.names import File
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
