"""All courses in groups of equal size along the direction in which they differ most."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from trajectories.release.charts.state_shares import state_legend
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.typology.stripes import stripe_image
from trajectories.release.style import ACCENT, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the groups as stripes, and how far courses are from their group's medoid."""
    table = tables["frequency_groups"]
    states = style.order(table["state"].drop_nulls().to_list())
    extra = 0.0 if size == "wide" else 0.1 * len(states)
    figure = new_figure(size, 3.2 + extra)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    image, rows, months = stripe_image(table, states, style)
    left.imshow(
        image, aspect="auto", interpolation="none", extent=(0.5, months + 0.5, rows + 0.5, 0.5)
    )
    left.xaxis.set_major_locator(MultipleLocator(6 if months <= 36 else 12))
    left.set_yticks([])
    left.set_xlabel(style.word("month_of_window"))
    left.set_ylabel(style.say(_("Groups of equal size")), fontsize=7.5)
    each = table.group_by("stripe").agg(pl.col("distance").drop_nulls().first()).sort("stripe")
    distance = each["distance"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    right.barh(each["stripe"].to_numpy(), distance, height=0.9, color=ACCENT)
    right.set_xlim(left=0)
    right.set_title(style.say(_("Mean distance")), fontsize=7.5)
    light_grid(right, "x")
    state_legend(figure, states, style, size, gap=table["state"].null_count() > 0, hatched=False)
    return figure


def caption(tables: Tables, style: Style) -> str:
    """Say what is drawn, and how much of the differences the groups hold."""
    known = tables["frequency_groups"]["r2"].drop_nulls()
    share = style.percent(known[0], 0) if len(known) else "–"
    return style.say(
        _(
            "All courses, sorted by the direction in which they differ most and cut into groups of "
            "equal size. Each month of a group has the colour of its commonest state; the bars "
            "show how far courses are from the middle of their group, as a share of the largest "
            "distance. The groups hold {share} of the distances to the middle of all."
        ),
        share=share,
    )


def alt(tables: Tables, style: Style) -> str:
    """Count the groups."""
    groups = tables["frequency_groups"]["stripe"].n_unique()
    return style.say(_("Coloured stripes by month, {groups} groups of courses."), groups=groups)


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="frequency_groups",
        sensitivity="high",
        row=_("the commonest state in one month among the like courses of one group"),
        dims=("stripe", "position"),
        values=("state",),
        links=(
            cells("size", of="persons of a sample", some=("stripe",)),
            cells("count", of="persons of a sample", some=("stripe", "position"), within="size"),
        ),
        counts=(Count("count", "persons", guards=True), Count("size", "persons", guards=True)),
        estimates=(Estimate("distance"), Estimate("r2")),
        derived=(ratio("share", "count", "size"),),
        added=("share",),
        whole=(("count", "size"),),
    ),
    figure=Drawing(
        reading=_(
            "Each band is a group of like courses; a long bar beside it says that they still "
            "differ much."
        ),
        draw=draw,
        needs=("state",),
        caption=caption,
        alt=alt,
    ),
)
