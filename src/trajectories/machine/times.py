"""What took how long in a run, from the times that Snakemake keeps of each step."""

import csv
from pathlib import Path
from typing import Final

from trajectories.machine.progress import duration

NAMED: Final = 6


def describe_times(folder: Path, since: float, now: float) -> str:
    """Say how long a run took, and which of its steps took longest.

    Args:
        folder: Snakemake's benchmarks, `<step>.tsv` with the column `s`.
        since: when the run began, in seconds since 1970; earlier steps do not count.
        now: when it ended.

    Returns:
        One line; empty where no step was run.
    """
    found: dict[str, float] = {}
    for path in folder.glob("*.tsv"):
        if path.stat().st_mtime >= since:
            with path.open(encoding="utf-8", newline="") as file:
                seconds = [float(row["s"]) for row in csv.DictReader(file, delimiter="\t")]
            found[path.stem] = sum(seconds)
    if not found:
        return ""
    longest = sorted(found, key=lambda name: -found[name])[:NAMED]
    named = ", ".join(f"{name} {duration(found[name])}" for name in longest)
    steps = "1 step" if len(found) == 1 else f"{len(found)} steps"
    return f"{steps} in {duration(now - since)}; longest: {named}. Each: {folder}"
