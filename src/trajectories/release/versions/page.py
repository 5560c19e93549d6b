"""The page on what changed between two releases."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from trajectories.release.page.environment import environment
from trajectories.release.study import Study
from trajectories.release.versions.leaves import Leaf
from trajectories.release.versions.numbers import TableChange


@dataclass(frozen=True)
class Figure:
    """A figure that two releases draw differently.

    Attributes:
        name: the figure's name.
        caption: its caption in the second release, or in the first where the second has none.
        first: the SVG file of the first release, None where it has none.
        second: that of the second.
    """

    name: str
    caption: str
    first: bytes | None
    second: bytes | None


@dataclass(frozen=True)
class Change:
    """What changed between two releases.

    Attributes:
        names: what the two releases are called on the page.
        about: `about.json` of both.
        code: leaves of the provenance in which they differ: commit, lock, versions, inputs.
        settings: leaves of the settings in which they differ.
        headline: headline numbers in which they differ.
        tables: the tables that both hold.
        only_first: tables that only the first holds.
        only_second: tables that only the second holds.
        figures: figures that are drawn differently.
    """

    names: tuple[str, str]
    about: tuple[Mapping[str, Any], Mapping[str, Any]]
    code: Sequence[Leaf]
    settings: Sequence[Leaf]
    headline: Sequence[Leaf]
    tables: Sequence[TableChange]
    only_first: Sequence[str]
    only_second: Sequence[str]
    figures: Sequence[Figure]

    @property
    def numbers(self) -> tuple[int, int]:
        """Numbers that both publish, and those of them that differ."""
        return sum(one.cells for one in self.tables), sum(one.changed for one in self.tables)


def render_change(change: Change) -> str:
    """Write one self-contained HTML page on what changed."""
    about = change.about[1]
    css = files("trajectories.release").joinpath("templates/report.css").read_text(encoding="utf-8")
    return (
        environment(Study(about["settings"], about["language"]))
        .get_template("change.html.j2")
        .render(change=change, about=about, css=Markup(css), data_uri=_data_uri, number=_number)
    )


def _number(value: float) -> str:
    """Write a number of a table without digits that it does not have."""
    return f"{value:.10g}"


def _data_uri(picture: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode("ascii")
