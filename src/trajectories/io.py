"""Reading and atomic writing of the pipeline's own files."""

import json
import os
import re
import secrets
import shutil
import time
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Full, Queue
from typing import Any, Final

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from trajectories.errors import FileError, out_of_memory, why_unwritten

OWNER_ONLY_FOLDER: Final = 0o700
OWNER_ONLY_FILE: Final = 0o600
PLAIN_FILE: Final = 0o666
ROWS_A_GROUP: Final = 2**20
BROKEN: Final = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    ValueError,
    EOFError,
    KeyError,
    OverflowError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What readers of Parquet, NumPy's files and JSON raise where the bytes are not theirs."""
PARTS: Final = ".parts."
"""How the name of a folder of parts begins, which a command puts together and removes."""
UNFINISHED: Final = re.compile(rf"\.[0-9a-f]{{8}}\..|{re.escape(PARTS)}")
LEVELS: Final = {"hazards": 2, "dissimilarity": 2, "tiles": 3}
"""How deep below a run's private folder the folders of rules lie, where that is not one level."""
SECONDS_BETWEEN_LOOKS: Final = 1.0
WAITS_FOR_OTHERS: Final = (0.1, 0.4, 1.0, 2.0, 4.0)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what a disk has against the files of the block into a sentence about `path`.

    Raises:
        FileError: the disk is full, failed, or can only be read.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        if why := why_unwritten(error):
            raise FileError(f"{path} could not be written, {why}, and run again.") from error
        raise


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary file that replaces `path` when the block ends without an error.

    Only its owner can read the file until it is whole; then it is as open as its folder. It is on
    the disk before it has its name, so that a power cut leaves the old file or the new one.

    Yields:
        An empty temporary file in the same folder, with the suffix of `path`.

    Raises:
        FileError: `path` is a device, or the disk is full, failed, or can only be read.
    """
    # A device would be replaced for every program of the machine.
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FileError(f"{path} is a device or a pipe: name a file to write.")
    temporary = path.with_name(f".{secrets.token_hex(4)}.{path.name}")
    with writing(path):
        mode = _make_folder(path.parent)
        try:
            temporary.touch(OWNER_ONLY_FILE)
            yield temporary
            temporary.chmod(mode & PLAIN_FILE)
            with temporary.open("rb+") as stream:
                os.fsync(stream.fileno())
            _replace(temporary, path)
        finally:
            with suppress(OSError):  # a folder that can only be read refuses this as well
                temporary.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> int:
    """Remove the temporary files and folders that killed processes left; return how many.

    Args:
        folder: is searched with all folders in it; no process may be writing there.
    """
    found = [path for path in folder.rglob(".*") if UNFINISHED.match(path.name)]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _replace(temporary: Path, path: Path) -> None:
    """Put a file in the place of another, which on Windows nobody may have open at that moment.

    Virus scanners and indexers open a new file for a moment, so that patience helps there.
    """
    for wait in WAITS_FOR_OTHERS:
        try:
            return os.replace(temporary, path)
        except PermissionError:
            if os.access(path.parent, os.W_OK) and path.exists():
                time.sleep(wait)
            else:
                raise
    raise FileError(
        f"{path} cannot be replaced while another program has it open: close the program, or wait "
        "until the other run has ended, and run again."
    )


def make_private(folder: Path) -> Path:
    """Create `folder` so that only its owner can read it, and return it."""
    _make_folder(folder.parent)
    folder.mkdir(OWNER_ONLY_FOLDER, exist_ok=True)
    folder.chmod(OWNER_ONLY_FOLDER)
    return folder


def make_open_as(folder: Path, model: Path) -> Path:
    """Create `folder` with the read permissions of `model`, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(model.stat().st_mode & 0o777)
    return folder


