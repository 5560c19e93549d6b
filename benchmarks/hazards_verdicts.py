"""What does the verdict page say where the headline is right, and where it is wrong?

Runs the whole report of the hazards stage (all designs, the event study, the verdict) on simulated
registers of the Monte Carlo and counts how often each check says *contradicted*. It costs about ten
times a replication of `hazards_coverage.py`, so that fewer seeds are run: one row a scenario, seed
and check.

    python benchmarks/hazards_verdicts.py run --replications R [--scenarios S …] [--persons P]
        [--out FILE]
    python benchmarks/hazards_verdicts.py table [--out FILE]
"""

import argparse
import csv
import os
from collections import Counter
from pathlib import Path

from hazards_coverage import read, scenarios, section_of, settings_of

from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.estimates import estimate_tables
from trajectories.hazards.replicate import simulated
from trajectories.release.report.verdict_words import CHECKS

RESULTS = Path(__file__).parent / "results" / "hazards_verdicts.csv"
FIELDS = ("scenario", "seed", "check", "verdict")
PERSONS = 10_000


def judged(scenario: str, seed: int, persons: int) -> list[tuple[str, int, str, str]]:
    """The verdict on one register, one row a check."""
    section = section_of(scenario)
    section = section.model_copy(
        update={"models": section.models.model_copy(update={"risks": False})}
    )
    made = simulated(settings_of(scenario, seed, persons), section)
    tables = estimate_tables(
        made.panel,
        changes=made.found.changes,
        exposures=made.found.exposures,
        lists=made.found.lists,
        assignments=made.found.assignments,
        section=section,
    )
    if "verdict" not in tables:
        return [(scenario, seed, "headline", "refused")]
    rows = tables["verdict"].select("check", "verdict").rows()
    return [(scenario, seed, CHECKS[check][0], verdict) for check, verdict in rows]


def run(names: list[str], replications: int, persons: int, out: Path) -> None:
    """Judge what is not there yet, seed by seed."""
    done = {(row["scenario"], int(row["seed"])) for row in read(out)}
    for seed in range(1, replications + 1):
        for name in names:
            if (name, seed) in done:
                continue
            try:
                rows = judged(name, seed, persons)
            except NotEstimableError:
                rows = [(name, seed, "headline", "refused")]
            new = not out.exists()
            out.parent.mkdir(parents=True, exist_ok=True)
            with out.open("a", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                if new:
                    writer.writerow(FIELDS)
                writer.writerows(rows)
                file.flush()
                os.fsync(file.fileno())


def table(out: Path) -> None:
    """Print how often each check says contradicted, a column a scenario."""
    rows = read(out)
    names = [name for name in scenarios() if any(row["scenario"] == name for row in rows)]
    checks = list(dict.fromkeys(row["check"] for row in rows))
    registers = Counter(name for name, _ in {(row["scenario"], row["seed"]) for row in rows})
    against = Counter(
        (row["scenario"], row["check"]) for row in rows if row["verdict"] == "contradicted"
    )
    any_check = Counter(
        name
        for name, _ in {
            (row["scenario"], row["seed"]) for row in rows if row["verdict"] == "contradicted"
        }
    )
    print(f"| scenario | registers | any | {' | '.join(checks)} |")
    print(f"|{'---|' * (len(checks) + 3)}")
    for name in names:
        n = registers[name]
        shares = [f"{against[name, check] / n:.2f}" for check in checks]
        print(f"| {name} | {n} | {any_check[name] / n:.2f} | {' | '.join(shares)} |")


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("run", "table"))
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--scenarios", nargs="+", choices=scenarios(), default=scenarios())
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    if arguments.command == "run":
        run(arguments.scenarios, arguments.replications, arguments.persons, arguments.out)
    else:
        table(arguments.out)


if __name__ == "__main__":
    main()
