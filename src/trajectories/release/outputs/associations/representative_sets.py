"""How well a few courses represent each cluster."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, number, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Number of representatives, coverage and quality of each cluster."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    table = (
        tables["representative_sets"]
        .group_by("cluster", maintain_order=True)
        .agg(
            pl.len().alias("size"),
            pl.col("coverage").drop_nulls().first(),
            first=pl.col("persons").first() / pl.col("total").first(),
        )
    )

    def shown(value: float | None) -> Cell:
        return text(None) if value is None else number(style.percent(value, 0))

    return HtmlTable.of(
        _("Representative courses: how many it takes, and how much of each cluster they cover."),
        table,
        {
            _("Cluster"): lambda row: Cell(
                f"{row['cluster']}  {style.cluster(names.get(row['cluster']))}"
            ),
            _("Representatives"): lambda row: number(str(row["size"])),
            _("Coverage"): lambda row: shown(row["coverage"]),
            _("Nearest to the first"): lambda row: shown(row["first"]),
        },
        _(
            "Coverage: share of the cluster near one of its representatives; the last column is "
            "the share of the courses that are nearest to the first of them. A cluster that takes "
            "many representatives is a loose one."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="representative_sets",
        sensitivity="high",
        row=_("those whom one representative of a cluster represents"),
        dims=("cluster", "rank"),
        links=(
            cells("persons", of="persons represented", by=("cluster", "rank@cluster")),
            cells("total", of="persons represented", by=("cluster",)),
            cells(
                "near",
                of="persons well represented",
                by=("cluster", "rank@cluster"),
                within="persons",
            ),
            cells("covered", of="persons well represented", by=("cluster",), within="total"),
        ),
        counts=(Count("persons", "persons", guards=True), Count("near", "persons")),
        totals=(
            Total("total", "persons", over=("rank",)),
            Total("covered", "near", over=("rank",)),
        ),
        estimates=(Estimate("quality"),),
        derived=(ratio("coverage", "covered", "total"),),
        added=("coverage",),
    ),
    view=View(
        view,
        tables=("representative_sets", "clusters"),
        reading=_(
            "High coverage by few representatives says that the cluster is easy to describe."
        ),
    ),
)
