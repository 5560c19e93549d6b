"""Orders of changes of state that windows contain, in each group."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.charts.dots import draw_dots, group_legend
from trajectories.release.gate.derive import firm_ratio
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import IN_WINDOWS, WINDOWS
from trajectories.release.outputs.phrases import THEN, order_of_changes
from trajectories.release.style import Size, Style, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of windows of each group that contain each order of changes."""
    table = tables["event_subsequences"]
    groups = style.arrange(table["group"])
    known = table.drop_nulls("share")
    order = (
        known.group_by("subsequence", maintain_order=True)
        .agg(pl.col("share").mean())
        .sort("share", descending=True, maintain_order=True)["subsequence"]
        .to_list()
    )
    then = style.say(THEN)
    line = f"\n{then.lstrip(', ')}"
    labels = [order_of_changes(text, style).replace(then, line) for text in order]
    lines = sum(label.count("\n") + 1 for label in labels)
    figure = new_figure(size, 0.9 + 0.13 * (lines + len(labels)))
    axes = figure.subplots()
    draw_dots(axes, table, "subsequence", order, groups, labels, style)
    axes.set_xlabel(style.word("share_of_windows"))
    group_legend(figure, groups, style)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the three commonest orders."""
    table = tables["event_subsequences"].drop_nulls("share")
    top = table.sort("share", descending=True, maintain_order=True)[:3]
    parts = [
        f"{order_of_changes(row['subsequence'], style)}, {style.word(row['group']).lower()} "
        f"{style.percent(row['share'])}"
        for row in top.iter_rows(named=True)
    ]
    return style.say(
        _("Dots, one row an order of changes. Commonest: {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        stage="sequences",
        name="event_subsequences",
        sensitivity="high",
        row=_("windows of one group that contain one order of changes of state"),
        dims=("subsequence", "group"),
        links=IN_WINDOWS,
        counts=(*WINDOWS, Count("total", "windows", guards=True)),
        derived=(firm_ratio("share", "windows", "total"),),
        added=("share",),
        grid=("subsequence", "group"),
        whole=(("windows", "total"),),
    ),
    figure=Drawing(
        reading=_(
            "Compare the marks on one line: groups that lie apart differ in how often these "
            "changes come in this order."
        ),
        draw=draw,
        needs=("share",),
        caption=_(
            "Windows that contain two changes of state or more in the given order, "
            "whatever happens between them."
        ),
        alt=alt,
    ),
)
