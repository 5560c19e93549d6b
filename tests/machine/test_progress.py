"""How far loops are: silent unless asked, patient, and right about rate and time left."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.machine import progress
from trajectories.machine.progress import counted, describe, duration, rate, shown
from trajectories.parallel import Team


class Clock:
    """A clock that goes on by some seconds at each look."""

    def __init__(self, step: float) -> None:
        self.step, self.now = step, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_a_loop_is_silent_unless_a_command_shows_it(capsys) -> None:
    assert list(counted(range(3), "draws", clock=Clock(100))) == [0, 1, 2]
    assert capsys.readouterr().out == ""


def test_lines_come_after_ten_seconds_and_then_twice_a_minute(capsys) -> None:
    with shown("Sort courses"):
        assert list(counted(range(100), "draws", clock=Clock(1))) == list(range(100))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[1].split(" of ")[0] for line in lines] == [" 30", " 60", " 90"]
    assert lines[0] == ("    Sort courses: 30 of 100 draws, 1 a second, about 1 min 10 s left")


def test_a_short_loop_says_nothing(capsys) -> None:
    with shown("Sort courses"):
        list(counted(range(9), "draws", clock=Clock(1)))
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar_and_no_lines(monkeypatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with shown("Sort courses"):
        list(counted(range(100), "draws", clock=Clock(1)))
    said = terminal.getvalue()
    assert "draws" in said
    assert "100" in said
    assert "left" not in said


def test_threads_report_what_they_have_done(capsys, monkeypatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    done: list[int] = []
    with shown("Find clusters again"), Team(2) as team:
        team.each(done.append, range(5), "bootstraps")
    assert sorted(done) == list(range(5))
    assert "Find clusters again: 5 of 5 bootstraps" in capsys.readouterr().out


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_one_piece_is_raised(threads: int) -> None:
    def work(piece: int) -> None:
        if piece == 3:
            raise ZeroDivisionError

    with Team(threads) as team, pytest.raises(ZeroDivisionError):
        team.each(work, range(5), "pieces")


@given(st.integers(1, 10**6), st.floats(0.01, 1e6))
def test_the_rest_takes_as_long_as_what_is_done(done: int, seconds: float) -> None:
    assert describe("x", done, 2 * done, seconds).endswith(f"about {duration(seconds)} left")


@given(st.floats(1e-3, 1e6))
def test_a_rate_is_within_two_digits(per_second: float) -> None:
    number, _, unit = rate(per_second).partition(" ")
    seconds = {"a second": 1, "a minute": 60, "an hour": 3600}[unit]
    assert float(number.replace(",", "")) == pytest.approx(per_second * seconds, rel=0.051)


def test_what_has_no_length_is_counted_without_an_end() -> None:
    assert describe("parts", 12, None, 60.0) == "12 parts, 12 a minute"
