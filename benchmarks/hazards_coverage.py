"""Do the designs find the truth? Monte Carlo over the simulator's scenarios.

Each replication simulates a register of 10,000 persons (seeds 1…R) in memory, as cleaning would
leave it, and estimates what the report gives. One row a replication goes to a CSV of its scenario,
so that it can stop at any time and go on where it stopped.

    python benchmarks/hazards_coverage.py run SCENARIO FIRST LAST [--out FOLDER]
    python benchmarks/hazards_coverage.py run-all --replications R [--part K/N] [--out FOLDER]
    python benchmarks/hazards_coverage.py table [--out FOLDER]

A scenario is a name of `simulator.scenario`, with the planted hazard ratio behind it: H1@1.0.
`run-all` goes through all scenarios seed by seed, so that all grow evenly; with `--part 1/2` and
`--part 2/2` two processes share the seeds.
"""

import argparse
import csv
import io
import math
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

# Python looks for modules in this folder first, where `coverage.py` would hide the package
# `coverage` that numba asks for: look here last.
sys.path.append(sys.path.pop(0))

from trajectories.config.simulator import SimulatorConfig
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.replicate import estimates, simulated

RESULTS = Path(__file__).parent / "results" / "hazards_coverage"
RATIOS = ("0.78", "1.0")
OWN_RATIO = ("transitory", "null")
"""Scenarios that plant a hazard ratio of their own."""
FIELDS = (
    "seed",
    "headline",
    "headline_se",
    "companion",
    "companion_se",
    "association",
    "association_se",
    "ever",
    "ever_se",
    "clusters",
    "leads_p",
    "lead",
    "lead_se",
    "after",
    "after_se",
    "first_stage",
    "study_clusters",
    "seconds",
)


def scenarios() -> list[str]:
    """All scenarios with their planted hazard ratios."""
    names = SimulatorConfig.model_fields["scenario"].annotation.__args__
    return [
        name if name in OWN_RATIO else f"{name}@{ratio}"
        for ratio in RATIOS
        for name in names
        if not (name in OWN_RATIO and ratio != RATIOS[0])
    ]


def settings_of(scenario: str, seed: int, persons: int) -> SimulatorConfig:
    """The simulator's settings of one replication."""
    name, _, ratio = scenario.partition("@")
    planted = {"hazard_ratio": float(ratio)} if ratio else {}
    return SimulatorConfig.model_validate(
        {"persons": persons, "seed": seed, "scenario": name, **planted}
    )


def short(value: object) -> str:
    """A number with few digits; nothing where it is not known."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.5g}"
    return str(value)


def append(path: Path, row: dict) -> None:
    """Add one row in one write, so that two processes may share a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n", restval="")
    if not path.exists():
        writer.writeheader()
    writer.writerow({name: short(value) for name, value in row.items()})
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, text.getvalue().encode())
    finally:
        os.close(file)


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV, one a seed."""
    seen = set()
    if path.exists():
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["seed"].isdigit() and row["seed"] not in seen:
                    seen.add(row["seed"])
                    yield row


def replicate(scenario: str, seed: int, persons: int, out: Path) -> None:
    """Run one replication and write its row."""
    started = time.process_time()
    row: dict = {"seed": seed}
    try:
        row |= estimates(simulated(settings_of(scenario, seed, persons)))
    except NotEstimableError as error:
        print(f"{scenario} seed {seed}: {error}", flush=True)
    append(out / f"{scenario}.csv", row | {"seconds": time.process_time() - started})


def run(names: list[str], seeds: range, persons: int, out: Path) -> None:
    """Run what is not there yet, seed by seed."""
    done = {name: {int(row["seed"]) for row in rows_of(out / f"{name}.csv")} for name in names}
    for seed in seeds:
        for name in names:
            if seed not in done[name]:
                replicate(name, seed, persons, out)


def part_of(text: str) -> tuple[int, int]:
    """Read "1/2": this part, and the number of parts."""
    part, parts = (int(number) for number in text.split("/"))
    if not 1 <= part <= parts:
        raise ValueError
    return part, parts


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run", help="some seeds of one scenario")
    one.add_argument("scenario", choices=scenarios())
    one.add_argument("first", type=int)
    one.add_argument("last", type=int)
    every = commands.add_parser("run-all", help="all scenarios, seed by seed")
    every.add_argument("--replications", type=int, required=True)
    every.add_argument("--part", type=part_of, default=(1, 1))
    every.add_argument("--scenarios", nargs="+", choices=scenarios(), default=scenarios())
    for command in (one, every):
        command.add_argument("--out", type=Path, default=RESULTS)
        command.add_argument("--persons", type=int, default=10_000)
    arguments = parser.parse_args()
    if arguments.command == "run":
        seeds = range(arguments.first, arguments.last + 1)
        run([arguments.scenario], seeds, arguments.persons, arguments.out)
    else:
        part, parts = arguments.part
        seeds = range(part, arguments.replications + 1, parts)
        run(arguments.scenarios, seeds, arguments.persons, arguments.out)


if __name__ == "__main__":
    main()
