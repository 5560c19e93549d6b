"""What follows a change of caseworker within twelve months, by cause."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from trajectories.release.gate.derive import firm_ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.outputs.declared import SOME_CASEWORKERS, caseworkers
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    DASHES,
    RULE,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import HtmlTable, Tables, share, text
from trajectories.words import _

LISTED = ("job", "education", "upgrade to job-ready", "entry to activation", "still on support")
"""Outcomes in the report's table, after the run's own."""

NO_CHANGE = "no change (matched months)"

DRAWN = (
    "job",
    "education",
    "upgrade to job-ready",
    "entry to activation",
    "disability_pension",
    "still on support",
)


def drawn_outcomes(event: str) -> tuple[str, ...]:
    """The outcomes of changes that are shown, the run's own outcome first."""
    return tuple(dict.fromkeys((event, *DRAWN)))


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the share that comes to each outcome within a year of a change, by cause."""
    table = tables["after_changes"].drop_nulls("share")
    known = set(table.filter(pl.col("cause") != NO_CHANGE)["outcome"])
    outcomes = [name for name in drawn_outcomes(style.study.event) if name in known]
    shown = table.filter(pl.col("outcome").is_in(outcomes))
    causes = [cause for cause in style.arrange(shown["cause"]) if cause != NO_CHANGE]
    columns = max(1, min(len(outcomes), 3 if size == "wide" else 1))
    rows = max(1, -(-len(outcomes) // columns))
    figure = new_figure(size, 0.5 + rows * (0.5 + 0.17 * len(causes)))
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    flat = list(grid.flat)
    for axes in flat[len(outcomes) :]:
        axes.set_axis_off()
    for axes, outcome in zip(flat, outcomes, strict=False):
        shares = dict(table.filter(pl.col("outcome") == outcome).select("cause", "share").rows())
        if NO_CHANGE in shares:
            axes.axvline(shares[NO_CHANGE], color=CONTRAST, linestyle=DASHES[1], linewidth=1.0)
        for y, cause in enumerate(causes):
            if cause in shares:
                axes.plot([shares.get(NO_CHANGE, 0), shares[cause]], [y, y], color=RULE, lw=1.2)
                axes.plot(shares[cause], y, "o", color=ACCENT, ms=4)
        axes.set_title(style.word(outcome), fontsize=7.5)
        axes.set_yticks(range(len(causes)), [style.word(cause) for cause in causes])
        axes.set_ylim(len(causes) - 0.5, -0.5)
        axes.set_xlim(0, 1.08 * max(shares.values()) or 1)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "x")
    handles = [Line2D([], [], color=CONTRAST, linestyle=DASHES[1], linewidth=1.0)]
    figure.legend(handles, [style.word("matched_without_change")], loc="outside lower center")
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the share that comes to the run's outcome, by cause."""
    study = style.study
    table = tables["after_changes"].filter(pl.col("outcome") == study.event).drop_nulls("share")
    parts = [
        f"{style.word(row['cause']).lower()} {style.percent(row['share'])}"
        for row in table.iter_rows(named=True)
    ]
    text = style.say(_("Points by cause, one panel an outcome."))
    if parts:
        reached = _("{outcome}: {parts}.")
        text += " " + style.say(
            reached, outcome=lambda to: to.outcome.capitalize(), parts="; ".join(parts)
        )
    return text


def view(tables: Tables, style: Style) -> HtmlTable:
    """What follows a change within twelve months, by cause."""
    table = tables["after_changes"]
    outcomes = dict.fromkeys((style.study.event, *LISTED))
    found = {(row["cause"], row["outcome"]): row for row in table.iter_rows(named=True)}
    rows = []
    for cause in style.arrange(table["cause"]):
        cells = [text(style.word(cause))]
        for outcome in outcomes:
            value = found.get((cause, outcome), {}).get("share")
            # Causes differ much in number, and so in the digits that their shares support.
            cells.append(share(style, value, pl.Series([value], dtype=pl.Float64)))
        rows.append(cells)
    return HtmlTable(
        _("What follows a change of caseworker within twelve months, by the cause known then."),
        [_("Cause"), *(style.word(outcome).capitalize() for outcome in outcomes)],
        rows,
        _(
            "Descriptive. Upgrades among those not job-ready, activation among those passive; a "
            "change put down to a visitation comes with a new readiness by definition."
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="after_changes",
        sensitivity="high",
        row=_("changes of one cause that led to one outcome within twelve months"),
        dims=("cause", "outcome"),
        drop_small=("changes",),
        links=(
            cells("changes", of="changes followed for a year", some=("cause", "outcome")),
            cells(
                "events", of="changes with an outcome", some=("cause", "outcome"), within="changes"
            ),
            cells(
                "persons",
                of="persons followed after changes",
                some=("cause", "outcome"),
                within="changes",
            ),
            *caseworkers("cause", "outcome", within="changes"),
        ),
        counts=(
            Count("persons", "persons", guards=True),
            Count("changes", "events"),
            Count("events", "events"),
            *SOME_CASEWORKERS,
        ),
        derived=(firm_ratio("share", "events", "changes"),),
        added=("share",),
        whole=(("events", "changes"),),
    ),
    figure=Drawing(
        reading=_(
            "Each mark is compared with the dashed line, the same share in matched months "
            "without a change."
        ),
        draw=draw,
        needs=("share",),
        shown=(pl.col("cause") != NO_CHANGE) & pl.col("outcome").is_in(DRAWN),
        caption=_(
            "What follows a change of caseworker within twelve months, by the cause "
            "known then; dashed, the share in matched months without a change (same "
            "calendar month, duration band and municipality). Descriptive: requests "
            "and visitations happen to those who do well or badly."
        ),
        alt=alt,
    ),
    view=View(view, reading=_("Compare each share with that of matched months without a change.")),
)
