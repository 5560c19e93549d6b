"""Do the designs find the truth? Monte Carlo over the simulator's scenarios.

Each replication simulates a register of 10,000 persons (seeds 1…R) in memory, as cleaning would
leave it, and estimates what the report gives. One row a replication goes to a CSV of its scenario,
so that it can stop at any time and go on where it stopped.

    python benchmarks/hazards_coverage.py run SCENARIO FIRST LAST [--out FOLDER]
    python benchmarks/hazards_coverage.py run-all --replications R [--part K/N] [--out FOLDER]
    python benchmarks/hazards_coverage.py truth --registers N [--part K/N]
    python benchmarks/hazards_coverage.py risk-truth --registers N [--persons P]
    python benchmarks/hazards_coverage.py table [--out FOLDER]

A scenario is a name of `simulator.scenario`, with the planted hazard ratio behind it: H1@1.0.
`run-all` goes through all scenarios seed by seed, so that all grow evenly; with `--part 1/2` and
`--part 2/2` two processes share the seeds.

`truth` finds what the headline should be: registers of the scenario in which caseworkers leave by
lot, with the generator's own chances in place of drawn exits (seeds from 100,001 on). `table`
prints the Markdown table of the documentation: beside the truth the headline's mean hazard ratio,
its bias, the coverage of its 95 % intervals with the exact binomial 99 % interval, and the other
designs.
"""

import argparse
import csv
import io
import math
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from scipy import stats

from trajectories.config import root
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.hazards.headline.estimates import risk_differences
from trajectories.hazards.thresholds import LEAST_P
from trajectories.studies.monte_carlo import (
    by_intervention,
    estimates,
    risks_by_intervention,
    simulated,
)
from trajectories.survival.errors import NotEstimableError

RESULTS = Path(__file__).parent / "results" / "hazards_coverage"
TRUTHS = Path(__file__).parent / "results" / "hazards_truth.csv"
FIRST_TRUTH_SEED = 100_001
TRUTH_FIELDS = ("scenario", "seed", "persons", "headline", "companion", "association")
RATIOS = ("0.78", "1.0")
RISK_TRUTHS = Path(__file__).parent / "results" / "hazards_risks_truth.csv"
RISK_TRUTH_FIELDS = ("scenario", "seed", "persons", "risk_12", "risk_24")
RISK_SCENARIOS = ("A@0.78",)
"""Scenarios in which the difference in the risk of a job is estimated as well: it is dear."""
OWN_RATIO = ("transitory", "null")
"""Scenarios that plant a hazard ratio of their own."""
FIELDS = (
    "seed",
    "headline",
    "headline_se",
    "companion",
    "association",
    "ever",
    "clusters",
    "leads_p",
    "lead",
    "lead_se",
    "after",
    "after_se",
    "first_stage",
    "lead_clusters",
    "risk_12",
    "risk_12_low",
    "risk_12_high",
    "risk_24",
    "risk_24_low",
    "risk_24_high",
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
    """The simulator's settings of one replication: persons of one type, and no planted reform."""
    name, _, ratio = scenario.partition("@")
    planted = {"hazard_ratio": float(ratio)} if ratio else {}
    return SimulatorConfig.model_validate(
        {
            "persons": persons,
            "seed": seed,
            "scenario": name,
            "types": {"separation": 0},
            "reform": {"enabled": False},
            **planted,
        }
    )


def section_of(scenario: str) -> HazardsConfig:
    """The stage's configuration: H14 takes those on assistance when the register opens as well."""
    section = root.read(Path(__file__).parents[1] / "config/config.yaml").hazards
    if not scenario.startswith("H14@"):
        return section
    return section.model_copy(update={"risk": section.risk.model_copy(update={"starts": "all"})})


def short(value: object) -> str:
    """A number with few digits; nothing where it is not known."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.5g}"
    return str(value)


def append(path: Path, row: dict, fields: tuple[str, ...] = FIELDS) -> None:
    """Add one row in one write, so that two processes may share a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, fields, lineterminator="\n", restval="")
    if not path.exists():
        writer.writeheader()
    writer.writerow({name: short(value) for name, value in row.items()})
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, text.getvalue().encode())
    finally:
        os.close(file)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV; none where it is not there yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV, one a seed."""
    seen = set()
    for row in read(path):
        if row["seed"].isdigit() and row["seed"] not in seen:
            seen.add(row["seed"])
            yield row


def replicate(scenario: str, seed: int, persons: int, out: Path) -> None:
    """Run one replication and write its row."""
    started = time.process_time()
    row: dict = {"seed": seed}
    try:
        section = section_of(scenario)
        made = simulated(settings_of(scenario, seed, persons), section)
        row |= estimates(made, section)
        if scenario in RISK_SCENARIOS:
            row |= risks_of(made.panel, section)
    except NotEstimableError as error:
        print(f"{scenario} seed {seed}: {error}", flush=True)
    append(out / f"{scenario}.csv", row | {"seconds": time.process_time() - started})


def risks_of(panel: pl.DataFrame, section: HazardsConfig) -> dict[str, float]:
    """The differences in the risk of a job that the report gives, with their intervals."""
    result = {}
    for one in risk_differences(panel, section).iter_rows(named=True):
        name = f"risk_{one['time']}"
        result |= {name: one["difference"], f"{name}_low": one["low"], f"{name}_high": one["high"]}
    return result


def run(names: list[str], seeds: range, persons: int, out: Path) -> None:
    """Run what is not there yet, seed by seed."""
    done = {name: {int(row["seed"]) for row in rows_of(out / f"{name}.csv")} for name in names}
    for seed in seeds:
        for name in names:
            if seed not in done[name]:
                replicate(name, seed, persons, out)


def truths(names: list[str], seeds: range, persons: int) -> None:
    """Find each scenario's truth in registers that are not there yet."""
    done = {(row["scenario"], int(row["seed"])) for row in read(TRUTHS)}
    for seed in seeds:
        for name in names:
            if (name, seed) not in done:
                row: dict = {"scenario": name, "seed": seed, "persons": persons}
                row |= by_intervention(settings_of(name, seed, persons), section_of(name))
                append(TRUTHS, row, TRUTH_FIELDS)


