"""The report's tables on groups, caseworker changes and exits."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.model_rows import headline_rows
from trajectories.release.page.cells import (
    count,
    digits_of,
    interval,
    points_and_interval,
    share,
)
from trajectories.release.page.html import Cell, HtmlTable, text
from trajectories.release.store import Tables
from trajectories.release.style import Style

BOUNDS = ("difference", "low", "high")
READY_MONTH = "ready_month"
"""The persons with a month at risk in which they still have the readiness of time zero."""


def differences(tables: Tables, style: Style) -> HtmlTable:
    """Differences of shares between groups, all ages, in percentage points."""
    table = tables["differences"]
    ages = table["age"].to_list()
    age = "all" if "all" in ages else ages[0]
    table = table.filter(pl.col("age") == age)
    contrasts = table["contrast"].unique(maintain_order=True).to_list()
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    found = {(r["cluster"], r["contrast"]): r for r in table.iter_rows(named=True)}
    rows = []
    for cluster in sorted(names):
        cells = [Cell(f"{cluster}  {style.cluster(names[cluster])}")]
        for contrast in contrasts:
            row: Mapping[str, Any] = found.get((cluster, contrast), {})
            if row.get("difference") is None or row.get("low") is None:
                cells.append(Cell("", withheld=True))
                continue
            cells.append(points_and_interval(style, row))
        rows.append(cells)
    return HtmlTable(
        "Differences between groups in the share of each cluster, percentage points (95 % "
        "interval).",
        ["Cluster", *(contrast.capitalize() for contrast in contrasts)],
        rows,
        "Descriptive: what differed between the groups"
        + ("." if style.study.group_by else ", not what the reform did.")
        + " A dot marks too few persons for the difference or for the digits of its interval.",
    )


def relabelling(tables: Tables, style: Style) -> HtmlTable:
    """The largest change of a share when the reform's relabelling is undone, by age."""
    table = tables["relabelling"]
    rows = []
    for age in style.arrange(table["age"]):
        part = table.filter(pl.col("age") == age)
        largest = part["difference"].abs().max()
        cells = part.filter(pl.col("difference").is_not_null()).height
        rows.append(
            [
                text(style.word(age)),
                Cell(str(cells), number=True),
                Cell("", withheld=True)
                if largest is None
                else Cell(style.number(100 * float(str(largest)), 1), number=True),
            ]
        )
    return HtmlTable(
        "Largest absolute difference, over clusters and groups, between shares from the codes as "
        "registered and from codes with the reform's relabelling undone.",
        ["Age", "Shares compared", "Largest difference, percentage points"],
        rows,
    )


def ever_changed(tables: Tables, style: Style) -> HtmlTable:
    """Persons whose caseworker changed while at risk."""
    shares = tables["ever_changed"]["share"]
    rows = [
        [
            text(_population(row["population"], style)),
            count(style, row["persons"]),
            count(style, row["changed"]),
            share(style, row["share"], shares),
        ]
        for row in tables["ever_changed"].iter_rows(named=True)
    ]
    return HtmlTable(
        "Persons with at least one caseworker change while at risk, recodings excluded.",
        ["Population", "Persons", "With a change", "Share"],
        rows,
    )


def _population(name: str, style: Style) -> str:
    if name != READY_MONTH:
        return style.word(name)
    ready = style.study.readiness
    return f"{ready[0].upper()}{ready[1:]} {style.word('in_a_month_at_risk')}"


def exits(tables: Tables, style: Style) -> HtmlTable:
    """Courses by the exit that ended them, and their persons."""
    shares = tables["exits"]["share"]
    rows = [
        [
            text(style.word(row["exit"])),
            count(style, row["courses"]),
            share(style, row["share"], shares),
            count(style, row["persons"]),
        ]
        for row in tables["exits"].iter_rows(named=True)
    ]
    return HtmlTable(
        "Courses by the exit that ended them.",
        ["Exit", "Courses", "Share of courses", "Persons"],
        rows,
        "A person with several courses is counted at each exit, so the persons add up to more than "
        "are followed.",
    )


def models(tables: Tables, style: Style) -> HtmlTable:
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
                text(row["variance"]),
                Cell("", withheld=True) if row["hazard_ratio"] is None else ratio,
                interval(style, row["low"], row["high"]),
                *counts,
            ]
        )
    durations = set(table["model"].to_list()) == {"durations"}
    ratios = style.study.ratios
    names = {
        "person_months": "Periods" if durations else "Person-months",
        "persons": "Durations" if durations else "Persons",
        "events": "Events",
        "departures": "Departures",
        "clusters": "Clusters",
    }
    return HtmlTable(
        f"{ratios}s of {style.study.english.outcome} under each variance.",
        ["Exposure", "Variance", ratios, "95 % interval", *(names[c] for c in counted)],
        rows,
    )
