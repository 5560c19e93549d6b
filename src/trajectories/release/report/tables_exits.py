"""The report's tables on groups, caseworker changes and exits."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.figures.style import Style
from trajectories.release.models import headline_rows
from trajectories.release.report.cells import count, digits_of, interval, points, share
from trajectories.release.report.html import Cell, HtmlTable, text
from trajectories.release.store import Tables

BOUNDS = ("difference", "low", "high")


def differences(tables: Tables, style: Style) -> HtmlTable:
    """Differences of shares between groups, all ages, in percentage points."""
    table = tables["differences"]
    ages = table["age"].to_list()
    age = "all" if "all" in ages else ages[0]
    table = table.filter(pl.col("age") == age)
    contrasts = table["contrast"].unique(maintain_order=True).to_list()
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    decimals = points(*(table[column] for column in BOUNDS))
    found = {(r["cluster"], r["contrast"]): r for r in table.iter_rows(named=True)}
    rows = []
    for cluster in sorted(names):
        cells = [Cell(f"{cluster}  {style.cluster(names[cluster])}")]
        for contrast in contrasts:
            row: Mapping[str, Any] = found.get((cluster, contrast), {})
            if row.get("difference") is None or row.get("low") is None:
                cells.append(Cell("", withheld=True))
                continue
            values = [style.number(100 * row[c], decimals) for c in BOUNDS]
            cells.append(Cell(f"{values[0]} ({values[1]} to {values[2]})", number=True))
        rows.append(cells)
    return HtmlTable(
        "Differences between groups in the share of each cluster, percentage points (95 % "
        "interval).",
        ["Cluster", *(contrast.capitalize() for contrast in contrasts)],
        rows,
        "Descriptive: what differed between the groups, not what the reform did.",
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
        "registered and from codes with the relabelling of 1 January 2014 undone.",
        ["Age", "Shares compared", "Largest difference, percentage points"],
        rows,
    )


def ever_changed(tables: Tables, style: Style) -> HtmlTable:
    """Persons whose caseworker changed while at risk."""
    shares = tables["ever_changed"]["share"]
    rows = [
        [
            text(style.word(row["population"])),
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


def exits(tables: Tables, style: Style) -> HtmlTable:
    """Persons by exit."""
    shares = tables["exits"]["share"]
    rows = [
        [
            text(style.word(row["exit"])),
            count(style, row["persons"]),
            share(style, row["share"], shares),
        ]
        for row in tables["exits"].iter_rows(named=True)
    ]
    return HtmlTable(
        "Persons by the exit that ended their time at risk.", ["Exit", "Persons", "Share"], rows
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
    names = {
        "person_months": "Periods" if durations else "Person-months",
        "persons": "Durations" if durations else "Persons",
        "events": "Events",
        "departures": "Departures",
        "clusters": "Clusters",
    }
    return HtmlTable(
        "Hazard ratios under each variance.",
        ["Exposure", "Variance", "Hazard ratio", "95 % interval", *(names[c] for c in counted)],
        rows,
    )
