"""In which months of the window groups differ."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import ACCENT, DASHES, SERIES, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw what groups explain of two neighbouring months, and how much courses differ in each."""
    table = tables["discrepancy_positions"].sort("position")
    wide = size == "wide"
    figure = new_figure(size, 2.6 if wide else 4.4)
    first, second = figure.subplots(1, 2) if wide else figure.subplots(2, 1, sharex=True)
    line = table.unique("position", keep="first", maintain_order=True)
    first.plot(line["position"], line["pseudo_r2"].to_numpy(), color=ACCENT)
    first.set_ylim(bottom=0)
    first.yaxis.set_major_formatter(style.percent_ticks())
    first.set_title(style.say(_("Explained by the groups")))
    groups = style.arrange(table["group"])
    for number, group in enumerate(groups):
        part = table.filter(pl.col("group") == group)
        second.plot(
            part["position"],
            part["discrepancy"].to_numpy(),
            color=SERIES[number % len(SERIES)],
            linestyle=DASHES[number % len(DASHES)],
        )
    second.set_ylim(bottom=0)
    second.set_title(style.say(_("Differences within each group")))
    for axes in (first, second):
        axes.xaxis.set_major_locator(MultipleLocator(6 if line.height <= 36 else 12))
        light_grid(axes, "y")
        if wide or axes is second:
            axes.set_xlabel(style.word("month_of_window"))
    handles = [
        Line2D([], [], color=SERIES[i % len(SERIES)], linestyle=DASHES[i % len(DASHES)])
        for i in range(len(groups))
    ]
    figure.legend(
        handles, [style.word(group) for group in groups], loc="outside lower right", ncols=4
    )
    return figure


def _peak(tables: Tables) -> tuple[int, float]:
    """Return the month in which groups explain most, and how much."""
    table = tables["discrepancy_positions"].drop_nulls("pseudo_r2").sort("position")
    best = table.row(int(table["pseudo_r2"].arg_max() or 0), named=True)
    return best["position"], best["pseudo_r2"]


def caption(tables: Tables, style: Style) -> str:
    """Say what is drawn, and the month in which groups differ most."""
    month, share = _peak(tables)
    return style.say(
        _(
            "Where in the window courses of the groups differ: share of the differences between "
            "the states of each month and the next that the groups explain, and these differences "
            "within each group (0 if all courses are alike). The groups explain most in month "
            "{month}: {share}."
        ),
        month=month,
        share=style.percent(share, 2),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say the month in which groups differ most."""
    month, share = _peak(tables)
    return style.say(
        _("Line charts by month. The groups explain most in month {month}: {share}."),
        month=month,
        share=style.percent(share, 2),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="discrepancy_positions",
        sensitivity="moderate",
        row=_("courses of one group around one month of the window"),
        dims=("position", "group"),
        links=(cells("persons", of="persons of a sample", some=("group",)),),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("discrepancy"), Estimate("pseudo_r2")),
    ),
    figure=Drawing(
        reading=_("The higher the line, the more the groups differ in that month."),
        draw=draw,
        needs=("pseudo_r2",),
        caption=caption,
        alt=alt,
    ),
)
