"""The report's tables, made from released tables."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from trajectories.release.describe import mean_time
from trajectories.release.figures.bars import row_fates
from trajectories.release.figures.style import Style
from trajectories.release.models import headline_rows
from trajectories.release.numbers import supported_significant
from trajectories.release.report.html import Cell, HtmlTable, text
from trajectories.release.rules import PRESETS
from trajectories.release.store import Tables

QUALITY = ("ASW", "HC", "PBC", "CH", "HG", "R2", "R2sq")

BOUNDS = ("difference", "low", "high")

Build = Callable[[Tables, Style], HtmlTable]


def _count(style: Style, value: float | None) -> Cell:
    if value is None:
        return Cell("", withheld=True)
    return Cell(style.number(value), number=True)


def _share(style: Style, value: float | None, column: pl.Series) -> Cell:
    """Write a share with the decimals that the gate left in its column."""
    if value is None:
        return Cell("", withheld=True)
    return Cell(style.percent(value, _points(column)), number=True)


def _points(*columns: pl.Series) -> int:
    """Give the decimals of percentages whose shares stand in released columns."""
    values = [value for column in columns for value in column.drop_nulls().to_list()]
    return max([0, *(len(f"{value:.6f}".rstrip("0").partition(".")[2]) - 2 for value in values)])


def _plain(style: Style, value: float | None) -> Cell:
    if value is None:
        return Cell("", withheld=True)
    shown = f"{value:g}"
    decimals = len(shown.partition(".")[2]) if "e" not in shown else 0
    return Cell(style.number(value, decimals), number=True)


def _significant(style: Style, value: float, windows: float | None) -> str:
    """Write a mean with as many digits as the gate left it, trailing zeros among them."""
    return _digits(
        style, value, int(supported_significant([windows or 0.0], PRESETS["default"])[0])
    )


def _digits(style: Style, value: float | None, digits: int) -> str:
    """Write a number with its significant digits, trailing zeros among them."""
    if value is None:
        return "–"
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return style.number(value, max(0, digits - 1 - magnitude))


def _interval(style: Style, low: float | None, high: float | None) -> Cell:
    if low is None or high is None:
        return Cell("", withheld=True)
    return Cell(f"{_digits(style, low, 3)}–{_digits(style, high, 3)}", number=True)


def accounting(tables: Tables, style: Style) -> HtmlTable:
    """Rows read, used, merged and rejected by input table, with the commonest reasons."""
    fates = row_fates(tables["accounting"])
    rows = []
    for fate in fates.iter_rows(named=True):
        reasons = tables["accounting"].filter(
            (pl.col("table") == fate["table"]) & (pl.col("step") == "rejected")
        )
        reasons = reasons.sort("rows", descending=True, maintain_order=True)
        parts = [
            f"{row['reason']} ({style.number(row['rows'])})"
            for row in reasons.head(3).iter_rows(named=True)
        ]
        rows.append(
            [
                text(style.word(fate["table"])),
                *(_count(style, fate[step]) for step in ("read", "used", "merged", "rejected")),
                Cell("; ".join(parts) or "–"),
            ]
        )
    return HtmlTable(
        "Rows of the input tables by their fate.",
        ["Input", "Read", "Used", "Merged", "Rejected", "Main reasons for rejection"],
        rows,
        "Rounded; reasons with too few rows are left out. The exact accounting, in which every "
        "row has one fate, stays on the server.",
    )


def windows(tables: Tables, style: Style) -> HtmlTable:
    """What became of the candidate windows."""
    rows = [
        [text(style.word(row["reason"]).capitalize()), _count(style, row["windows"])]
        for row in tables["window_accounting"].iter_rows(named=True)
    ]
    return HtmlTable("Candidate windows: kept, or dropped for a reason.", ["Fate", "Windows"], rows)


def groups(tables: Tables, style: Style) -> HtmlTable:
    """Sizes of the groups, with the months that their windows lie under each regime."""
    sizes = {row["group"]: row for row in tables["sizes"].iter_rows(named=True)}
    regimes = tables.get("regime_months", pl.DataFrame({"regime": []}))
    names = regimes["regime"].unique(maintain_order=True).to_list()
    rows = []
    for group in style.arrange(sizes):
        months = {
            row["regime"]: row["mean_months"]
            for row in regimes.iter_rows(named=True)
            if row.get("group") == group
        }
        rows.append(
            [
                text(style.word(group)),
                *(_count(style, sizes[group][c]) for c in ("windows", "persons")),
                _count(style, sizes[group]["unique_sequences"]),
                *(_plain(style, months.get(name)) for name in names),
            ]
        )
    head = ["Group", "Windows", "Persons", "Distinct sequences"]
    head += [f"Months {style.word(f'regime_{name}')}" for name in names]
    return HtmlTable("Groups of windows that are compared.", head, rows)


def times(tables: Tables, style: Style) -> HtmlTable:
    """Mean months in each state by group."""
    table = mean_time(tables["state_distribution"], by="group")
    found = {(row[0], row[1]): row[2] for row in table.iter_rows()}
    shown = style.arrange(table["group"])
    states = style.order(table["state"].to_list())
    rows = [
        [
            text(style.look(state, states).label),
            *(Cell(style.number(found[group, state], 1), number=True) for group in shown),
        ]
        for state in states
    ]
    return HtmlTable(
        "Mean months of the window in each state.",
        ["State", *(style.word(group) for group in shown)],
        rows,
        "Computed from rounded shares; withheld cells count as zero.",
    )


def indicators(tables: Tables, style: Style) -> HtmlTable:
    """Longitudinal indicators by group: mean (standard deviation)."""
    table = tables["indicators"]
    found = {(r["group"], r["indicator"]): r for r in table.iter_rows(named=True)}
    shown = style.arrange(table["group"])
    rows = []
    for name in table["indicator"].unique(maintain_order=True).to_list():
        cells = [text(style.word(name).capitalize())]
        for group in shown:
            row = found.get((group, name)) or {"mean": None, "sd": None, "windows": None}
            if row["mean"] is None or row["sd"] is None:
                cells.append(Cell("", withheld=True))
                continue
            values = [_significant(style, row[part], row["windows"]) for part in ("mean", "sd")]
            cells.append(Cell(f"{values[0]} ({values[1]})", number=True))
        rows.append(cells)
    return HtmlTable(
        "Longitudinal indicators: mean (standard deviation).",
        ["Indicator", *(style.word(group) for group in shown)],
        rows,
    )


def representative(modal: pl.DataFrame, cluster: int, style: Style) -> str:
    """Write a cluster's modal states as spells: state and months, in order."""
    part = modal.filter(pl.col("cluster") == cluster).sort("position")
    spells: list[tuple[str | None, int]] = []
    for state in part["state"].to_list():
        if spells and spells[-1][0] == state:
            spells[-1] = (state, spells[-1][1] + 1)
        else:
            spells.append((state, 1))
    return " → ".join(
        f"{style.look(state).label if state else style.word('withheld')} {months}"
        for state, months in spells
    )


