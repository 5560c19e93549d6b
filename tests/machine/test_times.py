"""What took how long."""

import os
from pathlib import Path

from trajectories.machine.times import describe_times


def test_the_longest_steps_of_this_run_are_named(tmp_path: Path) -> None:
    for number, seconds in enumerate([3.0, 250.0, 61.2, 9.0], start=1):
        path = tmp_path / f"step{number}.tsv"
        path.write_text(f"s\th:m:s\n{seconds}\t0:00:03\n", encoding="utf-8")
        os.utime(path, (1_000, 1_000))
    os.utime(tmp_path / "step4.tsv", (10, 10))
    said = describe_times(tmp_path, since=900, now=1_200)
    assert said == (
        f"3 steps in 5 min; longest: step2 4 min 10 s, step3 1 min 1 s, step1 3 s. Each: {tmp_path}"
    )
    assert describe_times(tmp_path, since=2_000, now=2_001) == ""
