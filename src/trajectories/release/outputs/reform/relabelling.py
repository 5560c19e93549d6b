"""Shares with codes as registered, and with the reform's relabelling undone."""

import polars as pl

from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import counted_twice
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
    table=counted_twice(
        "relabelling",
        "undone",
        row=_("windows in one cluster, with codes as registered and with the relabelling undone"),
    ),
    view=View(
        view, reading=_("Zero says that undoing the renamed codes moves nobody to another cluster.")
    ),
)
