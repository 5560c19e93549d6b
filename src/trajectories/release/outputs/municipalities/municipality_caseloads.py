"""Clients and caseworkers by municipality and year."""

from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.outputs.base import Output
from trajectories.words import _

SUMS = ("client_months", "caseworker_months")

OUTPUT = Output(
    table=TableSpec(
        made_by="municipalities",
        stage="reform",
        name="municipality_caseloads",
        sensitivity="high",
        row=_("clients with a caseworker in one municipality and year"),
        dims=("municipality", "year"),
        links=(
            cells(
                "client_months",
                of="months with a caseworker",
                by=("municipality", "year"),
            ),
            cells(
                "caseworker_months",
                of="months of caseworkers",
                by=("municipality", "year"),
                within="client_months",
            ),
            cells(
                "persons",
                of="persons with a caseworker",
                by=("municipality", "year"),
                overlap=True,
                within="client_months",
            ),
            cells(
                "caseworkers",
                of="caseworkers with clients",
                by=("municipality", "year"),
                overlap=True,
                within="caseworker_months",
            ),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("caseworkers", "caseworkers", guards=True),
            Count("client_months", "months"),
            Count("caseworker_months", "months"),
        ),
        derived=(ratio("caseload", "client_months", "caseworker_months"),),
        added=("caseload",),
        grid=("municipality", "year"),
        wholes=tuple(Whole(name, ALL, SUMS) for name in ("municipality",)),
    ),
)