def clusters(tables: Tables, style: Style) -> HtmlTable:
    """The typology: size, share and synthetic representative of each cluster."""
    medoids = {
        row["cluster"]: row
        for row in tables.get("medoids", pl.DataFrame({"cluster": []})).iter_rows(named=True)
    }
    rows, shares = [], tables["clusters"]["share"]
    for row in tables["clusters"].iter_rows(named=True):
        medoid = medoids.get(row["cluster"], {})
        typical = (
            representative(tables["modal_sequence"], row["cluster"], style)
            if "modal_sequence" in tables
            else ""
        )
        rows.append(
            [
                Cell(f"{row['cluster']}  {style.cluster(row['name'])}"),
                _count(style, row["windows"]),
                _count(style, row["persons"]),
                _share(style, row["share"], shares),
                Cell(typical),
                _count(style, medoid.get("identical")),
            ]
        )
    return HtmlTable(
        "Clusters: size, and the most frequent state of each month written as spells in months.",
        ["Cluster", "Windows", "Persons", "Share", "Modal states (months)", "With the medoid"],
        rows,
        "The modal states are a synthetic representative, nobody's own course. The last column "
        "counts persons whose course is exactly the medoid; a dot where they are too few, and "
        "then the medoid itself is withheld.",
    )


def quality(tables: Tables, style: Style) -> HtmlTable:
    """Quality indices of the chosen method by number of clusters."""
    table = tables["quality"]
    chosen = table.filter(pl.col("chosen"))
    method = chosen["method"][0] if chosen.height else table["method"][0]
    indices = [name for name in QUALITY if table[name].null_count() < table.height]
    rows = []
    for row in table.filter(pl.col("method") == method).sort("k").iter_rows(named=True):
        mark = f" ({style.word('chosen')})" if row["chosen"] else ""
        cells = [Cell(_digits(style, row[name], 3), number=True) for name in indices]
        rows.append([Cell(f"{row['k']}{mark}"), *cells])
    return HtmlTable(f"Quality of the partitions by {style.word(method)}.", ["k", *indices], rows)


def agreement(tables: Tables, style: Style) -> HtmlTable:
    """How far two partitions agree."""
    rows = [
        [text(row["a"]), text(row["b"]), _plain(style, row["ari"]), _plain(style, row["ami"])]
        for row in tables["agreement"].iter_rows(named=True)
    ]
    return HtmlTable(
        "Agreement of partitions: adjusted Rand index and adjusted mutual information.",
        ["Partition", "Other partition", "ARI", "AMI"],
        rows,
    )


def differences(tables: Tables, style: Style) -> HtmlTable:
    """Differences of shares between groups, all ages, in percentage points."""
    table = tables["differences"]
    ages = table["age"].to_list()
    age = "all" if "all" in ages else ages[0]
    table = table.filter(pl.col("age") == age)
    contrasts = table["contrast"].unique(maintain_order=True).to_list()
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    decimals = _points(*(table[column] for column in BOUNDS))
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
            _count(style, row["persons"]),
            _count(style, row["changed"]),
            _share(style, row["share"], shares),
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
            _count(style, row["persons"]),
            _share(style, row["share"], shares),
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
            else _count(style, row[column])
            for column in counted
        ]
        ratio = Cell(_digits(style, row["hazard_ratio"], 3), number=True)
        rows.append(
            [
                text(style.model(row)),
                text(row["variance"]),
                Cell("", withheld=True) if row["hazard_ratio"] is None else ratio,
                _interval(style, row["low"], row["high"]),
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


BUILDERS: dict[str, tuple[tuple[str, ...], Build]] = {
    "accounting": (("accounting",), accounting),
    "windows": (("window_accounting",), windows),
    "groups": (("sizes",), groups),
    "times": (("state_distribution",), times),
    "indicators": (("indicators",), indicators),
    "clusters": (("clusters",), clusters),
    "quality": (("quality",), quality),
    "agreement": (("agreement",), agreement),
    "differences": (("differences", "clusters"), differences),
    "relabelling": (("relabelling",), relabelling),
    "ever_changed": (("ever_changed",), ever_changed),
    "exits": (("exits",), exits),
    "models": (("models",), models),
}


def build_tables(tables: Tables, style: Style) -> dict[str, HtmlTable]:
    """Build every table of the report that the released tables allow."""
    return {
        name: build(tables, style)
        for name, (needs, build) in BUILDERS.items()
        if all(need in tables and tables[need].height for need in needs)
    }
