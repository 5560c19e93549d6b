"""The register of releases on disk: what the project published, each release in its folder.

It belongs to the project and not to a run, holds exact numbers, and is its owner's alone.
"""

import hmac
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from trajectories.errors import FileError, UserError
from trajectories.io import (
    make_private,
    read_json,
    read_parquet,
    write_json,
    write_parquet,
    write_text,
)
from trajectories.refusals import refusal_in
from trajectories.release.earlier.comparison import Earlier, stand
from trajectories.release.earlier.published import Published
from trajectories.release.earlier.sketches import contributions, keyed, persons_changed
from trajectories.release.gate.protect import Comparison
from trajectories.release.gate.rules import Rules
from trajectories.release.provenance import keyed_hash_of

KEY: Final = "register.key"
KEY_BYTES: Final = 32
DRAFT: Final = "publication"
"""The folder in the gate's private one with what is registered once the release was let out."""
ENTRY: Final = "release.json"
NUMBERS: Final = "numbers.parquet"
PERSONS: Final = "persons.parquet"
TABLES: Final = "tables"
NAMES: Final = re.compile(r"\d{4,}")
NO_PERSONS: Final = ("keys", "caseworker_keys", "rejected")
"""Files that hold no data of persons."""


@dataclass(frozen=True)
class Entry:
    """A registered release.

    Attributes:
        published: its numbers.
        persons: keyed sketch of its persons; None where the run knew none.
        about: name, title, date, gate (hash of the gate's list).
    """

    published: Published
    persons: pl.DataFrame | None
    about: dict[str, Any]


@dataclass(frozen=True)
class Persons:
    """Whose data a run holds.

    Attributes:
        sketch: person, contribution, not keyed; None where a run knows no persons.
        most: by unit, the most that one adds to a number.
    """

    sketch: pl.DataFrame | None
    most: dict[str, float]


def persons_of(parts: Sequence[Path]) -> Persons:
    """Read whose data the parts of a run hold, from their files by person."""
    folders = [part for part in parts if refusal_in(part) is None]
    keys = [path for part in folders if (path := part / "keys.parquet").is_file()]
    if not keys:
        return Persons(None, {})
    workers = keys[0].with_name("caseworker_keys.parquet")
    caseworkers = (
        read_parquet(workers)
        if workers.is_file()
        else pl.DataFrame(schema={"key": pl.String, "caseworker": pl.UInt32})
    )
    return Persons(*contributions(_frames(folders), read_parquet(keys[0]), caseworkers))


def _frames(folders: Sequence[Path]) -> Iterator[tuple[str, pl.DataFrame]]:
    paths = {
        f"{folder.name}/{path.stem}": path
        for folder in folders
        for path in folder.glob("*.parquet")
        if path.stem not in NO_PERSONS
    }
    for name in sorted(paths):
        if "person" in pl.scan_parquet(paths[name], glob=False).collect_schema():
            yield name, read_parquet(paths[name])


