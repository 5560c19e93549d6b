"""`report`: brief, report, annex and statement, made from the release folder alone."""

import json
from pathlib import Path

import polars as pl

from trajectories.commands.release import folder
from trajectories.errors import UserError
from trajectories.io import read_json, read_objects, write_json, write_text
from trajectories.release.contents import require_hashes, require_sealed
from trajectories.release.headline import headline as headline_numbers
from trajectories.release.lineage.crate import CRATE
from trajectories.release.page.render import render_documents
from trajectories.release.page.statement import render_statement
from trajectories.release.provenance import hash_release
from trajectories.release.store import FIGURES, read_about
from trajectories.release.study import Study


def report(*, release: Path, out: Path) -> None:
    """Write brief, report, annex and statement from the release folder alone.

    Args:
        release: the release folder with tables, figures, headline and provenance.
        out: gets `brief.html`, `report.html`, `annex.html`, `statement.html` for the output check,
            `municipalities.html` where the run has tables by municipality,
            `ro-crate-metadata.json`, which describes files, rules and inputs as linked metadata,
            and `manifest.json`, which lists all released files with their hashes.

    Raises:
        UserError: the folder holds a file that the gate did not make, or an altered one.
    """
    pages = {**written(release), folder.PLACES: folder.places_page(release)}
    pages[CRATE] = folder.crate_text(release, pages)
    for name, page in pages.items():
        if page is not None:
            write_text(page, out / name)
    write_json(
        hash_release(release, folder.sources(release), without=(folder.MANIFEST,)),
        out / folder.MANIFEST,
    )


def written(release: Path) -> dict[str, str]:
    """Return the documents that follow from the release folder, by file name.

    Raises:
        UserError: the folder holds a file that the gate did not make, or an altered one.
    """
    require_sealed(release, folder.LATER)
    tables, look = folder.read_released(release, release / FIGURES / folder.STYLE)
    about, recorded = read_about(release), folder.read_provenance(release)
    listed = {one["file"]: one["sha256"] for one in recorded["files"]}
    folder.require_own_figures(release)
    require_hashes(release, listed, "provenance was written")
    found = headline_numbers(tables, Study(about["settings"]).event)
    if read_json(release / folder.HEADLINE) != json.loads(json.dumps(found)):
        raise UserError(
            f"{release / folder.HEADLINE} does not follow from the tables: run the workflow again."
        )
    disclosure = pl.read_csv(release / folder.DISCLOSURE, glob=False)
    described = read_objects(release / FIGURES / folder.DESCRIPTIONS, "name")
    pages = render_documents(
        tables=tables,
        about=about,
        headline=found,
        provenance=recorded,
        disclosure=disclosure,
        descriptions=described,
        pictures={path.name: path.read_bytes() for path in (release / FIGURES).glob("*.svg")},
        style=look,
    )
    pages[folder.STATEMENT] = render_statement(
        about, recorded.get("certificate_keyed_sha256"), disclosure, len(described), look
    )
    return pages
