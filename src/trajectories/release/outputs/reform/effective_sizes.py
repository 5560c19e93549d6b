"""How many windows the weighted groups are worth."""

from collections.abc import Mapping
from typing import Any

from trajectories.release.gate.derive import guarded_by, part_of
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, count, number, plain, text
from trajectories.words import _


def _largest(style: Style, row: Mapping[str, Any]) -> Cell:
    """Write the largest weight; most are smaller than what their decimals can tell."""
    value = row["largest"]
    return number(style.say(_("close to 0"))) if value == 0 else plain(style, value)


def view(tables: Tables, style: Style) -> HtmlTable:
    """Windows, effective windows and the largest weight by group."""
    return HtmlTable.of(
        _("Effective number of windows of each group after weighting to the common composition."),
        tables["effective_sizes"],
        {
            _("Group"): lambda row: text(style.word(row["group"])),
            _("Windows"): lambda row: count(style, row["windows"]),
            _("Effective"): lambda row: plain(style, row["effective"]),
            _("Largest weight, share of the group"): lambda row: _largest(style, row),
        },
        _("The effective number is that of equally weighted windows with the same precision."),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="reform",
        name="effective_sizes",
        sensitivity="moderate",
        row=_("the windows of one group"),
        dims=("group",),
        links=(
            cells("windows", of="windows", by=("group",)),
            cells(
                "persons", of="persons with windows", by=("group",), overlap=True, within="windows"
            ),
        ),
        counts=(Count("windows", "windows", guards=True), Count("persons", "persons", guards=True)),
        estimates=(Estimate("precision"), Estimate("largest")),
        derived=(
            guarded_by("precision", "largest", denominator="windows"),
            part_of("effective", "precision", "windows"),
        ),
        added=("effective",),
    ),
    view=View(
        view, reading=_("The smaller the effective size, the more precision the weights cost.")
    ),
)
