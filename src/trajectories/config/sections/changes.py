"""The part `hazards.changes`: how assignments become dated changes of caseworker."""

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from trajectories.config.names import Registered
from trajectories.config.section import Section


class ChangesConfig(Section):
    """How assignments become dated changes of caseworker with causes."""

    list_end_weeks: int = Field(13, ge=1, le=52)
    """A caseworker leaves where the whole list ends within this many weeks and no client comes
    after; weeks."""
    min_clients: int = Field(3, ge=1, le=10_000)
    """Clients other than the person looked at who must pass to colleagues before a list that ends
    counts as a departure."""
    min_moved_share: float = Field(0.5, gt=0, le=1)
    """Share of a list that must pass to colleagues, and not end with the case, before a list that
    ends counts as a departure."""
    at_once_days: int = Field(7, ge=0, le=92)
    """A list is handed over at once where half of it passes within this many days of its end; else
    gradually, over all of `list_end_weeks`; days."""
    absence_days: int = Field(14, ge=1, le=366)
    """Days without any client after which a caseworker's list counts as ended; a list that begins
    again later is an absence with return."""
    absence_months: int = Field(12, ge=1, le=60)
    """Longest absence, in months; who comes back later than this had left."""
    decide_months: int = Field(3, ge=0, le=24)
    """Months that must follow the weeks of `list_end_weeks` before the end of the data for a list
    that ended to count as decided."""
    list_months: int = Field(3, ge=0, le=24)
    """Months before the leaver's last month at which the list is taken: who is on it then is
    exposed to the departure, whatever happens later."""
    gap_days: int = Field(92, ge=0, le=3660)
    """Longest time without a caseworker, in days, across which another caseworker is a change;
    after a longer one a new case begins."""
    visitation_days: int = Field(31, ge=0, le=366)
    """A change this many days or fewer from a change of readiness is put down to the visitation,
    and a switch of team as near to a youth birthday to that; days."""
    youth_ages: tuple[Annotated[int, Field(ge=15, le=120)], ...] | None = None
    """Ages at which persons have left the youth teams, in years; a switch of team within
    `visitation_days` of such a birthday is put down to it, and the caseworkers that a reform itself
    assigns are for persons under the highest. Null for those of the reform package."""
    reform_from: dt.date | None = None
    """First day on which the reform itself gives young activity-ready persons another caseworker;
    null for that of the reform package, or for no such days where it has none."""
    reform_to: dt.date | None = None
    """Last day on which the reform does so."""
    request_reasons: tuple[Registered, ...] = ("request",)
    """Values of `reason` in the assignments that mean that the person or the caseworker asked for
    the change."""
    recoding_share: float = Field(0.8, gt=0.5, le=1)
    """Share of a municipality's caseworkers whose clients pass to one new identifier each on one
    day, from which on the day is a recoding of identifiers; also the share of a caseworker's
    clients that must pass."""
    recoding_min_caseworkers: int = Field(3, ge=2, le=10_000)
    """Caseworkers that a municipality's recoding must cover."""
    reorganisation_share: float = Field(0.5, gt=0, le=1)
    """Share of a municipality's caseworkers whose lists end within a week of each other, from which
    on these are a re-organisation and not departures."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.reform_from is None) != (self.reform_to is None):
            raise ValueError("give reform_from and reform_to together")
        if self.reform_from and self.reform_to and self.reform_to < self.reform_from:
            raise ValueError("reform_to must not lie before reform_from")
        return self
