"""Declarations of the hazard stage's appendix."""

from trajectories.columns import SUBDISTRIBUTION_ESTIMATES, TIMING_ESTIMATES
from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Whole
from trajectories.release.specs.shared import CASEWORKERS

SPECS = (
    TableSpec(
        stage="hazards",
        name="incidence_bands",
        sensitivity="moderate",
        row="the band of one curve of cumulative incidence",
        dims=("group", "exit"),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
        ),
        estimates=(Estimate("critical"), Estimate("first_month"), Estimate("last_month")),
        derived=(guarded_by("critical", "first_month", "last_month", denominator="events"),),
        grid=("group", "exit"),
        wholes=(Whole("group", "all", ("persons", "events")),),
        drop_small=("events",),
    ),
    TableSpec(
        stage="hazards",
        name="subdistribution",
        sensitivity="moderate",
        row="one level against another, in the hazard of an exit and in its subdistribution",
        dims=("exit", "term"),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
        ),
        estimates=tuple(map(Estimate, SUBDISTRIBUTION_ESTIMATES)),
    ),
    TableSpec(
        stage="hazards",
        name="timing_of_events",
        sensitivity="moderate",
        row="the first change and the exit, with shared unobserved factors or without",
        dims=("model",),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
            Count("changes", "events", guards=True),
            *CASEWORKERS,
        ),
        estimates=tuple(map(Estimate, TIMING_ESTIMATES)),
    ),
)
