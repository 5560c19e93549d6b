"""What does the verdict say where the headline is right, and where it is wrong?

Simulates registers in memory, as cleaning would leave them, and runs on each what the verdict rests
on: the headline, the designs, the event study and the balance. One row a register and check goes to
a CSV: the verdict, the p-value where the check has one, and the register's headline. So one pass
gives the headline's bias and coverage and each check's false alarms. It can stop at any time and
goes on where it stopped; a process takes one processor.

    python benchmarks/hazards_verdicts.py run --replications R [--scenarios S …] [--persons P]
        [--jobs J] [--out FILE]
    python benchmarks/hazards_verdicts.py table [--scenarios S …] [--out FILE]

A scenario is a name of `simulator.scenario` with the planted hazard ratio behind it: H17@1.0.
`table` prints the headline of each scenario, against the truth that `hazards_coverage.py truth`
found, then the share of registers that each check contradicts; with `--scenarios` also all that
each check said.
"""

import argparse
import csv
import io
import math
import multiprocessing
import os
import statistics
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
from hazards_coverage import exact, known_truths, read, scenarios, section_of, settings_of

from trajectories.hazards.headline.estimates import estimate_tables
from trajectories.hazards.headline.verdict import CONTRADICTED, SILENT, SUPPORTED
from trajectories.hazards.thresholds import LEAST_P
from trajectories.release.verdict_words import CHECKS
from trajectories.studies.monte_carlo import simulated
from trajectories.survival.errors import NotEstimableError

RESULTS = Path(__file__).parent / "results" / "hazards_verdicts.csv"
HEADLINE = ("headline", "low", "high", "events", "clusters")
FIELDS = ("scenario", "seed", "persons", "check", "verdict", "p_value", *HEADLINE, "seconds")
PERSONS = 10_000
THREADS = ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
NOT_JUDGED = {"risks": False, "wild_bootstrap": "never", "subdistribution_exits": ()}
"""What the verdict does not rest on is not computed."""
REFUSED, FAILED = "refused", "failed"
FAMILIES = {
    "placebo": "placebo",
    "negative_control": "negative control",
    "later_changes": "later changes",
}
"""Checks whose p-value is that of their one design."""


class Register(NamedTuple):
    """A register to be judged."""

    scenario: str
    seed: int
    persons: int


def judged(register: Register) -> list[dict[str, object]]:
    """The verdict on one register, one row a check; one row alone where there is no headline."""
    started = time.process_time()
    section = section_of(register.scenario)
    models = section.models.model_copy(update=NOT_JUDGED)
    section = section.model_copy(update={"models": models})
    try:
        made = simulated(settings_of(*register), section)
        tables = estimate_tables(
            made.panel,
            changes=made.found.changes,
            exposures=made.found.exposures,
            lists=made.found.lists,
            assignments=made.found.assignments,
            section=section,
        )
        rows = list(checks_of(tables)) or [{"check": "headline", "verdict": REFUSED}]
    except NotEstimableError:
        rows = [{"check": "headline", "verdict": REFUSED}]
    except Exception:
        # A fault of the program costs its register alone, and is counted.
        traceback.print_exc()
        rows = [{"check": "headline", "verdict": FAILED}]
    shared = register._asdict() | {"seconds": round(time.process_time() - started, 2)}
    return [shared | row for row in rows]


def checks_of(tables: dict[str, pl.DataFrame]) -> Iterator[dict[str, object]]:
    """What each check says, with its p-value, beside the headline."""
    if "verdict" not in tables:
        return
    found = tables["models"].filter(pl.col("model") == "departures_total").row(0, named=True)
    headline = {name: found["coef" if name == "headline" else name] for name in HEADLINE}
    for name in ("low", "high"):
        headline[name] = math.log(headline[name])
    for row in tables["verdict"].iter_rows(named=True):
        said = {"check": row["check"], "verdict": row["verdict"]}
        yield said | {"p_value": p_value(row, tables)} | headline


def p_value(row: dict[str, object], tables: dict[str, pl.DataFrame]) -> object:
    """The p-value that a check is judged by; None where it has none."""
    if row["check"] == "leads" and "event_tests" in tables:
        tests = tables["event_tests"].filter(pl.col("test").is_in(["leads", "pooled lead"]))
        values = tests["p_value"].to_list()
        return max(values) if len(values) == 2 and None not in values else None
    if row["check"] in FAMILIES and "designs" in tables:
        family = tables["designs"].filter(pl.col("family") == FAMILIES[str(row["check"])])
        return family["p_value"].first() if family.height else None
    return row["p_value"]


def run(names: list[str], replications: int, persons: int, jobs: int, out: Path) -> None:
    """Judge what is not there yet, seed by seed."""
    done = {(row["scenario"], row["seed"]) for row in read(out)}
    wanted = [
        Register(name, seed, persons)
        for seed in range(1, replications + 1)
        for name in names
        if (name, str(seed)) not in done
    ]
    # Libraries count their threads when they are loaded, so that processes are begun after this.
    os.environ.update(dict.fromkeys(THREADS, "1"))
    out.parent.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for rows in pool.imap(judged, wanted):
            write(rows, out)


def write(rows: list[dict[str, object]], out: Path) -> None:
    """Add a register's rows in one write, so that none is ever there in part."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n", restval="")
    if not out.exists():
        writer.writeheader()
    writer.writerows({name: short(value) for name, value in row.items()} for row in rows)
    with out.open("a", encoding="utf-8") as file:
        file.write(text.getvalue())
        file.flush()
        os.fsync(file.fileno())


def short(value: object) -> object:
    """A number with six digits; nothing where it is not known."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value


