"""Associations of covariates with clusters whose uncertainty the intervals hold."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import LEVEL, NAME, one_of
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import Row, covariate, level
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
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

NUMBERS = ("estimate", "low", "high", "naive", "naive_low", "naive_high")
GROUP = r"(?!.*\d[.,]\d)[^%;]{1,40}"


def term(style: Style, row: Row) -> str:
    """Name what is compared with what."""
    name = covariate(style, row["variable"])
    if row["level"]:
        return style.say(
            _("{name}: {level} against {base}"),
            name=name,
            level=level(style, row["variable"], row["level"]),
            base=level(style, row["variable"], row["base"]),
        )
    return style.say(_("{name}, 10 years"), name=name) if row["variable"] == "age" else name


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw differences in membership with both intervals, one panel a cluster."""
    table = tables["robust_associations"].drop_nulls("estimate")
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    terms = table.select("variable", "level", "base").unique(maintain_order=True)
    labels = [term(style, row) for row in terms.iter_rows(named=True)]
    place = {key: number for number, key in enumerate(terms.select("variable", "level").rows())}
    columns = min(3, len(clusters)) if size == "wide" else 1
    rows = -(-len(clusters) // columns)
    figure = new_figure(size, 0.7 + rows * (0.4 + 0.19 * len(labels)))
    for number, (axes, cluster) in enumerate(
        zip(panels(figure, len(clusters), columns), clusters, strict=True)
    ):
        part = table.filter(pl.col("cluster") == cluster)
        y = [place[key] for key in part.select("variable", "level").iter_rows()]
        axes.axvline(0, color=MUTED, linewidth=0.8)
        for shift, colour, kind in (
            (-0.15, ACCENT, ("estimate", "low", "high")),
            (
                0.15,
                CONTRAST,
                ("naive", "naive_low", "naive_high"),
            ),
        ):
            at = [value + shift for value in y]
            middle, low, high = (part[name].to_numpy() for name in kind)
            axes.hlines(at, low, high, color=colour, linewidth=1.2)
            axes.plot(middle, at, "o" if colour == ACCENT else "s", color=colour, markersize=3)
        axes.set_yticks(range(len(labels)), labels, fontsize=6.5)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "x")
        if is_lowest(number, len(clusters), columns):
            axes.set_xlabel(style.say(_("Difference in membership")), fontsize=7)
    figure.legend(
        [
            Line2D([], [], color=ACCENT, marker="o", markersize=3),
            Line2D([], [], color=CONTRAST, marker="s", markersize=3),
        ],
        [style.say(_("Clusters uncertain")), style.say(_("Clusters taken as known"))],
        loc="outside lower center",
        ncols=2,
        labelcolor=MUTED,
    )
    return figure


def _firm(table: pl.DataFrame, low: str, high: str) -> int:
    """Count the differences whose interval leaves 0 out."""
    return table.filter((pl.col(low) > 0) | (pl.col(high) < 0)).height


def caption(tables: Tables, style: Style) -> str:
    """Say what is drawn, and how many differences are beyond chance either way."""
    table = tables["robust_associations"].drop_nulls("low")
    return style.say(
        _(
            "How membership in each cluster goes with covariates, holding the others constant: "
            "average differences with 95 % intervals, from draws of persons that were clustered "
            "anew (RARCAT) and with the clusters taken as known. Of {all} differences {robust} are "
            "beyond chance where clusters are uncertain, {naive} where they are taken as known."
        ),
        all=table.height,
        robust=_firm(table, "low", "high"),
        naive=_firm(table, "naive_low", "naive_high"),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say the largest difference of each cluster."""
    table = tables["robust_associations"].drop_nulls("low")
    parts = []
    for cluster in sorted(table["cluster"].unique().to_list()):
        part = table.filter(pl.col("cluster") == cluster)
        row = part.sort(pl.col("estimate").abs(), descending=True).row(0, named=True)
        parts.append(
            style.say(
                _("cluster {cluster}: {term} {value} ({low} to {high})"),
                cluster=cluster,
                term=term(style, row),
                **{
                    said: style.percent(row[name], 1)
                    for said, name in (("value", "estimate"), ("low", "low"), ("high", "high"))
                },
            )
        )
    return style.say(
        _("Dots with intervals, one panel a cluster. Largest differences: {parts}."),
        parts="; ".join(parts),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="robust_associations",
        sensitivity="moderate",
        row=_("the difference in membership of one cluster between two levels of a covariate"),
        dims=("cluster", "variable", "level"),
        values=("base",),
        links=(
            cells(
                "persons", of="persons with characteristics", some=("variable", "level", "cluster")
            ),
        ),
        counts=(Count("persons", "persons", guards=True),),
        texts={"variable": one_of(NAME), **dict.fromkeys(("level", "base"), one_of(LEVEL, GROUP))},
        estimates=tuple(map(Estimate, NUMBERS)),
        internal=("compared", "fewest"),
        # without other covariates the difference is one of shares, which a small cell moves most
        at_least="fewest",
        derived=(guarded_by(*NUMBERS, denominator="compared"),),
    ),
    figure=Drawing(
        reading=_("The wider interval includes that the clusters themselves are estimates."),
        tables=("robust_associations", "clusters"),
        draw=draw,
        needs=("estimate",),
        caption=caption,
        alt=alt,
    ),
)
