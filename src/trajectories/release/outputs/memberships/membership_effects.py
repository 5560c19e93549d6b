"""What goes with membership: average marginal effects of a multinomial logit."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import LEVEL, one_of
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import level
from trajectories.release.style import ACCENT, MUTED, Size, Style, light_grid, new_figure, panels
from trajectories.release.tables import Tables
from trajectories.words import _

LEVELS = one_of(
    LEVEL,
    r"under \d{1,3}",
    r"\d{1,3} to \d{1,3}",
    r"\d{1,3} and over",
    r"(?!.*\d[.,]\d)[^%;]{1,40}",
)


def rows_of(tables: Tables) -> pl.DataFrame:
    """The effects that can be drawn."""
    return tables["membership_effects"].drop_nulls(["estimate", "low", "high"])


def label(style: Style, row: dict[str, str]) -> str:
    """Name a level and the one it is compared with."""
    return style.say(
        _("{level} against {base}"),
        level=level(style, row["covariate"], row["level"]),
        base=level(style, row["covariate"], row["against"]),
    )


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw effects in percentage points with 95 % intervals, one panel a cluster."""
    table = rows_of(tables)
    keys = table.select("covariate", "level", "against").unique(maintain_order=True).to_dicts()
    keys.sort(key=lambda key: key["covariate"] != "group")
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    columns = 2 if size == "wide" else 1
    height = 0.55 + 0.2 * len(keys)
    figure = new_figure(size, 0.4 + -(-len(clusters) // columns) * height)
    place = {(key["covariate"], key["level"]): y for y, key in enumerate(keys)}
    for axes, cluster in zip(panels(figure, len(clusters), columns), clusters, strict=True):
        part = table.filter(pl.col("cluster") == cluster)
        y = [place[key] for key in part.select("covariate", "level").iter_rows()]
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
        axes.hlines(y, 100 * part["low"], 100 * part["high"], color=ACCENT, linewidth=1.3)
        axes.plot(100 * part["estimate"].to_numpy(), y, "o", color=ACCENT, ms=3.5)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.set_yticks(range(len(keys)), [label(style, key) for key in keys])
        axes.set_ylim(len(keys) - 0.5, -0.5)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.plain(x)))
        light_grid(axes, "x")
    figure.supxlabel(style.word("percentage_points"), fontsize=8)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the effects whose intervals exclude zero."""
    table = rows_of(tables)
    parts = [
        style.say(
            _("cluster {cluster}, {what}: {points}"),
            cluster=row["cluster"],
            what=label(style, row),
            points=style.signed(round(100 * row["estimate"], 1)),
        )
        for row in table.filter((pl.col("low") > 0) | (pl.col("high") < 0)).iter_rows(named=True)
    ]
    return style.say(
        _("Dots with intervals, one panel a cluster. Intervals that exclude zero: {parts}."),
        parts="; ".join(parts) or style.say(_("none")),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="memberships",
        stage="typology",
        name="membership_effects",
        sensitivity="moderate",
        row=_("the effect of one level of a covariate on the probability of one cluster"),
        dims=("cluster", "covariate", "level"),
        values=("against",),
        texts={"level": LEVELS, "against": LEVELS, "covariate": one_of("[a-z_]+")},
        estimates=tuple(Estimate(name) for name in ("estimate", "se", "low", "high")),
        internal=("compared", "fewest"),
        at_least="fewest",
        derived=(guarded_by("estimate", "se", "low", "high", denominator="compared"),),
    ),
    figure=Drawing(
        reading=_(
            "An interval to the right of the line means more people of that kind in the "
            "cluster, one to the left fewer."
        ),
        tables=("membership_effects", "clusters"),
        draw=draw,
        needs=("estimate", "low"),
        caption=_(
            "Who is in which cluster: differences in the probability of each cluster, in "
            "percentage points, the other characteristics held (average marginal effects of a "
            "multinomial logit), with 95 % intervals over persons."
        ),
        alt=alt,
    ),
)
