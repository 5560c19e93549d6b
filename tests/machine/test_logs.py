"""Logs keep their lines whole, outlive a full disk, and give the last words of what failed."""

import io
import os
from pathlib import Path

from trajectories.machine.logs import Both, last_words


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_silences_the_log_alone() -> None:
    terminal = io.StringIO()
    with Both(terminal, Full()) as both:
        print("make room", file=both)
    assert terminal.getvalue() == "make room\n"


def test_lines_are_handed_on_whole() -> None:
    first, second = io.StringIO(), io.StringIO()
    both = Both(first, second)
    both.write("one, ")
    assert first.getvalue() == ""
    both.write("two\nthree")
    assert first.getvalue() == second.getvalue() == "one, two\n"
    both.close()
    assert first.getvalue() == "one, two\nthree"


def test_the_last_words_are_those_of_steps_that_failed_in_this_run(tmp_path: Path) -> None:
    logs = {
        "earlier": "an old error\n",
        "ingest": "  ▸ Read the extracts …\n  ✓ Read the extracts (1.0 s)\n",
        "never begun": "",
        "protect": "  ▸ Protect …\n  a step of it\nTwo files are missing.\nName them.\n",
        "risk": "  ▸ Build …\n  ✗ Build: left out. The risk set is empty.\n",
    }
    for name, text in logs.items():
        (tmp_path / f"{name}.log").write_text(text, encoding="utf-8")
    os.utime(tmp_path / "earlier.log", (10, 10))
    assert last_words(tmp_path, 100) == "Two files are missing.\nName them."


def test_a_step_that_says_nothing_was_killed(tmp_path: Path) -> None:
    (tmp_path / "windows.log").write_text("  ▸ Cut windows …\n", encoding="utf-8")
    assert last_words(tmp_path, 0).startswith("The step windows ended without a word: it was")
