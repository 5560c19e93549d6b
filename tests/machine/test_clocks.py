"""Dates ahead of the clock come back in the order they had, all others stay."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from trajectories.machine.clocks import STEP, date_back

NOW = 1_700_000_000 * 10**9


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_the_order_of_dates_is_kept(days: list[int]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / str(number) for number in range(len(days))]
        for file, day in zip(files, days, strict=True):
            file.touch()
            os.utime(file, ns=(NOW, NOW + day * 86_400 * 10**9))
        before = [file.stat().st_mtime_ns for file in files]
        assert date_back(folder, NOW) == sum(day > 0 for day in days)
        after = [file.stat().st_mtime_ns for file in files]
    pairs = [(a, b) for a in range(len(days)) for b in range(len(days))]
    order = [[(x[a] > x[b]) - (x[a] < x[b]) for a, b in pairs] for x in (before, after)]
    if 0 not in days:  # what is dated now is the equal of the first from the future
        assert order[0] == order[1]
    assert max(after) <= NOW + STEP * len(days)
    assert [a for a in after if a < NOW] == [b for b in before if b < NOW]
