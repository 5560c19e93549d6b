"""Longitudinal indicators of the courses of each group."""

import polars as pl

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, mean_and_sd, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Longitudinal indicators by group: mean (standard deviation)."""
    table = tables["indicators"]
    found = {(r["group"], r["indicator"]): r for r in table.iter_rows(named=True)}
    shown = style.arrange(table["group"])
    rows = []
    for name in table["indicator"].unique(maintain_order=True).to_list():
        cells = [text(style.word(name).capitalize())]
        for group in shown:
            row = found.get((group, name), {})
            cells.append(mean_and_sd(style, row.get("mean"), row.get("sd")))
        rows.append(cells)
    return HtmlTable(
        _("Longitudinal indicators: mean (standard deviation)."),
        [_("Indicator"), *(style.word(group) for group in shown)],
        rows,
    )


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="indicators",
        sensitivity="moderate",
        row=_("one longitudinal indicator in one group"),
        dims=("group", "indicator"),
        links=(cells("windows", of="windows", by=("group",)),),
        counts=(Count("windows", "windows", guards=True),),
        estimates=(
            # all windows are as long as the configuration makes them
            Estimate(
                "mean",
                supported_by="windows",
                structural=(pl.col("indicator") == "length") & (pl.col("sd") == 0),
            ),
            Estimate("sd", supported_by="windows"),
        ),
    ),
    view=View(
        view,
        reading=_(
            "The higher an indicator of variety, the more courses change; compare the groups."
        ),
    ),
)
