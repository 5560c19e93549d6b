"""Internships that end in paid work, by cluster."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.charts.dots import draw_dots, group_legend
from trajectories.release.gate.derive import firm_ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.style import Size, Style, new_figure
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _


def internships_by(name: str, dimension: str, row: str) -> TableSpec:
    """Declare the internships that paid work follows, by a dimension and group."""
    return TableSpec(
        made_by="courses",
        stage="typology",
        name=name,
        sensitivity="high",
        row=row,
        dims=(dimension, "group"),
        links=(
            cells("internships", of="internships", by=(dimension, "group")),
            cells(
                "in_job",
                of="internships in paid work",
                by=(dimension, "group"),
                within="internships",
            ),
            cells(
                "persons",
                of="persons with internships",
                by=(dimension, "group"),
                overlap=True,
                within="internships",
            ),
        ),
        counts=(
            Count("internships", "events", guards=True),
            Count("in_job", "events"),
            Count("persons", "persons", guards=True),
        ),
        derived=(firm_ratio("share", "in_job", "internships"),),
        added=("share",),
        grid=(dimension, "group"),
        whole=(("in_job", "internships"),),
    )


HEADS = (_("internships"), _("in paid work"), _("share"))


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of internships that paid work follows, by cluster and by municipality."""
    by_cluster, by_place = tables["internships"], tables["internship_places"]
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    groups = style.arrange([*by_cluster["group"], *by_place["group"]])
    clusters = sorted(by_cluster["cluster"].unique().to_list())
    places = sorted(by_place["municipality"].unique().to_list(), key=lambda name: (len(name), name))
    width = 30 if size == "wide" else 22
    labels = [style.numbered(cluster, names.get(cluster), width=width) for cluster in clusters]
    lines = (len(clusters), len(places))
    figure = new_figure(size, 1.0 + 0.34 * (max(lines) if size == "wide" else sum(lines) + 2))
    if size == "wide":
        left, right = figure.subplots(1, 2, sharex=True, width_ratios=[1.1, 1])
    else:
        left, right = figure.subplots(2, 1, sharex=True, height_ratios=lines)
    draw_dots(left, _quotient(by_cluster), "cluster", clusters, groups, labels, style)
    words = [style.word(place) for place in places]
    draw_dots(right, _quotient(by_place), "municipality", places, groups, words, style)
    left.set_title(style.word("by_cluster"))
    right.set_title(style.word("by_municipality"))
    right.set_xlabel(style.word("share_in_job"))
    if size == "wide":
        left.set_xlabel(style.word("share_in_job"))
    group_legend(figure, groups, style)
    return figure


def _quotient(table: pl.DataFrame) -> pl.DataFrame:
    """Take published shares from their counts: a mark needs no rounding to decimals."""
    exact = pl.col("in_job") / pl.col("internships")
    return table.with_columns(share=pl.when(pl.col("share").is_not_null()).then(exact))


def alt(tables: Tables, style: Style) -> str:
    """Say the shares of each cluster."""
    table = tables["internships"].drop_nulls("share")
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        own = {
            group: share
            for group, share in table.filter(pl.col("cluster") == cluster)
            .select("group", "share")
            .iter_rows()
        }
        shares = [f"{style.word(g).lower()} {style.percent(own[g])}" for g in style.arrange(own)]
        parts.append(
            style.say(_("cluster {cluster}: {shares}"), cluster=cluster, shares=", ".join(shares))
        )
    return style.say(_("Dots, one row a cluster or municipality. {parts}."), parts="; ".join(parts))


def view(tables: Tables, style: Style) -> HtmlTable:
    """Internships that end in paid work, by cluster and group."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    table = tables["internships"]
    labels = {
        cluster: f"{cluster}  {style.cluster(names.get(cluster))}"
        for cluster in sorted(table["cluster"].unique().to_list())
    }
    caption = _(
        "Internships that end in windows and those that paid work follows, by cluster and group."
    )
    return internship_table(table, labels, _("Cluster"), caption, style)


def internship_table(
    table: pl.DataFrame,
    labels: Mapping[Any, str],
    head: str,
    caption: str,
    style: Style,
    further: str = "",
) -> HtmlTable:
    """Lay out counts and shares, one row a cluster or municipality, three columns a group.

    Args:
        table: the released table; its first column holds the keys of `labels`.
        labels: the label of each row.
        head: message that heads the labels.
        caption: message of the caption.
        style: the look and language of the run.
        further: a message that the note ends with.
    """
    by = table.columns[0]
    say = style.study.say
    groups = style.arrange(table["group"])
    rows = []
    for key, label in labels.items():
        cells = [text(label)]
        for group in groups:
            own = table.filter((pl.col(by) == key) & (pl.col("group") == group))
            row = own.row(0, named=True) if own.height else {}
            cells += [
                count(style, row.get("internships")),
                count(style, row.get("in_job")),
                share(style, row.get("share"), table["share"]),
            ]
        rows.append(cells)
    heads = [f"{style.word(group)}: {say(what)}" for group in groups for what in HEADS]
    note = say(
        _(
            "Internships whose whole follow-up is observed. An internship in two windows is "
            "counted in both."
        )
    )
    return HtmlTable(caption, [head, *heads], rows, f"{note} {say(further)}" if further else note)


OUTPUT = Output(
    table=internships_by(
        "internships", "cluster", _("internships that end in windows of one cluster and group")
    ),
    figure=Drawing(
        reading=_(
            "A share says how often paid work followed an internship, not that it followed "
            "because of it."
        ),
        tables=("internships", "internship_places", "clusters"),
        draw=draw,
        needs=("share",),
        caption=_(
            "Share of internships that end in paid work, by cluster and by municipality. What "
            "follows an internship is not what it caused: clusters are made of the same months."
        ),
        alt=alt,
    ),
    view=View(
        view,
        tables=("internships", "clusters"),
        reading=_("Compare the last columns: they say how often paid work followed."),
    ),
)
