"""The hazard of a new caseworker by time at risk."""

from trajectories.release.gate.derive import poisson_interval, ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import AT_RISK, caseworkers
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="change_hazard",
        sensitivity="moderate",
        row=_("person-months at risk in one duration band, and changes in them"),
        dims=("duration",),
        links=(
            cells("person_months", of="months at risk", by=("duration",)),
            cells(
                "persons",
                of="persons at risk",
                by=("duration",),
                overlap=True,
                within="person_months",
            ),
            cells("changes", of="changes at risk", by=("duration",)),
            *caseworkers("duration", within="changes"),
        ),
        counts=AT_RISK,
        derived=(
            ratio("rate", "changes", "person_months"),
            poisson_interval("rate", "changes", "person_months"),
        ),
        added=("rate", "rate_low", "rate_high"),
    )
)
