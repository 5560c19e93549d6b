"""The commonest whole courses of each group."""

import re
from collections.abc import Callable

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.charts.state_shares import state_legend
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import WINDOWS
from trajectories.release.outputs.phrases import THEN, Row, by_group
from trajectories.release.style import Size, Style, is_lowest, new_figure, panels
from trajectories.release.tables import Tables
from trajectories.words import _


def commonest(name: str, value: str, row: str) -> TableSpec:
    """Declare the commonest sequences, or orders of states, of each group."""
    return TableSpec(
        stage="sequences",
        name=name,
        sensitivity="high",
        row=row,
        dims=("group", "rank"),
        values=(value,),
        links=(
            cells("windows", of="windows", by=("group",), some=("rank",)),
            cells(
                "persons",
                of="persons with windows",
                by=("group",),
                some=("rank",),
                overlap=True,
                within="windows",
            ),
        ),
        counts=WINDOWS,
        drop_small=("windows",),
    )


SPELL = re.compile(r"(.+?)/(\d+)(?:-|$)")


def spells_of(sequence: str) -> list[tuple[str, int]]:
    """Read a sequence written as `A/3-B/21`."""
    return [(state, int(duration)) for state, duration in SPELL.findall(sequence)]


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the commonest sequences of each group, as high as they are frequent."""
    table = tables["common_sequences"].drop_nulls("windows").sort("group", "rank")
    groups = style.arrange(table["group"])
    spells = [spells_of(sequence) for sequence in table["sequence"]]
    states = style.order(state for sequence in spells for state, _ in sequence)
    columns = 3 if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 0.7 + 2.2 * lines + (0 if size == "wide" else 0.1 * len(states)))
    grid = panels(figure, len(groups), columns)
    longest = sum(duration for _, duration in spells[0]) if spells else 1
    tallest = max(table.group_by("group").agg(pl.col("windows").sum())["windows"], default=1)
    for number, (axes, group) in enumerate(zip(grid, groups, strict=True)):
        top = 0.0
        rows = table.filter(pl.col("group") == group)
        for sequence, windows in rows.select("sequence", "windows").iter_rows():
            left = 0.5
            for state, duration in spells_of(sequence):
                look = style.look(state, states)
                axes.barh(
                    top + windows / 2,
                    duration,
                    left=left,
                    height=windows,
                    color=look.colour,
                    hatch=look.hatch or None,
                    edgecolor="#ffffff",
                    linewidth=0.4,
                )
                left += duration
            top += windows
        axes.set(title=style.word(group), xlim=(0.5, longest + 0.5), ylim=(tallest, 0))
        axes.xaxis.set_major_locator(MultipleLocator(6 if longest <= 36 else 12))
        if number % columns == 0:
            axes.set_ylabel(style.word("windows_cumulated"))
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, states, style, size, gap=False)
    return figure


def commonest_in_words(table: pl.DataFrame, style: Style, steps: Callable[[Row], list[str]]) -> str:
    """Say the first row of each group as steps."""

    def say(own: pl.DataFrame) -> str:
        row = own.row(0, named=True)
        return style.say(
            _("{steps} ({windows} windows)"),
            steps=style.say(THEN).join(steps(row)),
            windows=style.number(row["windows"]),
        )

    return by_group(table, style, say)


def alt(tables: Tables, style: Style) -> str:
    """Say the commonest course of each group."""
    table = tables["common_sequences"].drop_nulls("windows").sort("group", "rank")

    def steps(row: Row) -> list[str]:
        return [
            f"{style.look(s).label} {style.study.months(n)}" for s, n in spells_of(row["sequence"])
        ]

    first = commonest_in_words(table, style, steps)
    return style.say(_("Stacked sequences, one panel a group. Commonest, {first}."), first=first)


OUTPUT = Output(
    table=commonest(
        "common_sequences", "sequence", _("one of the commonest whole sequences of one group")
    ),
    figure=Drawing(
        reading=_("A tall bar is a course that many people share exactly; most courses are rarer."),
        draw=draw,
        needs=("windows",),
        caption=_(
            "Commonest whole courses, as high as the number of windows that are "
            "exactly alike; only those of enough persons."
        ),
        alt=alt,
    ),
)
