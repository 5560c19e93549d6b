"""What a course costs, by cluster and group."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import WINDOWS
from trajectories.release.style import SERIES, Size, Style, light_grid, new_figure
from trajectories.release.tables import HtmlTable, Tables, count, number, text
from trajectories.words import _

PARTS = ("amount", "state_part", "municipal_part")
AMOUNTS = tuple(Estimate(name, supported_by="windows") for name in PARTS)
WHOLE = _("Months in each state times their rates, over all months of the window.")
BARS = (("municipal_part", _("Municipality")), ("state_part", _("State")))


def priced(name: str, dimension: str, row: str, whose: str = "") -> TableSpec:
    """Declare mean amounts by a dimension and group; `whose` tells which windows, if not all."""
    windows = " ".join(filter(None, ("windows", whose)))
    return TableSpec(
        stage="typology",
        name=name,
        made_by="costs",
        sensitivity="high",
        row=row,
        dims=(dimension, "group"),
        links=(
            cells("windows", of=windows, by=(dimension, "group")),
            cells(
                "persons",
                of=" ".join(("persons with", windows)),
                by=(dimension, "group"),
                overlap=True,
                within="windows",
            ),
        ),
        counts=WINDOWS,
        estimates=AMOUNTS,
        grid=(dimension, "group"),
    )


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw one bar a cluster and group, divided by who bears it."""
    table = tables["costs"].drop_nulls("amount")
    groups = style.arrange(table["group"])
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    lines = [(cluster, group) for cluster in clusters for group in groups]
    width = 30 if size == "wide" else 20
    figure = new_figure(size, 1.0 + 0.2 * len(lines) + 0.3 * len(clusters))
    panels = figure.subplots(len(clusters), 1, sharex=True, squeeze=False)[:, 0]
    for axes, cluster in zip(panels, clusters, strict=True):
        own = table.filter(pl.col("cluster") == cluster)
        left = [0.0] * len(groups)
        for place, (column, _word) in enumerate(BARS):
            found = dict(own.select("group", column).iter_rows())
            amounts = [(found.get(group) or 0.0) / 1000 for group in groups]
            axes.barh(range(len(groups)), amounts, left=left, color=SERIES[2 * place], height=0.7)
            left = [one + more for one, more in zip(left, amounts, strict=True)]
        axes.set_yticks(range(len(groups)), [style.word(group) for group in groups])
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_title(style.numbered(cluster, names.get(cluster), width=2 * width))
        light_grid(axes, "x")
        axes.tick_params(axis="y", length=0)
    panels[-1].set_xlabel(style.say(_("1,000 kroner a window")))
    handles = [Patch(color=SERIES[2 * place]) for place in range(len(BARS))]
    words = [style.say(word) for _column, word in BARS]
    figure.legend(handles, words, loc="outside lower center", ncols=2)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the amounts of each cluster and group."""
    table = tables["costs"].drop_nulls("amount")
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        own = dict(table.filter(pl.col("cluster") == cluster).select("group", "amount").iter_rows())
        amounts = ", ".join(
            f"{style.word(group).lower()} {style.number(own[group])}"
            for group in style.arrange(own)
        )
        parts.append(style.say(_("cluster {cluster}: {values}"), cluster=cluster, values=amounts))
    return style.say(
        _("Bars, divided into municipality and state; kroner a window. {parts}."),
        parts="; ".join(parts),
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """Amounts by cluster and group."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    return amounts_table(
        tables["costs"],
        {cluster: style.numbered(cluster, name) for cluster, name in names.items()},
        _("Cluster"),
        _("Mean kroner a window, by cluster and group: in all, of the state, of municipalities."),
        style,
    )


def amounts_table(
    table: pl.DataFrame,
    labels: dict[int, str] | dict[str, str],
    head: str,
    caption: str,
    style: Style,
    note: str = WHOLE,
) -> HtmlTable:
    """Lay out windows and amounts, a row a cluster or municipality and group."""
    by = table.columns[0]
    order = {key: place for place, key in enumerate(labels)}
    groups = {group: place for place, group in enumerate(style.arrange(table["group"]))}
    rows = [
        [
            text(labels[row[by]]),
            text(style.word(row["group"])),
            count(style, row["windows"]),
            *(
                number(style.number(row[part])) if row[part] is not None else text(None)
                for part in PARTS
            ),
        ]
        for row in sorted(table.to_dicts(), key=lambda row: (order[row[by]], groups[row["group"]]))
    ]
    heads = [head, _("Group"), _("Windows"), _("In all"), _("Of the state"), _("Of municipalities")]
    return HtmlTable(caption, heads, rows, note)


OUTPUT = Output(
    table=priced("costs", "cluster", _("windows of one cluster and group")),
    figure=Drawing(
        reading=_("The length of a bar is what an average course costs; its parts say who pays."),
        tables=("costs", "clusters"),
        draw=draw,
        needs=("amount",),
        caption=_(
            "What a window costs on average, by cluster and group, divided by who bears it. The "
            "amounts are months in each state times the rates that the run was given."
        ),
        alt=alt,
    ),
    view=View(
        view, tables=("costs", "clusters"), reading=_("Amounts are sums of rates and no savings.")
    ),
)
