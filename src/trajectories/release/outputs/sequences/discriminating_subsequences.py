"""Orders of changes of state that differ most between the groups."""

import polars as pl

from trajectories.release.gate.derive import contrast, firm_ratio
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import IN_WINDOWS, WINDOWS
from trajectories.release.outputs.phrases import order_of_changes
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, plain, share, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Orders of changes that tell the groups apart."""
    table = tables["discriminating_subsequences"]
    groups = style.arrange(table["group"])
    rows = []
    for key in table["subsequence"].unique(maintain_order=True):
        own = table.filter(pl.col("subsequence") == key)
        cells = [text(order_of_changes(key, style))]
        for group in groups:
            row = own.filter(pl.col("group") == group).row(0, named=True)
            cells += [
                count(style, row["windows"]),
                share(style, row["share"], table["share"]),
                plain(style, row["residual"]),
            ]
        rows.append([*cells, plain(style, own["statistic"][0])])
    heads = [
        f"{style.word(group)}: {style.say(what)}"
        for group in groups
        for what in (_("windows"), _("share"), _("residual"))
    ]
    return HtmlTable(
        _("Orders of changes of state that differ most between the groups."),
        [_("Changes, whatever happens between them"), *heads, "χ²"],
        rows,
        _(
            "χ² and Pearson's residuals of presence by group, of the rounded counts. They rank; no "
            "p-value is given, since the windows of one person are not independent."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="discriminating_subsequences",
        sensitivity="high",
        row=_("windows of one group that contain an order of changes that differs between groups"),
        dims=("subsequence", "group"),
        links=IN_WINDOWS,
        counts=(*WINDOWS, Count("total", "windows", guards=True)),
        derived=(
            firm_ratio("share", "windows", "total"),
            contrast("statistic", "residual", "windows", "total", "subsequence"),
        ),
        added=("share", "statistic", "residual"),
        grid=("subsequence", "group"),
        whole=(("windows", "total"),),
    ),
    view=View(
        view, name="discriminating", reading=_("The groups differ most in the changes at the top.")
    ),
)
