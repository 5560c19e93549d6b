"""Declarations of the hazard stage's designs, checks and verdict."""

from trajectories.release.gate.derive import firm_ratio, guarded_by, ratio
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.specs.shared import CASEWORKERS, SOME_CASEWORKERS

INTERVAL = (Estimate("hazard_ratio"), Estimate("low"), Estimate("high"))
MODELLED = (
    Count("person_months", "months"),
    Count("persons", "persons", guards=True),
    Count("events", "events", guards=True),
)
DEPARTED = (*MODELLED, *CASEWORKERS)
"""What a model of departures or other changes rests on."""
BETWEEN = (
    Count("out_persons", "persons", guards=True, optional=True),
    Count("out_events", "events", guards=True, optional=True),
    Count("out_caseworkers", "caseworkers", guards=True, optional=True),
)
"""What lies between a design's sample and the headline's, or its group and the smaller ones."""

SPECS = (
    TableSpec(
        stage="hazards",
        name="job_risks",
        sensitivity="moderate",
        row="risk of the outcome within some months, with a departure and without",
        dims=("time",),
        counts=(
            Count("persons", "persons", guards=True),
            Count("courses", "events", guards=True),
            *CASEWORKERS,
            Count("clusters", "other"),
        ),
        estimates=tuple(
            Estimate(name)
            for name in ("risk_none", "risk_departure", "difference", "se", "low", "high")
        ),
        derived=(
            guarded_by(
                "risk_none", "risk_departure", "difference", "low", "high", denominator="persons"
            ),
        ),
    ),
    TableSpec(
        stage="hazards",
        name="designs",
        sensitivity="moderate",
        row="one term of one design beside the headline",
        dims=("family", "design", "term"),
        counts=(*DEPARTED, Count("clusters", "other"), *BETWEEN),
        estimates=(
            Estimate("coef"),
            Estimate("se"),
            *INTERVAL,
            Estimate("p_value"),
            Estimate("p_corrected"),
        ),
    ),
    TableSpec(
        stage="hazards",
        name="event_study",
        sensitivity="high",
        row="one month before or after a departure, under one contrast",
        dims=("contrast", "lag"),
        counts=DEPARTED,
        estimates=(Estimate("coef"), Estimate("se"), *INTERVAL),
    ),
    TableSpec(
        stage="hazards",
        name="event_tests",
        sensitivity="moderate",
        row="one test of the event study",
        dims=("test",),
        counts=(*DEPARTED, Count("clusters", "other")),
        estimates=(*INTERVAL, Estimate("p_value")),
    ),
    TableSpec(
        stage="hazards",
        name="lead_bounds",
        sensitivity="moderate",
        row="the year after a departure, bounded by what the months before it show",
        dims=("contrast", "bound"),
        counts=(*DEPARTED, Count("clusters", "other")),
        estimates=(
            Estimate("relative"),
            Estimate("set_low"),
            Estimate("set_high"),
            Estimate("low"),
            Estimate("high"),
        ),
    ),
    TableSpec(
        stage="hazards",
        name="randomisation",
        sensitivity="moderate",
        row="one test with leavers drawn again within team and month",
        dims=("kind", "test"),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True, optional=True),
            *CASEWORKERS,
            Count("departures", "events", guards=True),
            Count("caseworkers", "caseworkers"),
            Count("blocks", "other"),
            Count("degrees", "other"),
        ),
        estimates=(Estimate("statistic"), Estimate("p_value"), Estimate("p_corrected")),
    ),
    TableSpec(
        stage="hazards",
        name="balance",
        sensitivity="high",
        row="clients with one characteristic on leavers' lists, and of their colleagues",
        dims=("characteristic", "level"),
        counts=(
            Count("listed", "persons", guards=True),
            Count("others", "persons", guards=True),
            Count("from_caseworkers", "caseworkers", guards=True),
            Count("other_caseworkers", "caseworkers", guards=True),
        ),
        estimates=tuple(
            Estimate(name)
            for name in ("listed_share", "others_share", "standardised_difference", "p_value")
        ),
        derived=(
            guarded_by(
                "listed_share", "others_share", "standardised_difference", denominator="listed"
            ),
        ),
    ),
    TableSpec(
        stage="hazards",
        name="after_changes",
        sensitivity="high",
        row="changes of one cause that led to one outcome within twelve months",
        dims=("cause", "outcome"),
        drop_small=("changes",),
        counts=(
            Count("persons", "persons", guards=True),
            Count("changes", "events"),
            Count("events", "events"),
            *SOME_CASEWORKERS,
        ),
        derived=(firm_ratio("share", "events", "changes"),),
        added=("share",),
        whole=(("events", "changes"),),
    ),
    TableSpec(
        stage="hazards",
        name="mechanisms",
        sensitivity="moderate",
        row="how the hand-over went in changes of one cause",
        dims=("cause",),
        drop_small=("changes",),
        counts=(
            Count("changes", "events"),
            Count("persons", "persons", guards=True),
            *CASEWORKERS,
            Count("waited", "events"),
        ),
        derived=(ratio("waited_share", "waited", "changes"),),
        added=("waited_share",),
        estimates=tuple(
            Estimate(name, supported_by="changes")
            for name in ("mean_gap_days", "mean_caseload", "mean_tenure_months")
        ),
    ),
    TableSpec(
        stage="hazards",
        name="verdict",
        sensitivity="moderate",
        row="one check of the headline, its verdict and the numbers of its sentence",
        dims=("check",),
        values=("verdict", "reason", "subject", "untested", "months"),
        counts=(
            Count("persons", "persons", guards=True, optional=True),
            Count("events", "events", guards=True, optional=True),
            *SOME_CASEWORKERS,
            # Whether few changes are many in a month before a job tells how few they are.
            Count("exit_months", "months", guards=True, optional=True),
            Count("exit_changes", "events", guards=True, optional=True),
            Count("matched_months", "months", guards=True, optional=True),
            Count("matched_changes", "events", guards=True, optional=True),
        ),
        estimates=tuple(
            Estimate(name)
            for name in (
                "ratio",
                "low",
                "high",
                "p_value",
                "other_ratio",
                "difference",
                "relative",
                "e_value",
                "e_value_bound",
            )
        ),
        derived=(
            ratio("exit_share", "exit_changes", "exit_months"),
            ratio("matched_share", "matched_changes", "matched_months"),
        ),
        added=("exit_share", "matched_share"),
    ),
)
