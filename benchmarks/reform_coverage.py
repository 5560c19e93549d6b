"""Whether the comparison of periods finds what was planted, and how often its intervals cover it.

The registers are made here with NumPy, not by the package's simulator. Five questions:

- relabelling: the young get other codes from the reform on, and nothing else changes. Contrasts of
  clusters of states are zero, those of clusters of codes are not.

- composition: people change, what becomes of those alike does not. Raw differences of shares are
  biased, reweighted ones are not.
- typology: clusters without gaps. Intervals that hold the typology fixed cover too rarely, those of
  persons drawn and clustered anew do not. The truth is a population of 50,000, clustered likewise.
- design: monthly exits of two groups, a reform that moves one of them, at several dates.
- trends: the groups' trends differ. The pre-trend test speaks, and intervals under bounded changes
  of slope cover where the plain one does not.

    python benchmarks/reform_coverage.py [REGISTERS] [QUESTION …]

Each question prints a line of results as JSON. 200 registers take about twenty minutes, most of
them for clusters made anew.
"""

import datetime as dt
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.reform import Calendar, composition_weights, difference_in_differences, trends
from trajectories.reform.design.pre_trends import pre_trends
from trajectories.reform.design.smoothness import honest_interval
from trajectories.reform.resampling.reclustered import Typed, normal_interval, resampled
from trajectories.register.codes.codelist import (
    describe_codes,
    load_alphabet,
    load_codelist,
    load_states,
)
from trajectories.register.codes.relabelling import load_relabelling
from trajectories.sequences import monthly_states
from trajectories.typology import pam

LISTS = Path(__file__).parents[1] / "config" / "codelists"

DATES = (dt.date(2012, 1, 1), dt.date(2014, 1, 1), dt.date(2015, 7, 1))
FIRST, MONTHS = 2008, 132


def composition(registers: int) -> dict:
    """Compare raw and reweighted differences with the truth among people alike."""
    truth, found = 0.06, []
    for seed in range(registers):
        stream = np.random.default_rng([1, seed])
        n = 6000
        late = stream.random(n) < 0.5
        young = stream.random(n) < np.where(late, 0.55, 0.35)
        ready = stream.random(n) < 0.3 + 0.2 * young + 0.15 * late
        job = stream.random(n) < 0.15 + 0.25 * young + 0.1 * ready + truth * late
        data = pl.DataFrame(
            {
                "group": np.where(late, "after", "before"),
                "young": young,
                "ready": ready,
            }
        )
        weights = composition_weights(data, "group", "before", ["young", "ready"]).weights
        ones = np.ones(n)
        found.append(
            [
                np.average(job[late], weights=w[late]) - np.average(job[~late], weights=w[~late])
                for w in (ones, weights)
            ]
        )
    raw, adjusted = np.mean(found, axis=0)
    errors = np.std(found, axis=0, ddof=1) / np.sqrt(registers) / truth
    return {
        "truth": truth,
        "raw": raw / truth - 1,
        "adjusted": adjusted / truth - 1,
        "errors": errors.tolist(),
    }


