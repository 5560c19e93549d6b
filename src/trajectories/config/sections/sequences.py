"""The section `sequences`: person-months, origins, windows, periods and the table of events."""

import datetime as dt
from collections import Counter
from typing import Literal, get_args

from pydantic import Field, model_validator

from trajectories.config.names import Label, OptionalActivity, OptionalState, PersonColumn, State
from trajectories.config.reforms.package import EventConfig, Role
from trajectories.config.section import Section

ROLES: tuple[Role, ...] = get_args(Role)


class MonthConfig(Section):
    """How days become the state of a month."""

    rule: Literal["majority", "thursdays", "first_day", "mid_month", "priority"] = "majority"
    """`majority`: the state of most days; `thursdays`: of most Thursdays, for a weekly register,
    whose weeks belong to the month of their Thursday; `first_day`: of the first day; `mid_month`:
    of the 15th; `priority`: the first in `order` that holds on any day."""
    order: tuple[State, ...] = (
        "OUT",
        "PENSION",
        "FLEX",
        "REHAB",
        "SICK",
        "UI",
        "SA_ACTIVE",
        "SA_PASSIVE",
        "SA_READY",
        "EDU",
        "JOB",
        "SELF",
    )
    """States from first to last: decides ties of `majority` and `thursdays`, and `priority` itself;
    states left out follow in the order of the alphabet."""
    job_state: State = "JOB"
    """State of a day in employment without a benefit."""
    none_state: State = "SELF"
    """State of a day with neither a benefit nor employment."""
    out_state: State | None = "OUT"
    """Absorbing state from the day after death or emigration; null where the alphabet has none, and
    months then end with the person."""
    from_age_years: int = Field(16, ge=0, le=99)
    """Months count as observed from the month after the person reaches this age, in years; the
    extract's first month where that is later or the birth date is unknown."""


class WindowConfig(Section):
    """Which windows are cut from the person-months."""

    length_months: int = Field(24, ge=2, le=600)
    """Length of every window in months."""
    origin_states: tuple[State, ...] = ("SA_READY", "SA_PASSIVE", "SA_ACTIVE")
    """States that count as being on social assistance; an origin is the first month in one of
    them."""
    months_without: int = Field(12, ge=1, le=120)
    """Months in a row, all observed, without any of `origin_states` before an origin."""
    overlaps: Literal["keep", "drop"] = "keep"
    """Whether an origin within an earlier kept window of the same person opens a window of its own
    (`keep`) or is counted as dropped (`drop`)."""
    first_origin: dt.date | None = None
    """First day of the earliest origin month that is used; null for no bound."""
    last_origin: dt.date | None = None
    """First day of the latest origin month that is used; null for no bound."""
    origin_month: dt.date | None = None
    """One fixed origin month (its first day) for all persons instead of the rule above; null for
    the rule."""

    @model_validator(mode="after")
    def _origins_are_months(self) -> "WindowConfig":
        for key in ("first_origin", "last_origin", "origin_month"):
            value = getattr(self, key)
            if value is not None and value.day != 1:
                raise ValueError(f"{key} is {value}, it must be the first day of a month")
        if self.first_origin and self.last_origin and self.first_origin > self.last_origin:
            raise ValueError(
                f"first_origin {self.first_origin} lies after last_origin {self.last_origin}"
            )
        return self


class InternshipConfig(Section):
    """Internships and the paid work that may follow them."""

    activities: tuple[OptionalActivity, ...] = ("internship_private", "internship_public")
    """Activities of the code list that are internships; empty for no count."""
    gap_days: int = Field(14, ge=0, le=3660)
    """Spells of internship with at most so many days between are one."""
    within_months: int = Field(6, ge=0, le=60)
    """An internship ends in paid work where a month after its end, up to this one, has the state
    `month.job_state`."""
    seed: int = Field(1, ge=0, lt=2**63)
    """Of the lot that chooses, among persons who are alike, one who began no internship in the same
    month."""


