"""The share of each cluster in each group."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.charts import spots
from trajectories.release.gate.derive import guarded_by, interval_around, ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total, Whole
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import ALL
from trajectories.release.outputs.documents import BRIEF_AND_REPORT
from trajectories.release.style import MARKERS, RULE, SERIES, Size, Style, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw each cluster's share by group with 95 % intervals, one panel an age group."""
    table = tables["shares"]
    ages = style.arrange(table["age"])
    groups = style.arrange(table["group"])
    clusters = sorted(table["cluster"].unique().to_list())
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    labels = [style.numbered(cluster, names.get(cluster), width=26) for cluster in clusters]
    panel_height = 0.4 + 0.33 * len(clusters)
    if size == "wide":
        figure = new_figure(size, 0.75 + panel_height)
        panels = figure.subplots(1, len(ages), sharex=True, sharey=True, squeeze=False)[0]
    else:
        figure = new_figure(size, 0.75 + panel_height * len(ages))
        panels = figure.subplots(len(ages), 1, sharex=True, sharey=True, squeeze=False)[:, 0]

    def say(row: Mapping[str, Any]) -> str:
        label = style.numbered(row["cluster"], names.get(row["cluster"]), width=60)
        share, low, high = (style.share(row[name]) for name in ("share", "low", "high"))
        interval = style.say(_("{value} ({low} to {high})"), value=share, low=low, high=high)
        return f"{label}\n{style.word(row['group'])}: {interval}"

    step = 0.62 / max(1, len(groups) - 1) if len(groups) > 1 else 0.0
    tell: list[tuple[Axes, list[tuple[float, str]]]] = []
    for number, (axes, age) in enumerate(zip(panels, ages, strict=True)):
        told: list[tuple[float, str]] = []
        tell.append((axes, told))
        for position, group in enumerate(groups):
            part = table.filter((pl.col("age") == age) & (pl.col("group") == group))
            part = part.drop_nulls(["share", "low", "high"])
            y = part["cluster"].to_numpy() - 1 + step * position - 0.31 * (len(groups) > 1)
            axes.hlines(y, part["low"], part["high"], color=SERIES[position], linewidth=1.2)
            axes.plot(
                part["share"],
                y,
                linestyle="",
                marker=MARKERS[position],
                markersize=4,
                color=SERIES[position],
                markerfacecolor="#ffffff" if position == 1 else SERIES[position],
            )
            told += zip(y.tolist(), map(say, part.iter_rows(named=True)), strict=True)
        for line in range(len(clusters) - 1):
            axes.axhline(line + 0.5, color=RULE, linewidth=0.5)
        if len(ages) > 1:
            axes.set_title(style.word(age))
        axes.xaxis.set_major_formatter(style.percent_ticks())
        axes.locator_params(axis="x", nbins=4)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        if size == "wide" or number == len(ages) - 1:
            axes.set_xlabel(style.word("share_of_windows"))
    panels[0].set_yticks(range(len(clusters)), labels)
    panels[0].set_ylim(len(clusters) - 0.5, -0.5)
    panels[0].set_xlim(left=0)
    for axes, told in tell:
        places, texts = zip(*sorted(told), strict=True) if told else ((), ())
        spots.rows(axes, places, texts)
    handles = [
        Line2D(
            [],
            [],
            color=SERIES[i],
            marker=MARKERS[i],
            markersize=4,
            markerfacecolor="#ffffff" if i == 1 else SERIES[i],
        )
        for i in range(len(groups))
    ]
    words = [style.word(group) for group in groups]
    figure.legend(handles, words, loc="outside lower center", ncols=len(groups))
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the shares of the first age."""
    table = tables["shares"].drop_nulls("share")
    ages = style.arrange(table["age"])
    first = table.filter(pl.col("age") == ages[0])
    parts = []
    for cluster in sorted(first["cluster"].unique().to_list()):
        rows = {
            row["group"]: row["share"]
            for row in first.filter(pl.col("cluster") == cluster).iter_rows(named=True)
        }
        values = [f"{style.word(g).lower()} {style.percent(rows[g])}" for g in style.arrange(rows)]
        parts.append(
            style.say(_("cluster {cluster}: {values}"), cluster=cluster, values=", ".join(values))
        )
    return style.say(
        _("Points with intervals. {ages}: {parts}."),
        ages=style.word(ages[0]),
        parts="; ".join(parts),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="shares",
        sensitivity="high",
        row=_("windows of one group and age in one cluster"),
        dims=("age", "group", "cluster"),
        links=(
            cells("windows", of="windows", by=("age", "cluster", "group")),
            cells("total", of="windows", by=("age", "group")),
            cells(
                "persons",
                of="persons with windows",
                by=("age", "cluster", "group"),
                overlap=True,
                within="windows",
            ),
        ),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        totals=(Total("total", "windows", over=("cluster",)),),
        estimates=(Estimate("share"), Estimate("se"), Estimate("low"), Estimate("high")),
        derived=(
            ratio("share", "windows", "total"),
            interval_around("share", denominator="total"),
            guarded_by("se", denominator="total"),
        ),
        grid=("age", "group", "cluster"),
        wholes=(Whole("age", ALL, ("windows", "total")),),
        whole=(("windows", "total"),),
    ),
    figure=Drawing(
        documents=BRIEF_AND_REPORT,
        plain=_(
            "How large a share of all courses each type is, by group. The lines show how unsure "
            "each share is."
        ),
        tables=("shares", "clusters"),
        draw=draw,
        needs=("share", "low"),
        caption=_(
            "Share of windows in each cluster, by group, with 95 % intervals that "
            "allow for several windows of one person."
        ),
        alt=alt,
    ),
)
