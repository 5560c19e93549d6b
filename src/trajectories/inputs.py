"""Which files a run read: hashed before and after they are read, and once more at its end.

A file that changes meanwhile would stand in the provenance beside tables that were made of another.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trajectories.errors import FileError
from trajectories.io import make_private, read_json, write_json

RECORD = "inputs.json"
_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def attested(paths: Iterable[Path], out: Path) -> Iterator[None]:
    """Record what the files hold that are read in the block.

    Args:
        paths: the files.
        out: private folder that receives `inputs.json`: path and sha256 of each.

    Raises:
        FileError: a file is missing, or changes before the block ends.
    """
    files = list(paths)
    before = [_hash(path) for path in files]
    yield
    for path, digest in zip(files, before, strict=True):
        if _hash(path) != digest:
            raise FileError(
                f"{path} changed while it was read: wait until it is copied, then run again."
            )
    record = [
        {"path": str(path), "sha256": digest} for path, digest in zip(files, before, strict=True)
    ]
    write_json(record, make_private(out) / RECORD)


def files_read(folders: Iterable[Path]) -> list[Path]:
    """List the files that a run read, in the order of their paths, if they are still the same.

    Args:
        folders: where `attested` left its records.

    Raises:
        FileError: a file is missing or holds something else by now.
    """
    record = [entry for folder in folders for entry in read_json(folder / RECORD)]
    for entry in record:
        path = Path(entry["path"])
        if _hash(path) != entry["sha256"]:
            raise FileError(
                f"{path} is no longer the file that the tables were made of: run again, and all "
                "of them are made of the new one."
            )
    return sorted({Path(entry["path"]) for entry in record})


def _hash(path: Path) -> str:
    try:
        return sha256_of(path)
    except FileNotFoundError as error:
        raise FileError(
            f"{path} is missing: put it back, or name a file that exists in the configuration."
        ) from error
