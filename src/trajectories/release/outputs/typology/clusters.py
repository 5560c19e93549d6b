"""The clusters: size, share and representative of each."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.documents import REPORT
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, share
from trajectories.words import _


def representative(modal: pl.DataFrame, cluster: int, style: Style) -> str:
    """Write a cluster's modal states as spells: state and months, in order."""
    part = modal.filter(pl.col("cluster") == cluster).sort("position")
    spells: list[tuple[str | None, int]] = []
    for state in part["state"].to_list():
        if spells and spells[-1][0] == state:
            spells[-1] = (state, spells[-1][1] + 1)
        else:
            spells.append((state, 1))
    return " → ".join(
        f"{style.look(state).label if state else style.word('withheld')} {months}"
        for state, months in spells
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """The typology: size, share and synthetic representative of each cluster."""
    medoids = {
        row["cluster"]: row
        for row in tables.get("medoids", pl.DataFrame({"cluster": []})).iter_rows(named=True)
    }
    rows, shares = [], tables["clusters"]["share"]
    for row in tables["clusters"].iter_rows(named=True):
        medoid = medoids.get(row["cluster"], {})
        typical = (
            representative(tables["modal_sequence"], row["cluster"], style)
            if "modal_sequence" in tables
            else ""
        )
        rows.append(
            [
                Cell(f"{row['cluster']}  {style.cluster(row['name'])}"),
                count(style, row["windows"]),
                count(style, row["persons"]),
                share(style, row["share"], shares),
                Cell(typical),
                count(style, medoid.get("identical")),
            ]
        )
    return HtmlTable(
        _("Clusters: size, and the most frequent state of each month written as spells in months."),
        [
            _("Cluster"),
            _("Windows"),
            _("Persons"),
            _("Share"),
            _("Modal states (months)"),
            _("With the medoid"),
        ],
        rows,
        _(
            "The modal states are a synthetic representative, nobody's own course. "
            "The last column counts persons whose course is exactly the medoid; a "
            "dot where they are too few, and then the medoid itself is withheld."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="clusters",
        sensitivity="moderate",
        row=_("one cluster"),
        dims=("cluster",),
        values=("name",),
        links=(
            cells("windows", of="windows", by=("cluster",)),
            cells("total", of="windows"),
            cells(
                "persons",
                of="persons with windows",
                by=("cluster",),
                overlap=True,
                within="windows",
            ),
        ),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("weight", "weight"),
        ),
        totals=(
            Total("total", "windows", over=("cluster",)),
            Total("total_weight", "weight", over=("cluster",)),
        ),
        derived=(ratio("share", "weight", "total_weight"),),
        added=("share",),
    ),
    view=View(view, documents=REPORT),
)
