"""Do the designs find the truth? Monte Carlo over the simulator's scenarios.

Simulates registers of 10,000 persons (seeds 1…R), estimates, and appends one row a replication to
a CSV, so that it can run in pieces and go on where it stopped. The headline's truth is found by
intervention: `truth` simulates large registers of the scenario, in which departures come by lot,
and takes the headline's definition (on the leaver's list, whatever follows) there.

    python benchmarks/hazards_coverage.py run SCENARIO FIRST LAST [--out FILE] [--persons 10000]
    python benchmarks/hazards_coverage.py truth SCENARIO [--out FILE] [--persons 200000]
    python benchmarks/hazards_coverage.py table [--out FILE]

`table` prints, for each scenario and estimator: replications, mean hazard ratio, bias against the
truth, coverage with its exact binomial 99 % interval, and the size of the joint lead test.
"""

import argparse
import csv
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path

# Python looks for modules in this folder first, where `coverage.py` would hide the package
# `coverage` that numba asks for: look here last.
sys.path.append(sys.path.pop(0))

import polars as pl
from scipy import stats

from trajectories.config.hazards import HazardsConfig
from trajectories.config.simulator import SimulatorConfig
from trajectories.hazards.changes import caseworker_changes
from trajectories.hazards.courses import assistance_stretches
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.event_study import event_study
from trajectories.hazards.fit import fit_hazard
from trajectories.hazards.models import CLUSTER_VARIANCE, fit_models
from trajectories.hazards.risk import risk_set
from trajectories.io import read_json, write_json
from trajectories.verbs import register, sequences, simulator

FIELDS = ("kind", "scenario", "seed", "persons", "estimator", "coef", "low", "high", "p", "seconds")
ESTIMATORS = {
    ("departures_total", "departures"): "headline",
    ("departures_given_other", "departures"): "departures | other",
    ("association", "changes"): "association",
}


def register_of(scenario: str, seed: int, persons: int, folder: Path) -> dict:
    """Simulate one register and take it up to the risk set."""
    config = folder / "config.json"
    write_json({"simulator": {"persons": persons, "seed": seed, "scenario": scenario}}, config)
    SimulatorConfig.model_validate({"persons": persons, "seed": seed, "scenario": scenario})
    clean, months = folder / "register", folder / "months"
    simulator.simulate(config=config, out=folder)
    register.ingest(config=config, raw=folder / "raw", out=clean)
    sequences.months(config=config, register=clean, out=months)
    section = HazardsConfig()
    frames = {
        name: pl.read_parquet(clean / f"{name}.parquet")
        for name in ("assignments", "readiness", "persons", "spells", "employment")
    }
    covered = read_json(clean / "coverage.json")
    first, last = (pl.Series([covered[k]]).str.to_date()[0] for k in ("first_day", "last_day"))
    found = caseworker_changes(
        frames["assignments"],
        frames["readiness"],
        frames["persons"],
        assistance_stretches(frames["spells"], section.risk),
        last_day=last,
        rules=section.changes,
    )
    at_risk = risk_set(
        frames["spells"],
        frames["employment"],
        frames["persons"],
        found,
        months=pl.read_parquet(months / "person_months.parquet"),
        readiness=frames["readiness"],
        first_day=first,
        last_day=last,
        rules=section.risk,
    )
    return {"panel": at_risk.panel, "found": found, "section": section}


def estimates(made: dict) -> list[dict]:
    """One row an estimator: coefficient, bounds of the hazard ratio, p of the joint lead test."""
    panel, found, section = made["panel"], made["found"], made["section"]
    rules = section.models.model_copy(update={"wild_bootstrap": "never", "min_departures": 1})
    models, _ = fit_models(panel, found.exposures, lag_months=1, rules=rules)
    rows = []
    for (model, term), name in ESTIMATORS.items():
        chosen = models.filter(
            (pl.col("model") == model)
            & (pl.col("term") == term)
            & (pl.col("variance") == CLUSTER_VARIANCE)
        )
        for row in chosen.iter_rows(named=True):
            rows.append({"estimator": name, **{k: row[k] for k in ("coef", "low", "high")}})
    ever = panel.with_columns(ever=(pl.col("changes").max().over("course") > 0).cast(pl.Int8))
    naive = fit_hazard(ever, terms=[*rules.adjustment, "ever"], cluster="person").table.row(
        -1, named=True
    )
    rows.append(
        {"estimator": "ever changed (naive)", **{k: naive[k] for k in ("coef", "low", "high")}}
    )
    departures = found.lists.filter(pl.col("kind").cast(pl.String) == "departure")
    teams = found.assignments.group_by("caseworker").agg(pl.col("team").first())
    study = event_study(panel, found.exposures, departures, teams, found.changes, rules=rules)
    tests = {row["test"]: row for row in study.tests.iter_rows(named=True)}
    rows.append({"estimator": "lead test", "p": tests["leads"]["p_value"]})
    after = tests["scaled by the first stage"]
    rows.append(
        {
            "estimator": "stacked departures (Wald)",
            "coef": math.log(after["hazard_ratio"]),
            "low": after["low"],
            "high": after["high"],
        }
    )
    return rows


