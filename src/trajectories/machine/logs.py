"""The logs of steps: what each prints, in a file of its owner's alone."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from io import TextIOBase
from pathlib import Path
from typing import Final, TextIO

OWNER_ONLY: Final = 0o600
ENDED: Final = ("  ✓ ", "  ✗ ")
"""How the last line of a step begins that was done, or left out for its data."""
MOST_LINES: Final = 5


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


def last_words(folder: Path, since: float) -> str:
    """Return the last lines of the steps that failed, a step after the other.

    Args:
        folder: the logs, one `*.log` a step.
        since: when the run began, in seconds since the epoch; older logs are another run's.
    """
    words: list[str] = []
    for path in sorted(folder.glob("*.log")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        # A log without a line is that of a step that never began.
        if path.stat().st_mtime < since or not lines or lines[-1].startswith(ENDED):
            continue
        said = [line for line in lines if not line.startswith("  ")]
        words += said[-MOST_LINES:] or [
            f"The step {path.stem} ended without a word: it was killed, or the machine had no "
            "memory left for it. Run again: finished steps are kept."
        ]
    return "\n".join(words)
