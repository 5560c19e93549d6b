"""What lies in a release folder: only what the gate made, and what was made of it."""

from collections.abc import Iterable
from pathlib import Path

from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import read_object, write_json
from trajectories.release.outputs.documents import FILES

GATE = "gate.json"
"""The files that the gate made, with their hashes."""
MARKS = (GATE, "about.json", "provenance.json", "headline.json", "manifest.json", *FILES.values())
"""Files by which a folder of releases is known."""


def files_of(folder: Path) -> list[str]:
    """Name all files of a folder, hidden ones and links included, relative to it."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def clear(folder: Path) -> None:
    """Empty a release folder.

    Raises:
        UserError: the folder holds files and is no release folder.
    """
    found = files_of(folder) if folder.is_dir() else []
    if found and not any((folder / mark).is_file() for mark in MARKS):
        raise UserError(
            f"{folder} holds {found[0]}, which no release made: name an empty folder, or move its "
            "files away."
        )
    # A run that is killed from here on leaves a folder that the next one may clear.
    write_json({}, folder / GATE)
    for name in found:
        if name != GATE:
            (folder / name).unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def seal(folder: Path, names: Iterable[str]) -> None:
    """Write down the hashes of the files that the gate made."""
    write_json({name: sha256_of(folder / name) for name in sorted(names)}, folder / GATE)


def require_sealed(folder: Path, allowed: Iterable[str] = ()) -> None:
    """Refuse a release folder that holds anything but what the gate made and `allowed` names.

    Args:
        folder: the release folder.
        allowed: names of further files; one that ends in `/` allows what lies in that folder.

    Raises:
        UserError: a file is foreign, missing or altered.
    """
    made = {*made_by_gate(folder), GATE, *allowed}
    folders = tuple(name for name in allowed if name.endswith("/"))
    for name in files_of(folder):
        if name not in made and not (folders and name.startswith(folders)):
            raise _foreign(folder, name)
    require_tables(folder)


def require_tables(folder: Path, tables: str = "tables") -> None:
    """Refuse tables of a release folder that the gate did not make, or not so.

    Args:
        folder: the release folder; other files in it may be written meanwhile.
        tables: the folder of tables in it.

    Raises:
        UserError: a table is foreign, or what the gate made is missing or altered.
    """
    made = made_by_gate(folder)
    for name in files_of(folder / tables):
        if f"{tables}/{name}" not in made:
            raise _foreign(folder, f"{tables}/{name}")
    require_hashes(folder, made, "the gate made it")


def made_by_gate(folder: Path) -> dict[str, str]:
    """Read what the gate made, file to SHA-256.

    Raises:
        UserError: the folder is no release of the gate.
    """
    path = folder / GATE
    if not path.is_file():
        raise UserError(
            f"{path} is missing: {folder} is no release of the gate; run `trajectories protect`."
        )
    return read_object(path)


def _foreign(folder: Path, name: str) -> UserError:
    return UserError(
        f"{folder} holds {name}, which the gate did not make: take it away, it may hold what must "
        "not leave."
    )


def require_hashes(folder: Path, hashes: dict[str, str], since: str) -> None:
    """Refuse files that are missing, links, or not what their hashes say."""
    for name, digest in hashes.items():
        path = folder / name
        if not path.is_file():
            raise UserError(f"{folder} lacks {name}: run the workflow again.")
        if path.is_symlink() or sha256_of(path) != digest:
            raise UserError(f"{folder}: {name} was changed after {since}: run the workflow again.")
