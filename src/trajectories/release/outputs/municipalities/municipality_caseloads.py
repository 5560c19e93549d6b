"""Clients and caseworkers by municipality, year and quarter."""

from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.outputs.base import Output

SUMS = ("client_months", "caseworker_months")

OUTPUT = Output(
    table=TableSpec(
        made_by="municipalities",
        stage="reform",
        name="municipality_caseloads",
        sensitivity="high",
        row="clients with a caseworker in one municipality and quarter",
        dims=("municipality", "year", "quarter"),
        counts=(
            Count("persons", "persons", guards=True),
            Count("caseworkers", "caseworkers", guards=True),
            Count("client_months", "months"),
            Count("caseworker_months", "months"),
        ),
        derived=(ratio("caseload", "client_months", "caseworker_months"),),
        added=("caseload",),
        grid=("municipality", "year", "quarter"),
        wholes=tuple(Whole(name, ALL, SUMS) for name in ("municipality", "quarter")),
    ),
)
