"""What a difference of shares consists of: composition, and the rest."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import widest_contrast
from trajectories.release.style import ACCENT, INK, MUTED, RULE, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _

PARTS = (("composition", "#a9b4bf"), ("rates", ACCENT))


def parts_of(tables: Tables) -> pl.DataFrame:
    """Give cluster, composition, rates and difference of the contrast over the whole time."""
    table = widest_contrast(tables["decomposition"])
    kept = table.filter(pl.col("part").is_in(["composition", "rates", "difference"]))
    wide = kept.pivot("part", index="cluster", values="value").sort("cluster")
    missing = [name for name in ("composition", "rates", "difference") if name not in wide.columns]
    return wide.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing).drop_nulls()


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw two bars a cluster from one line, and the number that they add up to."""
    wide = parts_of(tables)
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    figure = new_figure(size, 0.95 + 0.44 * max(1, wide.height))
    axes = figure.subplots()
    axes.axvline(0, color=MUTED, linewidth=0.8)
    for step, (part, colour) in zip((-0.17, 0.17), PARTS, strict=True):
        y = [number + step for number in range(wide.height)]
        axes.barh(y, 100 * wide[part], height=0.3, color=colour)
    for row, value in enumerate(wide["difference"].to_list()):
        axes.text(
            1.01,
            row,
            style.signed(100 * value),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=8,
            color=INK,
        )
    for line in range(wide.height - 1):
        axes.axhline(line + 0.5, color=RULE, linewidth=0.5)
    labels = [style.numbered(c, names.get(c), width=26) for c in wide["cluster"].to_list()]
    axes.set_yticks(range(wide.height), labels)
    axes.set_ylim(max(1, wide.height) - 0.5, -0.5)
    axes.margins(x=0.08)
    axes.set_xlabel(style.word("percentage_points"))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    light_grid(axes, "x")
    figure.legend(
        [Patch(color=colour) for _part, colour in PARTS],
        [style.word(f"part_{part}") for part, _colour in PARTS],
        loc="outside lower center",
        ncols=1 if size == "narrow" else 2,
    )
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the parts of each cluster."""
    parts = [
        style.say(
            _("cluster {cluster}: {whole}, of which {composition} by who entered"),
            cluster=row["cluster"],
            whole=style.signed(100 * row["difference"]),
            composition=style.signed(100 * row["composition"]),
        )
        for row in parts_of(tables).iter_rows(named=True)
    ]
    return style.say(_("Bars, in percentage points. {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="decomposition",
        sensitivity="moderate",
        row=_("one part of the difference of one cluster's share between two groups"),
        dims=("contrast", "cluster", "part"),
        links=(cells("persons", of="persons compared", some=("contrast", "cluster")),),
        counts=(Count("persons", "persons", guards=True),),
        internal=("group_persons",),
        estimates=(Estimate("value"),),
        derived=(guarded_by("value", denominator="group_persons"),),
    ),
    figure=Drawing(
        reading=_(
            "A change of who enters cannot explain the part that remains among people alike."
        ),
        tables=("decomposition", "clusters"),
        draw=draw,
        needs=("value",),
        shown=pl.col("part").is_in(["composition", "rates", "difference"]),
        caption=_(
            "How much of the difference in each cluster's share comes from who entered, and how "
            "much remains among people alike. At the right: the whole difference, percentage "
            "points."
        ),
        alt=alt,
    ),
)
