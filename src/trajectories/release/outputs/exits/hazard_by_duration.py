"""The monthly hazard of the exit by time at risk."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from trajectories.release.gate.derive import poisson_interval, ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import SOME_CASEWORKERS, caseworkers
from trajectories.release.outputs.phrases import Row, from_to
from trajectories.release.style import DASHES, MARKERS, SERIES, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw monthly job hazards by duration band and exposure with 95 % intervals."""
    table = tables["hazard_by_duration"]
    bands = table["duration"].unique(maintain_order=True).to_list()
    exposures = table.drop_nulls("hazard")["exposure"].unique(maintain_order=True).to_list()
    figure = new_figure(size, 2.9)
    axes = figure.subplots()
    shift = np.linspace(-0.16, 0.16, len(exposures)) if len(exposures) > 1 else [0.0]
    for number, exposure in enumerate(exposures):
        part = table.filter(pl.col("exposure") == exposure).drop_nulls("hazard")
        x = np.array([bands.index(band) for band in part["duration"]]) + shift[number]
        axes.vlines(x, part["hazard_low"], part["hazard_high"], color=SERIES[number], lw=1.2)
        axes.plot(
            x,
            part["hazard"],
            color=SERIES[number],
            marker=MARKERS[number],
            linestyle=DASHES[number],
            linewidth=0.9,
            markerfacecolor="#ffffff" if number == 1 else SERIES[number],
            label=style.word(exposure),
        )
    axes.set_xticks(range(len(bands)), bands)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(style.percent_ticks())
    axes.set(xlabel=style.word("months_at_risk"), ylabel=style.study.hazard)
    light_grid(axes, "y")
    if len(exposures) > 1:
        figure.legend(loc="outside lower center", ncols=len(exposures))
    return figure


def caption(tables: Tables, style: Style) -> str:
    """Say whether the hazard is split by departures."""
    told = tables["hazard_by_duration"].drop_nulls("hazard")["exposure"].n_unique() > 1
    if told:
        return style.say(
            _(
                "Monthly hazard of {exit} by months at risk and by departures of caseworkers so "
                "far, with 95 % intervals; not adjusted for anything else."
            )
        )
    return style.say(
        _(
            "Monthly hazard of {exit} by months at risk, with 95 % intervals; not adjusted for "
            "anything else."
        )
    )


def alt(tables: Tables, style: Style) -> str:
    """Say the hazard of the first band and of the last."""

    def span(first: Row, last: Row) -> str:
        return style.say(
            _(
                "{exposure} from {hazard} (months {duration}) to "
                "{last_hazard} (months {last_duration})"
            ),
            exposure=style.word(first["exposure"]),
            hazard=style.share(first["hazard"]),
            duration=style.word(first["duration"]),
            last_hazard=style.share(last["hazard"]),
            last_duration=style.word(last["duration"]),
        )

    table = tables["hazard_by_duration"].drop_nulls("hazard")
    return style.say(_("Points joined by lines: {span}."), span=from_to(table, "exposure", span))


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="hazard_by_duration",
        sensitivity="high",
        row=_("person-months at risk in one duration band with one exposure"),
        dims=("duration", "exposure"),
        drop_small=("person_months",),
        links=(
            cells("person_months", of="months at risk", by=("duration", "exposure")),
            cells(
                "persons",
                of="persons at risk by exposure",
                some=("duration", "exposure"),
                within="person_months",
            ),
            cells(
                "events", of="events at risk", some=("duration", "exposure"), within="person_months"
            ),
            *caseworkers("duration", "exposure"),
        ),
        counts=(
            Count("person_months", "months"),
            Count("persons", "persons", guards=True),
            Count("events", "events"),
            *SOME_CASEWORKERS,
        ),
        derived=(
            ratio("hazard", "events", "person_months"),
            poisson_interval("hazard", "events", "person_months"),
        ),
        added=("hazard", "hazard_low", "hazard_high"),
        whole=(("events", "person_months"),),
    ),
    figure=Drawing(
        reading=_(
            "Read from left to right: {outcome} becomes more or less likely the longer people"
            " have been followed."
        ),
        draw=draw,
        needs=("hazard",),
        caption=caption,
        alt=alt,
    ),
)
