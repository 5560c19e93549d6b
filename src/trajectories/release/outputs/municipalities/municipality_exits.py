"""Exits from support by municipality, year and kind; funnels of exits to a job."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.reform import funnel_limits
from trajectories.reform.municipalities.municipal_tables import ALL
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.ladder.forms import only
from trajectories.release.municipal.municipal_charts import draw_funnels
from trajectories.release.municipal.municipal_rates import rates_by_side
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.style import Size, Style
from trajectories.release.tables import Tables
from trajectories.words import _

SUMS = ("exits", "lasting")


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw exits to a job per month on support against its size, with the limits of chance."""
    return draw_funnels(tables, style, size)


def alt(tables: Tables, style: Style) -> str:
    """Say how many municipalities lie within the limits of chance after the reform."""
    table = rates_by_side(tables, "jobs", style.study.reform_month[0])
    after = table.filter(pl.col("side") == "after").drop_nulls("rate")
    whole = after.filter(pl.col("municipality") == ALL)
    places = after.filter(pl.col("municipality") != ALL)
    if whole.is_empty() or places.is_empty():
        return style.say(_("Points and limits of chance, before and after the reform."))
    limits = funnel_limits(min(1.0, whole["rate"].item()), places["below"].to_numpy())
    inside = (places["above"] >= limits["low_count"]) & (places["above"] <= limits["high_count"])
    return style.say(
        _(
            "Points, one a municipality, and limits of chance. After the reform {inside} of {all} "
            "municipalities lie within the limits that hold 95 %."
        ),
        inside=int(inside.sum()),
        all=places.height,
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="municipalities",
        stage="reform",
        name="municipality_exits",
        sensitivity="high",
        row=_("exits of one kind from support in one municipality and year"),
        dims=("municipality", "year", "exit"),
        links=(
            cells("exits", of="exits from support", by=("municipality", "year", "exit")),
            cells(
                "lasting",
                of="lasting exits from support",
                by=("municipality", "year", "exit"),
                within="exits",
            ),
            cells(
                "persons",
                of="persons with exits from support",
                by=("municipality", "year", "exit"),
                overlap=True,
                within="exits",
            ),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("exits", "events"),
            Count("lasting", "events", optional=True),
        ),
        grid=("municipality", "year", "exit"),
        wholes=tuple(Whole(name, ALL, SUMS) for name in ("municipality", "exit")),
        whole=(("lasting", "exits"),),
        ladder=(only("municipality", ALL, _("exits of all municipalities together")),),
    ),
    figure=Drawing(
        name="municipality_funnels",
        reading=_("Points between the lines may differ by chance alone."),
        tables=("municipality_exits", "municipality_support"),
        draw=draw,
        needs=("exits",),
        shown=(pl.col("exit") == "job") & (pl.col("municipality") != ALL),
        caption=_(
            "Exits to a job per month on support, by municipality, before and after the reform. "
            "Between the dashed lines lie 95 of 100 municipalities that differ by chance alone, "
            "between the solid ones 998 of 1,000. Persons differ between municipalities: a "
            "point outside is a question, not a grade."
        ),
        alt=alt,
    ),
)
