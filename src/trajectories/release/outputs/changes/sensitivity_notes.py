"""Remarks on how changes come about, without their sentences."""

from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="sensitivity_notes",
        sensitivity="moderate",
        row=_("a remark on these tables; its sentence stays private"),
        dims=("code",),
        internal=("sentence",),
        distinct=True,
    )
)
