"""Do the headline's 95 % intervals hold the planted hazard ratio?

Simulates registers with known truth (seeds 1…R), takes each one through the whole pipeline up to
the hazards stage, and counts how many intervals of the headline (total effect of a leaving
caseworker, CRV3 by municipality and first team) hold the truth: once with the planted hazard ratio
0.78, once with none (1.0). It also says how well departures were detected.

    python benchmarks/intervals.py [--persons 20000] [--seeds 20] [--scenario A]

Ends with exit code 1 where fewer than 85 % of the intervals hold the truth.
"""

import argparse
import math
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
import yaml

LEAST_SHARE = 0.85
HEADLINE = ("departures_total", "departures")
OTHERS = (
    ("departures_given_other", "departures"),
    ("departures_given_other", "other_changes"),
    ("association", "changes"),
)


def run(settings: dict, folder: Path) -> dict:
    """Simulate one register and estimate; returns one row of results."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"simulator": settings}), encoding="utf-8")
    private = folder / "private"
    register, months = private / "register", private / "months" / "person_months.parquet"
    stage = private / "hazards"
    changes, risk = stage / "changes", stage / "risk"

    def call(command: str, **options: Path) -> None:
        named = [word for name, path in options.items() for word in (f"--{name}", str(path))]
        program = Path(sys.executable).with_name("trajectories")
        done = subprocess.run(
            [program, command, "--config", config, *named],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stderr)

    call("simulate", out=private)
    call("ingest", raw=private / "raw", out=register)
    call("months", register=register, out=months.parent)
    call("changes", register=register, out=changes)
    call("risk", register=register, months=months, changes=changes, out=risk)
    call(
        "estimate",
        panel=risk / "panel.parquet",
        beside=risk / "beside",
        changes=changes,
        truth=private / "truth.json",
        out=stage / "estimates",
    )
    return results(private, stage)


def results(private: Path, stage: Path) -> dict:
    """The numbers of interest of one run."""
    models = pl.read_parquet(stage / "estimates" / "tables" / "models.parquet")
    row: dict = {}
    for model, term in (HEADLINE, *OTHERS):
        found = models.filter((pl.col("model") == model) & (pl.col("term") == term))
        if found.is_empty():
            continue
        first = found.row(0, named=True)
        name = f"{model}.{term}"
        row |= {f"{name}.{key}": first[key] for key in ("coef", "se", "low", "high")}
    ever = pl.read_parquet(stage / "estimates" / "tables" / "ever_changed.parquet").row(0)
    row["ever_changed"] = ever[2] / ever[1]
    return row | detection(private, stage)


def detection(private: Path, stage: Path) -> dict:
    """Recall and precision of departures among caseworkers with at least three clients."""
    keys = pl.read_parquet(private / "register" / "caseworker_keys.parquet")
    found = pl.read_parquet(stage / "changes" / "departures.parquet").select("caseworker")
    true = pl.read_parquet(private / "truth_departures.parquet").rename({"caseworker": "key"})
    decided = yaml.safe_load((stage / "changes" / "decided.json").read_text(encoding="utf-8"))
    limit = pl.lit(decided["decided_until"]).str.to_date()
    named = true.join(keys, on="key")
    known = named.filter((pl.col("date") <= limit) & (pl.col("clients") >= 3))
    hits = known.join(found, on="caseworker", how="semi").height
    right = found.join(named, on="caseworker", how="semi").height
    return {
        "departures": found.height,
        "recall": hits / known.height,
        "precision": right / found.height,
    }


def summarise(rows: list[dict], planted: float) -> int:
    """Print one planted hazard ratio's table; returns how many intervals hold the truth."""
    print(f"\nplanted hazard ratio {planted}")
    print(f"{'estimate':40} {'mean HR':>8} {'bias':>7} {'mean SE':>8} {'SD':>7} {'holds':>6}")
    holding = 0
    for model, term in (HEADLINE, *OTHERS):
        name = f"{model}.{term}"
        got = [row for row in rows if f"{name}.coef" in row]
        coefs = [row[f"{name}.coef"] for row in got]
        holds = sum(row[f"{name}.low"] <= planted <= row[f"{name}.high"] for row in got)
        mean = statistics.fmean(coefs)
        spread = statistics.stdev(coefs) if len(coefs) > 1 else math.nan
        bias = math.exp(mean) / planted - 1
        se = statistics.fmean(row[f"{name}.se"] for row in got)
        print(
            f"{name:40} {math.exp(mean):8.3f} {bias:+7.1%} {se:8.3f} {spread:7.3f} "
            f"{holds:3}/{len(got)}"
        )
        if (model, term) == HEADLINE:
            holding = holds
    for key in ("ever_changed", "departures", "recall", "precision"):
        print(f"mean {key:35} {statistics.fmean(row[key] for row in rows):8.3f}")
    return holding


def main() -> None:
    """Run all seeds and say whether enough intervals hold the truth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scenario", default="A")
    parser.add_argument("--hazard-ratios", type=float, nargs="+", default=[0.78, 1.0])
    arguments = parser.parse_args()
    enough = True
    for planted in arguments.hazard_ratios:
        rows = []
        for seed in range(1, arguments.seeds + 1):
            started = time.perf_counter()
            settings = {
                "persons": arguments.persons,
                "seed": seed,
                "scenario": arguments.scenario,
                "hazard_ratio": planted,
            }
            with tempfile.TemporaryDirectory() as folder:
                rows.append(run(settings, Path(folder)))
            low, high = (rows[-1][f"{'.'.join(HEADLINE)}.{key}"] for key in ("low", "high"))
            seconds = time.perf_counter() - started
            print(f"seed {seed:3}  [{low:.3f}, {high:.3f}]  {seconds:5.1f} s", flush=True)
        holding = summarise(rows, planted)
        enough &= holding >= LEAST_SHARE * arguments.seeds
        print(f"{holding} of {arguments.seeds} headline intervals hold {planted}")
    sys.exit(0 if enough else 1)


if __name__ == "__main__":
    main()
