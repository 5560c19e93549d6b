"""From how many clusters on does the interval of the headline hold, and that of a group?

Draws small registers of G teams, in which the same number of caseworkers leave however many teams
there are, with teams, caseworkers and half-years that differ in the chance of a job, and estimates
the hazard ratio of a departure as the report does.

    python benchmarks/hazards_few_clusters.py run --registers R [--part K/N]
    python benchmarks/hazards_few_clusters.py groups --registers R
    python benchmarks/hazards_few_clusters.py table

`run` asks how often intervals by cluster (the jackknife with t(G−1)) and by person hold the planted
ratio. `groups` asks the same of groups of four teams each, in a register of 24: by the sandwich and
by the jackknife with t(G−1), and by the jackknife with t(G_g−1), G_g being the group's clusters in
which an exposed person has the event. One row a register and number of teams (or a group) goes to a
CSV, so that it can go on where it stopped; `table` prints the tables of the documentation.
"""

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from hazards_coverage import append, read
from scipy import stats

from trajectories.hazards.designs.rows import CLUSTER, EXPOSURE
from trajectories.hazards.designs.support import clusters_with_exposed_events
from trajectories.studies.refits import counted, fit_absorbed
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.errors import NotEstimableError

FOLDER = Path(__file__).parent / "results"
TEAMS = (2, 3, 4, 5, 6, 8, 12, 20)
BY_PERSON = (3, 6)
GROUPS, TEAMS_A_GROUP = 6, 4
MONTHS, HALF_YEAR = 96, 6
LOG_RATIO = float(np.log(0.78))
HAZARD, OTHER_EXIT = 0.012, 0.02
CASEWORKERS, CLIENTS, LEAVING = 60, 15, 0.0105
"""Caseworkers of all teams together, clients of each, and the monthly chance of leaving."""
PERSONS_APART = 10**7
"""More than the persons of one team: their numbers stay apart."""
TEAM_SD, CASEWORKER_SD, SHOCK_SD, SIZE_SD = 0.2, 0.2, 0.1, 0.5
FIELDS = ("teams", "seed", "clusters", "coef", "jackknife_se", "person_se")
GROUP_FIELDS = ("seed", "group", "clusters", "all_clusters", "coef", "sandwich_se", "jackknife_se")


