"""Hazard ratios of the exit under each variance."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from trajectories.release.gate.derive import guarded_by
from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import SOME_WORDS, one_of
from trajectories.release.model_rows import headline_rows
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import SOME_CASEWORKERS, caseworkers, modelled
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import ratio_and_interval
from trajectories.release.style import (
    ACCENT,
    DASHES,
    INK,
    MUTED,
    PLANTED,
    RULE,
    Size,
    Style,
    new_figure,
)
from trajectories.release.tables import Cell, HtmlTable, Tables, count, digits_of, interval, text
from trajectories.words import _

RATIO_TICKS = (
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    1.0,
    1.1,
    1.25,
    1.5,
    2.0,
    3.0,
    5.0,
    10.0,
)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw hazard ratios with 95 % intervals beside the planted truth, on a log scale."""
    table = headline_rows(tables["models"]).drop_nulls(["hazard_ratio", "low", "high"])
    figure = new_figure(size, 0.85 + (0.3 if size == "wide" else 0.5) * table.height)
    axes = figure.subplots()
    y = np.arange(table.height)
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    axes.hlines(y, table["low"], table["high"], color=ACCENT, linewidth=1.6)
    axes.plot(table["hazard_ratio"], y, "s", color=ACCENT, ms=5)
    planted = table.select("planted").with_row_index("y").drop_nulls()
    for row, truth in planted.select("y", "planted").iter_rows():
        axes.plot([truth, truth], [row - 0.2, row + 0.36], color=PLANTED, lw=1.6, ls=DASHES[2])
    axes.set_xscale("log")
    low = min([*table["low"].drop_nulls().to_list(), *planted["planted"].to_list(), 0.9])
    high = max([*table["high"].drop_nulls().to_list(), *planted["planted"].to_list(), 1.1])
    axes.set_xlim(low * 0.95, high * 1.05)
    ticks = [tick for tick in RATIO_TICKS if low * 0.95 <= tick <= high * 1.05]
    while len(ticks) > (7 if size == "wide" else 4):
        ticks = [tick for i, tick in enumerate(ticks) if i % 2 == ticks.index(1.0) % 2]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x, 2)))
    labels = [style.model(row) for row in table.iter_rows(named=True)]
    texts = [
        f"{style.ratio(hr)} ({style.ratio(lo)}–{style.ratio(hi)})"
        for hr, lo, hi in table.select("hazard_ratio", "low", "high").iter_rows()
    ]
    if size == "wide":
        axes.set_yticks(y, labels)
        right = axes.secondary_yaxis("right")
        right.set_yticks(y, texts)
        right.tick_params(length=0)
        right.spines["right"].set_visible(False)
    else:
        axes.set_yticks([])
        for row, label, text in zip(y, labels, texts, strict=True):
            axes.text(
                0.0, row - 0.3, f"{label}: {text}", transform=axes.get_yaxis_transform(), fontsize=7
            )
    axes.set_ylim(table.height - 0.5, -0.62)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=RULE)
    axes.set_xlabel(style.study.log_ratio)
    handles = [Line2D([], [], color=ACCENT, marker="s", ms=5)]
    names = [style.word("estimate_95")]
    if planted.height:
        handles.append(Line2D([], [], color=PLANTED, linestyle=DASHES[2], linewidth=1.6))
        names.append(style.word("planted_truth"))
    figure.legend(handles, names, loc="outside lower center", ncols=2, labelcolor=INK)
    return figure


