"""How the windows of each cluster are spread over the types of hours."""

from matplotlib.figure import Figure

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.memberships.model_clusters import shaded
from trajectories.release.outputs.work.hour_types import TYPE
from trajectories.release.style import Size, Style, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of each cluster in each type of hours as a shaded table."""
    table = tables["hour_types_clusters"]
    figure = new_figure(size, 0.9 + 0.3 * table["cluster"].n_unique())
    axes = figure.subplots()
    shaded(axes, table, style)
    axes.set_xlabel(style.word("hours_type"))
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say where most of each cluster lies."""
    table = tables["hour_types_clusters"].drop_nulls("share")
    largest = table.sort("share", descending=True).unique(
        ["cluster"], keep="first", maintain_order=True
    )
    parts = [
        style.say(
            _("cluster {cluster}: {share} in type {type}"),
            cluster=row["cluster"],
            share=style.percent(row["share"]),
            type=row["type"],
        )
        for row in largest.sort("cluster").iter_rows(named=True)
    ]
    return style.say(_("A shaded table. {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        made_by="hours",
        stage="typology",
        name="hour_types_clusters",
        sensitivity="high",
        row=_("windows of one cluster in one type of hours"),
        dims=("cluster", "type"),
        links=(
            cells("windows", of="windows", by=("cluster", "type:hours_type")),
            cells("total", of="windows", by=("cluster",)),
            cells("type_total", of="windows", by=("type:hours_type",)),
            cells(
                "persons",
                of="persons with windows",
                by=("cluster", "type:hours_type"),
                overlap=True,
                within="windows",
            ),
        ),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        texts={"type": TYPE},
        totals=(
            Total("total", "windows", over=("type",)),
            Total("type_total", "windows", over=("cluster",)),
        ),
        derived=(ratio("share", "windows", "total"),),
        added=("share",),
        grid=("cluster", "type"),
        whole=(("windows", "total"), ("windows", "type_total")),
    ),
    figure=Drawing(
        reading=_(
            "Rows that look alike are clusters of states between which hours of work tell no "
            "difference."
        ),
        draw=draw,
        needs=("share",),
        caption=_(
            "Where the windows of each cluster lie among the types of hours, in per cent of the "
            "cluster. A dot marks too few persons."
        ),
        alt=alt,
    ),
)
