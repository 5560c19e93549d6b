"""Differences between groups in the share of each cluster."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Whole
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import ALL
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import contrast_in_words
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, points_and_interval
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Differences of shares between groups, all ages, in percentage points."""
    table = tables["differences"]
    ages = table["age"].to_list()
    age = "all" if "all" in ages else ages[0]
    table = table.filter(pl.col("age") == age)
    contrasts = table["contrast"].unique(maintain_order=True).to_list()
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    found = {(r["cluster"], r["contrast"]): r for r in table.iter_rows(named=True)}
    rows = []
    for cluster in sorted(names):
        cells = [Cell(f"{cluster}  {style.cluster(names[cluster])}")]
        for contrast in contrasts:
            row: Mapping[str, Any] = found.get((cluster, contrast), {})
            if row.get("difference") is None or row.get("low") is None:
                cells.append(Cell("", withheld=True))
                continue
            cells.append(points_and_interval(style, row))
        rows.append(cells)
    descriptive = _("Descriptive: what differed between the groups, not what the reform did.")
    if style.study.group_by:
        descriptive = _("Descriptive: what differed between the groups.")
    dot = _("A dot marks too few persons for the difference or for the digits of its interval.")
    return HtmlTable(
        _(
            "Differences between groups in the share of each cluster, percentage "
            "points (95 % interval)."
        ),
        [_("Cluster"), *(contrast_in_words(style, contrast) for contrast in contrasts)],
        rows,
        f"{style.say(descriptive)} {style.say(dot)}",
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="differences",
        sensitivity="moderate",
        row=_("the difference of one cluster's share between two groups"),
        dims=("age", "contrast", "cluster"),
        links=(cells("persons", of="persons of two groups", some=("age", "contrast", "cluster")),),
        counts=(Count("persons", "persons", guards=True),),
        internal=("group_persons",),
        estimates=(Estimate("difference"), Estimate("se"), Estimate("low"), Estimate("high")),
        derived=(guarded_by("difference", "se", "low", "high", denominator="group_persons"),),
        wholes=(Whole("age", ALL, ("persons",)),),
    ),
    view=View(view, tables=("differences", "clusters"), documents=REPORT),
)