def world(stream: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points of n persons on a plane, without gaps, and who came after the reform."""
    late = stream.random(n) < 0.5
    close = stream.normal([1.0, 0.3], [0.6, 0.8], (n, 2))
    wide = stream.normal([0.0, 0.0], [1.6, 1.2], (n, 2))
    return np.where(late[:, None], close, wide), late


def population(clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the geometric medians of a population's clusters, and their contrasts."""
    points, late = world(np.random.default_rng(99), 50_000)
    stream, best = np.random.default_rng(98), np.inf
    for _ in range(6):
        centres = points[stream.choice(len(points), clusters, replace=False)]
        for _ in range(150):
            away = np.sqrt(((points[:, None] - centres) ** 2).sum(axis=2))
            labels = away.argmin(axis=1)
            for cluster in range(clusters):
                pull = 1 / np.maximum(away[labels == cluster, cluster], 1e-6)
                centres[cluster] = pull @ points[labels == cluster] / pull.sum()
        if (loss := away.min(axis=1).mean()) < best - 1e-9:
            best, kept = loss, (centres.copy(), labels.copy())
    return kept[0], contrast(kept[1], np.ones(len(points)), late, clusters)


def contrast(cluster: np.ndarray, weight: np.ndarray, late: np.ndarray, k: int) -> np.ndarray:
    """Return the difference of each cluster's share, after minus before."""
    shares = [
        np.bincount(cluster[own], weights=weight[own], minlength=k) / weight[own].sum()
        for own in (late, ~late)
    ]
    return shares[0] - shares[1]


def typology(registers: int, *, clusters: int = 3, n: int = 600, replicates: int = 100) -> dict:
    """Count how often intervals cover, with the typology fixed and made anew."""
    centres, truth = population(clusters)
    hits = {False: [], True: []}
    for seed in range(registers):
        points, late = world(np.random.default_rng([2, seed]), n)
        away = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
        medoids, _, intervals = resampled_contrasts(away, late, clusters, replicates, seed)
        _, same = linear_sum_assignment(
            np.hypot(*(points[medoids][:, None] - centres).transpose(2, 0, 1))
        )
        for anew, (low, high) in intervals.items():
            hits[anew].append((low <= truth[same]) & (truth[same] <= high))
    return {"fixed": float(np.mean(hits[False])), "anew": float(np.mean(hits[True]))}


def resampled_contrasts(
    away: np.ndarray, late: np.ndarray, clusters: int, replicates: int, seed: int
) -> tuple[np.ndarray, np.ndarray, dict[bool, tuple[np.ndarray, np.ndarray]]]:
    """Return medoids, contrasts of clusters, and intervals without and with clusters made anew."""
    n = len(away)
    found = pam(away[np.triu_indices(n, 1)], clusters, seed=seed)
    space = OnDemand(
        n,
        lambda items: away[np.ix_(items, items)][np.triu_indices(len(items), 1)],
        lambda rows, columns: away[np.ix_(rows, columns)],
    )
    every = np.arange(n)
    typed = Typed(space, every, every, np.ones(n), found.labels, found.medoids)
    estimate = contrast(found.labels, np.ones(n), late, clusters)
    intervals = {}
    for anew in (False, True):
        drawn = resampled(
            typed,
            lambda cluster, weight: contrast(cluster, weight, late, clusters),
            replicates=replicates,
            seed=seed,
            recluster=anew,
        )
        intervals[anew] = normal_interval(estimate, drawn, 0.95)[1:]
    return found.medoids, estimate, intervals


def courses(stream: np.random.Generator, n: int, late: np.ndarray, renamed: dict) -> list:
    """Return the matrices of states and of codes of n persons, twelve months each.

    Half of them are young. Their months of 2014 have the new names of the codes of 2013.
    """
    status = stream.integers(0, 4, (n, 12))
    for month in range(1, 12):
        stays = stream.random(n) < 0.85
        status[:, month] = np.where(stays, status[:, month - 1], status[:, month])
    codes = np.array(["130", "136", "730", ""])[status]
    young = stream.random(n) < 0.5
    new = np.array([renamed.get(code, code) for code in ("130", "136", "730", "")])[status]
    codes = np.where((young & late)[:, None], new, codes)
    rows = [
        (person, codes[person, month], dt.date(2014 if late[person] else 2013, month + 1, 1))
        for person in range(n)
        for month in range(12)
        if codes[person, month]
    ]
    # Who has no spell at all has no months: everybody has one before the two years.
    rows += [(person, "130", dt.date(2012, 1, 1)) for person in range(n)]
    schema = {"person": pl.UInt32, "code": pl.String, "start": pl.Date}
    spells = pl.DataFrame(rows, schema, orient="row").sort("person", "start")
    spells = spells.with_columns(
        end=pl.col("start").dt.month_end(), municipality=pl.lit(None, pl.Int16)
    )
    nothing = [pl.lit(None, pl.Date).alias(name) for name in ("birth_date", "died", "emigrated")]
    persons = pl.DataFrame({"person": range(n)}, {"person": pl.UInt32}).with_columns(
        *nothing, municipality=pl.lit(657, pl.Int16)
    )
    months = monthly_states(
        describe_codes(spells, load_codelist(LISTS / "dream.csv")),
        rules=load_states(LISTS / "states.csv"),
        alphabet=load_alphabet(LISTS / "alphabet.csv"),
        persons=persons,
        first_day=dt.date(2012, 1, 1),
        last_day=dt.date(2014, 12, 31),
    ).sort("person", "month")
    year = np.where(late, 2014, 2013)[months["person"].to_numpy()]
    own = months["month"].dt.year().to_numpy() == year
    states = months["state"].to_physical().to_numpy()[own].reshape(n, 12)
    return [states, np.unique(codes, return_inverse=True)[1].reshape(n, 12)]


def relabelling(registers: int, *, clusters: int = 4, n: int = 400, replicates: int = 100) -> dict:
    """Count how often intervals of clusters of states, and of codes, cover a contrast of zero."""
    table = load_relabelling(LISTS / "relabelling_2014.csv").filter(pl.col("dimension") == "code")
    renamed = dict(table.select("before", "after").iter_rows())
    hits, sizes = ([], []), ([], [])
    for seed in range(registers):
        stream = np.random.default_rng([5, seed])
        late = np.arange(n) % 2 == 1
        for matrix, hit, size in zip(courses(stream, n, late, renamed), hits, sizes, strict=True):
            away = (matrix[:, None] != matrix).sum(axis=2).astype(float)
            _, estimate, intervals = resampled_contrasts(away, late, clusters, replicates, seed)
            low, high = intervals[True]
            hit.append((low <= 0) & (high >= 0))
            size.append(np.abs(estimate).max())
    return {
        "states": float(np.mean(hits[0])),
        "codes": float(np.mean(hits[1])),
        "largest contrast of states": float(np.mean(sizes[0])),
        "largest contrast of codes": float(np.mean(sizes[1])),
    }


def months(stream: np.random.Generator, date: dt.date, effect: float, bend: float) -> pl.DataFrame:
    """Return months at risk of two groups, persons with chances of their own."""
    n, people = 40_000, 4_000
    person, index = stream.integers(0, people, n), stream.integers(0, MONTHS, n)
    touched = person % 3 == 0
    own = np.random.default_rng(5).beta(4, 16, people)[person]
    at = (date.year - FIRST) * 12 + date.month - 1
    chance = own + 0.02 * np.sin(index / 12 * 2 * np.pi) + 0.0004 * index + 0.05 * touched
    chance = chance + touched * (effect * (index >= at) + bend * (index - at) / 12)
    calendar = [dt.date(FIRST + i // 12, i % 12 + 1, 1) for i in range(MONTHS)]
    return pl.DataFrame(
        {
            "person": person,
            "month": pl.Series(calendar)[index],
            "touched": touched,
            "weight": 1.0,
            "exit": stream.random(n) < np.clip(chance, 0, 1),
        }
    )


def design(registers: int, *, effect: float = 0.05) -> dict:
    """Count how often the contrast's interval covers the planted effect, by date."""
    covered = {}
    for date in DATES:
        calendar = Calendar(date, 9, 24, 3)
        hits, spoke = [], []
        for seed in range(registers):
            data = months(np.random.default_rng([3, seed]), date, effect, 0.0)
            row = difference_in_differences(data, "exit", calendar=calendar).row(0, named=True)
            hits.append(row["low"] <= effect <= row["high"])
            seen = trends(data, "exit", calendar=calendar, shown_months=36)
            spoke.append(pre_trends(seen).p_value < 0.05)
        covered[str(date)] = {"covered": np.mean(hits), "pre_trends_speak": np.mean(spoke)}
    return covered


def diverging(registers: int, *, effect: float = 0.05, bend: float = 0.03) -> dict:
    """Let the groups drift apart by a constant slope; compare the plain and honest intervals."""
    calendar = Calendar(DATES[1], 9, 24, 3)
    plain, honest, spoke = [], [], []
    for seed in range(registers):
        data = months(np.random.default_rng([4, seed]), DATES[1], effect, bend)
        row = difference_in_differences(data, "exit", calendar=calendar).row(0, named=True)
        plain.append(row["low"] <= effect <= row["high"])
        seen = trends(data, "exit", calendar=calendar, shown_months=48)
        spoke.append(pre_trends(seen).p_value < 0.05)
        later = seen.steps[seen.steps >= 0]
        after = (later < 8) / (later < 8).sum()
        # The planted drift is linear; the effect is constant, so its mean over steps is itself.
        interval = honest_interval(seen, after, 0.0005)
        honest.append(interval.low <= effect <= interval.high)
    return {
        "plain": np.mean(plain),
        "honest": np.mean(honest),
        "pre_trends_speak": np.mean(spoke),
    }


QUESTIONS = {
    "relabelling": relabelling,
    "composition": composition,
    "typology": typology,
    "design": design,
    "trends": diverging,
}

if __name__ == "__main__":
    asked = sys.argv[2:] or list(QUESTIONS)
    for name in asked:
        found = QUESTIONS[name](int(sys.argv[1]) if len(sys.argv) > 1 else 200)
        print(json.dumps({name: found}, default=float), flush=True)
