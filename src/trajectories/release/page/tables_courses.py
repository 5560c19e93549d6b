"""The report's tables on rows, windows and clusters."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from trajectories.release.figures.events import readable
from trajectories.release.page.cells import count, digits_of, mean_and_sd, plain, share
from trajectories.release.page.html import Cell, HtmlTable, text
from trajectories.release.state_statistics import mean_time
from trajectories.release.store import Tables
from trajectories.release.style import Style

HEADS = ("internships", "in paid work", "share")
QUALITY = ("ASW", "HC", "PBC", "CH", "HG", "R2", "R2sq")


def accounting(tables: Tables, style: Style) -> HtmlTable:
    """The way of each input table's rows from read to used, by reason; it adds up."""
    rows = []
    for name in tables["accounting"]["table"].unique(maintain_order=True):
        own = tables["accounting"].filter(pl.col("table") == name)
        left = int(own.filter(pl.col("step") == "read")["rows"].sum())
        rows.append(
            [
                text(style.word(name)),
                text(style.word("rows_read")),
                Cell("", number=True),
                count(style, left),
            ]
        )
        for step in ("rejected", "merged"):
            lost = own.filter(pl.col("step") == step)
            for entry in lost.sort("rows", descending=True, maintain_order=True).to_dicts():
                left -= entry["rows"]
                gone = Cell(f"−{style.number(entry['rows'])}", number=True)
                why = f"{style.word(step)}: {entry['reason']}"
                rows.append([Cell(""), text(why), gone, count(style, left)])
        used = own.filter(pl.col("step") == "used")
        parts = [
            f"{entry['reason']} {style.number(entry['rows'])}"
            for entry in used.to_dicts()
            if entry["reason"]
        ]
        why = f"{style.word('used')}{': ' if parts else ''}{', '.join(parts)}"
        rows.append([Cell(""), text(why), Cell(""), count(style, int(used["rows"].sum()))])
    return HtmlTable(
        "Rows of the input tables from read to used, by reason.",
        ["Input", "Step", "Rows", "Left"],
        rows,
        "Each line shows what is left after the step. Lines are rounded, and the rows read are "
        "their sum; reasons with too few rows are pooled or left out. The exact accounting stays "
        "on the server.",
    )


def conflicts(tables: Tables, style: Style) -> HtmlTable:
    """What the rules for overlapping rows and for gaps met."""
    rows = [
        [
            text(style.word(row["table"])),
            text(row["rule"].replace("_", " ")),
            text(row["event"]),
            *(count(style, row[name]) for name in ("rows", "persons", "days")),
        ]
        for row in tables["conflicts"].iter_rows(named=True)
    ]
    return HtmlTable(
        "Overlapping rows and gaps: which rule was applied, and what it met.",
        ["Input", "Rule for overlaps", "What happened", "Rows", "Persons", "Days"],
        rows,
    )


def persons_found(tables: Tables, style: Style) -> HtmlTable:
    """How many persons of each input table are in the table of persons, and the reverse."""
    found = tables["persons_found"]
    heads = found["found"].unique(maintain_order=True).to_list()
    rows = []
    for name in found["table"].unique(maintain_order=True):
        own = dict(found.filter(pl.col("table") == name).select("found", "persons").iter_rows())
        rows.append([text(style.word(name)), *(count(style, own.get(head)) for head in heads)])
    return HtmlTable(
        "Persons of each input table against the table of persons.",
        ["Input", *(head.capitalize() for head in heads)],
        rows,
    )


