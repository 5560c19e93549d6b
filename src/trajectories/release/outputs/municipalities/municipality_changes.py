"""Changes of caseworker by municipality and year."""

from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.ladder.forms import only
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.words import _

OUTPUT = Output(
    table=TableSpec(
        made_by="municipalities",
        stage="reform",
        name="municipality_changes",
        sensitivity="high",
        row=_("changes of caseworker in one municipality and year"),
        dims=("municipality", "year"),
        links=(
            cells("changes", of="changes on support", by=("municipality", "year")),
            cells(
                "persons",
                of="persons with changes on support",
                by=("municipality", "year"),
                overlap=True,
                within="changes",
            ),
            *caseworkers("municipality", "year", within="changes"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("changes", "events"),
            *CASEWORKERS,
        ),
        grid=("municipality", "year"),
        wholes=tuple(Whole(name, ALL, ("changes",)) for name in ("municipality",)),
        ladder=(
            only("municipality", ALL, _("changes of caseworker of all municipalities together")),
        ),
    ),
)
