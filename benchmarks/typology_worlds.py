"""Which typology finds planted types: agreement with the truth in worlds of six types.

    python benchmarks/typology_worlds.py run --worlds 3 --persons 1000
    python benchmarks/typology_worlds.py table

Worlds are those of `planted_types.py`, which shares no code with the simulator. They vary in noise,
length and shares. Each row of the result is a world, a method and a number of clusters, with the
adjusted Rand index with the truth, and the criteria by which a rule may choose. A supervised Markov
chain, fitted to the true types, is the yardstick.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from planted_types import ALPHABET, World, world
from sklearn.metrics import adjusted_rand_score

from trajectories.dissimilarity import pairwise, substitution_costs
from trajectories.sequences import StateSequences
from trajectories.typology import markov_mixture, medseq
from trajectories.typology.choose_k import choose_k
from trajectories.typology.partitions import build

KS = range(2, 11)
RESULTS = Path(__file__).parent / "results" / "typology_worlds.csv"
WORLDS = (
    {"noise": 0.25, "drift": 1.0},
    {"noise": 0.40, "drift": 1.3},
    {"noise": 0.40, "drift": 1.3, "length": 36},
    {"noise": 0.40, "drift": 1.3, "types": (0, 2, 3, 4)},
    {"noise": 0.50, "drift": 1.3},
)
"""Settings of the worlds; the second has the difficulty at which a supervised chain reaches 0.6."""

MEASURES = {
    "om": {"costs": "trate"},
    "ham": {},
    "lcs": {},
    "omstran": {"costs": "trate", "otto": 0.1},
    "chi2": {"step": 6},
    "svrspell": {},
}


def supervised(one: World) -> float:
    """Return the agreement of a Markov chain for each true type, fitted and tried on all."""
    states, a = one.seqs.states.astype(np.int64), len(ALPHABET)
    scores = []
    for kind in np.unique(one.kind):
        own = states[one.kind == kind]
        first = np.bincount(own[:, 0], minlength=a) + 0.5
        moves = np.full((a, a), 0.1)
        np.add.at(moves, (own[:, :-1].ravel(), own[:, 1:].ravel()), 1.0)
        chain = np.log(moves / moves.sum(axis=1, keepdims=True))
        prior = np.log(np.mean(one.kind == kind)) + np.log(first / first.sum())[states[:, 0]]
        scores.append(prior + chain[states[:, :-1], states[:, 1:]].sum(axis=1))
    return float(adjusted_rand_score(one.kind, np.argmax(scores, axis=0)))


def by_distances(seqs: StateSequences, seed: int) -> Iterator[tuple[str, int, NDArray, dict]]:
    """Yield measure and method, k, labels and whether the rank sum chooses k."""
    weights = np.ones(len(seqs))
    for name, given in MEASURES.items():
        options = dict(given)
        costs = options.pop("costs", None)
        d = pairwise(seqs, name, costs and substitution_costs(seqs, costs), **options)
        found = build(d, weights, methods=("pam", "ward"), ks=KS, starts=1, seed=seed)
        for method in ("pam", "ward"):
            chosen = choose_k(
                {k: found.quality[method, k] for k in KS},
                {k: found.smallest_share[method, k] for k in KS},
                minimum_share=0.02,
            ).k
            for k in KS:
                yield f"{name} {method}", k, found.labels[method, k], {"rank_sum": k == chosen}


def by_models(seqs: StateSequences, seed: int) -> Iterator[tuple[str, int, NDArray, dict]]:
    """Yield model, k, labels and criteria."""
    for k in (1, *KS):
        for name in ("markov", "markov by phase", "medseq UUN"):
            if name == "medseq UUN":
                fit = medseq(seqs, k, "UUN", starts=6, seed=seed)
            else:
                fit = markov_mixture(seqs, k, 1 if name == "markov" else 2, starts=6, seed=seed)
            criteria = {"loglik": fit.loglik, "df": float(fit.df), "bic": fit.bic, "icl": fit.icl}
            yield name, k, fit.memberships.argmax(axis=1), criteria


def run(worlds: int, persons: int, methods: str) -> None:
    """Add each world's rows to the result."""
    rows = pl.read_csv(RESULTS).to_dicts() if RESULTS.exists() else []
    for place, settings in enumerate(WORLDS):
        for seed in range(worlds):
            done = {(row["world"], row["seed"], row["methods"]) for row in rows}
            if (place, seed, methods) in done:
                continue
            begin = time.process_time()
            one = world(seed, persons, **settings)
            base = {"world": place, "seed": seed, "methods": methods, "persons": persons}
            base["supervised"] = supervised(one)
            found = (by_models if methods == "models" else by_distances)(one.seqs, seed)
            for method, k, labels, criteria in found:
                ari = adjusted_rand_score(one.kind, labels)
                rows.append({**base, "method": method, "k": k, "ari": ari, **criteria})
            pl.DataFrame(rows, infer_schema_length=None).write_csv(RESULTS, float_precision=4)
            print(settings, seed, f"{time.process_time() - begin:.0f} s", flush=True)


def table() -> None:
    """Print the mean agreement by world and method: chosen by its rule, at six, and the best."""
    results = pl.read_csv(RESULTS)
    group = ["world", "method"]
    rule = (
        pl.when(pl.col("methods") == "models")
        .then(pl.col("bic") == pl.col("bic").max().over("world", "seed", "method"))
        .otherwise(pl.col("rank_sum"))
    )
    chosen = (
        results.filter(rule).group_by(group).agg(chosen=pl.col("ari").mean(), k=pl.col("k").mean())
    )
    at_six = results.filter(pl.col("k") == 6).group_by(group).agg(six=pl.col("ari").mean())
    best = (
        results.group_by("world", "seed", "method", "supervised")
        .agg(pl.col("ari").max())
        .group_by(group)
        .agg(best=pl.col("ari").mean(), supervised=pl.col("supervised").mean())
    )
    joined = best.join(chosen, on=group, how="left").join(at_six, on=group, how="left")
    with pl.Config(tbl_rows=200, float_precision=2):
        print(joined.sort(group))


def main() -> None:
    """Run the worlds or print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("run", "table"))
    parser.add_argument("--worlds", type=int, default=3)
    parser.add_argument("--persons", type=int, default=1000)
    parser.add_argument("--methods", choices=("distances", "models"), default="models")
    options = parser.parse_args()
    if options.command == "table":
        table()
    else:
        run(options.worlds, options.persons, options.methods)


if __name__ == "__main__":
    main()
