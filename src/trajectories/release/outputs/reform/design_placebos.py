"""The same contrast on dates without a reform."""

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.reform.design import OUTCOME
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="design_placebos",
        sensitivity="moderate",
        row=_("the contrast of one outcome as if the reform had come in another year"),
        dims=("outcome", "year"),
        links=(
            cells("persons_touched", of="persons touched", some=("outcome", "year")),
            cells("persons_comparison", of="persons of the comparison", some=("outcome", "year")),
        ),
        counts=(
            Count("persons_touched", "persons", guards=True),
            Count("persons_comparison", "persons", guards=True),
        ),
        estimates=(Estimate("estimate"), Estimate("low"), Estimate("high")),
        internal=("fewest_rows",),
        derived=(guarded_by("estimate", "low", "high", denominator="fewest_rows"),),
        texts={"outcome": OUTCOME},
    ),
)
