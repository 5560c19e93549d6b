"""All outputs, found in the folders of their chapters.

A chapter's `ORDER` names its files in the order of the page; a file that it does not name comes
last. The gate, the figures, the captions, the report and the provenance go through these lists.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from trajectories.errors import UserError
from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Output, Tables
from trajectories.release.style import Style

CHAPTERS = (
    "question",
    "data",
    "sequences",
    "typology",
    "reform",
    "changes",
    "exits",
    "histories",
    "checks",
    "appendix",
    "disclosure",
    "provenance",
)
"""The chapters in the order of the page."""


def outputs_of(chapter: str) -> list[Output]:
    """Import a chapter's outputs in their order."""
    package = import_module(f"trajectories.release.outputs.{chapter}")
    files = [module.name for module in iter_modules(package.__path__)]
    names = dict.fromkeys([*package.ORDER, *files])
    return [import_module(f"{package.__name__}.{name}").OUTPUT for name in names]


OUTPUTS = {chapter: outputs_of(chapter) for chapter in CHAPTERS}
"""The outputs of each chapter."""
ALL = [output for outputs in OUTPUTS.values() for output in outputs]
SPECS: dict[str, TableSpec] = {o.table.name: o.table for o in ALL if o.table is not None}
"""The declarations of all tables that may leave, by name."""
DRAWINGS = [output.figure for output in ALL if output.figure is not None]
VIEWS = [output.view for output in ALL if output.view is not None]


def spec_for(name: str) -> TableSpec:
    """Find a table's declaration by the table's name.

    Raises:
        UserError: nobody declared what the table holds; it may not leave.
    """
    if name not in SPECS:
        raise UserError(
            f"Table {name} has no declaration in trajectories/release/outputs: declare its columns "
            "and its sensitivity there before it may be released."
        )
    return SPECS[name]


def describe_figures(tables: Tables, style: Style) -> list[dict[str, Any]]:
    """Put every figure that can be drawn into words: name, stage, tables, caption, alt."""
    described = []
    for drawing in DRAWINGS:
        if drawing.possible(tables):
            caption, alt = drawing.words(tables, style)
            described.append(
                {
                    "name": drawing.name,
                    "stage": SPECS[drawing.tables[0]].stage,
                    "tables": list(drawing.tables),
                    "caption": caption,
                    "alt": alt,
                }
            )
    return described