def view(tables: Tables, style: Style) -> HtmlTable:
    """Hazard ratios with their intervals under each variance."""
    shown = headline_rows(tables["models"]).select("model", "term")
    table = tables["models"].join(
        shown.unique(), on=["model", "term"], how="semi", maintain_order="left"
    )
    counted = ["person_months", "persons", "events"]
    counted += [c for c in ("departures", "clusters") if table[c].null_count() < table.height]
    rows = []
    for row in table.iter_rows(named=True):
        counts = [
            # a model without departures or clusters has nothing to withhold
            Cell("–", number=True)
            if row[column] is None and row["coef"] is not None
            else count(style, row[column])
            for column in counted
        ]
        ratio = Cell(digits_of(style, row["hazard_ratio"], 3), number=True)
        rows.append(
            [
                text(style.model(row)),
                text(style.word(row["variance"])),
                Cell("", withheld=True) if row["hazard_ratio"] is None else ratio,
                interval(style, row["low"], row["high"]),
                *counts,
            ]
        )
    durations = set(table["model"].to_list()) == {"durations"}
    names = {
        "person_months": _("Periods") if durations else _("Person-months"),
        "persons": _("Durations") if durations else _("Persons"),
        "events": _("Events"),
        "departures": _("Departures"),
        "clusters": _("Clusters"),
    }
    return HtmlTable(
        style.say(_("{headings} of {outcome} under each variance.")),
        [
            _("Exposure"),
            _("Variance"),
            style.study.heading,
            _("95 % interval"),
            *(names[c] for c in counted),
        ],
        rows,
    )


def planted_truth(table: pl.DataFrame, style: Style) -> str:
    """Say the ratios that the simulator planted; empty where the data are real."""
    planted = table["planted"].drop_nulls().unique().to_list()
    if not planted:
        return ""
    ratios = [style.number(value, 2) for value in sorted(planted)]
    return style.say(
        _(" The dotted marks are the ratio that was planted in the simulated register, {ratios}."),
        ratios=lambda to: to.listed(ratios),
    )


def caption(tables: Tables, style: Style) -> str:
    """Name the measure and the exit, and what was planted."""
    table = headline_rows(tables["models"]).drop_nulls(["hazard_ratio", "low", "high"])
    return style.say(
        _("{headings} of {exit} with 95 % intervals, on a log scale.{table}"),
        table=planted_truth(table, style),
    )


def alt(tables: Tables, style: Style) -> str:
    """Say each ratio with its interval."""
    table = headline_rows(tables["models"]).drop_nulls(["hazard_ratio", "low", "high"])
    parts = [
        f"{style.model(row)} {ratio_and_interval(style, row)}"
        for row in table.iter_rows(named=True)
    ]
    return style.say(
        _("Forest plot: {parts}.{table}"), parts="; ".join(parts), table=planted_truth(table, style)
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="models",
        sensitivity="moderate",
        row=_("one term of one model with one variance"),
        dims=("model", "label", "term", "variance"),
        texts={
            "term": one_of(r"(?!.*\d[.,]\d)[^\W\d_][\w.:*()\[\] +-]{0,79}"),
            "variance": one_of(SOME_WORDS, "CRV[123] by [^%0-9]+"),
        },
        # a category's coefficient stands on that category's persons alone, whose number the table
        # does not hold
        keep=~pl.col("term").str.contains(r"^C\(|^Intercept$|\[T\."),
        links=(
            *modelled("model", "label", "variance"),
            cells("departures", of="departures of a model", some=("model", "label", "variance")),
            *caseworkers("model", "label", "term", "variance"),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(
            Count("person_months", "months"),
            Count("persons", "persons", guards=True),
            Count("events", "events", guards=True),
            Count("departures", "events", guards=True, optional=True),
            *SOME_CASEWORKERS,
            Count("clusters", "other", optional=True),
        ),
        estimates=(
            Estimate("coef"),
            Estimate("se"),
            Estimate("hazard_ratio"),
            Estimate("low"),
            Estimate("high"),
            Estimate("planted"),
            Estimate("largest_cluster_share"),
        ),
        internal=("residual_degrees",),
        residual="residual_degrees",
        derived=(guarded_by("largest_cluster_share", denominator="persons"),),
    ),
    figure=Drawing(
        documents=REPORT,
        name="forest",
        draw=draw,
        needs=("hazard_ratio", "low"),
        caption=caption,
        alt=alt,
    ),
    view=View(
        view,
        reading=_(
            "The intervals of one exposure should differ little between the ways of computing them."
        ),
    ),
)
