"""The commonest state of each month, in each group."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.charts.state_shares import state_legend
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import THEN, by_group
from trajectories.release.style import Size, Style, is_lowest, light_grid, new_figure, panels
from trajectories.release.tables import Tables
from trajectories.words import _


def modal_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return the commonest published state of each group and month: group, position, state, share.

    Ties go to the state that the table lists first.
    """
    return (
        table.drop_nulls("weight")
        .sort("weight", descending=True, maintain_order=True)
        .group_by("group", "position", maintain_order=True)
        .first()
        .select("group", "position", "state", share=pl.col("weight") / pl.col("total_weight"))
        .sort("group", "position")
    )


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the commonest state of each month, as high as its share."""
    table = tables["state_distribution"]
    groups = style.arrange(table["group"])
    rows = modal_rows(table)
    states = style.order(rows["state"].to_list())
    columns = 3 if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 0.6 + 1.8 * lines + (0 if size == "wide" else 0.1 * len(states)))
    for number, (axes, group) in enumerate(
        zip(panels(figure, len(groups), columns), groups, strict=True)
    ):
        own = rows.filter(pl.col("group") == group)
        looks = [style.look(state, states) for state in own["state"]]
        axes.bar(
            own["position"],
            own["share"],
            width=1.0,
            color=[look.colour for look in looks],
            hatch=[look.hatch for look in looks],
            edgecolor="#ffffff",
            linewidth=0.3,
        )
        months = max(table["position"].to_list())
        axes.set(title=style.word(group), ylim=(0, 1), xlim=(0.5, months + 0.5))
        axes.xaxis.set_major_locator(MultipleLocator(6 if months <= 36 else 12))
        axes.yaxis.set_major_locator(MultipleLocator(0.5))
        axes.yaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "y")
        axes.set_axisbelow(True)
        if number % columns == 0:
            axes.set_ylabel(style.word("share_of_windows"))
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("month_of_window"))
    state_legend(figure, states, style, size, gap=False)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say from which month each state is the commonest."""
    rows = modal_rows(tables["state_distribution"])

    def say(own: pl.DataFrame) -> str:
        runs = own.filter((pl.col("state") != pl.col("state").shift(1)).fill_null(value=True))
        steps = [
            style.say(
                _("{label} from month {position}"),
                label=style.look(row["state"]).label,
                position=row["position"],
            )
            for row in runs.iter_rows(named=True)
        ]
        return style.say(THEN).join(steps)

    return style.say(_("Bars by month, coloured by state. {say}."), say=by_group(rows, style, say))


OUTPUT = Output(
    figure=Drawing(
        reading=_(
            "A tall bar means that most people are in the same state in that month; a low one"
            " that courses differ."
        ),
        name="modal_states",
        tables=("state_distribution",),
        draw=draw,
        needs=("share",),
        caption=_(
            "Commonest state of each month of the window, as high as its share of "
            "the windows. A low bar means that no state dominates the month."
        ),
        alt=alt,
    )
)
