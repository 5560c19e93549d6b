"""The part `hazards.durations`: durations from a file instead of a register."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import DurationColumn, DurationTerm, File
from trajectories.config.section import Section


class DurationsConfig(Section):
    """Durations from a file instead of a register."""

    path: File | None = None
    """A CSV or Parquet file with one row a duration; relative paths start at the project folder."""
    time: DurationColumn = "time"
    """Column of the duration, a whole number of periods."""
    event: DurationColumn = "event"
    """Column that is 1 where the duration ends by the event."""
    exit_flags: tuple[DurationColumn, ...] = ()
    """Columns that say how a duration ended (1 = so); durations without any are censored, and a
    note says how many there are."""
    entry: DurationColumn | None = None
    """Column of the periods before observation begins; null for none."""
    group: DurationColumn | None = None
    """Column whose values get curves of their own; null for one curve."""
    period_starts: tuple[Annotated[int, Field(ge=1, le=100_000)], ...] = Field(
        tuple(range(1, 15)), min_length=1
    )
    """First period of each band of the baseline; the last band is open."""
    terms: tuple[DurationTerm, ...] = ()
    """Formula terms beside the baseline's bands."""
    link: Literal["cloglog", "logit"] = "cloglog"
    """Hazard ratios (cloglog) or odds ratios (logit)."""
    max_person_periods: int = Field(50_000_000, ge=1, le=10**12)
    """Person-periods that may be made of the durations; a mistyped duration makes millions."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if list(self.period_starts) != sorted(set(self.period_starts)):
            raise ValueError("period_starts must ascend")
        if self.period_starts[0] != 1:
            raise ValueError("period_starts must begin with 1")
        return self
