"""Differences of shares as they are, and among people of the same composition."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import contrast_in_words, widest_contrast
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    MUTED,
    RULE,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import HtmlTable, Tables, points_and_interval, text
from trajectories.words import _

LINES = (
    ("difference", "low", "high", "o", ACCENT, "as_registered"),
    ("adjusted", "adjusted_low", "adjusted_high", "D", CONTRAST, "same_composition"),
)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw each cluster's difference raw and adjusted, for the contrast over the whole time."""
    table = widest_contrast(tables["adjusted_differences"])
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    clusters = sorted(table["cluster"].unique().to_list())
    figure = new_figure(size, 0.95 + 0.42 * len(clusters))
    axes = figure.subplots()
    axes.axvline(0, color=MUTED, linewidth=0.8)
    for step, (value, low, high, marker, colour, _word) in zip((-0.14, 0.14), LINES, strict=True):
        part = table.drop_nulls([value, low, high])
        y = part["cluster"].to_numpy() - 1 + step
        axes.hlines(y, 100 * part[low], 100 * part[high], color=colour, linewidth=1.2)
        axes.plot(100 * part[value], y, marker, color=colour, markersize=4.2)
    for line in range(len(clusters) - 1):
        axes.axhline(line + 0.5, color=RULE, linewidth=0.5)
    labels = [style.numbered(cluster, names.get(cluster), width=26) for cluster in clusters]
    axes.set_yticks(range(len(clusters)), labels)
    axes.set_ylim(len(clusters) - 0.5, -0.5)
    axes.set_xlabel(style.word("percentage_points"))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    light_grid(axes, "x")
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=4.2)
        for _v, _l, _h, marker, colour, _w in LINES
    ]
    words = [style.word(word) for *_rest, word in LINES]
    figure.legend(handles, words, loc="outside lower center", ncols=2)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say both differences of each cluster."""
    parts = [
        style.say(
            _("cluster {cluster}: {raw} as registered, {adjusted} at the same composition"),
            cluster=row["cluster"],
            raw=style.signed(100 * row["difference"]),
            adjusted=style.signed(100 * row["adjusted"]),
        )
        for row in widest_contrast(tables["adjusted_differences"])
        .drop_nulls(["difference", "adjusted"])
        .iter_rows(named=True)
    ]
    return style.say(
        _("Points with intervals, in percentage points. {parts}."), parts="; ".join(parts)
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """Both differences by contrast and cluster."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    return HtmlTable.of(
        _(
            "Differences between groups in the share of each cluster, percentage points (95 % "
            "interval): as registered, and among people of the same composition."
        ),
        tables["adjusted_differences"],
        {
            _("Contrast"): lambda row: text(contrast_in_words(style, row["contrast"])),
            _("Cluster"): lambda row: text(
                f"{row['cluster']}  {style.cluster(names.get(row['cluster']))}"
            ),
            _("As registered"): lambda row: points_and_interval(style, row),
            _("Same composition"): lambda row: points_and_interval(
                style,
                {
                    "difference": row["adjusted"],
                    "low": row["adjusted_low"],
                    "high": row["adjusted_high"],
                },
            ),
        },
        _(
            "Intervals come from samples of persons in which the windows are clustered and the "
            "groups balanced anew."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="adjusted_differences",
        sensitivity="moderate",
        row=_("the difference of one cluster's share between two groups, raw and adjusted"),
        dims=("contrast", "cluster"),
        links=(cells("persons", of="persons compared", some=("contrast", "cluster")),),
        counts=(Count("persons", "persons", guards=True),),
        internal=("group_persons",),
        estimates=tuple(
            Estimate(name)
            for name in ("difference", "low", "high", "adjusted", "adjusted_low", "adjusted_high")
        ),
        derived=(
            guarded_by(
                *("difference", "low", "high", "adjusted", "adjusted_low", "adjusted_high"),
                denominator="group_persons",
            ),
        ),
    ),
    figure=Drawing(
        documents=REPORT,
        tables=("adjusted_differences", "clusters"),
        draw=draw,
        needs=("difference", "low"),
        caption=_(
            "Difference in the share of each cluster, as registered and among people of the same "
            "composition, with 95 % intervals that allow for the typology's own uncertainty."
        ),
        alt=alt,
    ),
    view=View(
        view,
        tables=("adjusted_differences", "clusters"),
        reading=_(
            "Where the weighted difference is near zero, who entered explains the difference "
            "of the periods."
        ),
    ),
)
