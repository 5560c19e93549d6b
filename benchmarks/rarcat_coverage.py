"""How often RARCAT's intervals and naive ones cover a planted contrast.

Persons are points on a plane without gaps, so that where clusters end is uncertain; a group of them
lies closer together. The contrast is the difference in the share of each of three clusters between
the groups, in a population of 200,000 that is clustered around its geometric medians.

    python benchmarks/rarcat_coverage.py [WORLDS] [REPLICATES] [PERSONS]
"""

import json
import sys

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

from trajectories.typology import rarcat

CLUSTERS = 3
POPULATION = 200_000


def world(stream: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the (n, 2) points of n persons, and who is in the group."""
    group = stream.random(n) < 0.4
    close = stream.normal([1.0, 0.3], [0.6, 0.8], (n, 2))
    wide = stream.normal([0.0, 0.0], [1.6, 1.2], (n, 2))
    return np.where(group[:, None], close, wide), group


def population() -> tuple[np.ndarray, np.ndarray]:
    """Return the geometric medians of the population's clusters, and their contrasts."""
    stream = np.random.default_rng(99)
    points, group = world(stream, POPULATION)
    best = np.inf
    for _ in range(6):
        centres = points[stream.choice(POPULATION, CLUSTERS, replace=False)]
        for _ in range(200):
            away = np.sqrt(((points[:, None] - centres) ** 2).sum(axis=2))
            labels = away.argmin(axis=1)
            for cluster in range(CLUSTERS):
                pull = 1 / np.maximum(away[labels == cluster, cluster], 1e-6)
                centres[cluster] = pull @ points[labels == cluster] / pull.sum()
        if (loss := away.min(axis=1).mean()) < best - 1e-9:
            best, found = loss, (centres.copy(), labels.copy())
    centres, labels = found
    shares = [np.bincount(labels[own], minlength=CLUSTERS) / own.sum() for own in (group, ~group)]
    return centres, shares[0] - shares[1]


def covered(seed: int, replicates: int, n: int, centres: np.ndarray, truth: np.ndarray) -> list:
    """Return for each cluster whether RARCAT's and the naive interval cover its contrast."""
    points, group = world(np.random.default_rng([7, seed]), n)
    first, second = np.triu_indices(n, 1)
    d = np.hypot(*(points[first] - points[second]).T)
    data = pl.DataFrame({"group": group.astype(np.int8).astype(str)})
    run = rarcat(d, data, "group", ks=[CLUSTERS], replicates=replicates, seed=seed)
    middles = np.array([np.median(points[run.labels == c], axis=0) for c in range(CLUSTERS)])
    _, same = linear_sum_assignment(np.hypot(*(middles[:, None] - centres).transpose(2, 0, 1)))
    table, expected = run.table, truth[same]
    return [
        (table[f"{kind}low"].to_numpy() <= expected) & (expected <= table[f"{kind}high"].to_numpy())
        for kind in ("", "naive_")
    ]


def main(worlds: int = 200, replicates: int = 100, n: int = 500) -> None:
    """Print the coverage of both intervals."""
    centres, truth = population()
    found = np.array([covered(seed, replicates, n, centres, truth) for seed in range(worlds)])
    robust, naive = found.mean(axis=(0, 2))
    se = found[:, 0].mean(axis=1).std() / np.sqrt(worlds)
    print(
        json.dumps(
            {
                "worlds": worlds,
                "persons": n,
                "replicates": replicates,
                "rarcat": round(float(robust), 3),
                "naive": round(float(naive), 3),
                "se": round(float(se), 3),
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
