"""The share still without the exit, by time."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.charts.curves import step_line
from trajectories.release.gate.life_tables import CURVE_COLUMNS
from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, LifeTable, TableSpec
from trajectories.release.gate.vocabulary import AGES
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.documents import BRIEF_AND_REPORT
from trajectories.release.style import DASHES, SERIES, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _, n_


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share still without an exit, one curve a group."""
    table = tables["kaplan_meier"]
    groups = style.arrange(table["group"])
    figure = new_figure(size, 3.0)
    axes = figure.subplots()
    for number, group in enumerate(groups):
        colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
        step_line(axes, table.filter(pl.col("group") == group), 1.0, colour, dash)
        axes.plot([], [], color=colour, linestyle=dash, label=style.word(group))
    axes.set(xlim=(0, None), ylim=(0, 1))
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.set(xlabel=style.word("periods_since_start"), ylabel=style.word("share_without_exit"))
    light_grid(axes, "y")
    if len(groups) > 1:
        figure.legend(loc="outside lower center", ncols=min(3, len(groups)), handlelength=2.6)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the height of each group's curve at the end."""
    table = tables["kaplan_meier"].drop_nulls("estimate")
    parts = []
    for group in style.arrange(table["group"]):
        last = table.filter(pl.col("group") == group).sort("time").row(-1, named=True)
        parts.append(
            style.count(
                n_(
                    "{group} {estimate} after {number} period",
                    "{group} {estimate} after {number} periods",
                ),
                last["time"],
                group=style.word(group),
                estimate=style.percent(last["estimate"]),
            )
        )
    return style.say(
        _("Falling step curves. Still without the exit: {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="durations",
        stage="hazards",
        name="kaplan_meier",
        sensitivity="high",
        row=_("one step of a Kaplan–Meier curve"),
        dims=("group", "time"),
        texts={"group": AGES},
        links=(
            apart("at_risk", "events", why="a step waits for enough events since the last one"),
        ),
        counts=(Count("at_risk", "persons"), Count("events", "events")),
        internal=("censored", "estimate", "se"),
        added=CURVE_COLUMNS,
        life_table=LifeTable(by=("group",), survival=True),
    ),
    figure=Drawing(
        documents=BRIEF_AND_REPORT,
        plain=_(
            "The share of all who had not yet reached the event, by time. The bands show how "
            "unsure the lines are."
        ),
        reading=_("Where the curve is steep, many people leave; where it is flat, few do."),
        draw=draw,
        needs=("estimate",),
        caption=_(
            "Share still without the exit (Kaplan–Meier, from rounded life tables "
            "whose steps wait for enough events), with 95 % bands."
        ),
        alt=alt,
    ),
)
