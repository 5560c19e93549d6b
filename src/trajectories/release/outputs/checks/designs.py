"""Other designs than the headline's, and the specification curve."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from trajectories.release.charts import spots
from trajectories.release.gate.links import apart, cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import CODE, LEVEL, PERIOD, SOME_WORDS, TYPE, one_of
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import DEPARTED, INTERVAL, caseworkers, modelled
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import ratio_and_interval
from trajectories.release.style import ACCENT, CONTRAST, MUTED, Size, Style, light_grid, new_figure
from trajectories.release.table_words import say_value
from trajectories.release.tables import (
    Cell,
    HtmlTable,
    Tables,
    count,
    digits_of,
    interval,
    p_value,
    text,
)
from trajectories.words import _, n_

BETWEEN = (
    Count("out_persons", "persons", guards=True, optional=True),
    Count("out_events", "events", guards=True, optional=True),
    Count("out_caseworkers", "caseworkers", guards=True, optional=True),
)
"""What lies between a design's sample and the headline's, or its group and the smaller ones."""

UNTESTED = (
    "not tested (too few teams in some group)",
    "not tested (one group alone)",
    "not tested (the model has no estimate)",
)
"""Terms of designs that say why the groups of a grouping are not compared."""

EQUALITY = ("equal in all groups", "equal in all bands", *UNTESTED)


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the headline's hazard ratio under every specification, sorted."""
    table = (
        tables["designs"]
        .filter(pl.col("family") == "specification")
        .drop_nulls(["hazard_ratio", "low", "high"])
        .sort("hazard_ratio", "design")
    )
    figure = new_figure(size, 0.9 + 0.22 * max(table.height, 3))
    axes = figure.subplots()
    y = np.arange(table.height)
    main = (table["design"] == "headline").to_numpy()
    for chosen, colour in ((~main, ACCENT), (main, CONTRAST)):
        axes.hlines(
            y[chosen],
            table["low"].to_numpy()[chosen],
            table["high"].to_numpy()[chosen],
            color=colour,
            linewidth=1.4,
        )
        axes.plot(table["hazard_ratio"].to_numpy()[chosen], y[chosen], "o", color=colour, ms=4)
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    axes.set_yticks(y, [style.word(name) for name in table["design"]])
    axes.set_ylim(table.height - 0.5, -0.5)
    axes.set_xlabel(style.study.ratio.capitalize())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.number(x, 2)))
    light_grid(axes, "x")
    told = [
        f"{style.word(row['design'])}\n{ratio_and_interval(style, row)}"
        for row in table.iter_rows(named=True)
    ]
    spots.rows(axes, y.tolist(), told)
    return figure


def view(tables: Tables, style: Style) -> HtmlTable:
    """Designs beside the headline, without the specification curve, which is a figure."""
    table = tables["designs"].filter(pl.col("family") != "specification")
    families = table["family"].unique(maintain_order=True).to_list()
    rows = []
    for row in table.iter_rows(named=True):
        test = row["term"] in EQUALITY
        nothing = Cell("–", number=True)
        rows.append(
            [
                text(style.word(row["family"]).capitalize()),
                text(f"{style.word(row['design'])}: {_term(row['term'], style)}"),
                nothing if test else Cell(digits_of(style, row["hazard_ratio"], 3), number=True),
                nothing if test else interval(style, row["low"], row["high"]),
                nothing if row["term"] in UNTESTED else p_value(style, row["p_value"]),
                nothing if row["p_corrected"] is None else p_value(style, row["p_corrected"]),
                count(style, row["events"]),
                count(style, row["clusters"]),
            ]
        )
    return HtmlTable(
        style.say(
            _("Other designs, all of {exit} unless they say otherwise: {families}."),
            families=lambda to: to.listed([say_value(name, to) for name in families]),
        ),
        [
            _("Family"),
            _("Term"),
            style.study.heading,
            _("95 % interval"),
            "p",
            _("p, corrected"),
            _("Events"),
            _("Teams"),
        ],
        rows,
        _(
            "Intervals and tests are clustered by municipality and first team with t(G−1), G being "
            "the number of teams in the last column; for a subgroup, an exit or a test of "
            "constancy, those in which a client whose caseworker left has the exit. Jackknife "
            "standard errors for subgroups and, where they can be computed, for constancy, the "
            "placebo, the negative control, attrition and later changes, else the sandwich. The "
            "p-values of equality over groups are corrected for their number (Holm); exits and "
            "tests of constancy have a second, corrected p-value; the others are not corrected."
        ),
    )


def _term(term: str, style: Style) -> str:
    """A term's name; states in the name of a type of course by their labels."""
    return style.word(style.cluster(term, short=True))


def alt(tables: Tables, style: Style) -> str:
    """Say how many specifications there are and between which ratios they lie."""
    table = tables["designs"].filter(pl.col("family") == "specification")
    table = table.drop_nulls("hazard_ratio")
    low, high = (float(str(v)) for v in (table["hazard_ratio"].min(), table["hazard_ratio"].max()))
    return style.count(
        n_(
            "{number} specification; ratios from {low} to {high}.",
            "{number} specifications; ratios from {low} to {high}.",
        ),
        table.height,
        low=style.number(low, 2),
        high=style.number(high, 2),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="designs",
        sensitivity="moderate",
        row=_("one term of one design beside the headline"),
        dims=("family", "design", "term"),
        texts={
            "design": one_of(
                SOME_WORDS,
                r"lag of \d+ months?",
                r"first \d+ months at risk",
                r"jobs of \d+ (?:months|hours a month) or more",
                rf"without {CODE}",
            ),
            "term": one_of(LEVEL, PERIOD, rf"\d+: mostly {TYPE}"),
        },
        links=(
            *modelled("family", "design", "term"),
            *caseworkers("family", "design", "term"),
            cells("out_persons", of="persons left out", some=("family", "design", "term")),
            cells("out_events", of="events left out", some=("family", "design", "term")),
            cells("out_caseworkers", of="caseworkers left out", some=("family", "design", "term")),
            apart("clusters", why="teams of the variance, no clients"),
        ),
        counts=(*DEPARTED, Count("clusters", "other"), *BETWEEN),
        estimates=(
            Estimate("coef"),
            Estimate("se"),
            *INTERVAL,
            Estimate("p_value"),
            Estimate("p_corrected"),
        ),
        internal=("residual_degrees",),
        residual="residual_degrees",
    ),
    figure=Drawing(
        documents=REPORT,
        name="specifications",
        draw=draw,
        needs=("hazard_ratio",),
        shown=pl.col("family") == "specification",
        caption=_(
            "The {ratio} of {outcome} for a departure under other lags, links, "
            "calendar control, covariates, samples and definitions of the outcome "
            "(specification curve), with 95 % intervals."
        ),
        alt=alt,
    ),
    view=View(view, reading=_("Estimates that agree across designs do not depend on one choice.")),
)
