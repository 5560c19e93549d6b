"""All outputs, found in the folders of their chapters.

A chapter's folder says in `ORDER` in which order its files come; a file that it does not name comes
last. In `NEEDS_ONE_OF` it says which figures or tables open the chapter. The gate, the figures, the
captions, the report and the provenance go through these lists.
"""

from collections.abc import Container
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from trajectories.errors import UserError
from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.base import Output
from trajectories.release.style import Style
from trajectories.release.tables import Tables

ORDER = (
    "question",
    "data",
    "sequences",
    "typology",
    "work",
    "memberships",
    "long_courses",
    "reform",
    "municipalities",
    "costs",
    "changes",
    "exits",
    "histories",
    "checks",
    "associations",
    "appendix",
    "disclosure",
    "provenance",
)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report.

    Attributes:
        name: the name of its folder, its template and its anchor on the page.
        outputs: in their order.
        needs_one_of: figures and tables of which the page must have one to have the chapter; a
            chapter that names none is always there.
    """

    name: str
    outputs: tuple[Output, ...]
    needs_one_of: tuple[str, ...]

    def opens(self, shown: Container[str]) -> bool:
        """Tell whether a page with these figures and tables has the chapter."""
        return not self.needs_one_of or any(name in shown for name in self.needs_one_of)


def read_chapter(name: str) -> Chapter:
    """Import a chapter's outputs: those that its `ORDER` names, then the other files."""
    package = import_module(f"trajectories.release.outputs.{name}")
    files = [module.name for module in iter_modules(package.__path__)]
    names = dict.fromkeys([*package.ORDER, *files])
    found = tuple(import_module(f"{package.__name__}.{file}").OUTPUT for file in names)
    return Chapter(name, found, package.NEEDS_ONE_OF)


CHAPTERS = [read_chapter(name) for name in ORDER]
"""The chapters in the order of the page."""
OUTPUTS = [output for chapter in CHAPTERS for output in chapter.outputs]
SPECS: dict[str, TableSpec] = {o.table.name: o.table for o in OUTPUTS if o.table is not None}
"""The declarations of all tables that may leave, by name."""
DRAWINGS = [output.figure for output in OUTPUTS if output.figure is not None]
VIEWS = [output.view for output in OUTPUTS if output.view is not None]


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