def risk_truths(seeds: range, persons: int) -> None:
    """Find the true differences in the risk of a job in registers that are not there yet."""
    done = {(row["scenario"], int(row["seed"])) for row in read(RISK_TRUTHS)}
    for seed in seeds:
        for name in RISK_SCENARIOS:
            if (name, seed) not in done:
                found = risks_by_intervention(settings_of(name, seed, persons), section_of(name))
                row = {"scenario": name, "seed": seed, "persons": persons}
                row |= {f"risk_{months}": value for months, value in found.items()}
                append(RISK_TRUTHS, row, RISK_TRUTH_FIELDS)


def exact(hits: int, n: int) -> tuple[float, float]:
    """The exact binomial 99 % interval of a share (Clopper & Pearson 1934)."""
    low = float(stats.beta.ppf(0.005, hits, n - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.995, hits + 1, n - hits)) if hits < n else 1.0
    return low, high


def known_truths() -> dict[str, tuple[float, float]]:
    """The headline's truth of each scenario, log hazard ratio, and its standard error."""
    found: dict[str, list[float]] = {}
    for row in read(TRUTHS):
        found.setdefault(row["scenario"], []).append(float(row["headline"]))
    return {
        name: (statistics.fmean(values), statistics.stdev(values) / math.sqrt(len(values)))
        for name, values in found.items()
        if len(values) > 1
    }


def line_of(name: str, rows: list[dict[str, str]], truth: tuple[float, float] | None) -> list[str]:
    """One line of the table."""

    def column(field: str) -> list[float]:
        return [float(row[field]) for row in rows if row[field]]

    def ratio(field: str) -> str:
        values = column(field)
        return f"{math.exp(statistics.fmean(values)):.3f}" if values else "–"

    cells = [name, str(len(rows)), "–", ratio("headline"), "–", "–"]
    if truth is not None and rows:
        value, se = truth
        cells[2] = f"{math.exp(value):.3f} ({math.exp(value) * se:.3f})"
        found = column("headline")
        apart = statistics.fmean(found) - value
        error = math.hypot(statistics.stdev(found) / math.sqrt(len(found)), se)
        cells[4] = f"{math.expm1(apart):+.1%} ({math.exp(apart) * error:.1%})"
        hits = known = 0
        for row in rows:
            if row["headline"] and row["headline_se"]:
                wide = stats.t.ppf(0.975, int(row["clusters"]) - 1) * float(row["headline_se"])
                hits += abs(float(row["headline"]) - value) <= wide
                known += 1
        low, high = exact(hits, known)
        cells[5] = f"{hits / known:.3f} [{low:.3f}, {high:.3f}]"
    tests = column("leads_p")
    rejected = sum(p < LEAST_P for p in tests)
    size = "–"
    if tests:
        low, high = exact(rejected, len(tests))
        size = f"{rejected / len(tests):.3f} [{low:.3f}, {high:.3f}]"
    scaled = [
        float(row["after"]) / float(row["first_stage"])
        for row in rows
        if row["after"] and row["first_stage"]
    ]
    wald = f"{math.exp(statistics.fmean(scaled)):.3f}" if scaled else "–"
    said = [contradicted(row) for row in rows if row["leads_p"]]
    verdict = f"{statistics.fmean(said):.3f}" if said else "–"
    return [*cells, ratio("companion"), wald, ratio("association"), ratio("ever"), size, verdict]


