"""Mean months of the window in each state, in each group."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.gate.derive import NORMAL_95
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import WINDOWS
from trajectories.release.outputs.documents import BRIEF_AND_ANNEX
from trajectories.release.outputs.phrases import by_group
from trajectories.release.style import MARKERS, SERIES, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the mean months in each state with 95 % intervals, one mark a group."""
    table = tables["mean_times"].drop_nulls(["mean_months", "se"])
    states = style.order(table["state"].to_list())[::-1]
    groups = style.arrange(table["group"])
    figure = new_figure(size, 0.9 + 0.26 * len(states) * (1 if size == "wide" else 1.15))
    axes = figure.subplots()
    for number, group in enumerate(groups):
        rows = table.filter(pl.col("group") == group)
        shift = 0.22 * (number - (len(groups) - 1) / 2)
        axes.errorbar(
            rows["mean_months"].to_numpy(),
            [states.index(state) - shift for state in rows["state"]],
            xerr=NORMAL_95 * rows["se"].to_numpy(),
            fmt=MARKERS[number % len(MARKERS)],
            color=SERIES[number % len(SERIES)],
            markersize=3.8,
            elinewidth=1.2,
        )
    axes.set_yticks(range(len(states)), [style.look(state, states).label for state in states])
    axes.set(ylim=(-0.6, len(states) - 0.4), xlabel=style.word("mean_months"))
    axes.set_xlim(left=0)
    light_grid(axes, "x")
    handles = [
        Line2D([], [], linestyle="", marker=MARKERS[i % 5], color=SERIES[i % 5], ms=4)
        for i in range(len(groups))
    ]
    labels = [style.word(group) for group in groups]
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(groups), 4))
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say each group's three longest times."""
    table = tables["mean_times"].drop_nulls("mean_months")

    def say(own: pl.DataFrame) -> str:
        most = own.sort("mean_months", descending=True)[:3]
        return ", ".join(
            style.say(
                _("{label} {mean} months"), label=style.look(state).label, mean=style.plain(mean)
            )
            for state, mean in most.select("state", "mean_months").iter_rows()
        )

    times = by_group(table, style, say)
    return style.say(_("Dots with intervals, one row a state. Most time, {times}."), times=times)


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="mean_times",
        sensitivity="high",
        row=_("windows of one group that are ever in one state, and the mean time in it"),
        dims=("group", "state"),
        links=(
            cells("total", of="windows", by=("group",)),
            cells("windows", of="windows", by=("group",), some=("state",)),
            cells(
                "persons",
                of="persons with windows",
                by=("group",),
                some=("state",),
                overlap=True,
                within="windows",
            ),
        ),
        counts=(*WINDOWS, Count("total", "windows", guards=True)),
        estimates=(
            Estimate("mean_months", supported_by="windows"),
            Estimate("se", supported_by="windows"),
        ),
        grid=("group", "state"),
        whole=(("windows", "total"),),
    ),
    figure=Drawing(
        documents=BRIEF_AND_ANNEX,
        plain=_(
            "Mean months that people of each group spent in each state, of {window_months} months"
            " in all. The lines show how unsure each number is."
        ),
        reading=_(
            "Where the intervals of two groups do not overlap, the groups spend different "
            "time in that state."
        ),
        draw=draw,
        needs=("mean_months", "se"),
        caption=_(
            "Mean months of the window in each state, with 95 % intervals from the "
            "standard errors of the means; windows of one person count as separate."
        ),
        alt=alt,
    ),
)