Rows = list[dict[str, str]]


def headline_table(by_scenario: dict[str, Rows]) -> None:
    """Print what the headline finds in each scenario."""
    head = ("scenario", "registers", "refused", "failed", "truth (SE)", "headline", "bias (SE)")
    head += ("coverage [99 %]", "events", "clusters", "some check contradicted [99 %]")
    header(head)
    truths = known_truths()
    for name, rows in by_scenario.items():
        registers = {row["seed"]: row for row in rows}
        given = [row for row in registers.values() if row.get("headline")]
        against = {row["seed"] for row in rows if row["verdict"] == CONTRADICTED}
        cells = [name, str(len(registers))]
        cells += [
            str(sum(row["verdict"] == none for row in registers.values()))
            for none in (REFUSED, FAILED)
        ]
        cells += headline_cells(given, truths.get(name))
        print(f"| {' | '.join([*cells, share(len(against), len(registers))])} |")


def headline_cells(rows: Rows, truth: tuple[float, float] | None) -> list[str]:
    """Truth, mean hazard ratio, bias, coverage, events and clusters of one scenario."""
    found = [float(row["headline"]) for row in rows]
    if len(found) < 2:
        return ["–"] * 6
    mean = statistics.fmean(found)
    cells = ["–", f"{math.exp(mean):.3f}", "–", "–"]
    if truth is not None:
        value, se = truth
        apart, error = mean - value, math.hypot(statistics.stdev(found) / len(found) ** 0.5, se)
        hits = sum(float(row["low"]) <= value <= float(row["high"]) for row in rows)
        cells[0] = f"{math.exp(value):.3f} ({math.exp(value) * se:.3f})"
        cells[2] = f"{math.expm1(apart):+.1%} ({math.exp(apart) * error:.1%})"
        cells[3] = share(hits, len(rows))
    usual = (statistics.median(float(row[name]) for row in rows) for name in ("events", "clusters"))
    return [*cells, *(f"{value:.0f}" for value in usual)]


def contradicted_table(by_scenario: dict[str, Rows]) -> None:
    """Print how often each check says contradicted, a column a check."""
    checks = list(dict.fromkeys(row["check"] for rows in by_scenario.values() for row in rows))
    header(("scenario", "registers", "any", *(label(check) for check in checks)))
    for name, rows in by_scenario.items():
        n = len({row["seed"] for row in rows})
        said = [set.union(*(seeds(rows, check, CONTRADICTED) for check in checks))]
        said += [seeds(rows, check, CONTRADICTED) for check in checks]
        print(f"| {' | '.join([name, str(n), *(f'{len(one) / n:.2f}' for one in said)])} |")


def verdict_table(name: str, rows: Rows) -> None:
    """Print all that each check said in the registers of one scenario."""
    n = len({row["seed"] for row in rows if row["verdict"] not in (REFUSED, FAILED)})
    print(f"\n{name}: {n} registers with a headline")
    header(("check", "contradicted [99 %]", SILENT, SUPPORTED, f"p < {LEAST_P} [99 %]"))
    for check in dict.fromkeys(
        row["check"] for row in rows if row["verdict"] not in (REFUSED, FAILED)
    ):
        against = seeds(rows, check, CONTRADICTED)
        silent = seeds(rows, check, SILENT) - against
        supported = seeds(rows, check, SUPPORTED) - against - silent
        tests = [float(row["p_value"]) for row in rows if row["check"] == check and row["p_value"]]
        cells = [label(check), share(len(against), n)]
        cells += [f"{len(said) / n:.3f}" for said in (silent, supported)]
        small = sum(p < LEAST_P for p in tests)
        print(f"| {' | '.join([*cells, share(small, len(tests)) if tests else '–'])} |")


def seeds(rows: Rows, check: str, verdict: str) -> set[str]:
    """The registers of which a check says something."""
    return {row["seed"] for row in rows if row["check"] == check and row["verdict"] == verdict}


def label(check: str) -> str:
    """A check as the report calls it."""
    return CHECKS.get(check, check)


def share(hits: int, n: int) -> str:
    """A share with its exact binomial 99 % interval."""
    low, high = exact(hits, n)
    return f"{hits / n:.3f} [{low:.3f}, {high:.3f}]"


def header(cells: tuple[str, ...]) -> None:
    """Print a table's head."""
    print(f"\n| {' | '.join(cells)} |\n|{'---|' * len(cells)}")


def tables(names: list[str] | None, out: Path) -> None:
    """Print the Markdown tables, and what they cost."""
    rows = read(out)
    by_scenario = {
        name: found
        for name in names or scenarios()
        if (found := [row for row in rows if row["scenario"] == name])
    }
    headline_table(by_scenario)
    contradicted_table(by_scenario)
    for name in names or ():
        if name in by_scenario:
            verdict_table(name, by_scenario[name])
    spent = {
        (row["scenario"], row["seed"]): float(row["seconds"])
        for found in by_scenario.values()
        for row in found
        if row.get("seconds")
    }
    if spent:
        hours, each = sum(spent.values()) / 3600, statistics.fmean(spent.values())
        print(f"\n{len(spent)} registers in {hours:.1f} CPU-hours, {each:.1f} s each.")


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("run", "table"))
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--scenarios", nargs="+", choices=scenarios())
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--jobs", type=int, default=1, help="processes, one processor each")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args()
    if asked.command == "run":
        names = asked.scenarios or scenarios()
        run(names, asked.replications, asked.persons, asked.jobs, asked.out)
    else:
        tables(asked.scenarios, asked.out)


if __name__ == "__main__":
    main()
