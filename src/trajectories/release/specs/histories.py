"""Declarations of the tables of courses before and after changes of caseworker."""

from dataclasses import replace

from trajectories.release.gate.derive import guarded_by, ratio
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.specs.checks import INTERVAL, MODELLED
from trajectories.release.specs.shared import CASEWORKERS, SOME_CASEWORKERS, states_by_month


def _by_month(name: str, row: str) -> TableSpec:
    return states_by_month("hazards", name, row, ("cluster",), "months")


_AFTER = _by_month("after_states", "courses of one type after a change, by month and state")

SPECS = (
    TableSpec(
        stage="hazards",
        name="course_types",
        sensitivity="moderate",
        row="one type of course before or after months at risk",
        dims=("kind", "cluster"),
        drop_small=("windows",),
        values=("name",),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            *SOME_CASEWORKERS,
        ),
        totals=(Total("total", "windows", over=("cluster",)),),
        derived=(ratio("share", "windows", "total"),),
        added=("share",),
    ),
    replace(_AFTER, counts=(*_AFTER.counts, *CASEWORKERS)),
    _by_month("leaving_states", "courses of one type after a transition, by month and state"),
    _by_month("before_states", "courses of one type before a month at risk, by month and state"),
    TableSpec(
        stage="hazards",
        name="after_types",
        sensitivity="high",
        row="changes of one cause that one type of course followed, and matched months",
        dims=("cause", "cluster"),
        drop_small=("events",),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
            Count("matched", "months"),
            *CASEWORKERS,
        ),
        totals=(Total("total", "events", over=("cluster",)),),
        estimates=tuple(Estimate(name) for name in ("matched_share", "difference", "low", "high")),
        derived=(
            ratio("share", "events", "total"),
            guarded_by("matched_share", "difference", "low", "high", denominator="total"),
        ),
        added=("share",),
    ),
    TableSpec(
        stage="hazards",
        name="history_models",
        sensitivity="moderate",
        row="one term of one model of courses",
        dims=("family", "design", "term"),
        counts=(*MODELLED, *SOME_CASEWORKERS, Count("clusters", "other")),
        estimates=(Estimate("coef"), Estimate("se"), *INTERVAL, Estimate("p_value")),
    ),
    TableSpec(
        stage="hazards",
        name="history_notes",
        sensitivity="moderate",
        row="a remark on the courses; its sentence may hold exact counts and stays private",
        dims=("code",),
        internal=("sentence",),
        distinct=True,
    ),
)
