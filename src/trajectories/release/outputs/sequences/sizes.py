"""Groups of windows that are compared."""

import polars as pl

from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.documents import REPORT
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Sizes of the groups, with the months that their windows lie under each regime."""
    sizes = {row["group"]: row for row in tables["sizes"].iter_rows(named=True)}
    regimes = tables.get("regime_months", pl.DataFrame({"regime": []}))
    names = regimes["regime"].unique(maintain_order=True).to_list()
    rows = []
    for group in style.arrange(sizes):
        months = {
            row["regime"]: row["mean_months"]
            for row in regimes.iter_rows(named=True)
            if row.get("group") == group
        }
        rows.append(
            [
                text(style.word(group)),
                *(count(style, sizes[group][c]) for c in ("windows", "persons")),
                count(style, sizes[group]["unique_sequences"]),
                *(plain(style, months.get(name)) for name in names),
            ]
        )
    head = [_("Group"), _("Windows"), _("Persons"), _("Distinct sequences")]
    head += [style.say(_("Months {value}"), value=style.word(f"regime_{name}")) for name in names]
    return HtmlTable(_("Groups of windows that are compared."), head, rows)


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="sizes",
        sensitivity="moderate",
        row=_("one group of windows"),
        dims=("group",),
        links=(
            cells("windows", of="windows", by=("group",)),
            cells(
                "persons", of="persons with windows", by=("group",), overlap=True, within="windows"
            ),
            apart("unique_sequences", why="different sequences, no persons"),
        ),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("unique_sequences", "other"),
        ),
    ),
    view=View(view, name="groups", documents=REPORT),
)
