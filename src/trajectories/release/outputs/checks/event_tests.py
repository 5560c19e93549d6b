"""Tests of the event study."""

from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import DEPARTED, INTERVAL

OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="event_tests",
        sensitivity="moderate",
        row="one test of the event study",
        dims=("test",),
        counts=(*DEPARTED, Count("clusters", "other")),
        estimates=(*INTERVAL, Estimate("p_value")),
    )
)
