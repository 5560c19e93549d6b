"""How much more often each type of course follows a change than matched months."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trajectories.release.gate.derive import guarded_by, ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import CASEWORKERS, caseworkers
from trajectories.release.outputs.histories.course_types import AFTER, names_of
from trajectories.release.style import ACCENT, MUTED, Size, Style, light_grid, new_figure, panels
from trajectories.release.tables import Tables
from trajectories.words import _

FIRM = 200
"""Changes of a cause from which on its differences have digits that can be drawn."""


def firm_rows(tables: Tables) -> pl.DataFrame:
    """The rows of `after_types` that can be drawn: of causes with enough changes, or of all."""
    table = tables["after_types"].drop_nulls(["difference", "low", "high"])
    firm = table.filter(pl.col("total") >= FIRM)
    return firm if firm.height else table


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw how much more often each type of course follows a change than matched months."""
    table = firm_rows(tables)
    names = names_of(tables, AFTER)
    causes = style.arrange(table["cause"])
    clusters = sorted(table["cluster"].unique().to_list())
    columns = 3 if size == "wide" else 1
    rows = -(-len(clusters) // columns)
    figure = new_figure(size, 0.5 + rows * (0.62 + 0.17 * len(causes)))
    y = {cause: number for number, cause in enumerate(causes)}
    for axes, cluster in zip(panels(figure, len(clusters), columns), clusters, strict=True):
        part = table.filter(pl.col("cluster") == cluster)
        place = np.array([y[cause] for cause in part["cause"]])
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
        axes.hlines(place, 100 * part["low"], 100 * part["high"], color=ACCENT, linewidth=1.3)
        axes.plot(100 * part["difference"].to_numpy(), place, "o", color=ACCENT, ms=3.5)
        axes.set_title(style.numbered(cluster, names.get(cluster)), fontsize=7)
        axes.set_yticks(range(len(causes)), [style.word(cause) for cause in causes])
        axes.set_ylim(len(causes) - 0.5, -0.5)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.plain(x)))
        light_grid(axes, "x")
    figure.supxlabel(style.word("points_against_matched"), fontsize=8)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the differences whose intervals exclude zero."""
    table = firm_rows(tables)
    names = names_of(tables, AFTER)
    parts = []
    for row in table.filter((pl.col("low") > 0) | (pl.col("high") < 0)).iter_rows(named=True):
        parts.append(
            style.say(
                _("{cluster} after {cause} {difference}"),
                cluster=style.cluster(names.get(row["cluster"])),
                cause=style.word(row["cause"]).lower(),
                difference=style.signed(100 * row["difference"]),
            )
        )
    clear = "; ".join(parts) or "none"
    return style.say(
        _(
            "Points with intervals by cause, one panel a type. Intervals that "
            "exclude zero: {clear}."
        ),
        clear=clear,
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="histories",
        stage="hazards",
        name="after_types",
        sensitivity="high",
        row=_("changes of one cause that one type of course followed, and matched months"),
        dims=("cause", "cluster"),
        drop_small=("events",),
        links=(
            cells("events", of="changes with a course after them", by=("cause", "cluster")),
            cells("total", of="changes with a course after them", by=("cause",)),
            cells(
                "persons",
                of="persons with a course after a change",
                some=("cause", "cluster"),
                within="events",
            ),
            cells("matched", of="matched months", some=("cause", "cluster")),
            *caseworkers("cause", "cluster", within="events"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
            Count("matched", "months"),
            *CASEWORKERS,
        ),
        totals=(Total("total", "events", over=("cluster",)),),
        estimates=tuple(Estimate(name) for name in ("matched_share", "difference", "low", "high")),
        derived=(
            ratio("share", "events", "total"),
            guarded_by("matched_share", "difference", "low", "high", denominator="total"),
        ),
        added=("share",),
    ),
    figure=Drawing(
        reading=_(
            "An interval that misses zero says that this type of course is more, or less, "
            "common after a change than in matched months."
        ),
        tables=("after_types", "course_types"),
        draw=draw,
        needs=("difference",),
        caption=_(
            "How much more often each type of course follows a change of caseworker, by the cause "
            "known then, than months at risk without a change in the same calendar month, duration "
            "band, municipality and state: difference of shares with 95 % intervals clustered by "
            "municipality and first team. Rare causes are in the table alone."
        ),
        alt=alt,
    ),
)
