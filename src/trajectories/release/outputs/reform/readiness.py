"""Shares of types by states as they are, and by states that do not use readiness."""

from typing import NamedTuple

import polars as pl

from trajectories.release.gate.derive import difference, ratio
from trajectories.release.gate.spec import Count, TableSpec, Total, Whole
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import ALL
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, points, text
from trajectories.words import _


class Change(NamedTuple):
    """How a type's share differs between the first and the last group.

    Attributes:
        age: the age group.
        cluster: the type.
        registered: the difference in states as they are.
        without: the difference in states that do not use readiness.
    """

    age: str
    cluster: int
    registered: float
    without: float

    @property
    def rests(self) -> float:
        """The part of the difference that depends on readiness."""
        return self.registered - self.without


def changes(tables: Tables, style: Style) -> list[Change]:
    """List the differences between the last and the first group, by age and type.

    Types with a withheld share are left out.
    """
    table = tables["readiness"]
    groups = style.arrange(table["group"])
    first, last = (table.filter(pl.col("group") == groups[place]) for place in (0, -1))
    shares = ["share_registered", "share_without"]
    both = first.join(last, on=["age", "cluster"], suffix="_last", maintain_order="left")
    known = both.drop_nulls([*shares, *(f"{name}_last" for name in shares)])
    return [
        Change(row["age"], row["cluster"], *(row[f"{name}_last"] - row[name] for name in shares))
        for row in known.iter_rows(named=True)
    ]


def decimals(tables: Tables) -> int:
    """Decimals of percentage points that the gate left in the shares."""
    table = tables["readiness"]
    return points(table["share_registered"], table["share_without"])


def largest(tables: Tables, style: Style) -> Change | None:
    """Give the type whose difference depends most on readiness, over all ages where they are."""
    found = changes(tables, style)
    of_all = [change for change in found if change.age == "all"] or found
    return max(of_all, key=lambda change: abs(change.rests), default=None)


def view(tables: Tables, style: Style) -> HtmlTable:
    """The difference in each type's share between the last and the first group, in both states."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    shown = decimals(tables)

    def cell(value: float) -> Cell:
        return Cell(style.number(100 * value, shown), number=True)

    rows = [
        [
            text(style.word(change.age)),
            Cell(f"{change.cluster}  {style.cluster(names.get(change.cluster))}"),
            cell(change.registered),
            cell(change.without),
            cell(change.rests),
        ]
        for change in changes(tables, style)
    ]
    groups = [style.word(name).lower() for name in style.arrange(tables["readiness"]["group"])]
    return HtmlTable(
        style.say(
            _(
                "Difference in the share of each type, {last} less {first}, in states as they are "
                "and in states that do not use readiness, percentage points."
            ),
            first=groups[0],
            last=groups[-1],
        ),
        [_("Age"), _("Cluster"), _("As registered"), _("Without readiness"), _("Rests on it")],
        rows,
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="readiness",
        sensitivity="high",
        row="windows nearest to one medoid, in states that use readiness and in states that do not",
        dims=("age", "cluster", "group"),
        counts=(
            Count("windows", "windows", guards=True),
            Count("windows_without", "windows", guards=True),
        ),
        totals=(
            Total("total", "windows", over=("cluster",), apart=True),
            Total("total_without", "windows_without", over=("cluster",), apart=True),
        ),
        derived=(
            ratio("share_registered", "windows", "total"),
            ratio("share_without", "windows_without", "total_without"),
            difference(
                "difference",
                "share_registered",
                "share_without",
                denominators=("total", "total_without"),
            ),
        ),
        added=("share_registered", "share_without", "difference"),
        grid=("age", "cluster", "group"),
        wholes=(Whole("age", ALL, ("windows", "windows_without", "total", "total_without")),),
    ),
    view=View(view, tables=("readiness", "clusters")),
)
