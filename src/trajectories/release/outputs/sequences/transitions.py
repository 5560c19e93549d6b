"""How often one state follows another, month by month, in each group."""

import numpy as np
import polars as pl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.ladder.forms import POOLED_BETWEEN
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import by_group
from trajectories.release.style import ACCENT, INK, MUTED, RULE, Size, Style, is_lowest, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _

SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#bcd3e6", ACCENT])

STRONGEST = 0.15
"""The rate of transition a month from which a cell has the darkest shade."""


def rate_matrix(panel: pl.DataFrame, states: list[str]) -> np.ndarray:
    """Lay one group's rates out from × to; what is withheld is NaN."""
    place = {state: number for number, state in enumerate(states)}
    rates = np.full((len(states), len(states)), np.nan)
    for origin, target, rate in panel.select("from_state", "to_state", "rate").iter_rows():
        rates[place[origin], place[target]] = np.nan if rate is None else rate
    return rates


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the monthly rates of transition from row to column, one panel a group."""
    table = tables["transitions"]
    groups = style.arrange(table["group"])
    states = style.order([*table["from_state"], *table["to_state"]])
    columns = min(len(groups), 3) if size == "wide" else 1
    lines = -(-len(groups) // columns)
    figure = new_figure(size, 1.2 + (2.5 if size == "wide" else 2.6) * lines)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    short = [style.look(state, states).short for state in states]
    font = 4.8 if size == "wide" else 5.0
    for axes in list(grid.flat)[len(groups) :]:
        axes.set_axis_off()
    for number, (axes, group) in enumerate(zip(grid.flat, groups, strict=False)):
        rates = rate_matrix(table.filter(pl.col("group") == group), states)
        moves = np.where(np.eye(len(states), dtype=bool), 0.0, np.nan_to_num(rates))
        axes.imshow(moves, cmap=SHADES, vmin=0, vmax=STRONGEST, aspect="auto")
        for (row, column), rate in np.ndenumerate(rates):
            if np.isfinite(rate) and round(100 * rate) >= 1:
                dark = row != column and rate > 0.7 * STRONGEST
                colour = "#ffffff" if dark else MUTED if row == column else INK
                text = style.number(100 * rate)
                axes.text(column, row, text, ha="center", va="center", fontsize=font, color=colour)
            elif not np.isfinite(rate):
                axes.text(column, row, "·", ha="center", va="center", fontsize=5, color=RULE)
        axes.set_title(style.word(group))
        axes.set_xticks(range(len(states)), short, rotation=90, fontsize=6)
        axes.set_yticks(range(len(states)), short, fontsize=6)
        axes.tick_params(length=0, labelbottom=is_lowest(number, len(groups), columns))
        axes.spines[:].set_visible(False)
    figure.supxlabel(style.word("to_state"), fontsize=7.5)
    figure.supylabel(style.word("from_state"), fontsize=7.5)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say each group's two commonest changes."""
    table = tables["transitions"].drop_nulls("rate")

    def say(own: pl.DataFrame) -> str:
        moves = own.filter(pl.col("from_state") != pl.col("to_state"))
        return ", ".join(
            style.say(
                _("{from_state} to {to_state} {rate}"),
                from_state=style.look(a).label,
                to_state=style.look(b).label,
                rate=style.share(rate),
            )
            for a, b, rate in moves.sort("rate", descending=True)[:2]
            .select("from_state", "to_state", "rate")
            .iter_rows()
        )

    changes = by_group(table, style, say)
    return style.say(
        _("Shaded tables, one a group. Commonest changes, {changes}."), changes=changes
    )


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="transitions",
        sensitivity="high",
        row=_("pairs of following months, from one state to another, in one group"),
        dims=("group", "from_state", "to_state"),
        links=(
            cells("transitions", of="pairs of months", by=("group", "from_state", "to_state")),
            cells("from_total", of="pairs of months", by=("group", "from_state")),
            cells(
                "persons",
                of="persons in pairs of months",
                some=("group", "from_state", "to_state"),
                within="transitions",
            ),
        ),
        counts=(Count("transitions", "months"), Count("persons", "persons", guards=True)),
        totals=(Total("from_total", "transitions", over=("to_state",)),),
        derived=(ratio("rate", "transitions", "from_total"),),
        added=("rate",),
        grid=("group", "from_state", "to_state"),
        # nobody comes back from death or emigration: the state is absorbing by construction
        structural=(pl.col("from_state").cast(pl.String) == "OUT")
        & (pl.col("to_state").cast(pl.String) != "OUT"),
        whole=(("transitions", "from_total"),),
        ladder=(POOLED_BETWEEN,),
    ),
    figure=Drawing(
        reading=_("Each row says where people of one state are a month later."),
        draw=draw,
        needs=("rate",),
        caption=_(
            "Monthly rates of transition in per cent, from the state of the row to "
            "that of the column. Grey numbers are months without a change, a dot is "
            "a withheld cell, and what rounds to nothing is left blank."
        ),
        alt=alt,
    ),
)
