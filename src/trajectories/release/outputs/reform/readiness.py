"""Shares of types by states as they are, and by states that do not use readiness."""

from typing import NamedTuple

import polars as pl

from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import counted_twice
from trajectories.release.outputs.documents import REPORT
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
    table=counted_twice(
        "readiness",
        "without",
        row=_(
            "windows nearest to one medoid, in states that use readiness and in states that do not"
        ),
        cluster="cluster by readiness",
    ),
    view=View(view, tables=("readiness", "clusters"), documents=REPORT),
)
