"""Months on support and entries, by municipality and year; rates over calendar time."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.municipal.municipal_charts import LINES, draw_years
from trajectories.release.municipal.municipal_rates import (
    RATES,
    known_rates,
    rates_by_year,
)
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the rates of each municipality by year."""
    return draw_years(tables, style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say the first and the last year of all municipalities together."""
    parts = []
    for name in LINES:
        if name not in known_rates(tables):
            continue
        whole = pl.col("municipality") == ALL
        table = rates_by_year(tables, name).filter(whole)
        found = sorted(
            (row["year"], row["rate"]) for row in table.drop_nulls("rate").iter_rows(named=True)
        )
        if found:
            write = style.percent if RATES[name].percent else style.number
            first, last = (write(found[at][1], 1) for at in (0, -1))
            label = style.say(RATES[name].label)
            parts.append(
                style.say(_("{label}: from {first} to {last}"), label=label, first=first, last=last)
            )
    return style.say(
        _("Lines by year, one a municipality. All together: {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="municipalities",
        stage="reform",
        name="municipality_support",
        sensitivity="high",
        row=_("persons on support in one municipality and year, and their months"),
        dims=("municipality", "year"),
        links=(
            cells("months", of="months on support", by=("municipality", "year")),
            cells("entries", of="entries to support", by=("municipality", "year")),
            cells(
                "persons",
                of="persons on support",
                by=("municipality", "year"),
                overlap=True,
                within="months",
            ),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("months", "months"),
            Count("entries", "events"),
        ),
        grid=("municipality", "year"),
        wholes=(Whole("municipality", ALL, ("months", "entries")),),
    ),
    figure=Drawing(
        name="municipality_years",
        reading=_("A line that leaves the others in one year asks what happened there then."),
        tables=("municipality_support", "municipality_exits"),
        draw=draw,
        needs=("months", "entries"),
        caption=_(
            "Municipalities by year, each year beginning in the month of the reform: what happened "
            "in it per month on support. Each thin line is a municipality; a gap is a year with "
            "too few persons. Vertical lines mark breaks in the series."
        ),
        alt=alt,
    ),
)
