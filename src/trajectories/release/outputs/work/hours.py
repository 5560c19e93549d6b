"""Monthly hours of paid work in each cluster."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from trajectories.release.gate.derive import mean_from_sum
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import Row, from_to
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    DASHES,
    MUTED,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
)
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw mean monthly hours of work in each cluster and the soft-DTW barycentre beside it."""
    table = tables["hours"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    titles = {cluster: style.numbered(cluster, names.get(cluster)) for cluster in clusters}
    return curves(table, "cluster", titles, style, size)


def curves(
    table: pl.DataFrame, by: str, titles: Mapping[Any, str], style: Style, size: Size
) -> Figure:
    """Draw mean and barycentre of each group as a panel.

    Args:
        table: position, mean_hours, softdtw_hours and the groups.
        by: the column of groups.
        titles: what each group is called, in their order.
        style: words and numbers.
        size: of the figure.
    """
    columns = 3 if size == "wide" else 2
    rows = -(-len(titles) // columns)
    figure = new_figure(size, 0.7 + 1.45 * rows)
    shown = table.select(pl.max_horizontal(pl.col("mean_hours", "softdtw_hours").max()))
    top = float(shown.item() or 0.0)
    for number, (axes, (group, title)) in enumerate(
        zip(panels(figure, len(titles), columns), titles.items(), strict=True)
    ):
        line = table.filter(pl.col(by) == group).sort("position")
        axes.plot(line["position"], line["mean_hours"].to_numpy(), color=ACCENT)
        axes.plot(
            line["position"], line["softdtw_hours"].to_numpy(), color=CONTRAST, linestyle=DASHES[1]
        )
        axes.set_title(title, fontsize=7)
        # Panels share their axis, so that the first one must not set it by itself.
        axes.set_ylim(0, top * 1.05 or 1.0)
        axes.xaxis.set_major_locator(MultipleLocator(6 if line.height <= 36 else 12))
        light_grid(axes, "y")
        if number % columns == 0:
            axes.set_ylabel(style.word("hours_a_month"), fontsize=7.5)
        if is_lowest(number, len(titles), columns):
            axes.set_xlabel(style.word("month_of_window"))
    figure.legend(
        [Line2D([], [], color=ACCENT), Line2D([], [], color=CONTRAST, linestyle=DASHES[1])],
        [style.word("mean_hours"), style.word("softdtw_hours")],
        loc="outside lower center",
        ncols=2,
        labelcolor=MUTED,
    )
    return figure


def courses_of_hours(table: pl.DataFrame, by: str, message: str, style: Style) -> str:
    """Say the hours of the first month and of the last in each group."""

    def span(first: Row, last: Row) -> str:
        return style.say(
            message,
            group=first[by],
            mean_hours=style.number(first["mean_hours"]),
            position=first["position"],
            last_mean_hours=style.number(last["mean_hours"]),
            last_position=last["position"],
        )

    return style.say(
        _("Line charts of mean hours a month: {span}."),
        span=from_to(table.drop_nulls("mean_hours"), by, span),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say the hours of the first month and of the last."""
    text = _(
        "cluster {group} from {mean_hours} hours in month {position} to {last_mean_hours} in "
        "month {last_position}"
    )
    return courses_of_hours(tables["hours"], "cluster", text, style)


OUTPUT = Output(
    table=TableSpec(
        made_by="hours",
        stage="typology",
        name="hours",
        sensitivity="high",
        row=_("monthly hours of work in one cluster at one month of the window"),
        dims=("cluster", "position"),
        links=(cells("persons", of="persons with windows", by=("cluster",), overlap=True),),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("mean_hours"), Estimate("softdtw_hours")),
        internal=("hours_sum", "top_two_share"),
        dominance="top_two_share",
        derived=(mean_from_sum("mean_hours", "hours_sum", "persons"),),
    ),
    figure=Drawing(
        reading=_("Clusters with jobs should show hours of paid work, the others few."),
        tables=("hours", "clusters"),
        draw=draw,
        needs=("mean_hours",),
        caption=_(
            "Monthly hours of paid work in each cluster: the mean aligned on the calendar of the "
            "window, and the soft-DTW barycentre, which aligns the persons' own rhythms."
        ),
        alt=alt,
    ),
)
