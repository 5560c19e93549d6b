"""Cumulative incidence of each exit."""

from typing import Any

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from trajectories.release.charts import spots
from trajectories.release.charts.curves import step_line, with_bands
from trajectories.release.gate.life_tables import CURVE_COLUMNS
from trajectories.release.gate.links import apart
from trajectories.release.gate.spec import Count, LifeTable, TableSpec
from trajectories.release.gate.vocabulary import AGES
from trajectories.release.outputs.base import Drawing, Output
from trajectories.release.outputs.documents import REPORT
from trajectories.release.outputs.phrases import share_or_withheld
from trajectories.release.style import (
    DASHES,
    Size,
    Style,
    is_lowest,
    light_grid,
    new_figure,
    panels,
)
from trajectories.release.tables import Tables
from trajectories.words import _

Look = tuple[str, Any]
"""Colour and dashes of a line."""

EXIT_LOOKS: tuple[Look, ...] = (
    ("#0b3c6f", "-"),
    ("#d1601f", "-"),
    ("#3f8f3f", DASHES[1]),
    ("#7a5195", DASHES[3]),
    ("#111111", DASHES[2]),
)
"""The looks of the exits that most persons have; the others are grey."""
REST: Look = ("#b0b0b0", "-")
SMALLEST_TOLD = 0.01


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the cumulative incidence of each exit, one panel a group."""
    table = tables["cumulative_incidence"]
    groups = style.arrange(table["group"])
    exits = _by_height(table)
    looks = dict(zip(exits, (*EXIT_LOOKS, *[REST] * len(exits)), strict=False))
    columns = 3 if size == "wide" else 2
    rows = -(-len(groups) // columns)
    legend_height = 0.0 if size == "wide" else 0.09 * min(len(exits), len(EXIT_LOOKS) + 1)
    each = {"wide": 2.9 if rows == 1 else 2.0, "narrow": 1.75}[size]
    figure = new_figure(size, 0.5 + each * rows + legend_height)
    grid = panels(figure, len(groups), columns)
    critical: dict[tuple[str, str], float] = {}
    if "incidence_bands" in tables:
        known = tables["incidence_bands"].drop_nulls("critical")
        critical = {(r["group"], r["exit"]): r["critical"] for r in known.iter_rows(named=True)}
    top = max(table["high"].drop_nulls().to_list())
    for number, (axes, group) in enumerate(zip(grid, groups, strict=True)):
        # Those that matter are drawn last, over the others.
        for exit_ in reversed(exits):
            part = table.filter((pl.col("group") == group) & (pl.col("exit") == exit_))
            if (group, exit_) in critical:
                part = with_bands(part, critical[group, exit_])
            if part.height:
                step_line(axes, part, 0.0, *looks[exit_])
        if len(groups) > 1:
            axes.set_title(style.word(group))
        axes.set(xlim=(0, None), ylim=(0, min(1.0, top * 1.06)))
        spots.columns(axes, *_told(table.filter(pl.col("group") == group), exits, style))
        axes.yaxis.set_major_formatter(style.percent_ticks())
        axes.xaxis.set_major_locator(
            MaxNLocator(nbins=5, steps=[1, 1.2, 2.4, 3, 6, 10], integer=True)
        )
        light_grid(axes, "y")
        if is_lowest(number, len(groups), columns):
            axes.set_xlabel(style.word("months_since_entry"))
        if number % columns == 0:
            axes.set_ylabel(style.word("cumulative_incidence"))
    handles: list[Line2D] = []
    for (colour, dash), label in _legend(exits, style):
        handles += grid[0].plot([], [], color=colour, linestyle=dash, label=label)
    if size == "wide":
        figure.legend(handles=handles, loc="outside right center", handlelength=2.6)
    else:
        figure.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=2.2)
    return figure


def _by_height(table: pl.DataFrame) -> list[str]:
    """Order the exits by how many persons have had them at most."""
    highest = table.group_by("exit", maintain_order=True).agg(pl.col("estimate").max())
    by_height = highest.sort("estimate", descending=True, nulls_last=True, maintain_order=True)
    return by_height["exit"].to_list()


def _legend(exits: list[str], style: Style) -> list[tuple[Look, str]]:
    """Name the exits that have a look of their own, and the others together."""
    named: list[tuple[Look, str]] = [
        (look, style.word(exit_)) for look, exit_ in zip(EXIT_LOOKS, exits, strict=False)
    ]
    if len(exits) > len(EXIT_LOOKS):
        named.append((REST, style.say(_("Other exits"))))
    return named


def _told(part: pl.DataFrame, exits: list[str], style: Style) -> tuple[list[float], list[str]]:
    """Say the incidence of each exit at each time of a panel, the commonest exit first."""
    shares: dict[str, float] = {}
    times: list[float] = []
    texts = []
    for (time,), rows in (
        part.drop_nulls("estimate").sort("time").group_by("time", maintain_order=True)
    ):
        shares |= dict(rows.select("exit", "estimate").iter_rows())
        lines = [f"{style.word('months_since_entry')}: {time}"]
        lines += [
            f"{style.word(exit_)}: {style.percent(shares[exit_])}"
            for exit_ in exits
            if shares.get(exit_, 0.0) >= SMALLEST_TOLD
        ]
        times.append(float(str(time)))
        texts.append("\n".join(lines))
    return times, texts


def caption(tables: Tables, style: Style) -> str:
    """Say what the bands cover."""
    caption = _(
        "Cumulative incidence of competing exits (Aalen–Johansen, from rounded life tables whose "
        "steps wait for enough events), with 95 % bands."
    )
    if "incidence_bands" in tables:
        caption = _(
            "Cumulative incidence of competing exits (Aalen–Johansen, from rounded life tables "
            "whose steps wait for enough events), with 95 % bands, each covering its whole curve."
        )
    return style.say(caption)


def alt(tables: Tables, style: Style) -> str:
    """Say the height of each exit's curve at the end, in the first group."""
    table = tables["cumulative_incidence"]
    group = style.arrange(table["group"])[0]
    ends = (
        table.filter(pl.col("group") == group)
        .sort("time")
        .group_by("exit", maintain_order=True)
        .last()
        .sort("estimate", descending=True, nulls_last=True, maintain_order=True)
    )
    parts = [
        f"{style.word(row['exit'])} {share_or_withheld(style, row['estimate'])}"
        for row in ends.iter_rows(named=True)
    ]
    return style.say(
        _("Step curves over {months} months. At the end, {group}: {parts}."),
        months=max(ends["time"].to_list()),
        group=style.word(group).lower(),
        parts=", ".join(parts),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="cumulative_incidence",
        sensitivity="high",
        row=_("one step of the cumulative incidence of one exit"),
        dims=("group", "time", "exit"),
        texts={"group": AGES},
        links=(
            apart("at_risk", "events", why="a step waits for enough events since the last one"),
        ),
        counts=(Count("at_risk", "persons"), Count("events", "events")),
        internal=("censored", "estimate", "se"),
        added=CURVE_COLUMNS,
        life_table=LifeTable(by=("group",), exit="exit"),
    ),
    figure=Drawing(
        documents=REPORT,
        draw=draw,
        needs=("estimate",),
        shown=pl.col("estimate") > 0,
        caption=caption,
        alt=alt,
    ),
)
