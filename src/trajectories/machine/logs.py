"""The log of a step: what it prints, in a file of its owner's alone."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from io import TextIOBase
from pathlib import Path
from typing import Final, TextIO

OWNER_ONLY: Final = 0o600


class Both(TextIOBase):
    """A stream that writes to two others at once."""

    def __init__(self, first: TextIO, second: TextIO) -> None:
        """Name the streams."""
        self.streams = (first, second)
        self._begun = ""

    def write(self, text: str) -> int:
        """Write whole lines to both; a full disk silences one of them and ends nothing.

        Steps that run side by side share a terminal: half a line of one would meet another's.
        """
        lines, newline, self._begun = (self._begun + text).rpartition("\n")
        if newline:
            self._hand_on(lines + newline)
        return len(text)

    def close(self) -> None:
        """Write what has no end of line yet; the streams stay open."""
        rest, self._begun = self._begun, ""
        if rest:
            self._hand_on(rest)
        super().close()

    def _hand_on(self, text: str) -> None:
        for stream in self.streams:
            with suppress(OSError):
                stream.write(text)
                stream.flush()


@contextmanager
def logged(path: Path | None) -> Iterator[None]:
    """Write what the block prints to a file as well, which its owner alone can read."""
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(OWNER_ONLY)
    path.chmod(OWNER_ONLY)
    file = path.open("w", encoding="utf-8")
    try:
        with (
            closing(Both(sys.stdout, file)) as out,
            closing(Both(sys.stderr, file)) as err,
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            yield
    finally:
        with suppress(OSError):  # what a full disk did not take before, it refuses once more
            file.close()
