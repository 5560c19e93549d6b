"""The clusters of partitions next to the chosen one, and how one partition follows from another."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.partition_phrases import modal_course
from trajectories.release.outputs.typology.partition_states import states_of_nodes
from trajectories.release.style import Style
from trajectories.release.tables import WITHHELD, Cell, HtmlTable, Tables, digits_of, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """One row a cluster of each partition."""
    table, states = tables["partitions"], states_of_nodes(tables)
    stable = {
        (row["k"], row["cluster"]): row["jaccard_median"]
        for row in tables.get("stability", pl.DataFrame()).iter_rows(named=True)
    }
    rows = []
    for row in table.sort("k", "cluster").iter_rows(named=True):
        k, cluster, parent = row["k"], row["cluster"], row["parent"]
        node = row["node"]  # withheld with a row of too few
        panel = states.clear() if node is None else states.filter(pl.col("node") == node)
        mark = f" ({style.word('chosen')})" if row["chosen"] else ""
        cells = [
            Cell(f"{k}{mark}"),
            Cell(f"{cluster}  {style.cluster(row['name'])}"),
            share(style, row["share"], table["share"]),
            text(modal_course(panel, style)) if panel.height else WITHHELD,
            Cell(_origin(row, style) if parent is not None else "–"),
        ]
        if stable:
            cells.append(Cell(digits_of(style, stable.get((k, cluster)), 2), number=True))
        rows.append(cells)
    return HtmlTable(
        _("Clusters of the partitions with fewer and with more clusters than the chosen one."),
        [
            _("Number of clusters"),
            _("Cluster"),
            _("Share"),
            _("Most frequent state (months)"),
            _("Comes from cluster"),
            *([_("Jaccard")] if stable else []),
        ],
        rows,
        _(
            "The most frequent states are those of some months, nobody's own course. A cluster "
            "comes from the cluster of the next smaller partition that holds most of its windows; "
            "their share is in brackets. Jaccard: how far the cluster is found again in samples of "
            "persons; a dash where that was not tried."
        ),
    )


def _origin(row: dict[str, object], style: Style) -> str:
    found = row["from_share"]
    return str(row["parent"]) + ("" if found is None else f" ({style.percent(float(str(found)))})")


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="partitions",
        sensitivity="moderate",
        row=_("one cluster of one partition"),
        dims=("k", "cluster"),
        values=("chosen", "node", "parent", "name"),
        links=(
            cells("windows", of="windows", by=("node@k",), also=("chosen_cluster:cluster",)),
            cells("total", of="windows"),
            cells(
                "persons",
                of="persons with windows",
                by=("node@k",),
                also=("chosen_cluster:cluster",),
                overlap=True,
                within="windows",
            ),
            cells("from_parent", of="windows", some=("k", "cluster"), within="windows"),
        ),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("weight", "weight"),
            Count("from_parent", "windows", optional=True),
        ),
        totals=(
            Total("total", "windows", over=("cluster",)),
            Total("total_weight", "weight", over=("cluster",)),
        ),
        derived=(
            ratio("share", "weight", "total_weight"),
            ratio("from_share", "from_parent", "windows"),
        ),
        added=("share", "from_share"),
        internal=("chosen_cluster",),
        whole=(("from_parent", "windows"),),
    ),
    view=View(
        view,
        tables=("partitions", "partition_states", "cluster_states"),
        reading=_(
            "Follow a cluster downwards: where it splits, compare the shares and courses of the "
            "parts."
        ),
    ),
)
