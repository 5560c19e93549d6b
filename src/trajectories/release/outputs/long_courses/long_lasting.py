"""How many exits from long courses last, by kind of exit and length of follow-up."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.gate.derive import firm_ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import ALL
from trajectories.release.style import (
    DASHES,
    INK,
    MARKERS,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _

LAST = "other"


def kinds_of(table: pl.DataFrame) -> list[str]:
    """Put kinds of exit in order: all, those with most exits first, others last."""
    sizes = dict(table.group_by("exit").agg(pl.col("followed").max().fill_null(0)).iter_rows())
    rest = sorted((k for k in sizes if k not in (ALL, LAST)), key=lambda k: (-(sizes[k] or 0), k))
    return [kind for kind in (ALL, *rest, LAST) if kind in sizes]


def word_of(style: Style, kind: str) -> str:
    """Name a kind of exit."""
    return style.say(_("All exits")) if kind == ALL else style.word(kind)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw one line a kind of exit: the share that has lasted, by months since the exit."""
    table = tables["long_lasting"]
    figure = new_figure(size, 2.9)
    axes = figure.subplots()
    for number, kind in enumerate(kinds_of(table)):
        part = table.filter(pl.col("exit") == kind).drop_nulls("share").sort("time")
        if part.is_empty():
            continue
        axes.plot(
            part["time"].to_list(),
            part["share"].to_list(),
            color=INK if kind == ALL else SERIES[(number - 1) % len(SERIES)],
            linestyle="-" if kind == ALL else DASHES[number % len(DASHES)],
            marker=MARKERS[number % len(MARKERS)],
            label=word_of(style, kind),
        )
    axes.set_ylim(0, 1.02)
    axes.set_xticks(sorted(table["time"].unique().to_list()))
    axes.set_xlabel(style.say(_("months since the exit")))
    axes.set_ylabel(style.say(_("without support since")))
    axes.yaxis.set_major_formatter(style.percent_ticks())
    light_grid(axes, "y")
    figure.legend(loc="outside lower center", ncols=3 if size == "wide" else 2)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the share of all exits that has lasted."""
    table = tables["long_lasting"].drop_nulls("share").filter(pl.col("exit") == ALL).sort("time")
    parts = [
        style.say(
            _("{share} after {months}"), share=style.share(value), months=style.study.months(time)
        )
        for time, value in table.select("time", "share").iter_rows()
    ]
    return style.say(
        _("Lines, one a kind of exit. Of all exits had lasted: {parts}."), parts=", ".join(parts)
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """Exits and the share that lasted, one row a kind of exit."""
    table = tables["long_lasting"]
    times = sorted(table["time"].unique().to_list())
    held = {(row["exit"], row["time"]): row for row in table.to_dicts()}
    rows = []
    for kind in kinds_of(table):
        cells = [
            text(word_of(style, kind)),
            count(style, held.get((kind, times[0]), {}).get("followed")),
        ]
        cells += [
            share(style, held.get((kind, time), {}).get("share"), table["share"]) for time in times
        ]
        rows.append(cells)
    heads = [style.say(_("Lasted {months}"), months=style.study.months(time)) for time in times]
    return HtmlTable(
        _("How long courses ended, and how many exits lasted."),
        [_("Exit"), _("Exits"), *heads],
        rows,
        _(
            "Exits: those followed for the shortest of these times. Each share is of the exits "
            "that are followed so long; none of these had a month on support since."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="long_lasting",
        made_by="long_courses",
        sensitivity="high",
        row=_("exits of one kind from long courses, followed so many months"),
        dims=("exit", "time"),
        links=(
            cells("followed", of="followed exits from long courses", by=("exit", "time")),
            cells(
                "lasted",
                of="lasting exits from long courses",
                by=("exit", "time"),
                within="followed",
            ),
            cells(
                "persons",
                of="persons with followed exits from long courses",
                by=("exit", "time"),
                overlap=True,
                within="followed",
            ),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("followed", "events", guards=True),
            Count("lasted", "events"),
        ),
        derived=(firm_ratio("share", "lasted", "followed"),),
        added=("share",),
        grid=("exit", "time"),
        wholes=(Whole("exit", ALL, ("followed", "lasted")),),
        whole=(("lasted", "followed"),),
    ),
    figure=Drawing(
        draw=draw,
        needs=("share",),
        caption=_(
            "Exits from long courses without a month on support since, by kind of exit and months "
            "since it."
        ),
        alt=alt,
        reading=_("The lower a line, the more of those who left are back on support."),
    ),
    view=View(
        view, reading=_("A high share after a short time that falls later is a return to support.")
    ),
)
