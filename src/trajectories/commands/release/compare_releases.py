"""`compare-releases`: what changed between two releases, on one page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trajectories.commands.release.folder import (
    DESCRIPTIONS,
    HEADLINE,
    LATER,
    PROVENANCE,
    require_outside,
)
from trajectories.io import read_object, read_objects, write_text
from trajectories.release.contents import require_sealed
from trajectories.release.outputs.registry import SPECS
from trajectories.release.store import FIGURES, TABLES, read_about, read_tables
from trajectories.release.versions.leaves import changed_leaves
from trajectories.release.versions.numbers import compare_numbers
from trajectories.release.versions.page import Change, Figure, render_change

FIRST, SECOND = "A", "B"
APART = frozenset({"files", "settings", "settings_sha256"})
"""Parts of the provenance that other parts of the page compare."""


def compare(first: Path, second: Path, /, *, out: Path) -> Iterator[str]:
    """Write a page on what changed between two releases, from their files alone.

    Args:
        first: a release folder.
        second: another, of this machine or of another one.
        out: the page.

    Yields:
        The lines to print.

    Raises:
        UserError: a folder is no release, or holds a file that was altered.
    """
    for release in (first, second):
        require_sealed(release, LATER)
        require_outside(out, release)
    change = compared(first, second)
    write_text(render_change(change), out)
    total, differing = change.numbers
    yield (
        f"{differing:,} of {total:,} numbers differ, {len(change.settings)} settings, "
        f"{len(change.figures)} figures: {out}"
    )


def compared(first: Path, second: Path) -> Change:
    """Compare two release folders: settings, code, headline, tables and figures."""
    about = read_about(first, "settings"), read_about(second, "settings")
    tables, others = read_tables(first / TABLES), read_tables(second / TABLES)
    shared = [name for name in tables if name in others]
    return Change(
        names=_names(about[0], about[1]),
        about=about,
        code=changed_leaves(_code(first), _code(second)),
        settings=changed_leaves(about[0]["settings"], about[1]["settings"]),
        headline=changed_leaves(_read(first / HEADLINE), _read(second / HEADLINE)),
        tables=[compare_numbers(SPECS[name], tables[name], others[name]) for name in shared],
        only_first=[SPECS[name].file for name in tables if name not in others],
        only_second=[SPECS[name].file for name in others if name not in tables],
        figures=_figures(first, second),
    )


def _names(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, str]:
    """Call releases by their runs; A and B where both have the same."""
    if one["name"] == other["name"]:
        return f"{one['name']} ({FIRST})", f"{other['name']} ({SECOND})"
    return one["name"], other["name"]


def _read(path: Path) -> dict[str, Any]:
    return read_object(path) if path.is_file() else {}


def _code(release: Path) -> dict[str, Any]:
    recorded = _read(release / PROVENANCE)
    return {key: value for key, value in recorded.items() if key not in APART}


def _figures(first: Path, second: Path) -> list[Figure]:
    """List the figures of which the two releases have other bytes, in the report's order."""
    captions: dict[str, str] = {}
    for release in (first, second):
        path = release / FIGURES / DESCRIPTIONS
        described = read_objects(path, "name", "caption") if path.is_file() else []
        captions |= {figure["name"]: figure["caption"] for figure in described}
    found = []
    for name, caption in captions.items():
        one, other = (
            path.read_bytes() if (path := release / FIGURES / f"{name}.svg").is_file() else None
            for release in (first, second)
        )
        if one != other:
            found.append(Figure(name, caption, one, other))
    return found
