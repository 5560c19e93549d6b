"""Declarations that several outputs make alike."""

from dataclasses import replace

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total, Unit

WINDOWS = (Count("windows", "windows", guards=True), Count("persons", "persons", guards=True))
"""Windows and their persons."""

CASEWORKERS = (
    Count("from_caseworkers", "caseworkers", guards=True),
    Count("to_caseworkers", "caseworkers", guards=True),
)
"""Caseworkers who lost the clients of a row's changes, and those who took them over."""

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
    stage: str, name: str, row: str, by: tuple[str, ...], unit: Unit = "windows"
) -> TableSpec:
    """Declare shares of states by month of a window."""
    dims = (*by, "position", "state")
    return TableSpec(
        stage=stage,
        name=name,
        sensitivity="high",
        row=row,
        dims=dims,
        counts=(Count("count", unit, guards=True), Count("weight", "weight")),
        totals=(
            Total("total", "count", over=("state",), apart=True, constant=("position",)),
            Total("total_weight", "weight", over=("state",), apart=True),
        ),
        derived=(ratio("share", "weight", "total_weight"),),
        added=("share",),
        grid=dims,
        whole=(("count", "total"),),
    )