def team(caseworkers: int, number: int, rng: np.random.Generator) -> pl.DataFrame:
    """The person-months of one team: every client who leaves is replaced by a new one."""
    people = caseworkers * CLIENTS
    held = np.repeat(np.arange(caseworkers), CLIENTS)
    quality = rng.normal(0, CASEWORKER_SD, caseworkers)
    level = rng.normal(0, TEAM_SD)
    shocks = rng.normal(0, SHOCK_SD, MONTHS // HALF_YEAR)
    person, entered = np.arange(people), np.zeros(people, dtype=int)
    exposed = np.zeros(people, dtype=int)
    newest = people
    columns: dict[str, list] = {"person": [], "half_year": [], "band": [], EXPOSURE: [], "job": []}
    for month in range(MONTHS):
        half_year = month // HALF_YEAR
        rate = HAZARD * np.exp(level + shocks[half_year] + quality[held] + LOG_RATIO * exposed)
        job = rng.random(people) < -np.expm1(-rate)
        gone = job | (rng.random(people) < OTHER_EXIT)
        band = np.searchsorted([3, 6, 12, 24], month - entered, side="right")
        values = (person, np.full(people, half_year), band, exposed, job.astype(np.int8))
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
        left = rng.random(caseworkers) < LEAVING
        exposed = np.minimum(exposed + left[held], 3)
        quality[left] = rng.normal(0, CASEWORKER_SD, left.sum())
        person = np.where(gone, newest + np.cumsum(gone) - 1, person)
        newest += gone.sum()
        entered, exposed = np.where(gone, month + 1, entered), np.where(gone, 0, exposed)
    rows = pl.DataFrame({name: np.concatenate(column) for name, column in columns.items()})
    return rows.with_columns(
        pl.lit(number).alias(CLUSTER), person=number * PERSONS_APART + pl.col("person")
    )


def register(teams: int, caseworkers: int, rng: np.random.Generator) -> pl.DataFrame:
    """The person-months of teams of unequal size."""
    share = rng.lognormal(0, SIZE_SD, teams)
    sizes = np.maximum(np.round(caseworkers * share / share.sum()), 1).astype(int)
    return pl.concat([team(size, number, rng) for number, size in enumerate(sizes)])


def of(fit: HazardFit, term: str) -> dict[str, float]:
    """A term's row of a fit."""
    return fit.table.filter(pl.col("term") == term).row(0, named=True)


def headline(teams: int, seed: int) -> dict:
    """The headline of one register; by person too where it has as many teams as `BY_PERSON`."""
    rows = register(teams, CASEWORKERS, np.random.default_rng([seed, teams]))
    factors = ("half_year", "band", "team")
    teamed = rows.with_columns(team=pl.col(CLUSTER))
    counts = counted(teamed, event="job", factors=factors, numbers=(EXPOSURE,))
    fit = fit_absorbed(counts)
    found = {
        "teams": teams,
        "seed": seed,
        "clusters": clusters_with_exposed_events(rows, "job"),
        "coef": fit.coef[0],
        "jackknife_se": float(np.sqrt(fit.vcov[0, 0])),
    }
    if teams in BY_PERSON:
        terms = ["C(band)", "C(half_year)", f"C({CLUSTER})", EXPOSURE]
        found["person_se"] = of(fit_hazard(rows, terms=terms, cluster="person"), EXPOSURE)["se"]
    return found


def by_group(seed: int) -> list[dict]:
    """The ratios within groups of teams of one register."""
    teams = GROUPS * TEAMS_A_GROUP
    rows = register(teams, 2 * CASEWORKERS, np.random.default_rng([seed, teams]))
    rows = rows.with_columns(town=pl.format("town {}", pl.col(CLUSTER) // TEAMS_A_GROUP))
    terms = ["C(band)", "C(town)*C(half_year)", f"C({CLUSTER})", f"C(town):{EXPOSURE}"]
    fit = fit_hazard(rows, terms=terms, cluster=CLUSTER)
    sober = fit.with_cluster(CLUSTER, variance="crv3")
    found = []
    for group in range(GROUPS):
        term = f"C(town)[town {group}]:{EXPOSURE}"
        own = rows.filter(pl.col("town") == f"town {group}")
        found.append(
            {
                "seed": seed,
                "group": group,
                "clusters": clusters_with_exposed_events(own, "job"),
                "all_clusters": fit.clusters,
                "coef": of(fit, term)["coef"],
                "sandwich_se": of(fit, term)["se"],
                "jackknife_se": of(sober, term)["se"],
            }
        )
    return found


def share_held(rows: list[dict[str, str]], se: str, clusters: str | None) -> str:
    """How often an interval holds the planted ratio, with the exact 99 % interval of that share.

    Without `clusters` the quantile is the normal one.
    """
    known = [row for row in rows if row[se] and float(row[se]) > 0]
    held = 0
    for row in known:
        freedom = np.inf if clusters is None else max(int(row[clusters]) - 1, 1)
        reach = stats.t.ppf(0.975, freedom) * float(row[se])
        held += abs(float(row["coef"]) - LOG_RATIO) <= reach
    bounds = stats.binomtest(held, len(known)).proportion_ci(0.99)
    return f"{held / len(known):.3f} [{bounds.low:.3f}, {bounds.high:.3f}]"


def table(runs: Path, groups: Path) -> None:
    """Print the Markdown tables."""
    rows = read(runs)
    print("| teams | registers | mean ratio | jackknife, t(G−1) | persons | median ± (jackknife) |")
    print("|---|---|---|---|---|---|")
    for teams in TEAMS:
        own = [row for row in rows if int(row["teams"]) == teams and row["coef"]]
        if own:
            mean = np.exp(np.mean([float(row["coef"]) for row in own]))
            wide = [
                float(row["jackknife_se"]) * stats.t.ppf(0.975, teams - 1)
                for row in own
                if row["jackknife_se"]
            ]
            held = share_held(own, "jackknife_se", "teams")
            persons = share_held(own, "person_se", None) if teams in BY_PERSON else "–"
            print(
                f"| {teams} | {len(own)} | {mean:.3f} | {held} | {persons} "
                f"| × {np.exp(np.median(wide)):.2f} |"
            )
    rows = read(groups)
    print("\n| clusters of the group | groups | sandwich, t(G−1) | jackknife, t(G−1) ", end="")
    print("| jackknife, t(G_g−1) |\n|---|---|---|---|---|")
    for clusters in sorted({int(row["clusters"]) for row in rows}):
        own = [row for row in rows if int(row["clusters"]) == clusters]
        columns = (
            ("sandwich_se", "all_clusters"),
            ("jackknife_se", "all_clusters"),
            ("jackknife_se", "clusters"),
        )
        print(f"| {clusters} | {len(own)} | {' | '.join(share_held(own, *c) for c in columns)} |")


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("run", "groups", "table"))
    parser.add_argument("--registers", type=int, default=400)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    runs = arguments.out / "hazards_few_clusters.csv"
    groups = arguments.out / "hazards_few_clusters_groups.csv"
    part, of_parts = map(int, arguments.part.split("/"))
    if arguments.command == "table":
        table(runs, groups)
    done = {(row.get("teams"), row["seed"]) for row in read(runs)}
    told = {row["seed"] for row in read(groups)}
    for seed in range(part, arguments.registers + 1, of_parts):
        for teams in TEAMS if arguments.command == "run" else ():
            if (str(teams), str(seed)) not in done:
                try:
                    append(runs, headline(teams, seed), FIELDS)
                except NotEstimableError:
                    append(runs, {"teams": teams, "seed": seed}, FIELDS)
        if arguments.command == "groups" and str(seed) not in told:
            for row in by_group(seed):
                append(groups, row, GROUP_FIELDS)


if __name__ == "__main__":
    main()