def read_register(folder: Path) -> list[Entry]:
    """Read the register of releases, the oldest first; nothing where there is none.

    Raises:
        UserError: something in it was altered, is missing, or belongs to another key.
    """
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise UserError(f"{folder} is a file: name a folder for the register of releases.")
    held = [one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")]
    names = sorted((one for one in held if NAMES.fullmatch(one.name)), key=_number)
    if foreign := sorted({one.name for one in held} - {one.name for one in names}):
        raise UserError(
            f"{folder} holds {foreign[0]}, which is not named as a release is (0001 and so on): "
            "give it its name back, or take it away."
        )
    if not names:
        if (folder / KEY).exists():
            raise UserError(
                f"{folder} holds {KEY} and no release: put the releases back from a copy, or "
                "delete the folder if none was ever registered."
            )
        return []
    expected = [f"{number:04}" for number in range(1, len(names) + 1)]
    if lost := [one for one in expected if not (folder / one).is_dir()]:
        raise UserError(
            f"{folder} lacks {lost[0]}: put the folder back from a copy, since a release that is "
            "not known cannot be guarded."
        )
    key = read_key(folder)
    return [_read_entry(one, key) for one in names]


def _number(folder: Path) -> int:
    return int(folder.name)


def read_key(folder: Path) -> bytes:
    """Read the key of a register.

    Raises:
        UserError: there is none, or not a whole one.
    """
    path = folder / KEY
    text = path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise UserError(
            f"{path} is missing or not a whole key, so the releases in {folder} cannot be read: "
            "put the key back from a copy."
        )
    return bytes.fromhex(text)


def _read_entry(folder: Path, key: bytes) -> Entry:
    if not (folder / ENTRY).is_file():
        raise UserError(
            f"{folder} lacks {ENTRY}: put the folder back from a copy, since a release that is not "
            "known cannot be guarded."
        )
    about: dict[str, Any] = {}
    files: dict[str, str] = {}
    try:
        about = read_json(folder / ENTRY)
        whole = hmac.compare_digest(str(about.pop("seal", "")), _seal(about, key))
        files = about["files"] if whole else {}
        whole &= all(
            (folder / name).is_file() and keyed_hash_of(folder / name, key) == digest
            for name, digest in files.items()
        )
    except (FileError, AttributeError, TypeError, KeyError):
        whole = False
    if not whole:
        raise UserError(
            f"{folder} was changed since it was registered, or belongs to another {KEY}: put the "
            "register of releases back from a copy."
        )
    tables = {
        Path(name).stem: read_parquet(folder / name)
        for name in files
        if name.startswith(f"{TABLES}/")
    }
    published = Published(read_parquet(folder / NUMBERS), tables, about["settings"])
    persons = read_parquet(folder / PERSONS) if PERSONS in files else None
    return Entry(published, persons, about)


def _seal(about: dict[str, Any], key: bytes) -> str:
    text = json.dumps(about, sort_keys=True, ensure_ascii=False)
    return hmac.digest(key, text.encode("utf-8"), "sha256").hex()


def registered_by_others(folder: Path, private: Path) -> list[str]:
    """Name the registered releases that another run made: with these a run has to be compared anew.

    Whatever a run released itself was registered after its own gate, which has nothing to add.

    Args:
        folder: the register; nothing in it is checked.
        private: the gate's private folder of the run.
    """
    found = []
    for path in sorted(folder.glob(f"[0-9]*/{ENTRY}")):
        try:
            maker = read_json(path).get("private")
        except (FileError, AttributeError):
            maker = None
        if maker != str(private.absolute()):
            found.append(path.parent.name)
    return found


def perhaps_the_same(
    entries: Sequence[Entry], folder: Path, persons: Persons, settings: str
) -> list[int]:
    """Find the registered releases that this one may repeat: settings and all data are the same.

    Args:
        entries: registered releases.
        folder: the register, for its key.
        persons: whose data the new release holds.
        settings: hash of its settings.

    Returns:
        Their places among the entries.
    """
    alike = [place for place, one in enumerate(entries) if one.published.settings == settings]
    if not alike or persons.sketch is None:
        return [place for place in alike if entries[place].persons is None]
    ours = keyed(persons.sketch, read_key(folder))
    return [
        place
        for place in alike
        if (theirs := entries[place].persons) is not None and persons_changed(ours, theirs)[1] == 0
    ]


def compare_with(
    entries: Sequence[Entry], folder: Path, persons: Persons, settings: str, rules: Rules
) -> tuple[Comparison | None, int]:
    """Return what finds the numbers that stand of earlier releases, and of how many.

    Releases of other persons are passed by: nothing follows from their difference.

    Args:
        entries: registered releases.
        folder: the register, for its key.
        persons: whose data the new release holds.
        settings: hash of its settings.
        rules: the gate's rules.
    """
    earlier = []
    ours = None
    if entries and persons.sketch is not None:
        ours = keyed(persons.sketch, read_key(folder))
    for one in entries:
        changed = None
        if ours is not None and one.persons is not None:
            both, changed = persons_changed(ours, one.persons)
            if not both:
                continue
        earlier.append(Earlier(one.published, changed, one.published.settings == settings))
    if not earlier:
        return None, 0
    return partial(stand, earlier=earlier, rules=rules, most=persons.most), len(earlier)


def write_draft(
    private: Path, published: Published, persons: Persons, register: Path, gate: str
) -> None:
    """Write what is to be registered once the release was let out.

    Args:
        private: the gate's private folder.
        published: what the release publishes.
        persons: whose data it holds.
        register: the register's folder.
        gate: hash of the gate's list of files, by which the release is known.
    """
    draft = make_private(private / DRAFT)
    for old in sorted(draft.rglob("*.parquet")):
        old.unlink()
    write_parquet(published.numbers, draft / NUMBERS)
    for name, table in published.tables.items():
        write_parquet(table, draft / TABLES / f"{name}.parquet")
    if persons.sketch is not None:
        write_parquet(persons.sketch, draft / PERSONS)
    about = {
        "register": str(register.absolute()),
        "private": str(private.absolute()),
        "settings": published.settings,
        "gate": gate,
    }
    write_json(about, draft / ENTRY)


def register_draft(private: Path, register: Path, about: dict[str, Any]) -> int:
    """Put the draft of a release into the register; return its number.

    Args:
        private: the gate's private folder.
        register: the register's folder; made where it is missing, with a new key.
        about: what is noted of the release beside the draft's own notes.
    """
    draft = private / DRAFT
    entries = [one for one in register.glob("*") if NAMES.fullmatch(one.name)]
    if not (register / KEY).exists() and not entries:
        write_text(secrets.token_hex(KEY_BYTES) + "\n", make_private(register) / KEY)
    key = read_key(register)
    number = max(map(_number, entries), default=0) + 1
    target = register / f"{number:04}"
    made = make_private(register / f".{secrets.token_hex(4)}.{target.name}")
    for path in sorted(draft.rglob("*.parquet")):
        frame = read_parquet(path)
        name = path.relative_to(draft)
        write_parquet(keyed(frame, key) if name.name == PERSONS else frame, made / name)
    noted = {**about, "date": date.today().isoformat()}
    noted["files"] = {
        path.relative_to(made).as_posix(): keyed_hash_of(path, key)
        for path in sorted(made.rglob("*.parquet"))
    }
    write_json({**noted, "seal": _seal(noted, key)}, made / ENTRY)
    made.rename(target)
    return number
