"""Declarations of the tables on how changes come about, attrition and the selection curve."""

from trajectories.release.gate.derive import poisson_interval, ratio
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.specs.shared import CASEWORKERS

AT_RISK = (
    Count("person_months", "months"),
    Count("persons", "persons", guards=True),
    Count("changes", "events"),
    *CASEWORKERS,
)

SPECS = (
    TableSpec(
        stage="hazards",
        name="changes_by_month",
        sensitivity="moderate",
        row="persons at risk in one calendar month, and their changes",
        dims=("month",),
        counts=AT_RISK,
        derived=(ratio("rate", "changes", "person_months"),),
        added=("rate",),
    ),
    TableSpec(
        stage="hazards",
        name="departures_by_year",
        sensitivity="moderate",
        row="persons at risk in one calendar year, and the departures that they met",
        dims=("year",),
        counts=(
            Count("person_months", "months"),
            Count("persons", "persons", guards=True),
            Count("departures", "events"),
            *CASEWORKERS,
        ),
        derived=(ratio("rate", "departures", "person_months"),),
        added=("rate",),
    ),
    TableSpec(
        stage="hazards",
        name="change_hazard",
        sensitivity="moderate",
        row="person-months at risk in one duration band, and changes in them",
        dims=("duration",),
        counts=AT_RISK,
        derived=(
            ratio("rate", "changes", "person_months"),
            poisson_interval("rate", "changes", "person_months"),
        ),
        added=("rate", "rate_low", "rate_high"),
    ),
    TableSpec(
        stage="hazards",
        name="risk_accounting",
        sensitivity="moderate",
        row="courses that are left out for one reason, or end in one way",
        dims=("step", "reason"),
        counts=(Count("courses", "persons", guards=True),),
        totals=(Total("total", "courses", over=("reason",)),),
        derived=(ratio("share", "courses", "total"),),
        added=("share",),
    ),
    TableSpec(
        stage="hazards",
        name="caseloads",
        sensitivity="moderate",
        row="colleagues who remain, one month before or after a departure",
        dims=("lag",),
        counts=(
            Count("departures", "events", guards=True),
            Count("from_caseworkers", "caseworkers", guards=True),
            Count("caseworkers", "caseworkers", guards=True),
            Count("observations", "events"),
        ),
        estimates=(Estimate("mean_caseload", supported_by="observations"),),
    ),
    TableSpec(
        stage="hazards",
        name="selection_curve",
        sensitivity="moderate",
        row="the naive analysis of registers simulated without an effect, at one strength",
        dims=("selective", "strength"),
        counts=(
            Count("persons", "persons", guards=True),
            Count("person_months", "months"),
            Count("events", "events", guards=True),
            Count("changes", "events", guards=True),
            Count("selected", "events", guards=True),
            *CASEWORKERS,
        ),
        estimates=(Estimate("association"), Estimate("departures")),
    ),
    TableSpec(
        stage="hazards",
        name="detection",
        sensitivity="moderate",
        row="what a simulated register planted and what was found of it",
        dims=("what",),
        counts=(
            Count("planted", "events", optional=True),
            Count("found", "events", optional=True),
            Count("both", "events", guards=True),
        ),
        derived=(ratio("recall", "both", "planted"), ratio("precision", "both", "found")),
        added=("recall", "precision"),
    ),
    TableSpec(
        stage="hazards",
        name="sensitivity_notes",
        sensitivity="moderate",
        row="a remark on these tables; its sentence may hold exact counts and stays private",
        dims=("code",),
        internal=("sentence",),
        distinct=True,
    ),
)
