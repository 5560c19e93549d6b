"""The report's tables of attrition and of what was detected in a simulated register."""

import polars as pl

from trajectories.release.page.cells import count, share
from trajectories.release.page.html import Cell, HtmlTable, text
from trajectories.release.store import Tables
from trajectories.release.style import Style


def attrition(tables: Tables, style: Style) -> HtmlTable:
    """Why courses are not followed, and how those that are end."""
    table = tables["risk_accounting"]
    rows = [
        [
            text(style.word(row["step"]).capitalize()),
            text(style.word(row["reason"])),
            count(style, row["courses"]),
            share(style, row["share"], table["share"]),
        ]
        for row in table.iter_rows(named=True)
    ]
    return HtmlTable(
        "Courses on social assistance: why some are not followed, and how the others end.",
        ["Step", "Reason", "Courses", "Share of the step"],
        rows,
        "Courses whose caseworker is no longer observed are censored there. Where there are any, "
        "the designs test whether departures are associated with it (attrition).",
    )


def detection(tables: Tables, style: Style) -> HtmlTable:
    """What the simulator planted and what was found of it."""
    rows = []
    for row in tables["detection"].iter_rows(named=True):
        cells = [text(_label(row["what"], style))]
        for name in ("recall", "precision"):
            one = pl.Series([row[name]], dtype=pl.Float64)
            nothing = Cell("–", number=True)
            cells.append(nothing if row[name] is None else share(style, row[name], one))
        cells.append(count(style, row["both"]))
        rows.append(cells)
    return HtmlTable(
        "Simulated register: share of what was planted that was found (recall), and share of what "
        "was found that was planted (precision).",
        ["", "Recall", "Precision", "Planted and found"],
        rows,
        "Changes near the end of the data, whose cause cannot be decided, and lists of a few "
        "clients are not counted as planted.",
    )


def _label(what: str, style: Style) -> str:
    cause = what.removeprefix("cause: ")
    return what.capitalize() if cause == what else f"Cause: {style.word(cause).lower()}"
