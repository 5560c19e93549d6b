"""Remarks on the models, without their sentences."""

from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="notes",
        sensitivity="moderate",
        row=_("a remark on the models; its sentence stays private"),
        dims=("code",),
        internal=("sentence",),
        distinct=True,
    )
)
