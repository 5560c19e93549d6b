"""The section `hazards`: caseworker changes, risk sets, competing exits and models."""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trajectories.config.names import Group, OptionalGroup, PanelTerm, Readiness, WeightTerm
from trajectories.config.section import Section
from trajectories.config.sections.changes import ChangesConfig
from trajectories.config.sections.durations import DurationsConfig
from trajectories.config.sections.sensitivity import HistoriesConfig, SensitivityConfig

Exit = Literal[
    "job",
    "education",
    "flexjob",
    "disability_pension",
    "rehabilitation",
    "other_benefit",
    "self_support",
    "sickness",
    "parental",
    "old_age",
    "death",
    "emigration",
]
"""The exits that compete, in the order of their numbers (from 1; 0 is censored)."""

DURATION_STARTS_MONTHS = (0, 3, 6, 12, 24, 36)
AGE_STARTS_YEARS = (18, 30, 40, 50)
ADJUSTMENT = (
    "C(duration_band)",
    "C(municipality)*C(half_year)",
    "C(team_first)",
    "C(age_band)",
    "C(sex)",
)


class ExitsConfig(Section):
    """Which codelist groups each exit holds; a group in no list is another benefit."""

    education: tuple[OptionalGroup, ...] = ("EDU",)
    """Ordinary education."""
    flexjob: tuple[OptionalGroup, ...] = ("FLEXJOB", "LEDIGHEDSYDELSE")
    """Flexjob and its unemployment benefit."""
    disability_pension: tuple[OptionalGroup, ...] = ("DISABILITY_PENSION",)
    """Disability pension and sheltered jobs."""
    rehabilitation: tuple[OptionalGroup, ...] = ("REHAB", "RESOURCE", "JOBCLARIF")
    """Rehabilitation, resource courses and job clarification."""
    old_age: tuple[OptionalGroup, ...] = ("OLDAGE", "RETIRED")
    """Old-age pension and early retirement."""
    sickness: tuple[OptionalGroup, ...] = ("SICK",)
    """Sickness benefit."""
    parental: tuple[OptionalGroup, ...] = ("PARENTAL",)
    """Parental leave."""
    death: tuple[OptionalGroup, ...] = ("DEAD",)
    """Death."""
    emigration: tuple[OptionalGroup, ...] = ("EMIGRATED",)
    """Emigration."""
    job: tuple[OptionalGroup, ...] = ("JOB", "SUBSIDISED_OTHER")
    """Codes that stand for ordinary employment."""
    self_support: tuple[OptionalGroup, ...] = ("SELF",)
    """Self-support without a job."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: dict[str, str] = {}
        for exit_name in type(self).model_fields:
            for group in getattr(self, exit_name):
                if group in seen:
                    raise ValueError(f"{group} stands in both {seen[group]} and {exit_name}")
                seen[group] = exit_name
        return self


class RiskConfig(Section):
    """Who is at risk, from when to when, and what an exit is."""

    assistance_groups: tuple[Group, ...] = Field(
        ("SA_JOBREADY", "SA_NOTREADY", "SA_INTEGRATION"), min_length=1
    )
    """Codelist groups that are social assistance."""
    readiness: tuple[Readiness, ...] = Field(("activity_ready",), min_length=1)
    """Readiness at time zero of the persons who are followed."""
    readiness_within_days: int = Field(31, ge=0, le=366)
    """Days from the start of the spell within which the first registered readiness counts as
    readiness at time zero."""
    current_readiness_only: bool = False
    """A labelled variant: only months in which the person is still in `readiness`; it selects on a
    consequence of the caseworker."""
    starts: Literal["observed", "all"] = "observed"
    """Spells whose start is observed, or all, those running when the extract opens with their
    duration counted from there."""
    gap_days: int = Field(28, ge=1, le=366)
    """Interruptions of social assistance shorter than this are folded back; days."""
    job_days: int = Field(28, ge=1, le=1830)
    """Consecutive days without benefit and with employment that make an exit to a job; days."""
    job_within_days: int = Field(31, ge=0, le=366)
    """Days after the end of social assistance within which that job must begin."""
    job_months: int = Field(0, ge=0, le=60)
    """Months that the job must last to be an exit to a job; gaps between jobs shorter than
    `gap_days` do not end it, a benefit does, and follow-up ends so much before the data do. 0 for
    `job_days` alone."""
    job_hours: float = Field(0, ge=0, le=744)
    """Least hours of work a month that make employment a job; employment whose hours are not known
    counts. 0 for any hours."""
    lasting_job_months: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (3, 6, 12)
    """Lengths of jobs, in months, with which the specification curve repeats the headline; none
    where empty."""
    full_job_hours: tuple[Annotated[float, Field(gt=0, le=744)], ...] = (80,)
    """Least hours of work a month with which the specification curve repeats the headline; none
    where empty."""
    earlier_months: int = Field(24, ge=1, le=120)
    """Months before time zero whose course makes the types of earlier course."""
    earlier_types: int = Field(4, ge=0, le=12)
    """Types of earlier course, for the headline within them; 0 for none."""
    exposure_gap_days: int = Field(92, ge=1, le=3660)
    """Days after the last observed caseworker from which on a person's exposure is lost: follow-up
    is censored there."""
    pause: tuple[Literal["sickness", "parental"], ...] = ()
    """Exits that only pause the course: the person is not at risk meanwhile, and the duration and
    the counts run on when social assistance resumes."""
    pause_months: int = Field(12, ge=1, le=60)
    """Longest pause in months; after a longer one the pause was an exit."""
    old_age_years: int = Field(65, ge=50, le=99)
    """Age from which an exit without a benefit is old age; years."""
    exits: ExitsConfig = ExitsConfig()
    """Codelist groups of the exits."""
    lag_months: int = Field(1, ge=0, le=12)
    """Months by which counts of changes lag: a change counts from this many months after its own
    month on; with 1 the counts are those on the eve of the month."""
    duration_starts: tuple[Annotated[int, Field(ge=0, le=1200)], ...] = Field(
        DURATION_STARTS_MONTHS, min_length=1
    )
    """First month of each duration band, months since time zero."""
    age_starts: tuple[Annotated[int, Field(ge=0, le=120)], ...] = Field(
        AGE_STARTS_YEARS, min_length=1
    )
    """First age of each age band, in years."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for key in ("duration_starts", "age_starts"):
            values = getattr(self, key)
            if list(values) != sorted(set(values)):
                raise ValueError(f"{key} must ascend")
        if self.duration_starts[0] != 0:
            raise ValueError("duration_starts must begin with 0")
        return self


