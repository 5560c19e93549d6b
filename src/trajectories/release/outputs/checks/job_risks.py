"""The share that has reached the outcome, with a departure and without."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.outputs.documents import BRIEF_AND_REPORT, REPORT
from trajectories.release.study import Study
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    INK,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import (
    Cell,
    HtmlTable,
    Tables,
    count,
    points_and_interval,
    readable_points,
    share,
    told,
)
from trajectories.words import _

BARS = (("risk_none", MUTED), ("risk_departure", ACCENT))


def of_each_hundred(tables: Tables) -> list[dict[str, float]]:
    """Give the shares as persons of every hundred, by horizon; rows with a withheld number are out.

    Returns:
        One mapping a horizon: time, risk_none, risk_departure, difference, low, high (numbers of
        persons of a hundred but for `time`), and digits, the decimals to show.
    """
    names = ["risk_none", "risk_departure", "difference", "low", "high"]
    found = []
    for row in tables["job_risks"].drop_nulls(names).sort("time").iter_rows(named=True):
        if told(row["low"], row["high"]):
            digits = readable_points(pl.Series([row[name] for name in names], dtype=pl.Float64))
            hundred = {name: 100 * row[name] for name in names}
            found.append({"time": row["time"], "digits": digits, **hundred})
    return found


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw two bars a horizon, with the interval of their difference at the end of the second."""
    rows = of_each_hundred(tables)
    wide = size == "wide"
    figure = new_figure(size, 0.75 + 0.62 * len(rows))
    axes = figure.subplots()
    top = max(max(row["risk_none"], row["risk_none"] + row["high"]) for row in rows)
    for number, row in enumerate(rows):
        for shift, (name, colour) in zip((-0.19, 0.19), BARS, strict=True):
            axes.barh(number + shift, row[name], height=0.34, color=colour)
            end = row[name]
            if name == "risk_departure":
                low, high = (row["risk_none"] + row[bound] for bound in ("low", "high"))
                axes.hlines(number + shift, low, high, color=CONTRAST, linewidth=1.6)
                end = max(high, end)
            axes.text(
                end + 0.012 * top,
                number + shift,
                style.number(row[name], int(row["digits"])),
                va="center",
                fontsize=7.5,
                color=INK,
            )
    labels = [style.say(_("After {months}"), months=_months(row["time"])) for row in rows]
    axes.set_yticks(np.arange(len(rows)), labels)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, top * (1.08 if wide else 1.16))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    light_grid(axes, "x")
    axes.set_xlabel(style.say(_("Of every 100 clients, how many had {reached}")))
    names = (_("Caseworker stayed"), _("Caseworker left"))
    handles: list[Any] = [
        axes.barh(0, 0, color=colour, label=style.say(name))
        for name, (_risk, colour) in zip(names, BARS, strict=True)
    ]
    difference = style.say(_("95 % interval of the difference"))
    handles += axes.plot([], [], color=CONTRAST, linewidth=1.6, label=difference)
    figure.legend(handles=handles, loc="outside lower center", ncols=3 if wide else 1)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say both shares at each horizon."""
    return style.say(
        _("Pairs of bars, of every 100 clients: {parts}."),
        parts="; ".join(
            style.say(
                _(
                    "after {months} {others} had {reached} where the caseworker stayed, {left} "
                    "where the caseworker left"
                ),
                months=_months(row["time"]),
                others=style.number(row["risk_none"], int(row["digits"])),
                left=style.number(row["risk_departure"], int(row["digits"])),
            )
            for row in of_each_hundred(tables)
        ),
    )


def _months(number: float) -> Callable[[Study], str]:
    return partial(Study.months, number=int(number))


def view(tables: Tables, style: Style) -> HtmlTable:
    """The risk of a job with a departure and without."""
    rows = []
    for row in tables["job_risks"].iter_rows(named=True):
        rows.append(
            [
                Cell(str(row["time"]), number=True),
                share(style, row["risk_none"], tables["job_risks"]["risk_none"]),
                share(style, row["risk_departure"], tables["job_risks"]["risk_departure"]),
                points_and_interval(style, row),
                count(style, row["persons"]),
            ]
        )
    last = max(tables["job_risks"]["time"].to_list())
    return HtmlTable(
        style.say(
            _(
                "Share that has {reached} within some months of time zero: a departure "
                "in month {departure_month}, and none (g-computation; other exits "
                "compete, all other events follow their observed pattern)."
            )
        ),
        [
            _("Months"),
            _("No departure"),
            _("Departure"),
            _("Difference, percentage points"),
            _("Persons"),
        ],
        rows,
        style.say(
            _(
                "Persons whose courses begin at least {last} before the data end, in "
                "places and half-years for which the models know the hazard; other "
                "courses cannot be followed to the last horizon."
            ),
            last=lambda to: to.months(last),
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="job_risks",
        sensitivity="moderate",
        row=_("risk of the outcome within some months, with a departure and without"),
        dims=("time",),
        links=(
            cells("persons", of="persons of a model", some=("time",)),
            cells("courses", of="courses of a model", some=("time",)),
            *caseworkers("time"),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("courses", "events", guards=True),
            *CASEWORKERS,
            Count("clusters", "other"),
        ),
        estimates=tuple(
            Estimate(name)
            for name in ("risk_none", "risk_departure", "difference", "se", "low", "high")
        ),
        derived=(
            guarded_by(
                "risk_none", "risk_departure", "difference", "low", "high", denominator="persons"
            ),
        ),
    ),
    figure=Drawing(
        documents=BRIEF_AND_REPORT,
        plain=_(
            "Of every 100 clients, how many had {reached}: where the caseworker left, and where "
            "not. The thin line shows how unsure the difference is."
        ),
        draw=draw,
        needs=("difference", "low", "high"),
        caption=_(
            "Of every 100 clients, how many had {reached}: with a caseworker who left in month "
            "{departure_month}, and with one who stayed. The thin line is the 95 % interval of the "
            "difference; otherwise the two groups are alike."
        ),
        alt=alt,
    ),
    view=View(view, documents=REPORT),
)