def _make_folder(folder: Path) -> int:
    """Create `folder` with its parent's permissions, and return them."""
    if not folder.is_dir():
        mode = _make_folder(folder.parent)
        folder.mkdir(mode, exist_ok=True)
        folder.chmod(mode)
    mode = folder.stat().st_mode & 0o777
    # Where all may write, as among temporary files, only the owner changes what is made there.
    return mode & ~0o022 if mode & 0o002 else mode


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` as Parquet, atomically."""
    with replacing(path) as temporary:
        # Statistics would copy values into the footer and take half the writing time.
        frame.write_parquet(temporary, compression="zstd", compression_level=3, statistics=False)


def write_parquet_parts(parts: Iterable[pl.DataFrame], path: Path) -> None:
    """Write the rows of several frames to `path` as one Parquet file, atomically.

    Each frame is written while the next is computed, so at most three are in memory.
    """
    rest = iter(parts)
    first = next(rest)
    waiting: Queue[pl.DataFrame | None] = Queue(maxsize=1)

    def come_in(*_: Any) -> Iterator[pl.DataFrame]:
        while (part := waiting.get()) is not None:
            yield part

    def write(temporary: Path) -> None:
        register_io_source(come_in, schema=first.schema).sink_parquet(
            temporary,
            compression="zstd",
            compression_level=3,
            statistics=False,
            row_group_size=ROWS_A_GROUP,
        )

    with replacing(path) as temporary, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write, temporary)
        try:
            _hand_over(first, waiting, writing)
            for part in rest:
                _hand_over(part, waiting, writing)
        finally:
            _hand_over(None, waiting, writing)
        writing.result()


def _hand_over(
    part: pl.DataFrame | None, waiting: "Queue[pl.DataFrame | None]", writing: "Future[None]"
) -> None:
    """Put a part in the queue, unless the writer has stopped."""
    while not writing.done():
        try:
            return waiting.put(part, timeout=SECONDS_BETWEEN_LOOKS)
        except Full:
            continue


@contextmanager
def whole(path: Path, kind: str) -> Iterator[None]:
    """Turn an error in reading one of the pipeline's own files into a `FileError`.

    Raises:
        FileError: the file is missing, empty, truncated or of another format.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise FileError(
            f"{path} is missing: run the stage that makes it first"
            f"{_after_deleting(path, ', after deleting ')}."
        ) from error
    except BROKEN as error:
        folder = made_together(path)
        what = "it" if folder == path else folder
        message = f"{path} is not a whole {kind} file: delete {what} and run again."
        raise FileError(message) from error
    except OSError as error:
        # polars names neither the file nor, in a field of its own, what the system has against it.
        if error.filename or why_unwritten(error) or out_of_memory(error):
            raise
        raise FileError(
            f"{path} cannot be read: name the folder that holds it, and see that it is a file that "
            "you may read."
        ) from error


def made_together(path: Path) -> Path:
    """Return what to delete so that the workflow makes a file of a run anew.

    It is the folder of the rule that wrote the file, whose other files belong to it; outside the
    private folder of a run it is the file itself.
    """
    names = path.parts
    if "private" not in names[:-1]:
        return path
    start = len(names) - names[::-1].index("private")
    return Path(*names[: start + LEVELS.get(names[start], 1)])


def _after_deleting(path: Path, words: str) -> str:
    """Name the folder that keeps the workflow from making a missing file; empty where none does."""
    folder = made_together(path)
    return f"{words}{folder}" if folder != path and folder.is_dir() else ""


def read_parquet(path: Path) -> pl.DataFrame:
    """Read one of the pipeline's own Parquet files.

    Raises:
        FileError: the file is missing, empty or truncated.
    """
    with whole(path, "Parquet"):
        return pl.read_parquet(path, glob=False)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` to `path` as UTF-8 CSV with line feeds, atomically."""
    with replacing(path) as temporary:
        frame.write_csv(temporary, line_terminator="\n")


def write_json(value: Any, path: Path) -> None:
    """Write `value` as indented JSON with sorted keys, atomically."""
    write_text(json_text(value), path)


def json_text(value: Any) -> str:
    """Return `value` as indented JSON with sorted keys."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_json(path: Path) -> Any:
    """Read one of the pipeline's own JSON files.

    Raises:
        FileError: the file is missing, empty or truncated.
    """
    with whole(path, "JSON"):
        return json.loads(path.read_text(encoding="utf-8"))


def read_object(path: Path, *keys: str) -> dict[str, Any]:
    """Read one of the pipeline's own JSON files that holds an object with at least some keys.

    Raises:
        FileError: the file is missing, empty or truncated, or holds something else.
    """
    found = read_json(path)
    with whole(path, "JSON"):
        if not isinstance(found, dict):
            raise ValueError(path)
        for key in keys:
            found[key]
        return found


def read_objects(path: Path, *keys: str) -> list[dict[str, Any]]:
    """Read one of the pipeline's own JSON files that lists objects with at least some keys.

    Raises:
        FileError: the file is missing, empty or truncated, or holds something else.
    """
    found = read_json(path)
    with whole(path, "JSON"):
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ValueError(path)
        for one in found:
            for key in keys:
                one[key]
        return found


def write_text(text: str, path: Path) -> None:
    """Write `text` to `path` as UTF-8, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_array(array: np.ndarray, path: Path) -> None:
    """Write `array` to `path` as `.npy`, atomically."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)


def read_array(path: Path, *, mapped: bool = False) -> np.ndarray:
    """Read one of the pipeline's own arrays.

    Raises:
        FileError: the file is missing, empty or truncated.
    """
    with whole(path, "NumPy"):
        array: np.ndarray = np.load(path, mmap_mode="r" if mapped else None)
        return array


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read the arrays of one of the pipeline's own `.npz` files, by name.

    Raises:
        FileError: the file is missing, empty or truncated.
    """
    with whole(path, "NumPy"), path.open("rb") as stream, np.load(stream) as arrays:
        found = dict(arrays)
        if not found:  # zeros at the end, as a power cut leaves them, make an empty archive
            raise EOFError
        return found