class ModelsConfig(Section):
    """The models that the report stands on."""

    link: Literal["cloglog", "logit", "poisson"] = "cloglog"
    """Hazard ratios (cloglog), odds ratios (logit) or rate ratios (poisson)."""
    event: Exit = "job"
    """The exit whose hazard is modelled."""
    adjustment: tuple[PanelTerm, ...] = ADJUSTMENT
    """Formula terms that every model adjusts for."""
    min_departures: int = Field(30, ge=0, le=1_000_000)
    """Departures that the risk set must have met before the headline is given."""
    min_clusters: int = Field(4, ge=2)
    """Clusters (municipality and first team) in which those whose caseworker left must have the
    exit, before the headline or a group among the subgroups is given."""
    risks: bool = True
    """Whether the risk of a job with a departure and without is computed (g-computation, with a
    jackknife over clusters)."""
    departure_month: int = Field(3, ge=0, le=60)
    """Month after time zero in which the departure falls in that comparison."""
    risk_months: tuple[Annotated[int, Field(ge=1, le=240)], ...] = Field((12, 24), min_length=1)
    """Horizons of that comparison, months after time zero."""
    calendar_borders: tuple[dt.date, ...] | None = None
    """Days that divide calendar time where estimates are given by period; null for those of the
    reform package."""
    designs: bool = True
    """Whether shape, causes, placebo, negative control, subgroups, exits, the specification curve
    and leave-one-municipality-out are fitted."""
    event_study: bool = True
    """Whether the months around departures are followed, with their tests."""
    randomisations: int = Field(1999, ge=0, le=100_000)
    """How often leavers are drawn again among the caseworkers of their team and month, for the
    randomisation tests; 0 for none."""
    wild_bootstrap: Literal["auto", "always", "never"] = "auto"
    """Whether the headline gets an interval from the restricted wild bootstrap: auto where fewer
    than 20 clusters, or one with more than a fifth of the person-months."""
    censoring_terms: tuple[WeightTerm, ...] = ("C(active_state)", "C(since_departure)")
    """Formula terms, beside `adjustment`, of the chance of another change, from which the weights
    are made where follow-up is censored at the first one."""
    weight_truncation: float = Field(0.01, ge=0, lt=0.5)
    """Share of these weights that is cut at either end."""
    subdistribution_exits: tuple[
        Literal[
            "job",
            "education",
            "flexjob",
            "disability_pension",
            "rehabilitation",
            "other_benefit",
            "self_support",
        ],
        ...,
    ] = ("job", "education")
    """Exits whose subdistribution hazard (Fine and Gray) is fitted beside their own hazard, by age
    and sex; each takes some seconds."""
    timing_of_events: bool = False
    """Whether the timing-of-events model is fitted for the appendix: exits and first changes that
    share unobserved factors; it takes a third of the time of all else."""
    timing_points: int = Field(2, ge=2, le=4)
    """Mass points of each unobserved factor of that model."""
    timing_starts: int = Field(5, ge=2, le=1000)
    """How often the search for its maximum begins, so that the share of starts that reach the best
    one says how fragile it is."""
    frailty: bool = False
    """Whether the companion is fitted with a gamma frailty as well; it takes the time of all else
    together."""


class HazardsConfig(Section):
    """Caseworker changes and exits."""

    enabled: bool = True
    """Whether the stage runs; it needs caseworker assignments, or durations from a file."""
    source: Literal["register", "durations"] = "register"
    """The register's assignments and spells, or a file of durations."""
    changes: ChangesConfig = ChangesConfig()
    """How assignments become dated changes with causes."""
    risk: RiskConfig = RiskConfig()
    """Who is at risk, and what an exit is."""
    models: ModelsConfig = ModelsConfig()
    """The models of the report."""
    histories: HistoriesConfig = HistoriesConfig()
    """The course before months at risk and after changes."""
    sensitivity: SensitivityConfig = SensitivityConfig()
    """How far selection alone could go, attrition, detection."""
    durations: DurationsConfig = DurationsConfig()
    """The file of durations where `source` is durations."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.enabled and self.source == "durations" and self.durations.path is None:
            raise ValueError("durations.path must name a file where source is durations")
        return self
