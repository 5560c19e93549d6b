"""What the commands of the release share: names of files, and what they read."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import json_text, read_object, read_objects, replacing
from trajectories.release.contents import (
    GATE,
    files_of,
    require_hashes,
    require_sealed,
    require_tables,
)
from trajectories.release.lineage.crate import CRATE, crate
from trajectories.release.outputs.documents import FILES
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.page.places import render_places, tells_of_places
from trajectories.release.store import ABOUT, FIGURES, TABLES, read_about, read_tables
from trajectories.release.study import jobs_known
from trajectories.release.style import Style, read_style
from trajectories.release.tables import Tables

STYLE = "style.yaml"
DESCRIPTIONS = "figures.json"
STATEMENT = "statement.html"
DOCUMENTS = (*FILES.values(), STATEMENT)
PROVENANCE = "provenance.json"
PARTS_OF_PROVENANCE = ("code", "files", "inputs", "settings", "versions")
HEADLINE = "headline.json"
MANIFEST = "manifest.json"
DISCLOSURE = "disclosure.csv"
PLACES = "municipalities.html"
LATER = (f"{FIGURES}/", HEADLINE, PROVENANCE, *DOCUMENTS, PLACES, CRATE, MANIFEST)
"""Files that are made of what the gate made."""


def made_later(name: str) -> bool:
    """Return whether a file is one that is made of what the gate made."""
    return name in LATER or name in _own_figures()


def _own_figures() -> set[str]:
    drawn = {f"{FIGURES}/{name}" for drawing in DRAWINGS for name in drawing.files}
    return {f"{FIGURES}/{DESCRIPTIONS}", f"{FIGURES}/{STYLE}", *drawn}


def require_own_figures(release: Path) -> None:
    """Refuse files among the figures that no drawing makes."""
    known = _own_figures()
    for name in files_of(release):
        if name.startswith(f"{FIGURES}/") and name not in known:
            raise UserError(
                f"{release} holds {name}, which was not drawn of its tables: take it away."
            )


def read_released(release: Path, style: Path) -> tuple[Tables, Style]:
    """Return the released tables, and the style in which they are drawn."""
    require_tables(release)
    about = read_about(release)
    tables = read_tables(release / TABLES)
    look = read_style(
        style, language=about["language"], simulated=about["simulated"], settings=about["settings"]
    )
    return tables, look if jobs_known(tables, look.study) else look.without_jobs()


def places_page(release: Path) -> str | None:
    """Return the page of municipalities that follows from the tables; None without such tables."""
    tables, look = read_released(release, release / FIGURES / STYLE)
    if not tells_of_places(tables):
        return None
    return render_places(tables, read_about(release), look)


def crate_text(release: Path, pages: Mapping[str, str | None]) -> str:
    """Return the metadata of a release as an RO-Crate.

    Args:
        release: the release folder.
        pages: the documents that follow from it, by file name; those that are None do not exist.
    """
    written = {name: page.encode("utf-8") for name, page in pages.items() if page is not None}
    later = {name: hashlib.sha256(page).hexdigest() for name, page in written.items()}
    later[PROVENANCE] = sha256_of(release / PROVENANCE)
    found = crate(read_provenance(release), read_about(release), {**later, MANIFEST: None})
    return json_text(found)


def read_provenance(release: Path) -> dict[str, Any]:
    """Read which code, settings and inputs made a release."""
    return read_object(release / PROVENANCE, *PARTS_OF_PROVENANCE)


def listed(release: Path) -> dict[str, str]:
    """Return the SHA-256 of the files that a release listed when its report was written."""
    entries = read_objects(release / MANIFEST, "file", "sha256")
    return {one["file"]: one["sha256"] for one in entries}


def require_as_reported(release: Path) -> None:
    """Refuse a release in which any file, also one beside the gate's, is not as it was reported.

    Raises:
        UserError: a file is missing or altered, or the list of files is.
    """
    require_sealed(release, LATER)
    if (release / MANIFEST).is_file():
        require_hashes(release, listed(release), "the report was written")
    elif any((release / name).is_file() for name in DOCUMENTS):
        raise UserError(f"{release} lacks {MANIFEST}: run the workflow again.")


def require_outside(out: Path, release: Path) -> None:
    """Refuse to write into a release folder, which then holds what the gate did not make."""
    if out.resolve().is_relative_to(release.resolve()):
        raise UserError(
            f"{out} lies in the release folder {release}, which must stay as it was made: name a "
            "folder outside it."
        )


def sources(release: Path) -> dict[str, str]:
    """Say what each released file was made from."""
    made = {f"{TABLES}/{spec.file}.csv": f"{spec.stage}/{spec.name}" for spec in SPECS.values()}
    for drawing in DRAWINGS:
        source = ", ".join(f"{TABLES}/{SPECS[name].file}.csv" for name in drawing.tables)
        made |= {f"{FIGURES}/{name}": source for name in drawing.files}
    made |= {
        ABOUT: "configuration",
        DISCLOSURE: "the gate's log",
        GATE: "the gate",
        HEADLINE: f"{TABLES}/*.csv",
        f"{FIGURES}/{DESCRIPTIONS}": f"{TABLES}/*.csv",
        f"{FIGURES}/{STYLE}": "config/style.yaml",
        PROVENANCE: "code, configuration, inputs",
        **dict.fromkeys(DOCUMENTS, "the other released files"),
        PLACES: "the tables by municipality",
        CRATE: "provenance and the other released files",
    }
    return {name: source for name, source in made.items() if (release / name).exists()}


def remove_others(folder: Path, names: set[str]) -> None:
    """Remove the files of an earlier run that this one did not write."""
    for path in folder.glob("*"):
        if path.is_file() and path.name not in names:
            path.unlink()


def write_bytes(content: bytes, path: Path) -> None:
    """Write a picture, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