class LongCoursesConfig(Section):
    """Courses of support that last for years, and how they end."""

    enabled: bool = True
    """Whether they are described; they need the typology."""
    min_years: int = Field(3, ge=1, le=30)
    """A course is long from so many years on."""
    max_years: int = Field(10, ge=2, le=50)
    """Longer courses are left out."""
    gap_months: int = Field(1, ge=0, le=24)
    """Months off support that do not end a course."""
    exits: dict[Label, tuple[OptionalState, ...]] = Field(
        {"job": ("JOB",), "education": ("EDU",), "flexjob": ("FLEX",), "pension": ("PENSION",)}
    )
    """Exits by name: the states that they lead to. All others are counted together."""
    lasting_months: tuple[int, ...] = (3, 6, 12, 24)
    """Months without support after which exits are counted that have lasted."""
    hours: tuple[int, ...] = (80, 130)
    """Hours of work a month."""
    hours_after_months: int = Field(12, ge=1, le=120)
    """Months from the exit to the month whose hours count."""

    @model_validator(mode="after")
    def _years_in_order(self) -> "LongCoursesConfig":
        if self.min_years >= self.max_years:
            raise ValueError("min_years must be less than max_years")
        return self


class DescriptionConfig(Section):
    """How much of the courses the tables list."""

    listed: int = Field(10, ge=1, le=100)
    """Sequences, paths and subsequences that a table lists."""
    min_share: float = Field(0.05, gt=0, le=1)
    """Smallest share of windows with a listed subsequence."""
    max_events: int = Field(3, ge=2, le=6)
    """Most events in a listed subsequence."""
    stripes: int = Field(20, ge=1, le=100)
    """Most stripes a cluster has in the relative-frequency plot."""
    stripe_windows: int = Field(10, ge=5, le=100_000)
    """Fewest windows in a stripe of the relative-frequency plot."""
    index_rows: int = Field(500, ge=10, le=100_000)
    """Most windows a cluster shows in the private index plot."""


class SequencesConfig(Section):
    """Person-months, windows and periods."""

    month: MonthConfig = MonthConfig()
    """How days become the state of a month."""
    window: WindowConfig = WindowConfig()
    """Which windows are cut."""
    internships: InternshipConfig = InternshipConfig()
    """Which activities are internships, and what follows them."""
    long_courses: LongCoursesConfig = LongCoursesConfig()
    """Which courses are long, and what is asked of their ends."""
    description: DescriptionConfig = DescriptionConfig()
    """How much of the courses the tables and pictures list."""
    group_by: PersonColumn | None = None
    """Column of `persons` whose values are the groups that are compared; null for the periods
    before, during and after the reform, computed from `events`."""
    weight: PersonColumn | None = None
    """Column of `persons` with case weights; null for equal weights."""
    events: tuple[EventConfig, ...] | None = None
    """The table of events: the breaks in the series, with their sources; null for those of the
    reform packages."""

    @model_validator(mode="after")
    def _events_define_periods(self) -> "SequencesConfig":
        if self.events is None:
            return self
        for name, times in Counter(event.name for event in self.events).items():
            if times > 1:
                raise ValueError(f"events names {name} {times} times, each name may occur once")
        if self.group_by is not None:
            return self
        holders = {role: [event for event in self.events if event.role == role] for role in ROLES}
        if len(holders["in_force"]) != 1 or len(holders["agreement"]) > 1:
            raise ValueError(
                "events must give the role in_force to exactly one event, not to "
                f"{len(holders['in_force'])}, and the role agreement to at most one, not to "
                f"{len(holders['agreement'])}"
            )
        agreement, in_force = self.event("agreement"), self.event("in_force")
        if agreement and in_force and agreement.date > in_force.date:
            raise ValueError(
                f"the agreement ({agreement.date}) lies after in_force ({in_force.date})"
            )
        return self

    def event(self, role: Role) -> EventConfig | None:
        """Return the event that has the role, if any."""
        return next((event for event in self.events or () if event.role == role), None)
