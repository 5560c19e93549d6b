"""Keys of the hazards' courses around changes and of their sensitivity checks."""

from typing import Annotated

from pydantic import Field

from trajectories.config.section import Section


class HistoriesConfig(Section):
    """The course before months at risk and after changes and transitions."""

    enabled: bool = True
    """Whether courses after changes and transitions (SAMM) and before each month (sequence history
    analysis) are sorted into types and modelled."""
    after_months: int = Field(12, ge=2, le=60)
    """Months of a course after a change or a transition."""
    before_months: int = Field(24, ge=2, le=120)
    """Months of the course up to the eve of a month at risk; months with a shorter history are left
    out."""
    most_types: int = Field(6, ge=2, le=20)
    """Largest number of types of course that is tried, from 2 on."""
    smallest_share: float = Field(0.03, ge=0, lt=0.5)
    """Least share of the courses that a type may hold."""
    sample: int = Field(3000, ge=100, le=50_000)
    """Courses that the types are sought among; the others go to the nearest medoid."""
    seed: int = Field(1, ge=0, lt=2**63)
    """Seed of that sample and of the starts of the medoids."""


class SensitivityConfig(Section):
    """How far selection alone could go."""

    enabled: bool = True
    """Whether the selection curve, attrition and detection are computed."""
    selection_strengths: tuple[Annotated[float, Field(gt=0, le=1000)], ...] = Field(
        (1.0, 1.5, 2.0, 3.0, 4.0), min_length=2
    )
    """Points of the selection curve: how many times as often a person one standard deviation worse
    off than the mean gets another caseworker."""
    frailty_variance: float = Field(0.6, gt=0, le=5)
    """Variance of the unseen chances of a job, whose mean is 1, in the selection curve."""
    draws: int = Field(10, ge=1, le=200)
    """Simulated copies of the register for each point of the curve."""
    seed: int = Field(1, ge=0, lt=2**63)
    """Seed of the selection curve."""
