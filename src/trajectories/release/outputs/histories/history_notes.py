"""Remarks on the courses around changes, without their sentences."""

from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        made_by="histories",
        stage="hazards",
        name="history_notes",
        sensitivity="moderate",
        row=_("a remark on the courses; its sentence stays private"),
        dims=("code",),
        internal=("sentence",),
        distinct=True,
    )
)
