"""Hazards of transitions to each type of course, and of the exit by the course so far."""

import textwrap

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import SOME_WORDS, TYPE, one_of
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import (
    INTERVAL,
    MODELLED,
    SOME_CASEWORKERS,
    caseworkers,
    modelled,
)
from trajectories.release.outputs.phrases import ratio_and_interval
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    MARKERS,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import Tables
from trajectories.words import _

FAMILIES = {
    "transition to a course": _(
        "The hazard of a transition that begins each type of course, for a departure and for a "
        "change of any cause so far (sequence analysis multistate model)."
    ),
    "course so far": _(
        "The hazard of {outcome} by the type of the course so far, and of a departure holding that "
        "type constant (sequence history analysis)."
    ),
}
"""What the models of each family say."""

RATIO_TICKS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)

COLOURS = (ACCENT, CONTRAST, MUTED)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw hazard ratios of transitions to each type of course, and of a job by course so far."""
    table = tables["history_models"].drop_nulls(["hazard_ratio", "low", "high"])
    families = table["family"].unique(maintain_order=True).to_list()
    parts = [table.filter(pl.col("family") == family) for family in families]
    rows = [part.unique("design").height if i == 0 else part.height for i, part in enumerate(parts)]
    figure = new_figure(size, 1.0 + 0.34 * sum(rows))
    every = figure.subplots(len(parts), 1, sharex=True, squeeze=False, height_ratios=rows)[:, 0]
    low = max(0.25, 0.9 * min(0.9, float(str(table["low"].min()))))
    high = min(4.0, 1.1 * max(1.1, float(str(table["high"].max()))))
    handles: dict[str, Line2D] = {}
    for axes, part, family in zip(every, parts, families, strict=True):
        split = part["design"].n_unique() > 1
        labels = (part["design"] if split else part["term"]).unique(maintain_order=True).to_list()
        terms = part["term"].unique(maintain_order=True).to_list() if split else [""]
        shift = np.linspace(-0.14, 0.14, len(terms)) if len(terms) > 1 else [0.0]
        axes.axvline(1.0, color=MUTED, linewidth=0.8)
        for number, term in enumerate(terms):
            rows_of = part.filter(pl.col("term") == term) if split else part
            names = rows_of["design" if split else "term"]
            y = np.array([labels.index(name) for name in names]) + shift[number]
            bounds = [np.clip(rows_of[name].to_numpy(), low, high) for name in ("low", "high")]
            axes.hlines(y, *bounds, color=COLOURS[number], linewidth=1.3)
            (line,) = axes.plot(
                rows_of["hazard_ratio"], y, MARKERS[number], color=COLOURS[number], ms=4
            )
            if split:
                handles[style.word(term)] = line
        axes.set_yticks(
            range(len(labels)), [style.word(style.cluster(n, short=True)) for n in labels]
        )
        axes.set_ylim(len(labels) - 0.5, -0.5)
        named = part["design"][0]
        baseline = named and named.replace("against", style.word("against"), 1)
        base = "" if split else f": {style.cluster(baseline, short=True)}"
        title = f"{style.word(family)}{base}"
        axes.set_title(textwrap.fill(title, 70 if size == "wide" else 26), fontsize=8)
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(FixedLocator([t for t in RATIO_TICKS if low <= t <= high]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x, 2)))
        light_grid(axes, "x")
    every[-1].set_xlabel(style.study.log_ratio)
    if handles:
        columns = 2 if size == "wide" else 1
        figure.legend(
            list(handles.values()), list(handles), loc="outside lower center", ncols=columns
        )
    return figure


def caption(tables: Tables, style: Style) -> str:
    """Say what the models of each family that is drawn say."""
    table = tables["history_models"].drop_nulls(["hazard_ratio", "low", "high"])
    both = _(
        "Above, the hazard of a transition that begins each type of course, for a departure and "
        "for a change of any cause so far (sequence analysis multistate model). Below, the hazard "
        "of {outcome} by the type of the course so far, and of a departure holding that type "
        "constant (sequence history analysis)."
    )
    families = table["family"].unique().to_list()
    drawn = style.say(both if len(families) > 1 else FAMILIES[families[0]])
    bars = style.say(_("95 % intervals; bars that reach the frame go beyond it."))
    return f"{drawn} {bars}"


def alt(tables: Tables, style: Style) -> str:
    """Say each ratio with its interval."""
    table = tables["history_models"].drop_nulls(["hazard_ratio", "low", "high"])
    parts = [
        f"{style.word(style.cluster(row['design']))}, {style.word(style.cluster(row['term']))} "
        f"{ratio_and_interval(style, row)}"
        for row in table.iter_rows(named=True)
    ]
    return style.say(_("Hazard ratios: {parts}."), parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        made_by="histories",
        stage="hazards",
        name="history_models",
        sensitivity="moderate",
        row=_("one term of one model of courses"),
        dims=("family", "design", "term"),
        texts={
            "design": one_of(SOME_WORDS, rf"\d+ {TYPE}", rf"against \d+ {TYPE}"),
            "term": one_of(SOME_WORDS, rf"\d+ {TYPE}"),
        },
        links=(
            *modelled("family", "design", "term"),
            *caseworkers("family", "design", "term"),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(*MODELLED, *SOME_CASEWORKERS, Count("clusters", "other")),
        estimates=(Estimate("coef"), Estimate("se"), *INTERVAL, Estimate("p_value")),
        internal=("residual_degrees",),
        residual="residual_degrees",
    ),
    figure=Drawing(
        reading=_(
            "An interval that misses 1 says that courses of this type follow changes, or lead"
            " to {outcome}, more or less often."
        ),
        draw=draw,
        needs=("hazard_ratio", "low"),
        caption=caption,
        alt=alt,
    ),
)
