"""Types of course before and after months at risk."""

import polars as pl

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Total
from trajectories.release.outputs.base import Output
from trajectories.release.outputs.declared import SOME_CASEWORKERS, caseworkers
from trajectories.release.style import Style
from trajectories.release.tables import Tables
from trajectories.words import _, n_

AFTER, LEAVING = "after a change", "after leaving a state"


def names_of(tables: Tables, kind: str) -> dict[int, str | None]:
    """The names of one kind's types by their numbers."""
    table = tables["course_types"].filter(pl.col("kind") == kind)
    return dict(table.select("cluster", "name").iter_rows())


def types_in_words(tables: Tables, style: Style, kind: str) -> str:
    """Say the share of each type of one kind."""
    rows = tables["course_types"].filter(pl.col("kind") == kind)
    parts = [
        f"{style.cluster(row['name'])} "
        f"{'withheld' if row['share'] is None else style.percent(row['share'])}"
        for row in rows.iter_rows(named=True)
    ]
    return style.count(
        n_(
            "{number} panel of stacked shares by month: {parts}.",
            "{number} panels of stacked shares by month: {parts}.",
        ),
        len(parts),
        parts="; ".join(parts),
    )


OUTPUT = Output(
    table=TableSpec(
        made_by="histories",
        stage="hazards",
        name="course_types",
        sensitivity="moderate",
        row=_("one type of course before or after months at risk"),
        dims=("kind", "cluster"),
        drop_small=("windows",),
        values=("name",),
        links=(
            cells("windows", of="courses by type", by=("cluster@kind",)),
            cells("total", of="courses by type", by=("kind",)),
            cells(
                "persons",
                of="persons by type of course",
                some=("kind", "cluster"),
                within="windows",
            ),
            *caseworkers("kind", "cluster", within="windows"),
        ),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            *SOME_CASEWORKERS,
        ),
        totals=(Total("total", "windows", over=("cluster",)),),
        derived=(ratio("share", "windows", "total"),),
        added=("share",),
    )
)
