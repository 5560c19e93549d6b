"""Hashes of the files that a run reads, taken before and after reading and at the end of the run.

They ensure that the provenance lists the very files from which the tables were made.
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
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def attested(paths: Iterable[Path], out: Path) -> Iterator[None]:
    """Record the hashes of the files that are read in the block.

    Raises:
        FileError: a file is missing or changes before the block ends.
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
    """Return the files that a run read, sorted, after checking that none has changed.

    Raises:
        FileError: a file is missing or has changed.
    """
    record = [entry for folder in folders for entry in read_json(folder / RECORD)]
    for entry in record:
        path = Path(entry["path"])
        if _hash(path) != entry["sha256"]:
            raise FileError(
                f"{path} is no longer the file that the tables were made of: run again to make all "
                "of them from the new file."
            )
    return sorted({Path(entry["path"]) for entry in record})


def _hash(path: Path) -> str:
    try:
        return sha256_of(path)
    except FileNotFoundError as error:
        raise FileError(
            f"{path} is missing: put it back, or name a file that exists in the configuration."
        ) from error
