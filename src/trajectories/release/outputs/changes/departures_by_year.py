"""Departures of caseworkers by calendar year."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="departures_by_year",
        sensitivity="moderate",
        row=_("persons at risk in one calendar year, and the departures that they met"),
        dims=("year",),
        links=(
            cells("person_months", of="months at risk", by=("year",)),
            cells(
                "persons", of="persons at risk", by=("year",), overlap=True, within="person_months"
            ),
            cells("departures", of="departures at risk", by=("year",)),
            *caseworkers("year", within="departures"),
        ),
        counts=(
            Count("person_months", "months"),
            Count("persons", "persons", guards=True),
            Count("departures", "events"),
            *CASEWORKERS,
        ),
        derived=(ratio("rate", "departures", "person_months"),),
        added=("rate",),
    )
)