def contradicted(row: dict[str, str]) -> bool:
    """Whether the verdict on the leads is "contradicted": their mean differs, too."""
    t = abs(float(row["lead"])) / float(row["lead_se"])
    mean = 2 * stats.t.sf(t, int(row["lead_clusters"]) - 1)
    return max(float(row["leads_p"]), mean) < LEAST_P


def table(out: Path) -> None:
    """Print the Markdown table, and what it cost."""
    head = (
        "scenario",
        "replications",
        "truth (SE)",
        "headline",
        "bias (SE)",
        "coverage [99 %]",
        "companion",
        "stacked (Wald)",
        "association",
        "ever changed",
        "lead test rejects [99 %]",
        "leads contradicted",
    )
    print(f"| {' | '.join(head)} |")
    print(f"|{'---|' * len(head)}")
    known, seconds, seeds = known_truths(), 0.0, 0
    for name in scenarios():
        rows = list(rows_of(out / f"{name}.csv"))
        if rows:
            print(f"| {' | '.join(line_of(name, rows, known.get(name)))} |")
            seconds += sum(float(row["seconds"]) for row in rows)
            seeds += len(rows)
    print(f"\n{seeds} replications in {seconds / 3600:.1f} CPU-hours, seeds from 1 on.")


def risk_table(out: Path) -> None:
    """Print the Markdown table of the differences in the risk of a job, in percentage points."""
    head = ("scenario", "months", "replications", "truth (SE)", "mean", "bias", "coverage [99 %]")
    print(f"\n| {' | '.join(head)} |")
    print(f"|{'---|' * len(head)}")
    known = read(RISK_TRUTHS)
    for name in RISK_SCENARIOS:
        rows = [row for row in rows_of(out / f"{name}.csv") if row["risk_12"]]
        for months in (12, 24) if rows else ():
            field = f"risk_{months}"
            truths = [100 * float(row[field]) for row in known if row["scenario"] == name]
            truth, se = statistics.fmean(truths), statistics.stdev(truths) / len(truths) ** 0.5
            mean = statistics.fmean(100 * float(row[field]) for row in rows)
            hits = sum(
                float(row[f"{field}_low"]) <= truth / 100 <= float(row[f"{field}_high"])
                for row in rows
            )
            low, high = exact(hits, len(rows))
            cells = [name, str(months), str(len(rows)), f"{truth:.2f} ({se:.2f})", f"{mean:.2f}"]
            cells += [f"{mean - truth:+.2f}", f"{hits / len(rows):.3f} [{low:.3f}, {high:.3f}]"]
            print(f"| {' | '.join(cells)} |")


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
    lots = commands.add_parser("truth", help="the headline's truth, by intervention")
    lots.add_argument("--registers", type=int, required=True)
    lots.add_argument("--part", type=part_of, default=(1, 1))
    lots.add_argument("--scenarios", nargs="+", choices=scenarios(), default=scenarios())
    lived = commands.add_parser("risk-truth", help="the true differences in the risk of a job")
    lived.add_argument("--registers", type=int, required=True)
    shown = commands.add_parser("table", help="the table of the documentation")
    for command in (one, every, lots, lived, shown):
        command.add_argument("--out", type=Path, default=RESULTS)
        command.add_argument("--persons", type=int, default=10_000)
    arguments = parser.parse_args()
    if arguments.command == "run":
        seeds = range(arguments.first, arguments.last + 1)
        run([arguments.scenario], seeds, arguments.persons, arguments.out)
    elif arguments.command == "table":
        table(arguments.out)
        if RISK_TRUTHS.exists():
            risk_table(arguments.out)
    elif arguments.command == "risk-truth":
        first = FIRST_TRUTH_SEED
        risk_truths(range(first, first + arguments.registers), arguments.persons)
    elif arguments.command == "truth":
        part, parts = arguments.part
        first = FIRST_TRUTH_SEED
        seeds = range(first + part - 1, first + arguments.registers, parts)
        truths(arguments.scenarios, seeds, arguments.persons)
    else:
        part, parts = arguments.part
        seeds = range(part, arguments.replications + 1, parts)
        run(arguments.scenarios, seeds, arguments.persons, arguments.out)


if __name__ == "__main__":
    main()
