"""Shares with codes as registered, and with the reform's relabelling undone."""

import polars as pl

from trajectories.release.gate.derive import difference, ratio
from trajectories.release.gate.spec import Count, TableSpec, Total, Whole
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import ALL
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """The largest change of a share when the reform's relabelling is undone, by age."""
    table = tables["relabelling"]
    rows = []
    for age in style.arrange(table["age"]):
        part = table.filter(pl.col("age") == age)
        largest = part["difference"].abs().max()
        cells = part.filter(pl.col("difference").is_not_null()).height
        rows.append(
            [
                text(style.word(age)),
                Cell(str(cells), number=True),
                Cell("", withheld=True)
                if largest is None
                else Cell(style.number(100 * float(str(largest)), 1), number=True),
            ]
        )
    return HtmlTable(
        _(
            "Largest absolute difference, over clusters and groups, between shares from the codes "
            "as registered and from codes with the reform's relabelling undone."
        ),
        [_("Age"), _("Shares compared"), _("Largest difference, percentage points")],
        rows,
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="relabelling",
        sensitivity="high",
        row="windows in one cluster, with codes as registered and with the relabelling undone",
        dims=("age", "cluster", "group"),
        counts=(
            Count("windows", "windows", guards=True),
            Count("windows_undone", "windows", guards=True),
        ),
        totals=(
            Total("total", "windows", over=("cluster",), apart=True),
            Total("total_undone", "windows_undone", over=("cluster",), apart=True),
        ),
        derived=(
            ratio("share_registered", "windows", "total"),
            ratio("share_undone", "windows_undone", "total_undone"),
            difference(
                "difference",
                "share_registered",
                "share_undone",
                denominators=("total", "total_undone"),
            ),
        ),
        added=("share_registered", "share_undone", "difference"),
        grid=("age", "cluster", "group"),
        wholes=(Whole("age", ALL, ("windows", "windows_undone", "total", "total_undone")),),
    ),
    view=View(view),
)
