"""Power by simulation: what a study of a given size could show, before any data are seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.distributions import normal_quantile, t_quantile
from trajectories.errors import UserError
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.errors import NotEstimableError

BAND_STARTS = np.array([0, 3, 6, 12, 24, 36])
BAND_EFFECTS = np.array([0.0, -0.1, -0.3, -0.6, -0.8, -1.0])
MOST_EXPOSED = 5
MOST_PERSON_MONTHS = 200_000_000
LEVEL, WANTED_POWER = 0.05, 0.8
POWER_SCHEMA = {
    "hazard_ratio": pl.Float64,
    "power": pl.Float64,
    "power_error": pl.Float64,
    "coverage": pl.Float64,
    "mean_estimate": pl.Float64,
    "standard_error": pl.Float64,
    "spread": pl.Float64,
    "detectable": pl.Float64,
    "clusters": pl.Int64,
    "exposed_months": pl.Int64,
    "person_months": pl.Int64,
    "events": pl.Int64,
    "replications": pl.Int64,
}


@dataclass(frozen=True)
class Study:
    """A planned study.

    Attributes:
        persons: persons who enter the risk set.
        municipalities: municipalities, of equal size.
        departures: caseworkers who leave during the study.
        months: months of the study; persons enter evenly over time.
        teams: teams per municipality; teams are the clusters.
        caseload: persons at risk per caseworker.
        job_hazard: monthly probability of a job in the first months; it falls with time.
        other_hazard: monthly probability of any other exit.
        cluster_sd: standard deviation of the teams' log hazards.
        caseworker_sd: standard deviation of the caseworkers' log hazards; successors draw their
            own.
    """

    persons: int
    municipalities: int
    departures: int
    months: int = 60
    teams: int = 3
    caseload: int = 40
    job_hazard: float = 0.014
    other_hazard: float = 0.011
    cluster_sd: float = 0.1
    caseworker_sd: float = 0.1

    def __post_init__(self) -> None:
        """Check the sizes and rates.

        Raises:
            UserError: a number is out of range.
        """
        for name in ("persons", "municipalities", "departures", "months", "teams", "caseload"):
            if getattr(self, name) < 1:
                raise UserError(f"{name} must be 1 or more.")
        for name in ("job_hazard", "other_hazard"):
            if not 0 < getattr(self, name) < 1:
                raise UserError(f"{name} must lie between 0 and 1.")
        for name in ("cluster_sd", "caseworker_sd"):
            if getattr(self, name) < 0:
                raise UserError(f"{name} must not be negative.")
        if self.persons * self.months > MOST_PERSON_MONTHS:
            raise UserError(
                f"persons times months must be {MOST_PERSON_MONTHS:,} or fewer, to fit in memory."
            )
        if self.municipalities * self.teams < 2:
            raise UserError("There must be two teams or more: they are the clusters.")


def power(study: Study, hazard_ratio: float, *, replications: int, seed: int) -> dict[str, Any]:
    """Simulate a study repeatedly and estimate it as the report would.

    Departures are drawn at random over caseworkers and months. Everybody on a leaver's list is
    exposed from the next month on, and each departure multiplies the hazard of a job. The model is
    the report's (cloglog, duration bands, municipality, half-year), with CRV3 over the teams and
    t(G−1).

    Returns:
        The columns of `POWER_SCHEMA`: power at the 5 per cent level with its Monte Carlo standard
        error, coverage of the 95 per cent interval, geometric mean of the estimates, mean standard
        error and spread of the log hazard ratio, the hazard ratio below 1 detectable with 80 per
        cent power, and mean sizes.

    Raises:
        UserError: the hazard ratio is not positive.
        NotEstimableError: no simulated study could be estimated.
    """
    if not 0 < hazard_ratio < np.inf:
        raise UserError("The hazard ratio must be above 0 and finite.")
    if seed < 0:
        raise UserError("The seed must be 0 or more.")
    truth = np.log(hazard_ratio)
    found, sizes, clusters = [], [], 0
    for replication in range(replications):
        cells = simulate(study, hazard_ratio, seed=[seed, replication])
        try:
            fit = fit_hazard(
                cells,
                event="event",
                terms=["C(band)", "C(municipality)", "C(half_year)", "exposed"],
                cluster="team",
                variance="crv3",
                weight="n",
            )
        except NotEstimableError:
            continue
        row = fit.table.filter(pl.col("term") == "exposed")
        if row.height and np.isfinite(row["se"][0]):
            found.append((row["coef"][0], row["se"][0]))
            exposed = cells.filter(pl.col("exposed") > 0)["n"].sum()
            sizes.append((exposed, fit.n, fit.events))
            clusters = fit.clusters
    if not found:
        raise NotEstimableError("No simulated study could be estimated: it is too small.")
    coef, se = np.array(found).T
    quantile = t_quantile(1 - LEVEL / 2, max(clusters - 1, 1))
    share = float((np.abs(coef / se) > quantile).mean())
    enough = quantile + normal_quantile(WANTED_POWER)
    exposed, months, events = np.array(sizes, dtype=float).mean(axis=0)
    return {
        "hazard_ratio": hazard_ratio,
        "power": share,
        "power_error": float(np.sqrt(share * (1 - share) / len(coef))),
        "coverage": float((np.abs(coef - truth) <= quantile * se).mean()),
        "mean_estimate": float(np.exp(coef.mean())),
        "standard_error": float(se.mean()),
        "spread": float(coef.std(ddof=1)) if len(coef) > 1 else float("nan"),
        "detectable": float(np.exp(-enough * se.mean())),
        "clusters": clusters,
        "exposed_months": round(exposed),
        "person_months": round(months),
        "events": round(events),
        "replications": len(coef),
    }


def simulate(study: Study, hazard_ratio: float, *, seed: list[int]) -> pl.DataFrame:
    """One study as person-months: municipality, team, half_year, band, exposed, event, n (f64)."""
    rng = np.random.default_rng(seed)
    n, teams = study.persons, study.municipalities * study.teams
    stay = 1 / (0.6 * study.job_hazard + study.other_hazard)
    at_once = n * min(stay / study.months, 1.0)
    posts = max(teams, round(at_once / study.caseload))
    team_of = np.arange(posts) % teams
    post = rng.integers(0, posts, n)
    entry = rng.integers(0, study.months, n)
    team_effect = rng.normal(0, study.cluster_sd, teams)[team_of]
    worker_effect = rng.normal(0, study.caseworker_sd, posts)
    leaving = _departures(rng, posts, study)
    exposed = np.zeros(n, dtype=np.int64)
    here = np.ones(n, dtype=bool)
    halves = -(-study.months // 6)
    shape = (teams, halves, len(BAND_STARTS), MOST_EXPOSED + 1, 2)
    counts = np.zeros(int(np.prod(shape)))
    effect = np.log(hazard_ratio)
    for month in range(study.months):
        rows = np.flatnonzero(here & (entry <= month))
        band = np.searchsorted(BAND_STARTS, month - entry[rows], side="right") - 1
        own = post[rows]
        eta = BAND_EFFECTS[band] + team_effect[own] + worker_effect[own] + effect * exposed[rows]
        job = rng.random(len(rows)) < -np.expm1(-study.job_hazard * np.exp(eta))
        gone = rng.random(len(rows)) < study.other_hazard
        seen = np.minimum(exposed[rows], MOST_EXPOSED)
        place = np.ravel_multi_index(
            (team_of[own], np.full(len(rows), month // 6), band, seen, job.astype(np.int64)), shape
        )
        counts += np.bincount(place, minlength=len(counts))
        here[rows[job | gone]] = False
        left = leaving[month]
        if left.size:
            exposed[here & (entry <= month) & np.isin(post, left)] += 1
            worker_effect[left] = rng.normal(0, study.caseworker_sd, left.size)
    kept = np.flatnonzero(counts)
    team, half, band, seen, event = np.unravel_index(kept, shape)
    return pl.DataFrame(
        {
            "municipality": team % study.municipalities,
            "team": team,
            "half_year": half,
            "band": band,
            "exposed": seen,
            "event": event.astype(np.int8),
            "n": counts[kept],
        }
    )


def _departures(rng: np.random.Generator, posts: int, study: Study) -> list[Ints]:
    """The posts whose caseworker leaves, by month; at most one change per post and month."""
    most = posts * study.months
    drawn = rng.choice(most, min(study.departures, most), replace=False)
    return [np.sort(drawn[drawn % study.months == m] // study.months) for m in range(study.months)]
