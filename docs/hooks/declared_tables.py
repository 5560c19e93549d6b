"""Writes the list of declared tables into the page on disclosure control."""

from typing import Any

from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.registry import SPECS

MARK = "<!-- declared tables -->"
HEAD = (
    "| table | a row is | sensitivity | counts that withhold the row | other counts |",
    "|---|---|---|---|---|",
)


def row_of(spec: TableSpec) -> str:
    """Write a table's declaration as one row."""
    guards = ", ".join(f"`{count.name}`" for count in spec.counts if count.guards) or "–"
    others = ", ".join(f"`{count.name}`" for count in spec.counts if not count.guards) or "–"
    return f"| `{spec.file}` | {spec.row} | {spec.sensitivity} | {guards} | {others} |"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the list where a page has the mark."""
    return markdown.replace(MARK, "\n".join([*HEAD, *map(row_of, SPECS.values())]))
