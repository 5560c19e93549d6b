"""Every released table, its sensitivity and what was withheld of it."""

from collections.abc import Mapping
from typing import Any

from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """List every released table with its sensitivity and what was withheld."""
    rows = [
        [
            text(row["table"]),
            text(_row(row, style)),
            text(style.word(row["sensitivity"])),
            *(
                Cell(style.number(row[column]), number=True)
                for column in ("cells", "withheld", "whole_rows")
            ),
            Cell("–", number=True) if row["smallest"] is None else count(style, row["smallest"]),
        ]
        for row in tables["disclosure"].iter_rows(named=True)
    ]
    return HtmlTable(
        _(
            "Released tables: declared sensitivity, counted cells, cells withheld, "
            "cells that hold a whole total, and the smallest count that is shown."
        ),
        [
            _("Table"),
            _("A row is"),
            _("Sensitivity"),
            _("Cells"),
            _("Withheld"),
            _("Whole rows"),
            _("Smallest count"),
        ],
        rows,
        _(
            "A table with a form in brackets is coarser than in a larger register: more of "
            "its counts would be small than release.ladder allows."
        )
        if tables["disclosure"]["form"].count()
        else "",
    )


def _row(row: Mapping[str, Any], style: Style) -> str:
    """Say what a row is, and what is coarser about the form that is released."""
    words = style.study.word(row["row"])
    return words if row["form"] is None else f"{words} ({style.study.word(row['form'])})"


OUTPUT = Output(
    view=View(
        view,
        name="disclosure",
        tables=("disclosure",),
        reading=_("Each row is a released table; the last columns say what was withheld."),
    )
)
