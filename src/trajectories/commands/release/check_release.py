"""`check-release`: every file of a release folder, before it leaves."""

import getpass
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from trajectories.commands.release import folder
from trajectories.commands.release.report import written
from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import read_json, read_object
from trajectories.release.certificate.checker import check_certificate
from trajectories.release.certificate.record import CERTIFICATE
from trajectories.release.contents import made_by_gate
from trajectories.release.headline import headline as headline_numbers
from trajectories.release.inspection.findings import Finding, listed
from trajectories.release.inspection.folder import inspect_files
from trajectories.release.lineage.crate import CRATE
from trajectories.release.outputs.registry import SPECS
from trajectories.release.store import TABLES, read_about, read_tables
from trajectories.release.study import Study

PARTS = ("equations", "known", "named", "rules", "tables", "witnesses")
"""What a certificate cannot lack."""


def check(path: Path, /, *, private: Path | None = None) -> Iterator[str]:
    """Look into every file of a release folder for what must not leave.

    Files are compared with what the gate made; tables are searched for key columns, exact numbers
    and small counts, texts for paths, names of users, CPR numbers and dates of birth, pictures for
    metadata. The headline is computed again from the tables, and brief, report and annex written
    again from the folder: a number that was changed anywhere makes a difference.

    Args:
        path: the release folder.
        private: the gate's private folder, whose exact tables must not occur, and whose certificate
            is checked: no withheld number may be told from all others.

    Yields:
        The lines to print.

    Raises:
        UserError: the folder is none of this workflow, or something in it must not leave; each
            finding is a line.
    """
    made = made_by_gate(path)
    if private is not None and not (private / CERTIFICATE).is_file():
        raise UserError(
            f"{private / CERTIFICATE} is missing: name the gate's private folder of the same run, "
            "such as results/<run>/private/release."
        )
    found = sorted(
        {
            *inspect_files(
                path,
                made=made,
                later=folder.made_later,
                specs={spec.file: spec for spec in SPECS.values()},
                rules=read_about(path, "rules")["rules"],
                users=[getpass.getuser()],
                twins=sorted((private / "exact").glob("*.csv")) if private else (),
            )
        }
    )
    if private is not None:
        tables_as_text = {
            file.name: pl.read_csv(file, infer_schema=False, glob=False)
            for file in sorted((path / TABLES).glob("*.csv"))
        }
        wrong = check_certificate(read_object(private / CERTIFICATE, *PARTS), tables_as_text)
        found += [Finding(TABLES, "certificate", sentence) for sentence in wrong]
    # What is made of the tables can only be made again where the folder is as it was made.
    try:
        found += _remade(path) if not any(one.file in made for one in found) else []
    except UserError:
        if not found:
            raise
    if found:
        raise UserError(f"{path} must not leave as it is; {listed(found)}")
    yield f"{path}: {len(made)} files of the gate as it made them; nothing found."
    earlier = read_about(path).get("earlier", {}).get("releases", 0)
    if earlier:
        yield f"Compared with {earlier} earlier {'release' if earlier == 1 else 'releases'}."
    else:
        yield "No earlier release was known: once this one is out, note it by `register-release`."


def _remade(release: Path) -> list[Finding]:
    """Compare the headline and the documents with what follows from the tables."""
    found = []
    tables = read_tables(release / TABLES)
    if (release / folder.HEADLINE).is_file():
        numbers = headline_numbers(tables, Study(read_about(release, "settings")["settings"]).event)
        if read_json(release / folder.HEADLINE) != json.loads(json.dumps(numbers)):
            why = "it does not follow from the tables: run the workflow again"
            found.append(Finding(folder.HEADLINE, "tampered headline", why))
    for name, digest in _listed(release).items():
        if (release / name).is_file() and sha256_of(release / name) != digest:
            why = "it was changed after the report was written: run the workflow again"
            found.append(Finding(name, "altered file", why))
    if found:
        return found
    pages: dict[str, str | None] = {folder.PLACES: folder.places_page(release)}
    if any((release / name).is_file() for name in folder.DOCUMENTS):
        pages = {**written(release), **pages}
        pages[CRATE] = folder.crate_text(release, pages)
    for name, page in pages.items():
        path = release / name
        if path.is_file() and path.read_text(encoding="utf-8") != page:
            why = "it does not follow from the other files: run the workflow again"
            found.append(Finding(name, "tampered report", why))
    return found


def _listed(release: Path) -> dict[str, str]:
    path = release / folder.MANIFEST
    if not path.is_file():
        return {}
    apart = (folder.HEADLINE, *folder.DOCUMENTS, folder.PLACES, CRATE)
    return {name: digest for name, digest in folder.listed(release).items() if name not in apart}
