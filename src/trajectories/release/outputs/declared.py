"""Declarations that several outputs make alike."""

from dataclasses import replace

from trajectories.release.gate.derive import difference, ratio
from trajectories.release.gate.links import Link, cells
from trajectories.release.gate.spec import Count, Estimate, Form, TableSpec, Total, Unit, Whole
from trajectories.release.ladder.forms import POOLED_STATES

IN_WINDOWS = (
    cells("total", of="windows", by=("group",)),
    cells("windows", of="windows", by=("group",), some=("subsequence",)),
    cells(
        "persons",
        of="persons with windows",
        by=("group",),
        some=("subsequence",),
        overlap=True,
        within="windows",
    ),
)
"""The windows of a group that contain a subsequence, and their persons."""

WINDOWS = (Count("windows", "windows", guards=True), Count("persons", "persons", guards=True))
"""Windows and their persons."""

CASEWORKERS = (
    Count("from_caseworkers", "caseworkers", guards=True),
    Count("to_caseworkers", "caseworkers", guards=True),
)
"""Caseworkers who lost the clients of a row's changes, and those who took them over."""


def caseworkers(*dims: str, within: str | None = None) -> tuple[Link, ...]:
    """Declare the caseworkers of each row, who may be behind several rows."""
    return (
        cells("from_caseworkers", of="caseworkers who lost clients", some=dims, within=within),
        cells("to_caseworkers", of="caseworkers who took clients", some=dims, within=within),
    )


def modelled(*dims: str) -> tuple[Link, ...]:
    """Declare what each row of a table of models rests on, whose months are in other rows too."""
    return (
        cells("person_months", of="months of a model", some=dims),
        cells("persons", of="persons of a model", some=dims, within="person_months"),
        cells("events", of="events of a model", some=dims, within="person_months"),
    )


SOME_CASEWORKERS = tuple(replace(count, optional=True) for count in CASEWORKERS)
"""The same in tables where some rows show no change."""

AT_RISK = (
    Count("person_months", "months"),
    Count("persons", "persons", guards=True),
    Count("changes", "events"),
    *CASEWORKERS,
)

MODELLED = (
    Count("person_months", "months"),
    Count("persons", "persons", guards=True),
    Count("events", "events", guards=True),
)

DEPARTED = (*MODELLED, *CASEWORKERS)
"""What a model of departures or other changes rests on."""

INTERVAL = (Estimate("hazard_ratio"), Estimate("low"), Estimate("high"))

ALL = "all"
"""The row of all ages."""


def states_by_month(
    stage: str,
    name: str,
    row: str,
    by: tuple[str, ...],
    unit: Unit = "windows",
    made_by: str = "",
    of: str = "windows",
    ladder: tuple[Form, ...] = (POOLED_STATES,),
) -> TableSpec:
    """Declare shares of states by month of a window; `of` names the population."""
    dims = (*by, "position", "state")
    return TableSpec(
        stage=stage,
        name=name,
        made_by=made_by,
        sensitivity="high",
        row=row,
        dims=dims,
        links=(
            cells("count", of=of, by=(*by, "state@position")),
            cells("total", of=of, by=by),
        ),
        counts=(Count("count", unit, guards=True), Count("weight", "weight")),
        totals=(
            Total("total", "count", over=("state",)),
            Total("total_weight", "weight", over=("state",)),
        ),
        derived=(ratio("share", "weight", "total_weight"),),
        added=("share",),
        grid=dims,
        begins=unit == "windows",
        whole=(("count", "total"),),
        ladder=ladder,
    )


def counted_twice(name: str, other: str, row: str, cluster: str = "cluster") -> TableSpec:
    """Declare shares of clusters as registered beside those counted in another way.

    Args:
        name: the table's name.
        other: how the others are counted; the ending of their columns.
        row: what a row is.
        cluster: what the clusters as registered are called, where they are not those of the
            typology: numbers that are alike by chance are not the same.
    """
    windows, total, share = f"windows_{other}", f"total_{other}", f"share_{other}"
    counts = ("windows", windows)
    return TableSpec(
        stage="reform",
        name=name,
        sensitivity="high",
        row=row,
        dims=("age", "cluster", "group"),
        links=(
            cells("windows", of="windows", by=("age", f"cluster:{cluster}", "group")),
            cells("total", of="windows", by=("age", "group")),
            cells(windows, of="windows", by=("age", f"cluster:cluster {other}", "group")),
            cells(total, of="windows", by=("age", "group")),
        ),
        counts=tuple(Count(count, "windows", guards=True) for count in counts),
        totals=(
            Total("total", "windows", over=("cluster",)),
            Total(total, windows, over=("cluster",)),
        ),
        derived=(
            ratio("share_registered", "windows", "total"),
            ratio(share, windows, total),
            difference("difference", "share_registered", share, denominators=("total", total)),
        ),
        added=("share_registered", share, "difference"),
        grid=("age", "cluster", "group"),
        wholes=(Whole("age", ALL, (*counts, "total", total)),),
    )
