"""How often those at risk get a new caseworker, by calendar month and by duration."""

import datetime as dt

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from trajectories.release.charts.breaks import mark_breaks
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import TableSpec
from trajectories.release.ladder.forms import LEFT_OUT
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import AT_RISK, caseworkers
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of those at risk with a new caseworker by calendar month and by duration."""
    wide = size == "wide"
    figure = new_figure(size, 2.6 if wide else 4.6)
    rows, columns = (1, 2) if wide else (2, 1)
    ratios = [2.2, 1] if wide else None
    left, right = figure.subplots(rows, columns, squeeze=False, width_ratios=ratios).flat
    table = tables["changes_by_month"].sort("month").drop_nulls("rate")
    year = table["month"].str.slice(0, 4).cast(pl.Int64)
    when = (year + (table["month"].str.slice(5, 2).cast(pl.Int64) - 1) / 12).to_numpy()
    left.vlines(when, 0, table["rate"], color=MUTED, linewidth=1.0)
    left.plot(when, table["rate"], "o", color=ACCENT, ms=2.2)
    left.set(ylabel=style.word("changes_a_month"), xlabel=style.word("calendar_month"))
    if len(when):
        mark_breaks(left, style, float(when[0]), float(when[-1]))
    left.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    bands = tables["change_hazard"].drop_nulls("rate")
    x = np.arange(bands.height)
    right.vlines(x, bands["rate_low"], bands["rate_high"], color=CONTRAST, linewidth=1.3)
    right.plot(x, bands["rate"], "D", color=CONTRAST, ms=4)
    right.set_xticks(x, [style.word(band) for band in bands["duration"]])
    right.set_xlabel(style.word("months_at_risk"))
    for axes in (left, right):
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "y")
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the highest month, and the first and last duration."""
    months = tables["changes_by_month"].drop_nulls("rate").sort("rate")
    bands = tables["change_hazard"].drop_nulls("rate")
    alt = style.say(_("Points by month"))
    if months.height:
        top = months.row(-1, named=True)
        alt += style.say(
            _("; highest in {month} with {rate}"),
            month=style.study.month(dt.date.fromisoformat(f"{top['month']}-01")),
            rate=style.share(top["rate"]),
        )
    if bands.height:
        first, last = bands.row(0, named=True), bands.row(-1, named=True)
        alt += style.say(
            _(
                ". By duration from {rate} (months {duration}) to "
                "{last_rate} (months {last_duration})"
            ),
            rate=style.share(first["rate"]),
            duration=style.word(first["duration"]),
            last_rate=style.share(last["rate"]),
            last_duration=style.word(last["duration"]),
        )
    return f"{alt}."


OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="changes_by_month",
        sensitivity="moderate",
        row=_("persons at risk in one calendar month, and their changes"),
        dims=("month",),
        ladder=(LEFT_OUT,),
        links=(
            cells("person_months", of="months at risk", by=("month",)),
            cells(
                "persons", of="persons at risk", by=("month",), overlap=True, within="person_months"
            ),
            cells("changes", of="changes at risk", by=("month",)),
            *caseworkers("month", within="changes"),
        ),
        counts=AT_RISK,
        derived=(ratio("rate", "changes", "person_months"),),
        added=("rate",),
    ),
    figure=Drawing(
        reading=_(
            "Peaks are months in which many people got a new caseworker at once, as in a "
            "reorganisation."
        ),
        name="change_rates",
        tables=("changes_by_month", "change_hazard"),
        draw=draw,
        needs=("rate",),
        caption=_(
            "Changes of caseworker for each person-month at risk: left by calendar month, right by "
            "months at risk (the hazard of a change, with 95 % intervals). Vertical lines mark "
            "breaks in the series."
        ),
        alt=alt,
    ),
)
