"""The medoid of each cluster, where enough persons have its very course."""

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="medoids",
        sensitivity="high",
        row=_("one cluster's medoid, a real sequence: shown where enough persons have it exactly"),
        dims=("cluster",),
        values=("sequence",),
        links=(
            cells("persons", of="persons with windows", by=("cluster",), overlap=True),
            cells(
                "identical",
                of="persons with windows",
                by=("cluster",),
                some=("cluster",),
                overlap=True,
                within="persons",
            ),
        ),
        counts=(
            Count("identical", "persons", guards=True),
            Count("persons", "persons", guards=True),
        ),
    )
)
