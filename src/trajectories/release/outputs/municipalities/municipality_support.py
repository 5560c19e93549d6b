"""Months on support and entries, by municipality, year and quarter; rates over calendar time."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.municipal.municipal_charts import LINES, draw_quarters
from trajectories.release.municipal.municipal_rates import (
    RATES,
    known_rates,
    quarter_number,
    rates_by_quarter,
)
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the rates of each municipality by quarter."""
    return draw_quarters(tables, style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say the first and the last quarter of all municipalities together."""
    parts = []
    for name in LINES:
        if name not in known_rates(tables):
            continue
        whole = pl.col("municipality") == ALL
        table = rates_by_quarter(tables, name).filter(whole, pl.col("quarter") != ALL)
        found = sorted(
            (quarter_number(row["year"], row["quarter"]), row["rate"])
            for row in table.drop_nulls("rate").iter_rows(named=True)
        )
        if found:
            write = style.percent if RATES[name].percent else style.number
            first, last = (write(found[at][1], 1) for at in (0, -1))
            label = style.say(RATES[name].label)
            parts.append(
                style.say(_("{label}: from {first} to {last}"), label=label, first=first, last=last)
            )
    return style.say(
        _("Lines by quarter, one a municipality. All together: {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="municipalities",
        stage="reform",
        name="municipality_support",
        sensitivity="high",
        row=_("persons on support in one municipality and quarter, and their months"),
        dims=("municipality", "year", "quarter"),
        links=(
            cells("months", of="months on support", by=("municipality", "year", "quarter")),
            cells("entries", of="entries to support", by=("municipality", "year", "quarter")),
            cells(
                "persons",
                of="persons on support",
                by=("municipality", "year", "quarter"),
                overlap=True,
                within="months",
            ),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("months", "months"),
            Count("entries", "events"),
        ),
        grid=("municipality", "year", "quarter"),
        wholes=(
            Whole("municipality", ALL, ("months", "entries")),
            Whole("quarter", ALL, ("months", "entries")),
        ),
    ),
    figure=Drawing(
        name="municipality_quarters",
        reading=_("A line that leaves the others at one quarter asks what happened there then."),
        tables=("municipality_support", "municipality_exits"),
        draw=draw,
        needs=("months", "entries"),
        shown=pl.col("quarter") != ALL,
        caption=_(
            "Municipalities by quarter: what happened in it per month on support. Each thin line "
            "is a municipality; a gap is a quarter with too few persons. Vertical lines mark "
            "breaks in the series."
        ),
        alt=alt,
    ),
)
