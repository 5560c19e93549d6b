"""`hjemtag` and `check-hjemtag`: a folder for Statistics Denmark's export, and its pre-scan."""

import getpass
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from trajectories.commands.release.folder import (
    DESCRIPTIONS,
    DOCUMENTS,
    PLACES,
    require_as_reported,
    require_outside,
    write_bytes,
)
from trajectories.errors import UserError
from trajectories.io import read_objects, write_csv, write_text
from trajectories.release.contents import files_of
from trajectories.release.hjemtag.columns import TakenTable, taken_table
from trajectories.release.hjemtag.names import FOLDERS, README, TWINS, file_name
from trajectories.release.hjemtag.readme import readme
from trajectories.release.hjemtag.scan import scan
from trajectories.release.hjemtag.workbook import workbook
from trajectories.release.inspection.findings import listed
from trajectories.release.outputs.registry import SPECS
from trajectories.release.store import FIGURES, TABLES, read_about, read_tables
from trajectories.release.study import Study
from trajectories.words import _


def hjemtag(release: Path, /, *, out: Path) -> Iterator[str]:
    """Lay out a release for the export of Statistics Denmark (*Hjemtag filer*).

    Tables come as csv and xlsx with counts called `N`, before figures and reports; names of files
    say what they hold and their n; `README.txt` says what each file is. Everything is made of the
    release folder alone, and no number changes. The folder is scanned at the end.

    Args:
        release: the release folder.
        out: the folder to write; what an earlier call wrote there is removed.

    Yields:
        The lines to print.

    Raises:
        UserError: the release holds a file that was altered, `out` holds files that no such folder
            holds, or the scan finds something.
    """
    require_as_reported(release)
    require_outside(out, release)
    _clear(out)
    about = read_about(release, "language", "settings")
    study = Study(about["settings"], about["language"])
    words = study.say(_("yes")), study.say(_("no"))
    tables = {
        name: taken_table(SPECS[name], table, *words)
        for name, table in read_tables(release / TABLES).items()
        if table.height
    }
    described: dict[str, TakenTable] = {}
    for taken in tables.values():
        name = file_name(taken.spec.file, study.word(taken.spec.row), taken.n, "csv")
        write_csv(taken.frame, out / FOLDERS[0] / name)
        texts = pl.read_csv(out / FOLDERS[0] / name, infer_schema=False, glob=False)
        book = Path(name).with_suffix(".xlsx")
        write_bytes(workbook(texts), out / FOLDERS[0] / book)
        described[book.stem + TWINS] = taken
    figures = {}
    for one in read_objects(release / FIGURES / DESCRIPTIONS, "name", "caption", "tables"):
        drawn = [tables[name] for name in one["tables"] if name in tables]
        n = max((taken.n for taken in drawn if taken.n is not None), default=None)
        held = study.word(drawn[0].spec.row) if drawn else one["caption"]
        source = _picture(release, one["name"])
        name = file_name(one["name"], held, n, source.suffix[1:])
        write_bytes(source.read_bytes(), out / FOLDERS[1] / name)
        figures[name] = one["caption"]
    reports = [name for name in (*DOCUMENTS, PLACES) if (release / name).is_file()]
    for name in reports:
        write_bytes((release / name).read_bytes(), out / FOLDERS[2] / name)
    text = readme(study, about["title"], about["rules"]["sentence"], described, figures, reports)
    write_text(text, out / README)
    yield from check_hjemtag(out)


def check_hjemtag(path: Path, /) -> Iterator[str]:
    """Scan a folder to be taken home by the rules of Statistics Denmark's export.

    Args:
        path: the folder that `hjemtag` made, perhaps edited since.

    Yields:
        The lines to print.

    Raises:
        UserError: the folder is empty, or something in it would be flagged; each finding is a line.
    """
    names = files_of(path) if path.is_dir() else []
    if not names:
        raise UserError(f"{path} holds no files: make it with `trajectories hjemtag`.")
    found = sorted(set(scan(path, users=[getpass.getuser()])))
    if found:
        raise UserError(f"{path} would be flagged; {listed(found)}")
    yield f"{path}: {len(names)} files, nothing that the export scan would flag."


def _picture(release: Path, name: str) -> Path:
    """Return the file of a figure: of the formats that the release has, the easiest to check."""
    found = [release / FIGURES / f"{name}.{suffix}" for suffix in ("png", "pdf", "svg")]
    return next(path for path in found if path.is_file())


def _clear(out: Path) -> None:
    """Empty a folder that an earlier call wrote."""
    found = files_of(out) if out.is_dir() else []
    foreign = [name for name in found if name != README and Path(name).parts[0] not in FOLDERS]
    if foreign:
        raise UserError(
            f"{out} holds {foreign[0]}, which is none of a folder to be taken home: name an empty "
            "folder."
        )
    for name in found:
        (out / name).unlink()
