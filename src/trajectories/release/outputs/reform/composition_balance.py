"""How far each group's composition is from the common one, before and after weighting."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import LEVEL, SOME_WORDS, one_of
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.phrases import level
from trajectories.release.style import ACCENT, CONTRAST, MUTED, Size, Style, light_grid, new_figure
from trajectories.release.tables import Tables
from trajectories.words import _

SMALL = 0.1
"""A standardised difference that is usually thought small (Austin 2009)."""


def largest(table: pl.DataFrame) -> pl.DataFrame:
    """Give the largest absolute differences over groups, by covariate and level."""
    return (
        table.drop_nulls(["difference_before", "difference_after"])
        .group_by("covariate", "level", maintain_order=True)
        .agg(
            before=pl.col("difference_before").abs().max(),
            after=pl.col("difference_after").abs().max(),
        )
        .sort(
            pl.col("covariate").rle_id(),
            ~pl.col("level").str.starts_with("under"),
            maintain_order=True,
        )
    )


def named(style: Style, covariate: str, value: str) -> str:
    """Name a covariate and its level."""
    at_origin = covariate == "state_at_origin"
    shown = style.look(value).short if at_origin else level(style, covariate, value)
    return f"{style.word('covariate_' + covariate)}: {shown}"


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the largest difference of each level before and after (a love plot)."""
    table = largest(tables["composition_balance"])
    figure = new_figure(size, 0.9 + 0.19 * table.height)
    axes = figure.subplots()
    y = list(range(table.height))
    axes.axvline(SMALL, color=MUTED, linewidth=0.8, linestyle=":")
    axes.hlines(y, table["after"], table["before"], color=MUTED, linewidth=0.8)
    axes.plot(table["before"], y, "o", mfc="#ffffff", mec=ACCENT, ms=4.5)
    axes.plot(table["after"], y, "D", color=CONTRAST, ms=3.8)
    labels = [named(style, *row) for row in table.select("covariate", "level").iter_rows()]
    axes.set_yticks(y, labels, fontsize=7)
    axes.set_ylim(table.height - 0.5, -0.5)
    axes.set_xlim(left=-0.005)
    axes.set_xlabel(style.word("standardised_difference"))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    light_grid(axes, "x")
    figure.legend(
        [
            Line2D([], [], linestyle="", marker="o", mfc="#ffffff", mec=ACCENT, ms=4.5),
            Line2D([], [], linestyle="", marker="D", color=CONTRAST, ms=3.8),
        ],
        [style.word("as_registered"), style.word("same_composition")],
        loc="outside lower center",
        ncols=2,
    )
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the largest difference before and after."""
    table = largest(tables["composition_balance"])
    top = table.sort("before", descending=True, maintain_order=True).row(0, named=True)
    return style.say(
        _(
            "Points by characteristic. The largest standardised difference is {before} before "
            "weighting ({level}) and {after} after it."
        ),
        before=style.number(top["before"], 2),
        level=named(style, top["covariate"], top["level"]),
        after=style.number(float(str(table["after"].max())), 2),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="composition_balance",
        sensitivity="high",
        row=_("persons of one group with one characteristic, against the common composition"),
        dims=("group", "covariate", "level"),
        values=("balanced",),
        links=(cells("persons", of="persons reweighted", some=("group", "covariate", "level")),),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("difference_before"), Estimate("difference_after")),
        internal=("spread_persons",),
        derived=(
            guarded_by("difference_before", "difference_after", denominator="spread_persons"),
        ),
        texts={"level": one_of(LEVEL, SOME_WORDS, r"under \d{1,3}", r"Q[1-4]")},
    ),
    figure=Drawing(
        reading=_("After weighting, the marks should lie near zero."),
        draw=draw,
        needs=("difference_before",),
        caption=_(
            "Standardised difference of each characteristic from the common composition, the "
            "largest of all groups, before and after weighting. The dotted line is at 0.1."
        ),
        alt=alt,
    ),
)
