"""Declarations that several stages make alike."""

from dataclasses import replace

from trajectories.release.gate.derive import firm_ratio, ratio
from trajectories.release.gate.spec import Count, TableSpec, Total, Unit

WINDOWS = (Count("windows", "windows", guards=True), Count("persons", "persons", guards=True))
"""Windows and their persons."""

CASEWORKERS = (
    Count("from_caseworkers", "caseworkers", guards=True),
    Count("to_caseworkers", "caseworkers", guards=True),
)
"""Caseworkers who lost the clients of a row's changes, and those who took them over."""
SOME_CASEWORKERS = tuple(replace(count, optional=True) for count in CASEWORKERS)
"""The same in tables where some rows show no change."""


def states_by_month(
    stage: str, name: str, row: str, by: tuple[str, ...], unit: Unit = "windows"
) -> TableSpec:
    """Declare shares of states by month of a window.

    Args:
        stage: the stage that makes the table.
        name: its name.
        row: what a row is.
        by: the dimensions that panels stand for.
        unit: what is counted.
    """
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


def internships_by(name: str, dimension: str) -> TableSpec:
    """Declare the internships that paid work follows, by a dimension and group."""
    return TableSpec(
        stage="typology",
        name=name,
        sensitivity="high",
        row=f"internships that end in windows of one {dimension} and group",
        dims=(dimension, "group"),
        counts=(
            Count("internships", "events", guards=True),
            Count("in_job", "events"),
            Count("persons", "persons", guards=True),
        ),
        derived=(firm_ratio("share", "in_job", "internships"),),
        added=("share",),
        grid=(dimension, "group"),
        whole=(("in_job", "internships"),),
    )


def commonest(name: str, value: str, row: str) -> TableSpec:
    """Declare the commonest sequences, or orders of states, of each group."""
    return TableSpec(
        stage="sequences",
        name=name,
        sensitivity="high",
        row=row,
        dims=("group", "rank"),
        values=(value,),
        counts=WINDOWS,
        drop_small=("windows",),
    )
