"""Errors that a user can correct, shown as a sentence without a traceback."""

import errno
import re
from typing import Final

FULL: Final = "the disk is full: make room"
REASONS: Final = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: "your quota on the disk is used up: make room",
    errno.EFBIG: "the file is larger than the disk or a limit allows: name another folder",
    errno.EROFS: "the folder can only be read: name another folder",
    errno.EIO: "the disk failed: look after it, or name another folder",
}
WINDOWS_FULL: Final = (39, 112)
OS_ERROR: Final = re.compile(r"\(os error (\d+)\)")
NO_MEMORY: Final = re.compile(r"failed to map segment|cannot allocate memory", re.IGNORECASE)
SHORT_WRITE: Final = re.compile(r"\d+ requested and \d+ written")


class UserError(Exception):
    """A mistake in data or configuration that the user can correct.

    The message is one sentence: the file, the row or key, what is wrong, what to write instead. It
    never contains a person-level value. The command line prints it and ends with exit code 2. In a
    workflow run, the part that raises it and the parts that need it are left out.
    """


class FileError(UserError):
    """A file that is missing or broken, or a full disk: the whole run stops."""


def why_unwritten(error: BaseException) -> str:
    """Return what the disk has against a file, and what to do about it; empty where it has nothing.

    polars and NumPy report a full disk in words of their own, without the system's number.
    """
    text = str(error)
    code = error.errno if isinstance(error, OSError) else None
    if code is None and (found := OS_ERROR.search(text)):
        code = int(found[1])
        if code in WINDOWS_FULL and "space" in text:
            return FULL
    if code is None and isinstance(error, OSError) and SHORT_WRITE.search(text):
        return FULL
    return REASONS.get(code or 0, "")


def out_of_memory(error: BaseException | None) -> bool:
    """Return whether the system refused memory, also to a library that was to be loaded."""
    while error is not None:
        if isinstance(error, MemoryError) or NO_MEMORY.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False
