"""States within the clusters of partitions next to the chosen one."""

from dataclasses import replace
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.charts.state_rows import Row, draw_rows
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.partition_phrases import evidence
from trajectories.release.style import Size, StateLook, Style
from trajectories.release.tables import Tables
from trajectories.typology.thresholds import LEAST_SHARE
from trajectories.words import _

REST, REST_COLOUR = "rest", "#e3e3e3"


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw one row a partition and one panel a cluster."""
    listed = tables["partitions"].drop_nulls("node")
    table, style = with_rest(states_of_nodes(tables), style)
    panels = dict(table.partition_by("node", as_dict=True, maintain_order=True))
    # A cluster all of whose states are withheld has no panel.
    listed = listed.filter(pl.col("node").is_in(table["node"].unique().to_list()))
    rows = [
        Row(
            key=str(part["k"][0]),
            head=_head(tables, style, part["k"][0]),
            bold=bool(part["chosen"].any()),
            titles=[_title(row, style) for row in part.to_dicts()],
            names=[style.cluster(name, short=True) for name in part["name"].to_list()],
            panels=[panels[node,] for node in part["node"].to_list()],
        )
        for part in listed.sort("k", "cluster").partition_by("k", maintain_order=True)
    ]
    return draw_rows(rows, style.order(table["state"].to_list()), style, size)


def _title(row: dict[str, Any], style: Style) -> str:
    share = row["share"]
    return str(row["cluster"]) + ("" if share is None else f" · {style.percent(share)}")


def states_of_nodes(tables: Tables) -> pl.DataFrame:
    """Return node, position, state, weight, total_weight: shown states of all partitions' clusters.

    Those of the chosen partition are in a table of their own, with all months and states.
    """
    table = tables["partition_states"].drop_nulls("share")
    own = tables["partitions"].filter("chosen").drop_nulls("node").select("node", "cluster")
    chosen = (
        tables["cluster_states"]
        .drop_nulls("count")
        .filter(pl.col("position").is_in(table["position"].unique().to_list()))
        .filter(pl.col("count") >= LEAST_SHARE * pl.col("total"))
        .join(own, on="cluster")
    )
    return pl.concat(
        part.select(
            "node",
            "position",
            "state",
            weight=pl.col("count").cast(pl.Float64),
            total_weight=pl.col(whole).cast(pl.Float64),
        )
        for part, whole in ((table, "size"), (chosen, "total"))
    )


def with_rest(table: pl.DataFrame, style: Style) -> tuple[pl.DataFrame, Style]:
    """Add what the shown states leave of each month as a state of its own, and its look."""
    rest = (
        table.group_by("node", "position", maintain_order=True)
        .agg(
            weight=pl.col("total_weight").first() - pl.col("weight").sum(),
            total_weight=pl.col("total_weight").first(),
        )
        .filter(pl.col("weight") > 0)
        .select("node", "position", pl.lit(REST).alias("state"), "weight", "total_weight")
    )
    look = StateLook(style.say(_("Other states")), REST_COLOUR, "")
    return pl.concat([table, rest]), replace(style, states={**style.states, REST: look})


def _head(tables: Tables, style: Style, k: int) -> str:
    """Say of a partition how many clusters it has, and what speaks for it."""
    return " · ".join([style.say(_("{k} clusters"), k=k), *evidence(tables, style, k)])


def caption(_tables: Tables, style: Style) -> str:
    """Say what is drawn, and which states by themselves."""
    return style.say(
        _(
            "States by month in each cluster of partitions with fewer and with more clusters than "
            "the chosen one, at some months of the window. States with less than {least} of a "
            "cluster's windows are drawn together. Each panel has the cluster's number and its "
            "share of the windows. Above a row: the average silhouette width (ASW), the tested "
            "index with the value that random courses hardly exceed, and the Jaccard index of the "
            "least stable cluster, as far as they were computed."
        ),
        least=style.percent(LEAST_SHARE),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say what speaks for each partition."""
    ks = tables["partitions"]["k"].unique().sort().to_list()
    return style.say(
        _(
            "Stacked shares of states by month, one row a number of clusters and one panel a "
            "cluster. {partitions}."
        ),
        partitions="; ".join(_head(tables, style, k) for k in ks),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="partition_states",
        sensitivity="high",
        row=_("windows of one cluster of any partition in one state at one month of the window"),
        dims=("node", "position", "state"),
        links=(
            cells("size", of="windows", by=("node@k",)),
            cells("count", of="windows", by=("node@k",), some=("position", "state"), within="size"),
        ),
        counts=(Count("count", "windows", guards=True), Count("size", "windows", guards=True)),
        derived=(ratio("share", "count", "size"),),
        added=("share",),
        internal=("k",),
        whole=(("count", "size"),),
    ),
    figure=Drawing(
        tables=("partition_states", "partitions", "cluster_states"),
        draw=draw,
        needs=("share",),
        caption=caption,
        alt=alt,
        narrow=True,
        reading=_("Look for the number of clusters beyond which no new kind of course appears."),
    ),
)
