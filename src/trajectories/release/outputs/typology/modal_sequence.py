"""The most frequent state of each month in each cluster."""

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="modal_sequence",
        sensitivity="high",
        row=_("one cluster's most frequent state in one month of the window"),
        dims=("cluster", "position"),
        values=("state",),
        links=(
            cells("persons", of="persons with windows", by=("cluster",), overlap=True),
            cells(
                "count",
                of="persons with windows",
                by=("cluster",),
                some=("position",),
                overlap=True,
                within="persons",
            ),
        ),
        counts=(Count("count", "persons", guards=True), Count("persons", "persons", guards=True)),
        derived=(ratio("share", "count", "persons"),),
        added=("share",),
        whole=(("count", "persons"),),
    )
)
