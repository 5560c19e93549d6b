"""Caseworker changes by the cause that was known when they happened."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import share_or_withheld
from trajectories.release.style import ACCENT, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def commonest_first(tables: Tables) -> pl.DataFrame:
    """The causes whose changes are published, the commonest first."""
    table = tables["changes_by_cause"].drop_nulls("changes")
    return table.sort("changes", descending=True, maintain_order=True)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw caseworker changes by cause, the commonest first."""
    table = commonest_first(tables)
    figure = new_figure(size, 0.75 + 0.27 * table.height)
    axes = figure.subplots()
    axes.barh(range(table.height), table["changes"], height=0.62, color=ACCENT)
    for y, (changes, part) in enumerate(table.select("changes", "share").iter_rows()):
        text = f" {style.number(changes)}" + (f" ({style.percent(part)})" if part else "")
        axes.text(changes, y, text, va="center", fontsize=7.5)
    axes.set_yticks(range(table.height), [style.word(cause) for cause in table["cause"]])
    axes.invert_yaxis()
    axes.set_xlim(0, max(table["changes"].to_list()) * (1.22 if size == "wide" else 1.6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x)))
    axes.locator_params(axis="x", nbins=6 if size == "wide" else 3)
    light_grid(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(style.word("changes"))
    return figure


def caption(tables: Tables, style: Style) -> str:
    """Say that a recoded identifier is no change, where one is shown."""
    caption = style.say(_("Caseworker changes by the cause that was known at the change."))
    if "recoding" not in commonest_first(tables)["cause"]:
        return caption
    recoded = _("A recoded identifier is no change and is shown for comparison.")
    return f"{caption} {style.say(recoded)}"


def alt(tables: Tables, style: Style) -> str:
    """Say the number and share of each cause."""
    parts = [
        f"{style.word(row['cause'])} {style.number(row['changes'])} "
        f"({share_or_withheld(style, row['share'])})"
        for row in commonest_first(tables).iter_rows(named=True)
    ]
    return style.say(_("Horizontal bars: {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        made_by="changes",
        stage="hazards",
        name="changes_by_cause",
        sensitivity="high",
        row=_("changes of caseworker with one cause"),
        dims=("cause",),
        drop_small=("changes",),
        links=(
            cells("changes", of="changes", by=("cause",)),
            cells("total", of="changes"),
            cells(
                "persons", of="persons with changes", by=("cause",), overlap=True, within="changes"
            ),
            *caseworkers("cause", within="changes"),
        ),
        counts=(Count("changes", "events"), Count("persons", "persons", guards=True), *CASEWORKERS),
        totals=(Total("total", "changes", over=("cause",)),),
        derived=(ratio("share", "changes", "total"),),
        added=("share",),
        whole=(("changes", "total"),),
    ),
    figure=Drawing(
        documents=REPORT, name="causes", draw=draw, needs=("changes",), caption=caption, alt=alt
    ),
)
