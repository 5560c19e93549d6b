"""Rows of the input tables from read to used, by reason."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.style import INK, Size, Style, new_figure
from trajectories.release.tables import Cell, HtmlTable, Tables, count, text
from trajectories.words import _

FATES = (("used", "#0b3c6f", ""), ("merged", "#8cc4e8", "////"), ("rejected", "#d1601f", ""))


def row_fates(accounting: pl.DataFrame) -> pl.DataFrame:
    """Sum released rows by input table and fate: table, read, used, merged, rejected."""
    steps = ("read", "used", "merged", "rejected")
    return accounting.group_by("table", maintain_order=True).agg(
        pl.col("rows").filter(pl.col("step") == step).sum().alias(step) for step in steps
    )


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw for each input table which share of its rows was used, merged and rejected."""
    fates = row_fates(tables["accounting"])
    figure = new_figure(size, 1.15 + 0.34 * fates.height)
    axes = figure.subplots()
    for y, row in enumerate(fates.iter_rows(named=True)):
        whole = max(1, sum(row[fate] for fate, *_ in FATES))
        left = 0.0
        for fate, colour, hatch in FATES:
            width = row[fate] / whole
            axes.barh(
                y, width, left=left, height=0.56, color=colour, hatch=hatch, edgecolor="#ffffff"
            )
            left += width
        axes.text(1.015, y, style.number(row["read"]), va="center", fontsize=7.5, color=INK)
    axes.text(1.015, -0.75, style.word("rows_read"), va="center", fontsize=7, fontweight="bold")
    axes.set_yticks(range(fates.height), [style.word(name) for name in fates["table"]])
    axes.set(xlim=(0, 1.0), ylim=(fates.height - 0.5, -1.0))
    axes.xaxis.set_major_formatter(style.percent_ticks())
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(style.word("share_of_rows"))
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="#ffffff", label=style.word(fate))
        for fate, colour, hatch in FATES
    ]
    columns = 3 if size == "wide" else 2
    figure.legend(handles=handles, loc="outside lower center", ncols=columns)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say how many rows of each table were read, rejected and merged."""
    parts = [
        style.say(
            _("{table}: {read} rows read, {rejected} rejected, {merged} merged"),
            table=style.word(row["table"]),
            read=style.number(row["read"]),
            rejected=style.number(row["rejected"]),
            merged=style.number(row["merged"]),
        )
        for row in row_fates(tables["accounting"]).iter_rows(named=True)
    ]
    return style.say(_("Stacked bars, one for each input table. {parts}."), parts="; ".join(parts))


def view(tables: Tables, style: Style) -> HtmlTable:
    """The way of each input table's rows from read to used, by reason; it adds up."""
    rows = []
    for name in tables["accounting"]["table"].unique(maintain_order=True):
        own = tables["accounting"].filter(pl.col("table") == name)
        left = int(own.filter(pl.col("step") == "read")["rows"].sum())
        rows.append(
            [
                text(style.word(name)),
                text(style.word("rows_read")),
                Cell("", number=True),
                count(style, left),
            ]
        )
        for step in ("rejected", "merged"):
            lost = own.filter(pl.col("step") == step)
            for entry in lost.sort("rows", descending=True, maintain_order=True).to_dicts():
                left -= entry["rows"]
                gone = Cell(f"−{style.number(entry['rows'])}", number=True)
                why = f"{style.word(step)}: {style.word(entry['reason'])}"
                rows.append([Cell(""), text(why), gone, count(style, left)])
        used = own.filter(pl.col("step") == "used")
        parts = [
            f"{style.word(entry['reason'])} {style.number(entry['rows'])}"
            for entry in used.to_dicts()
            if entry["reason"]
        ]
        why = f"{style.word('used')}{': ' if parts else ''}{', '.join(parts)}"
        rows.append([Cell(""), text(why), Cell(""), count(style, int(used["rows"].sum()))])
    return HtmlTable(
        _("Rows of the input tables from read to used, by reason."),
        [_("Input"), _("Step"), _("Rows"), _("Left")],
        rows,
        _(
            "Each line shows what is left after the step. Lines are rounded, and the "
            "rows read are their sum; reasons with too few rows are pooled or left "
            "out. The exact accounting stays on the server."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="register",
        name="accounting",
        sensitivity="moderate",
        row=_("rows of one input table that took one step for one reason"),
        dims=("table", "step", "reason"),
        links=(apart("rows", why="rows of extracts; the whole is the sum of what is published"),),
        counts=(Count("rows", "rows"),),
        pool="reason",
        sum_of=("step", "read"),
        drop_small=("rows",),
    ),
    figure=Drawing(
        reading=_(
            "Most rows should be used; a large part that was rejected asks for a look at the "
            "reasons."
        ),
        name="rows",
        draw=draw,
        needs=("rows",),
        caption=_(
            "Fate of the rows of each input table. Every row read was used, merged into another or "
            "rejected for a stated reason; rounded numbers need not add up exactly."
        ),
        alt=alt,
    ),
    view=View(
        view,
        reading=_(
            "Follow one input downwards: what is left after the last step is what the run used."
        ),
    ),
)
