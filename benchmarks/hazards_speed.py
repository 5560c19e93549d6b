"""How fast is the headline model, and how much faster than its peers?

    python benchmarks/hazards_speed.py ours           1 M person-months in memory, one clustering;
                                                      180 specifications
    python benchmarks/hazards_speed.py large FOLDER   50 M person-months scanned from Parquet, three
                                                      clusterings (the files are made where missing)
    python benchmarks/hazards_speed.py peers          a smaller model by glum and statsmodels
                                                      (cloglog) and pyfixest (logit), through uv

Prints seconds, peak memory and, for peers, the ratio and the largest difference of coefficients.
Ends with exit code 1 where a target is missed.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from hazards_panel import chunks, write

from trajectories.hazards import fit_hazard

HEADLINE = (
    "C(duration_band)",
    "C(municipality)*C(half_year)",
    "C(team_first)",
    "C(age_band)",
    "C(sex)",
    "listed_departures",
)
# Peers work row by row: a design of 40 columns keeps them within memory.
SMALLER = (
    "C(duration_band)",
    "C(municipality)",
    "C(half_year)",
    "C(age_band)",
    "C(sex)",
    "listed_departures",
)
PEERS = Path(__file__).with_name("hazards_peers.py")
MOST_SECONDS, MOST_SECONDS_LARGE, MOST_GIB, MOST_SECONDS_SPECIFICATIONS = 0.5, 30.0, 2.5, 40.0
LEAST_RATIO = 15.0
LARGE = 50_000_000


def peak_gib() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def best_of(times: int, work: object) -> float:
    """The shortest of a few runs, in seconds."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()  # type: ignore[operator]
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def ours(rows: int) -> bool:
    """Time the headline and 180 specifications in memory."""
    panel = pl.concat(list(chunks(rows)))
    headline = best_of(4, lambda: fit_hazard(panel, terms=HEADLINE, cluster="cluster", event="job"))
    print(f"headline, {rows:,} person-months, one clustering: {headline:.2f} s")
    controls = ("C(municipality)", "C(half_year)", "C(age_band)", "C(sex)", "C(team_first)")
    started = time.perf_counter()
    count = 0
    for link in ("cloglog", "logit", "poisson"):
        for band in ("C(duration_band)", "duration_band"):
            for choice in range(30):
                chosen = [c for i, c in enumerate(controls) if choice >> i & 1]
                terms = [band, *chosen, "listed_departures"]
                fit_hazard(panel, terms=terms, link=link, cluster="cluster")
                count += 1
    seconds = time.perf_counter() - started
    print(f"{count} specifications: {seconds:.1f} s; peak {peak_gib():.2f} GiB")
    return headline <= MOST_SECONDS and seconds <= MOST_SECONDS_SPECIFICATIONS


def large(folder: Path, rows: int) -> bool:
    """Time the headline with three clusterings on Parquet files."""
    if not any(folder.glob("*.parquet")):
        made = subprocess.run(
            [sys.executable, __file__, "write", str(folder), "--rows", str(rows)], check=False
        )
        if made.returncode:
            return False
    scan = pl.scan_parquet(folder / "*.parquet")
    started = time.perf_counter()
    fit = fit_hazard(scan, terms=HEADLINE, cluster="cluster")
    print(f"by cluster: {time.perf_counter() - started:.1f} s, {peak_gib():.2f} GiB", flush=True)
    for name in ("caseworker", "person"):
        other = fit.with_cluster(name)
        seconds = time.perf_counter() - started
        print(
            f"+ by {name} ({other.clusters:,}): {seconds:.1f} s, {peak_gib():.2f} GiB", flush=True
        )
    seconds = time.perf_counter() - started
    return seconds <= MOST_SECONDS_LARGE and peak_gib() <= MOST_GIB


def peers(rows: int, uv: str) -> bool:
    """Time the peers on the same rows and compare coefficients."""
    panel = pl.concat(list(chunks(rows)))
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        panel.write_csv(folder / "panel.csv")
        for peer, link in (("glum", "cloglog"), ("statsmodels", "cloglog"), ("pyfixest", "logit")):

            def work(link: str = link) -> None:
                fit_hazard(panel, terms=SMALLER, link=link, cluster="cluster")

            fit = fit_hazard(panel, terms=SMALLER, link=link, cluster="cluster")
            seconds = best_of(3, work)
            out = folder / f"{peer}.json"
            subprocess.run(
                [uv, "run", "--no-project", str(PEERS), peer, str(folder / "panel.csv"), str(out)],
                check=True,
            )
            found = json.loads(out.read_text(encoding="utf-8"))
            coefficients = np.array(found["coef"])
            apart = np.abs(np.sort(coefficients) - np.sort(fit.table["coef"].to_numpy())).max()
            ratio = found["seconds"] / seconds
            good &= bool(ratio >= LEAST_RATIO and apart < 1e-4)
            print(
                f"{peer:12} {link:8} {found['seconds']:6.1f} s, ours {seconds:.2f} s: {ratio:.0f} "
                f"times; coefficients apart by at most {apart:.1e}",
                flush=True,
            )
    return good


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("ours", "large", "peers", "write"))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--uv", default=shutil.which("uv") or ".uv/bin/uv")
    arguments = parser.parse_args()
    if arguments.part in ("large", "write") and arguments.folder is None:
        parser.error("name a folder for the Parquet files")
    if arguments.part == "write":
        write(arguments.rows or LARGE, arguments.folder)
        return
    million = arguments.rows or 1_000_000
    if arguments.part == "large":
        good = large(arguments.folder, arguments.rows or LARGE)
    elif arguments.part == "ours":
        good = ours(million)
    else:
        good = peers(million, arguments.uv)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
