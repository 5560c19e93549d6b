"""Exits to a job by municipality, before and after the reform, each borrowing from all."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.municipal.municipal_charts import SIDES
from trajectories.release.municipal.pooled import pooled_by_side
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import WITHHELD, Cell, HtmlTable, Tables, count, number, text
from trajectories.words import _

SHOWN = {"before": (-0.14, "o", ACCENT), "after": (0.14, "D", CONTRAST)}
TABLES = ("municipality_exits", "municipality_support")
_COUNTED = (pl.col("municipality") != "all") & (pl.col("exit") == "job")
_COUNTED &= pl.col("exits").is_not_null()
SEVERAL = _COUNTED & (pl.col("municipality").filter(_COUNTED).n_unique() > 1)
"""Exits to a job where more than one municipality has any: one alone has none to borrow from."""


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the pooled rate of each municipality before and after, with its interval."""
    table = pooled_by_side(tables, "jobs", style.study.reform_month[0])
    places = sorted(table["municipality"].unique(), key=lambda one: (len(one), one))
    figure = new_figure(size, 0.9 + 0.3 * max(1, len(places)))
    axes = figure.subplots()
    for side, (step, marker, colour) in SHOWN.items():
        part = table.filter(pl.col("side") == side)
        y = [places.index(place) + step for place in part["municipality"]]
        axes.hlines(y, part["low"], part["high"], color=colour, linewidth=1.2)
        axes.plot(part["pooled"], y, marker, color=colour, markersize=4)
    axes.set_yticks(range(len(places)), [style.word(place) for place in places])
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(style.percent_ticks())
    axes.set_xlabel(style.say(_("Left for a job, per month on support")))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    light_grid(axes, "x")
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=4)
        for _step, marker, colour in SHOWN.values()
    ]
    words = [style.say(SIDES[side]) for side in SHOWN]
    figure.legend(handles, words, loc="outside lower center", ncols=2)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the lowest and the highest pooled rate after the reform."""
    table = pooled_by_side(tables, "jobs", style.study.reform_month[0])
    after = table.filter(pl.col("side") == "after").sort("pooled")
    if after.is_empty():
        return style.say(_("Points with intervals, one row a municipality."))
    low, high = (after.row(at, named=True) for at in (0, -1))
    return style.say(
        _(
            "Points with intervals, one row a municipality. After the reform from {low} in {least} "
            "to {high} in {most}."
        ),
        low=style.percent(low["pooled"], 1),
        least=style.word(low["municipality"]),
        high=style.percent(high["pooled"], 1),
        most=style.word(high["municipality"]),
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """Exits to a job per month on support, as counted and pooled."""
    table = pooled_by_side(tables, "jobs", style.study.reform_month[0])
    places = sorted(table["municipality"].unique(), key=lambda one: (len(one), one))

    def interval(row: dict[str, float]) -> Cell:
        low, high = (style.number(100 * row[name], 2) for name in ("low", "high"))
        return number(f"{style.number(100 * row['pooled'], 2)} ({low}–{high})")

    rows = []
    for place in places:
        cells = [text(style.word(place))]
        for side in SIDES:
            own = table.filter(pl.col("municipality") == place, pl.col("side") == side).to_dicts()
            if own:
                row = own[0]
                cells += [
                    count(style, row["below"]),
                    number(style.number(100 * row["rate"], 2)),
                    interval(row),
                ]
            else:
                cells += [WITHHELD] * 3
        rows.append(cells)
    heads = [
        style.say(head, side=style.say(words).lower())
        for words in SIDES.values()
        for head in (
            _("Months on support, {side}"),
            _("% a month, {side}"),
            _("Pooled (95 %), {side}"),
        )
    ]
    return HtmlTable(
        _("Exits to a job per month on support, by municipality, in per cent."),
        [_("Municipality"), *heads],
        rows,
        _(
            "Pooled: small municipalities borrow from all (beta-binomial), so that chance alone "
            "does not rank them. Rates are those of published counts, over whole years before and "
            "after the reform."
        ),
    )


OUTPUT = Output(
    figure=Drawing(
        name="municipality_rates",
        reading=_(
            "Where the intervals of a municipality before and after overlap, chance may be the "
            "difference."
        ),
        tables=TABLES,
        draw=draw,
        needs=("exits",),
        shown=SEVERAL,
        caption=_(
            "Exits to a job per month on support, by municipality, before and after the reform: "
            "rates that borrow from all municipalities, with 95 % intervals."
        ),
        alt=alt,
    ),
    view=View(
        view,
        name="municipality_rates",
        tables=TABLES,
        shown=SEVERAL,
        reading=_("The fewer its persons, the more a municipality borrows from the others."),
    ),
)
