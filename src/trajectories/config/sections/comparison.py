"""Parts of the section `reform`: the adjustment for composition, and the comparison group."""

from typing import Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import State
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
    target: str | None = None
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
    exits: dict[str, tuple[State, ...]] = Field({"job": ("JOB",), "education": ("EDU",)})
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
