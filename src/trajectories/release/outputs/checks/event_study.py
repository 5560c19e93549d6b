"""Hazard ratios by month around a departure."""

from functools import partial

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from trajectories.release.charts import spots
from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import DEPARTED, INTERVAL, caseworkers, modelled
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import ratio_and_interval
from trajectories.release.speaker import Speaker
from trajectories.release.style import ACCENT, CONTRAST, MUTED, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _

AGAINST_OTHERS = "against other clients"

LAST_LEAD = -4

TICKS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)


def _log_axis(axes: Axes, style: Style, low: float, high: float) -> None:
    """A log axis of hazard ratios with ticks that can be read."""
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_yticks([tick for tick in TICKS if low <= tick <= high])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.number(y, 2)))
    axes.axhline(1.0, color=MUTED, linewidth=0.8)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw hazard ratios by month around a departure, against other clients."""
    table = (
        tables["event_study"]
        .filter(pl.col("contrast") == AGAINST_OTHERS)
        .drop_nulls(["hazard_ratio", "low", "high"])
        .sort("lag")
    )
    figure = new_figure(size, 2.8)
    axes = figure.subplots()
    _log_axis(axes, style, 0.25, 4.0)
    axes.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=":")
    axes.axvspan(-12.5, LAST_LEAD + 0.5, color=MUTED, alpha=0.12, linewidth=0)
    for early, colour, marker, key in (
        (True, CONTRAST, "D", "before_departure"),
        (False, ACCENT, "o", "from_notice_on"),
    ):
        part = table.filter((pl.col("lag") <= LAST_LEAD) == early)
        x = part["lag"].to_numpy()
        low, high = (np.clip(part[name].to_numpy(), 0.25, 4.0) for name in ("low", "high"))
        axes.vlines(x, low, high, color=colour, linewidth=1.2)
        axes.plot(x, part["hazard_ratio"], marker, color=colour, ms=4, label=style.word(key))
    axes.set(xlabel=style.word("months_from_departure"), ylabel=style.study.log_ratio)
    light_grid(axes, "y")
    told = [
        f"{style.word('months_from_departure')}: {style.plain(row['lag'])}\n"
        f"{ratio_and_interval(style, row)}"
        for row in table.iter_rows(named=True)
    ]
    spots.columns(axes, table["lag"].to_list(), told)
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def _said(message: str, to: Speaker) -> str:
    return to.say(message)


def alt(tables: Tables, style: Style) -> str:
    """Say the range of the ratios long before the departure and from notice on."""
    table = tables["event_study"].filter(pl.col("contrast") == AGAINST_OTHERS)
    table = table.drop_nulls("hazard_ratio")
    parts = []
    for name, rows in (
        (_("long before the departure"), table.filter(pl.col("lag") <= LAST_LEAD)),
        (_("from notice on"), table.filter(pl.col("lag") > LAST_LEAD)),
    ):
        if rows.height:
            low, high = rows["hazard_ratio"].min(), rows["hazard_ratio"].max()
            parts.append(
                style.say(
                    _("{name} from {low} to {high}"),
                    name=partial(_said, name),
                    low=style.number(float(str(low)), 2),
                    high=style.number(float(str(high)), 2),
                )
            )
    return style.say(_("Points with bars by month. {headings} {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="event_study",
        sensitivity="high",
        row=_("one month before or after a departure, under one contrast"),
        dims=("contrast", "lag"),
        links=(
            *modelled("contrast", "lag"),
            *caseworkers("contrast", "lag"),
        ),
        counts=DEPARTED,
        estimates=(Estimate("coef"), Estimate("se"), *INTERVAL),
        internal=("residual_degrees",),
        residual="residual_degrees",
    ),
    figure=Drawing(
        documents=REPORT,
        draw=draw,
        needs=("hazard_ratio",),
        shown=pl.col("contrast") == AGAINST_OTHERS,
        caption=_(
            "Monthly {chance} of {outcome} among clients on a leaver's list, against clients of "
            "other teams in the same municipality and months, with 95 % intervals. Month 0 is the "
            "leaver's last; the shaded months −12 to −4 test whether the lists differed before "
            "anyone could know. Bars that reach the frame go beyond it."
        ),
        alt=alt,
    ),
)
