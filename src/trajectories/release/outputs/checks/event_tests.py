"""Tests of the event study."""

from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import DEPARTED, INTERVAL, caseworkers, modelled
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="event_tests",
        sensitivity="moderate",
        row=_("one test of the event study"),
        dims=("test",),
        links=(
            *modelled("test"),
            *caseworkers("test"),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(*DEPARTED, Count("clusters", "other")),
        estimates=(*INTERVAL, Estimate("p_value")),
    )
)
