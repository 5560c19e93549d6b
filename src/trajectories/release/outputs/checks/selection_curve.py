"""What selection alone would produce in a register like this one."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.model_rows import find
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.outputs.phrases import Row, from_to
from trajectories.release.style import (
    CONTRAST,
    DASHES,
    MARKERS,
    MUTED,
    SERIES,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the association that selection alone makes, by its strength, beside the found one."""
    table = tables["selection_curve"].with_columns(pl.col("strength").cast(pl.Float64))
    kinds = table["selective"].unique(maintain_order=True).to_list()
    figure = new_figure(size, 3.0 if size == "wide" else 3.6)
    axes = figure.subplots()
    axes.axhline(1.0, color=MUTED, linewidth=0.8)
    for number, kind in enumerate(kinds):
        part = table.filter(pl.col("selective") == kind).drop_nulls("association")
        axes.plot(
            part["strength"],
            part["association"],
            color=SERIES[number],
            marker=MARKERS[number],
            linestyle=DASHES[number],
            label=style.word(kind),
        )
    last = table.filter(pl.col("selective") == kinds[-1]).drop_nulls("departures")
    if last.height:
        axes.plot(
            last["strength"],
            last["departures"],
            color=SERIES[2],
            marker=MARKERS[2],
            linestyle=DASHES[2],
            label=style.word("departures_no_effect"),
        )
    found = find(tables["models"], "association", "changes") if "models" in tables else None
    if found is not None and found["hazard_ratio"] is not None:
        axes.axhline(
            found["hazard_ratio"],
            color=CONTRAST,
            ls=DASHES[4],
            lw=1,
            label=style.word("found_here"),
        )
        if found["low"] is not None and found["high"] is not None:
            axes.axhspan(found["low"], found["high"], color=CONTRAST, alpha=0.1, linewidth=0)
    axes.set(xlabel=style.word("selection_strength"), ylabel=style.word("hazard_ratio"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.plain(x)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.number(y, 2)))
    light_grid(axes, "y")
    figure.legend(loc="outside lower center", ncols=2 if size == "wide" else 1)
    return figure


def _departures(table: pl.DataFrame, style: Style) -> str:
    """Say which ratio the curve gives departures, which are drawn at random in it."""
    ratios = sorted(style.number(value, 2) for value in set(table["departures"].drop_nulls()))
    if not ratios:
        return ""
    span = (
        ratios[0]
        if ratios[0] == ratios[-1]
        else style.say(
            _("from {ratios} to {last_ratios}"), ratios=ratios[0], last_ratios=ratios[-1]
        )
    )
    return style.say(
        _(
            " Departures are drawn at random in these registers and do nothing: what "
            "the model finds for them is {span}, where 1 would be right."
        ),
        span=span,
    )


def caption(tables: Tables, style: Style) -> str:
    """Say what is drawn, what the band is, and what the model finds for departures."""
    found = find(tables["models"], "association", "changes") if "models" in tables else None
    known = found is not None and found["hazard_ratio"] is not None
    number = _("The number of changes is the same at every strength.")
    if known:
        number = _(
            "The band is the association found, with its 95 % interval; the number of changes is "
            "the same at every strength."
        )
    at_random = _departures(tables["selection_curve"].drop_nulls("association"), style)
    curve = style.say(
        _(
            "The selection curve: the association that this analysis would find in "
            "registers like this one in which changes of caseworker do nothing, but "
            "happen more often to persons with poor chances. Strength 3 is three "
            "times as often at one standard deviation below the mean."
        )
    )
    return f"{curve} {style.say(number)}{at_random}"


def alt(tables: Tables, style: Style) -> str:
    """Say each curve's first point and its last."""

    def span(first: Row, last: Row) -> str:
        return style.say(
            _(
                "{selective}: from {association} at strength {strength} to "
                "{last_association} at {last_strength}"
            ),
            selective=style.word(first["selective"]),
            association=style.number(first["association"], 2),
            strength=first["strength"],
            last_association=style.number(last["association"], 2),
            last_strength=last["strength"],
        )

    table = tables["selection_curve"].drop_nulls("association")
    return style.say(_("Lines by strength: {span}."), span=from_to(table, "selective", span))


OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="selection_curve",
        sensitivity="moderate",
        row=_("the naive analysis of registers simulated without an effect, at one strength"),
        dims=("selective", "strength"),
        links=(
            cells("persons", of="simulated persons", some=("selective", "strength")),
            cells("person_months", of="simulated months", some=("selective", "strength")),
            cells("events", of="simulated events", some=("selective", "strength")),
            cells("changes", of="simulated changes", some=("selective", "strength")),
            cells("selected", of="simulated changes by selection", some=("selective", "strength")),
            *caseworkers("selective", "strength"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("person_months", "months"),
            Count("events", "events", guards=True),
            Count("changes", "events", guards=True),
            Count("selected", "events", guards=True),
            *CASEWORKERS,
        ),
        estimates=(Estimate("association"), Estimate("departures")),
    ),
    figure=Drawing(
        reading=_(
            "Where a curve reaches the association that was found, selection alone would "
            "produce it."
        ),
        draw=draw,
        needs=("association",),
        caption=caption,
        alt=alt,
    ),
)
