"""Where the windows of each cluster lie in two model-based typologies."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.memberships.membership_certainty import SOURCES
from trajectories.release.style import INK, Size, Style, new_figure, panels
from trajectories.release.tables import Tables
from trajectories.words import _

DARK = 0.55
"""Share from which a cell's number is white."""


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share of each cluster in each type as a shaded table, one panel a model."""
    table = tables["model_clusters"]
    models = table["model"].unique(maintain_order=True).to_list()
    columns = 2 if size == "wide" else 1
    height = 0.7 + 0.3 * table["cluster"].n_unique()
    figure = new_figure(size, 0.2 + -(-len(models) // columns) * height)
    for axes, model in zip(panels(figure, len(models), columns), models, strict=True):
        shaded(axes, table.filter(pl.col("model") == model), style)
        axes.set_title(style.say(SOURCES[model]), fontsize=8)
        axes.set_xlabel(style.word("model_type"))
    return figure


def shaded(axes: Axes, part: pl.DataFrame, style: Style) -> None:
    """Draw the share of each cluster (rows) in each type (columns) of another typology."""
    clusters = sorted(part["cluster"].unique().to_list())
    types = sorted(part["type"].unique().to_list(), key=int)
    shares = {(row["cluster"], row["type"]): row["share"] for row in part.to_dicts()}
    grid = [[shares.get((cluster, one)) for one in types] for cluster in clusters]
    filled = [[0.0 if value is None else value for value in line] for line in grid]
    axes.imshow(filled, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for y, line in enumerate(grid):
        for x, value in enumerate(line):
            shown = "·" if value is None else style.percent(value)
            colour = "#ffffff" if (value or 0) > DARK else INK
            axes.text(x, y, shown, ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(types)), types)
    axes.set_yticks(range(len(clusters)), [str(cluster) for cluster in clusters])
    axes.set_ylabel(style.word("cluster_axis"))
    axes.tick_params(length=0)


def alt(tables: Tables, style: Style) -> str:
    """Say where most of each cluster lies."""
    table = tables["model_clusters"].drop_nulls("share")
    largest = table.sort("share", descending=True).unique(
        ["model", "cluster"], keep="first", maintain_order=True
    )
    parts = [
        style.say(
            _("{model}, cluster {cluster}: {share} in type {type}"),
            model=style.say(SOURCES[row["model"]]),
            cluster=row["cluster"],
            share=style.percent(row["share"]),
            type=row["type"],
        )
        for row in largest.sort("model", "cluster").iter_rows(named=True)
    ]
    return style.say(_("Two shaded tables. {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="model_clusters",
        sensitivity="high",
        row=_("windows of one cluster in one type of a model"),
        dims=("model", "cluster", "type"),
        links=(
            cells("windows", of="windows in models", by=("cluster@model", "type@model")),
            cells("total", of="windows in models", by=("cluster@model",)),
            cells("type_total", of="windows in models", by=("type@model",)),
            cells(
                "persons",
                of="persons in models",
                some=("model", "cluster", "type"),
                within="windows",
            ),
        ),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        texts={"model": one_of(*SOURCES), "type": one_of(r"\d{1,2}")},
        totals=(
            Total("total", "windows", over=("type",)),
            Total("type_total", "windows", over=("cluster",)),
        ),
        derived=(ratio("share", "windows", "total"),),
        added=("share",),
        grid=("model", "cluster", "type"),
        whole=(("windows", "total"), ("windows", "type_total")),
    ),
    figure=Drawing(
        reading=_(
            "A model keeps a cluster where one number in its row is large, and divides it "
            "where several are."
        ),
        draw=draw,
        needs=("share",),
        caption=_(
            "Where the windows of each cluster lie in two model-based typologies, in per cent of "
            "the cluster. A dot marks too few persons."
        ),
        alt=alt,
    ),
)
