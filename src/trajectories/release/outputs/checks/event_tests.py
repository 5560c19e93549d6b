"""Tests of the event study."""

from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import DEPARTED, INTERVAL, caseworkers
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="event_tests",
        sensitivity="moderate",
        row=_("one test of the event study"),
        dims=("test",),
        links=(
            cells("person_months", of="months of a model", some=("test",)),
            cells("persons", of="persons of a model", some=("test",), within="person_months"),
            cells("events", of="events of a model", some=("test",), within="person_months"),
            *caseworkers("test"),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(*DEPARTED, Count("clusters", "other")),
        estimates=(*INTERVAL, Estimate("p_value")),
    )
)
