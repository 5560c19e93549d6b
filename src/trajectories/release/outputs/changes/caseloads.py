"""Clients of the colleagues who remain, by month around a departure."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import ACCENT, MUTED, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the clients of remaining colleagues by month around a departure."""
    table = tables["caseloads"].drop_nulls("mean_caseload").sort("lag")
    figure = new_figure(size, 2.2)
    axes = figure.subplots()
    axes.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=":")
    axes.plot(table["lag"], table["mean_caseload"], "o-", color=ACCENT, ms=4, linewidth=0.9)
    axes.set_ylim(0, 1.1 * max(table["mean_caseload"], default=1.0))
    axes.set(xlabel=style.word("months_from_departure"), ylabel=style.word("clients_of_colleagues"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.plain(y)))
    light_grid(axes, "y")
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the mean before, at and after the departure."""
    table = tables["caseloads"].drop_nulls("mean_caseload")
    parts = [
        style.say(
            _("month {lag}: {mean_caseload}"),
            lag=row["lag"],
            mean_caseload=style.number(row["mean_caseload"], 0),
        ).replace("-", "−")
        for row in table.filter(pl.col("lag").is_in([-3, 0, 6])).iter_rows(named=True)
    ]
    return style.say(_("A line over 13 months; {parts}."), parts=", ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        made_by="sensitivity",
        stage="hazards",
        name="caseloads",
        sensitivity="moderate",
        row=_("colleagues who remain, one month before or after a departure"),
        dims=("lag",),
        links=(
            cells("departures", of="departures of caseworkers", some=("lag",)),
            cells("from_caseworkers", of="caseworkers who left", some=("lag",)),
            cells("caseworkers", of="colleagues of leavers", some=("lag",)),
            cells("observations", of="lists of colleagues", some=("lag",)),
        ),
        counts=(
            Count("departures", "events", guards=True),
            Count("from_caseworkers", "caseworkers", guards=True),
            Count("caseworkers", "caseworkers", guards=True),
            Count("observations", "events"),
        ),
        estimates=(Estimate("mean_caseload", supported_by="observations"),),
    ),
    figure=Drawing(
        reading=_(
            "A rise after month 0 says that the remaining colleagues took over the leaver's "
            "clients."
        ),
        draw=draw,
        needs=("mean_caseload",),
        caption=_(
            "Mean number of clients of the leaver's colleagues of the same team, by month from the "
            "leaver's last; colleagues held a list three months before."
        ),
        alt=alt,
    ),
)