def append(path: Path, rows: list[dict]) -> None:
    """Add rows to the CSV, with the header where it is new."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        if new:
            writer.writeheader()
        writer.writerows(rows)


def done(path: Path) -> set[tuple[str, str, int, int]]:
    """What stands in the CSV already: kind, scenario, seed, persons."""
    if not path.exists():
        return set()
    with path.open(encoding="utf-8") as file:
        return {
            (r["kind"], r["scenario"], int(r["seed"]), int(r["persons"]))
            for r in csv.DictReader(file)
        }


def run(kind: str, scenario: str, seeds: range, persons: int, out: Path) -> None:
    """Run the seeds that are not there yet."""
    there = done(out)
    for seed in seeds:
        if (kind, scenario, seed, persons) in there:
            continue
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                rows = estimates(register_of(scenario, seed, persons, Path(folder)))
            except NotEstimableError as error:
                rows = [{"estimator": "not estimable"}]
                print(f"{scenario} seed {seed}: {error}", flush=True)
        common = {"kind": kind, "scenario": scenario, "seed": seed, "persons": persons}
        seconds = round(time.perf_counter() - started, 1)
        append(out, [common | row | {"seconds": seconds} for row in rows])
        print(f"{kind} {scenario} seed {seed}: {seconds} s", flush=True)


def summary(out: Path) -> pl.DataFrame:
    """The table: scenario, estimator, replications, mean HR, bias, coverage and its interval."""
    rows = pl.read_csv(out, infer_schema_length=None)
    truth = {
        (row["scenario"], row["estimator"]): row["coef"]
        for row in rows.filter(pl.col("kind") == "truth")
        .group_by("scenario", "estimator")
        .agg(pl.col("coef").mean())
        .iter_rows(named=True)
    }
    table = []
    replications = rows.filter((pl.col("kind") == "run") & (pl.col("estimator") != "not estimable"))
    for (scenario, estimator), part in replications.group_by(
        "scenario", "estimator", maintain_order=True
    ):
        n = part.height
        if estimator == "lead test":
            hits = int((part["p"] < 0.05).sum())
            table.append((scenario, estimator, n, None, None, None, hits / n, *exact(hits, n)))
            continue
        target = truth.get((scenario, "headline"))
        mean = statistics.fmean(part["coef"])
        if target is None:
            table.append((scenario, estimator, n, math.exp(mean), *[None] * 5))
            continue
        value = math.exp(target)
        hits = int(((part["low"] <= value) & (part["high"] >= value)).sum())
        bias = math.exp(mean) / value - 1
        table.append(
            (scenario, estimator, n, math.exp(mean), value, bias, hits / n, *exact(hits, n))
        )
    names = ("scenario", "estimator", "n", "hr", "truth", "bias", "share", "low99", "high99")
    return pl.DataFrame(table, schema=list(names), orient="row", infer_schema_length=None)


def exact(hits: int, n: int) -> tuple[float, float]:
    """The exact binomial 99 % interval of a share (Clopper & Pearson 1934)."""
    low = float(stats.beta.ppf(0.005, hits, n - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.995, hits + 1, n - hits)) if hits < n else 1.0
    return low, high


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("run", "truth", "table"))
    parser.add_argument("scenario", nargs="?")
    parser.add_argument("first", nargs="?", type=int, default=1)
    parser.add_argument("last", nargs="?", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("hazards_coverage.csv"))
    parser.add_argument("--persons", type=int)
    arguments = parser.parse_args()
    if arguments.part == "table":
        with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=3):
            print(summary(arguments.out))
        return
    if arguments.scenario is None:
        parser.error("name a scenario")
    persons = arguments.persons or (200_000 if arguments.part == "truth" else 10_000)
    first = arguments.first + (100_000 if arguments.part == "truth" else 0)
    seeds = range(first, first + arguments.last - arguments.first + 1)
    run(arguments.part, arguments.scenario, seeds, persons, arguments.out)


if __name__ == "__main__":
    main()
