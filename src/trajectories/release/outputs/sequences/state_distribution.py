"""States by month of the window, in each group."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from trajectories.release.charts.state_shares import draw_stack, state_legend
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import states_by_month
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import first_and_last_month
from trajectories.release.state_statistics import entropy_by_month, mean_time
from trajectories.release.style import INK, MUTED, Size, Style, is_lowest, new_figure
from trajectories.release.tables import Cell, HtmlTable, Tables, text
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the state distribution of each group with its transversal entropy beneath."""
    table = tables["state_distribution"]
    groups = style.arrange(table["group"])
    states = style.order(table["state"].to_list())
    entropy = entropy_by_month(table, by="group")
    columns = min(len(groups), 3 if size == "wide" else 1)
    rows = -(-len(groups) // columns)
    height = 0.5 + 3.0 * rows if size == "wide" else 0.9 + 2.3 * rows + 0.09 * len(states)
    figure = new_figure(size, height)
    grid = figure.subplots(
        2 * rows, columns, sharex=True, sharey="row", squeeze=False, height_ratios=[4, 1] * rows
    )
    places = [divmod(number, columns) for number in range(rows * columns)]
    pairs = [(grid[2 * row, column], grid[2 * row + 1, column]) for row, column in places]
    for upper, lower in pairs[len(groups) :]:
        upper.set_axis_off()
        lower.set_axis_off()
    pairs = pairs[: len(groups)]
    gap = False
    for number, (group, (upper, lower)) in enumerate(zip(groups, pairs, strict=True)):
        panel = table.filter(pl.col("group") == group)
        gap |= draw_stack(upper, panel, states, style)
        total = panel["total"].drop_nulls()
        size_text = f"  n = {style.number(total[0])}" if len(total) else ""
        upper.set_title(f"{style.word(group)}{size_text}")
        line = entropy.filter(pl.col("group") == group)
        lower.plot(line["position"], line["entropy"], color=INK, linewidth=1.1)
        lower.set(ylim=(0, 1))
        lower.yaxis.set_major_locator(MultipleLocator(0.5))
        lower.yaxis.set_major_formatter(FuncFormatter(lambda y, _: style.plain(y)))
        if is_lowest(number, len(groups), columns):
            lower.set_xlabel(style.word("month_of_window"))
            lower.tick_params(labelbottom=True)
        if number % columns == 0:
            upper.set_ylabel(style.word("share_of_windows"))
            lower.set_ylabel(style.word("entropy"), color=MUTED)
    state_legend(figure, states, style, size, gap=gap)
    return figure


def view(tables: Tables, style: Style) -> HtmlTable:
    """Mean months in each state by group."""
    table = mean_time(tables["state_distribution"], by="group")
    found = {(row[0], row[1]): row[2] for row in table.iter_rows()}
    shown = style.arrange(table["group"])
    states = style.order(table["state"].to_list())
    rows = [
        [
            text(style.look(state, states).label),
            *(Cell(style.number(found[group, state], 1), number=True) for group in shown),
        ]
        for state in states
    ]
    return HtmlTable(
        _("Mean months of the window in each state."),
        [_("State"), *(style.word(group) for group in shown)],
        rows,
        _("Computed from rounded shares; withheld cells count as zero."),
    )


def caption(tables: Tables, style: Style) -> str:
    """Name the groups."""
    groups = style.arrange(tables["state_distribution"]["group"])
    named = [style.word(group).lower() for group in groups]
    return style.say(
        _(
            "State distribution by month of the window ({named}), with the "
            "transversal entropy beneath (1 = all states equally frequent). Hatched "
            "at the top: cells that are withheld."
        ),
        named=lambda to: to.listed(named),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say each group's most frequent state in the first month and in the last."""
    spans = first_and_last_month(tables["state_distribution"], "group", style.word, style)
    return style.say(
        _("Stacked shares of states by month, one panel a group. Most frequent state {spans}."),
        spans=spans,
    )


OUTPUT = Output(
    table=states_by_month(
        "sequences",
        "state_distribution",
        _("windows of one group in one state at one month of the window"),
        ("group",),
    ),
    figure=Drawing(documents=REPORT, draw=draw, needs=("share",), caption=caption, alt=alt),
    view=View(
        view, name="times", reading=_("The means of a group add up to the length of a window.")
    ),
)
