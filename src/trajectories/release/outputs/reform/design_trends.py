"""The difference between touched and comparison group step by step, and on placebo dates."""

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.reform.design import OUTCOME, outcome_word
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
from trajectories.release.tables import Tables
from trajectories.words import _

MOST = 6
"""Outcomes that the figure shows."""


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the steps of each outcome, and beside them the contrasts on all dates."""
    outcomes = tables["design"]["outcome"].to_list()[:MOST]
    figure = new_figure(size, 0.7 + (1.25 if size == "wide" else 1.15) * len(outcomes))
    grid = figure.subplots(
        len(outcomes), 2, sharey="row", sharex="col", squeeze=False, width_ratios=(4, 1.5)
    )
    for (steps, dates), outcome in zip(grid, outcomes, strict=True):
        here = pl.col("outcome") == outcome
        _draw_steps(steps, tables["design_trends"].filter(here))
        _draw_dates(dates, tables["design_placebos"].filter(here), tables["design"].filter(here))
        steps.set_title(outcome_word(style, tables, outcome), fontsize=8, loc="left")
        light_grid(steps, "y")
        light_grid(dates, "y")
    grid[-1, 0].set_xlabel(style.word("months_from_reform"))
    # A word a line: side by side, the two would touch in a narrow figure.
    below = [style.word(name).replace(" ", "\n") for name in ("placebo_years", "the_reform")]
    grid[-1, 1].set_xticks([0, 1], below)
    grid[-1, 1].set_xlim(-0.6, 1.6)
    grid[-1, 1].tick_params(axis="x", labelsize=7)
    figure.supylabel(style.word("percentage_points"), fontsize=8)
    return figure


def _draw_steps(axes: Axes, table: pl.DataFrame) -> None:
    axes.axhline(0, color=MUTED, linewidth=0.8)
    before = table.filter(pl.col("months") < 0)["months"].max()
    width = table["months"].sort().diff().drop_nulls().min()
    if before is not None and width is not None:
        axes.axvspan(float(str(before)) + float(str(width)), 0, color=RULE, alpha=0.6, linewidth=0)
    known = table.drop_nulls(["low", "high"])
    axes.vlines(known["months"], 100 * known["low"], 100 * known["high"], color=ACCENT, lw=1)
    shown = table.drop_nulls("estimate")
    axes.plot(shown["months"], 100 * shown["estimate"], "o", color=ACCENT, markersize=3)


def _draw_dates(axes: Axes, placebos: pl.DataFrame, own: pl.DataFrame) -> None:
    axes.axhline(0, color=MUTED, linewidth=0.8)
    known = placebos.drop_nulls("estimate")["estimate"].to_list()
    axes.plot([0.0] * len(known), [100 * v for v in known], "o", mfc="#ffffff", mec=MUTED, ms=4)
    for row in own.drop_nulls(["estimate", "low", "high"]).iter_rows(named=True):
        axes.vlines(1, 100 * row["low"], 100 * row["high"], color=CONTRAST, linewidth=1.2)
        axes.plot([1.0], [100 * row["estimate"]], "D", color=CONTRAST, markersize=4)


def alt(tables: Tables, style: Style) -> str:
    """Say the contrast of each outcome and the range of placebos."""
    parts = []
    for row in tables["design"].drop_nulls("estimate").head(MOST).iter_rows(named=True):
        placebos = tables["design_placebos"].filter(pl.col("outcome") == row["outcome"])
        ends = [placebos["estimate"].min(), placebos["estimate"].max()]
        low, high = (
            style.signed(100 * float(str(end))) if end is not None else "–" for end in ends
        )
        parts.append(
            style.say(
                _("{outcome}: {estimate}, in other years {low} to {high}"),
                outcome=outcome_word(style, tables, row["outcome"]),
                estimate=style.signed(100 * row["estimate"]),
                low=low,
                high=high,
            )
        )
    return style.say(
        _("Points with intervals, in percentage points. {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="design_trends",
        sensitivity="moderate",
        row=_("the difference between the groups in one step, against the last step before"),
        dims=("outcome", "lag"),
        values=("months",),
        links=(
            cells("persons_touched", of="persons touched", some=("outcome", "lag")),
            cells("persons_comparison", of="persons of the comparison", some=("outcome", "lag")),
        ),
        counts=(
            Count("persons_touched", "persons", guards=True),
            Count("persons_comparison", "persons", guards=True),
        ),
        estimates=(Estimate("estimate"), Estimate("low"), Estimate("high")),
        internal=("fewest_rows",),
        derived=(guarded_by("estimate", "low", "high", denominator="fewest_rows"),),
        texts={"outcome": OUTCOME},
    ),
    figure=Drawing(
        reading=_(
            "The steps before the reform should lie near zero; if they do not, the groups "
            "moved apart by themselves."
        ),
        tables=("design_trends", "design_placebos", "design", "clusters"),
        draw=draw,
        needs=("estimate", "low"),
        caption=_(
            "Left: the difference between those touched and the comparison group, step by step, "
            "against the last step before (95 % intervals; the grey months are left out). Right: "
            "the contrast in the year of the reform, and as if the reform had come in other years."
        ),
        alt=alt,
    ),
)
