"""The log of a step keeps its lines whole, and a full disk does not end the step."""

import io

from trajectories.machine.logs import Both


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
