"""Changes of state over the month of each event, against other years."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from trajectories.release.gate.derive import difference, ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import ColumnSum, Count, TableSpec, Whole
from trajectories.release.ladder.forms import only
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.declared import ALL
from trajectories.release.outputs.documents import REPORT
from trajectories.release.style import (
    ACCENT,
    CONTRAST,
    INK,
    MUTED,
    Size,
    Style,
    light_grid,
    new_figure,
)
from trajectories.release.tables import Tables
from trajectories.words import _

SEAM_ROWS = 15
"""State changes that the seam figure shows in all, at most five an event."""

WHOLE_AGE = pl.when((pl.col("age") == "all").any()).then(pl.lit("all")).otherwise(pl.first("age"))

SHOWN_SEAM = (
    (pl.col("age") == WHOLE_AGE)
    & pl.col("excess").is_not_null()
    & (pl.col("from_state") != pl.col("to_state"))
)
"""Changes of state of all ages, or of the first age where all are not in the table."""


def largest_excesses(seam: pl.DataFrame) -> pl.DataFrame:
    """Give for each event the state changes that differ most from other years, all ages."""
    return (
        seam.filter(SHOWN_SEAM)
        .with_columns(size=pl.col("excess").abs())
        .sort("size", descending=True, maintain_order=True)
        .group_by("event", maintain_order=True)
        .head(max(2, min(5, SEAM_ROWS // seam["event"].n_unique())))
        .drop("size")
    )


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw, at each event, the share that changes state in that month and in other years."""
    chosen = largest_excesses(tables["seam"])
    held = set(chosen["event"])
    events = [e for e in tables["seam"]["event"].unique(maintain_order=True) if e in held]
    counts = [chosen.filter(pl.col("event") == event).height for event in events]
    figure = new_figure(size, 0.8 + sum(0.24 * count + 0.42 for count in counts))
    panels = figure.subplots(len(events), 1, sharex=True, squeeze=False, height_ratios=counts)
    for axes, event in zip(panels[:, 0], events, strict=True):
        part = chosen.filter(pl.col("event") == event)
        y = range(part.height)
        axes.hlines(y, part["rate_other"], part["rate_at_event"], color=MUTED, linewidth=1.0)
        axes.plot(part["rate_other"], y, "o", mfc="#ffffff", mec=ACCENT, ms=5)
        axes.plot(part["rate_at_event"], y, "D", color=CONTRAST, ms=4.2)
        labels = [
            f"{style.look(a).short} → {style.look(b).short}"
            for a, b in part.select("from_state", "to_state").iter_rows()
        ]
        axes.set_yticks(y, labels, fontsize=7.5 if size == "wide" else 6.5)
        for row, excess in enumerate(part["excess"].to_list()):
            axes.text(
                1.01,
                row,
                f"{style.signed(100 * excess)}",
                transform=axes.get_yaxis_transform(),
                va="center",
                fontsize=7.5,
            )
        axes.set_ylim(part.height - 0.5, -0.5)
        # on a phone the title starts above the labels, where there is room for long names
        axes.set_title(style.event(event), fontsize=8, x=0.0 if size == "wide" else -0.55)
        axes.xaxis.set_major_formatter(style.percent_ticks())
        light_grid(axes, "x")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    panels[-1, 0].set_xlabel(style.word("share_of_from_state"))
    panels[-1, 0].set_xlim(left=0)
    figure.legend(
        [
            Line2D([], [], linestyle="", marker="D", color=CONTRAST, ms=4.2),
            Line2D([], [], linestyle="", marker="o", mfc="#ffffff", mec=ACCENT, ms=5),
        ],
        [f"{style.word('at_event')} ({style.word('right_excess')})", style.word("other_years")],
        loc="outside lower center",
        ncols=2 if size == "wide" else 1,
        labelcolor=INK,
    )
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the largest difference at each event."""
    parts = [
        style.say(
            _(
                "{event}: {from_state} to {to_state} {rate_at_event} "
                "against {rate_other} in other years"
            ),
            event=style.event(row["event"]),
            from_state=style.look(row["from_state"]).label,
            to_state=style.look(row["to_state"]).label,
            rate_at_event=style.share(row["rate_at_event"]),
            rate_other=style.share(row["rate_other"]),
        )
        for row in largest_excesses(tables["seam"])
        .unique("event", maintain_order=True)
        .iter_rows(named=True)
    ]
    return style.say(
        _("Paired dots. Largest difference at each event: {parts}."), parts="; ".join(parts)
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="seam",
        sensitivity="high",
        row=_("persons in two states in the months before and after a reform's date"),
        dims=("event", "age", "from_state", "to_state"),
        values=("months_compared",),
        links=(
            cells(
                "count_at_event",
                of="persons at an event",
                by=("age", "from_state@event", "to_state@event"),
            ),
            cells("from_count_at_event", of="persons at an event", by=("age", "from_state@event")),
            cells(
                "count_other",
                of="pairs of other months",
                by=("age", "from_state@event", "to_state@event"),
            ),
            cells("from_count_other", of="pairs of other months", by=("age", "from_state@event")),
        ),
        counts=(
            Count("count_at_event", "persons"),
            Count("count_other", "months"),
            Count("from_count_at_event", "persons", guards=True),
            Count("from_count_other", "months", guards=True),
        ),
        derived=(
            ratio("rate_at_event", "count_at_event", "from_count_at_event"),
            ratio("rate_other", "count_other", "from_count_other"),
            difference(
                "excess",
                "rate_at_event",
                "rate_other",
                denominators=("from_count_at_event", "from_count_other"),
            ),
        ),
        added=("rate_at_event", "rate_other", "excess"),
        column_sums=(
            ColumnSum("from_count_at_event", "count_at_event", over=("to_state",)),
            ColumnSum("from_count_other", "count_other", over=("to_state",)),
        ),
        wholes=(
            Whole(
                "age",
                ALL,
                ("count_at_event", "count_other", "from_count_at_event", "from_count_other"),
            ),
        ),
        drop_small=("count_at_event", "count_other"),
        ladder=(only("age", ALL, _("all ages together")),),
    ),
    figure=Drawing(
        documents=REPORT,
        draw=draw,
        needs=("excess",),
        shown=SHOWN_SEAM,
        caption=_(
            "Changes of state over the month of each event, against the same months of other "
            "years: those that differ most, all ages. A gap far wider than those at other events "
            "points to relabelling rather than to changed lives."
        ),
        alt=alt,
    ),
)
