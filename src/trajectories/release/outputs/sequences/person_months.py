"""Person-months in each state."""

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="person_months",
        sensitivity="moderate",
        row=_("person-months in one state"),
        dims=("state",),
        links=(
            cells("person_months", of="person-months", by=("state",)),
            cells("total", of="person-months"),
            cells(
                "persons", of="persons in person-months", some=("state",), within="person_months"
            ),
        ),
        counts=(Count("person_months", "months"), Count("persons", "persons", guards=True)),
        totals=(Total("total", "person_months", over=("state",)),),
        grid=("state",),
    )
)