def windows(tables: Tables, style: Style) -> HtmlTable:
    """What became of the candidate windows."""
    rows = [
        [text(style.word(row["reason"]).capitalize()), count(style, row["windows"])]
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
                *(count(style, sizes[group][c]) for c in ("windows", "persons")),
                count(style, sizes[group]["unique_sequences"]),
                *(plain(style, months.get(name)) for name in names),
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
            row = found.get((group, name), {})
            cells.append(mean_and_sd(style, row.get("mean"), row.get("sd")))
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
                count(style, row["windows"]),
                count(style, row["persons"]),
                share(style, row["share"], shares),
                Cell(typical),
                count(style, medoid.get("identical")),
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
        cells = [Cell(digits_of(style, row[name], 3), number=True) for name in indices]
        rows.append([Cell(f"{row['k']}{mark}"), *cells])
    return HtmlTable(f"Quality of the partitions by {style.word(method)}.", ["k", *indices], rows)


def agreement(tables: Tables, style: Style) -> HtmlTable:
    """How far two partitions agree."""
    rows = [
        [text(row["a"]), text(row["b"]), plain(style, row["ari"]), plain(style, row["ami"])]
        for row in tables["agreement"].iter_rows(named=True)
    ]
    return HtmlTable(
        "Agreement of partitions: adjusted Rand index and adjusted mutual information.",
        ["Partition", "Other partition", "ARI", "AMI"],
        rows,
    )


def discriminating(tables: Tables, style: Style) -> HtmlTable:
    """Orders of changes that tell the groups apart."""
    table = tables["discriminating_subsequences"]
    groups = style.arrange(table["group"])
    rows = []
    for key in table["subsequence"].unique(maintain_order=True):
        own = table.filter(pl.col("subsequence") == key)
        cells = [text(readable(key, style))]
        for group in groups:
            row = own.filter(pl.col("group") == group).row(0, named=True)
            cells += [
                count(style, row["windows"]),
                share(style, row["share"], table["share"]),
                plain(style, row["residual"]),
            ]
        rows.append([*cells, plain(style, own["statistic"][0])])
    heads = [
        f"{style.word(group)}: {what}"
        for group in groups
        for what in ("windows", "share", "residual")
    ]
    return HtmlTable(
        "Orders of changes of state that differ most between the groups.",
        ["Changes, whatever happens between them", *heads, "χ²"],
        rows,
        "χ² and Pearson's residuals of presence by group, of the rounded counts. They rank; no "
        "p-value is given, since the windows of one person are not independent.",
    )


def internships(tables: Tables, style: Style) -> HtmlTable:
    """Internships that end in paid work, by cluster and group."""
    names = dict(tables["clusters"].select("cluster", "name").iter_rows())
    table = tables["internships"]
    labels = {
        cluster: f"{cluster}  {style.cluster(names.get(cluster))}"
        for cluster in sorted(table["cluster"].unique().to_list())
    }
    return _internships(table, "cluster", labels, "Cluster", style)


def internship_places(tables: Tables, style: Style) -> HtmlTable:
    """Internships that end in paid work, by municipality and group."""
    table = tables["internship_places"]
    places = sorted(table["municipality"].unique().to_list(), key=lambda name: (len(name), name))
    labels = {place: style.word(place) for place in places}
    lost = " Internships in an unknown municipality are left out."
    return _internships(table, "municipality", labels, "Municipality", style, lost)


def _internships(
    table: pl.DataFrame, by: str, labels: Mapping[Any, str], word: str, style: Style, note: str = ""
) -> HtmlTable:
    """Lay out counts and shares, one row a cluster or municipality, three columns a group."""
    groups = style.arrange(table["group"])
    rows = []
    for key, label in labels.items():
        cells = [text(label)]
        for group in groups:
            own = table.filter((pl.col(by) == key) & (pl.col("group") == group))
            row = own.row(0, named=True) if own.height else {}
            cells += [
                count(style, row.get("internships")),
                count(style, row.get("in_job")),
                share(style, row.get("share"), table["share"]),
            ]
        rows.append(cells)
    heads = [f"{style.word(group)}: {what}" for group in groups for what in HEADS]
    return HtmlTable(
        f"Internships that end in windows and those that paid work follows, by {word.lower()} and "
        "group.",
        [word, *heads],
        rows,
        "Internships whose whole follow-up is observed. An internship in two windows is counted in "
        f"both.{note}",
    )
