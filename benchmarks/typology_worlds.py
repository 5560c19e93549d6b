"""Which typology finds planted types: agreement with the truth in three kinds of worlds.

    python benchmarks/typology_worlds.py run --worlds 3 --persons 1500
    python benchmarks/typology_worlds.py table

Worlds are those of `planted_types.py` (spells) and `planted_careers.py` (hazards, scripts), which
share no code with the simulator. The worlds of scripts, and seeds from 100, are held out. Each row
of the result is a world, a method and a number of clusters, with the adjusted Rand index with the
truth, and whether the method's rule chooses it. A supervised Markov chain, fitted to the true types
and tried on the same persons, is the yardstick.
"""

import argparse
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from planted_careers import hazards, scripts
from planted_types import World, world
from sklearn.metrics import adjusted_rand_score

from trajectories.dissimilarity import pairwise, substitution_costs
from trajectories.sequences import StateSequences
from trajectories.typology import markov_mixtures, medseq
from trajectories.typology.choose_k import choose_by_model, choose_k
from trajectories.typology.partitions import build

KS = range(2, 11)
RESULTS = Path(__file__).parent / "results" / "typology_worlds.csv"
GENERATORS = {"spells": world, "hazards": hazards, "scripts": scripts}
WORLDS = (
    ("spells", {"noise": 0.25, "drift": 1.0}),
    ("spells", {"noise": 0.40, "drift": 1.3}),
    ("hazards", {"noise": 0.1}),
    ("hazards", {"noise": 0.3}),
    ("scripts", {"noise": 0.1}),
    ("scripts", {"noise": 0.3}),
)
"""Generator and settings of the worlds; in the second a supervised chain reaches 0.6."""
HELD_OUT = 100
"""Seeds from here on were looked at once, after everything was decided."""

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
    states, a = one.seqs.states.astype(np.int64), len(one.seqs.alphabet)
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


def by_distances(
    seqs: StateSequences, seed: int, measures: Iterable[str]
) -> Iterator[tuple[str, int, NDArray, dict]]:
    """Yield measure and method, k, labels and whether the rank sum chooses k."""
    weights = np.ones(len(seqs))
    for name in measures:
        options = dict(MEASURES[name])
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
                yield f"{name} {method}", k, found.labels[method, k], {"chosen": k == chosen}


def by_models(seqs: StateSequences, seed: int) -> Iterator[tuple[str, int, NDArray, dict]]:
    """Yield model, k, labels, criteria and whether BIC chooses k."""
    every = (1, *KS)
    named = {
        "markov": markov_mixtures(seqs, every, starts=10, seed=seed, tolerance=0.1),
        "markov by phase": markov_mixtures(seqs, every, 2, starts=10, seed=seed, tolerance=0.1),
        "medseq UUN": {
            k: medseq(seqs, k, "UUN", starts=6, seed=seed, tolerance=0.1) for k in every
        },
    }
    for name, fits in named.items():
        labels = {k: fit.memberships.argmax(axis=1) for k, fit in fits.items()}
        share = {k: np.bincount(labels[k], minlength=k).min() / len(seqs) for k in KS}
        chosen = choose_by_model({k: fit.bic for k, fit in fits.items()}, share, minimum_share=0.02)
        for k in KS:
            yield (
                name,
                k,
                labels[k],
                {
                    "chosen": k == chosen.k and not chosen.continuum,
                    "bic": fits[k].bic,
                    "icl": fits[k].icl,
                },
            )


def run(seeds: range, persons: int, methods: str, measures: Iterable[str]) -> None:
    """Add each world's rows to the result."""
    rows = pl.read_csv(RESULTS).to_dicts() if RESULTS.exists() else []
    for generator, settings in WORLDS:
        for seed in seeds:
            base = {"generator": generator, "noise": settings["noise"], "seed": seed}
            base |= {"persons": persons, "methods": methods}
            if any(base.items() <= row.items() for row in rows):
                continue
            begin = time.process_time()
            one = GENERATORS[generator](seed, persons, **settings)
            base["supervised"] = supervised(one)
            found = (
                by_models(one.seqs, seed)
                if methods == "models"
                else by_distances(one.seqs, seed, measures)
            )
            for method, k, labels, criteria in found:
                ari = adjusted_rand_score(one.kind, labels)
                rows.append({**base, "method": method, "k": k, "ari": ari, **criteria})
            pl.DataFrame(rows, infer_schema_length=None).write_csv(RESULTS, float_precision=4)
            print(generator, settings, seed, f"{time.process_time() - begin:.0f} s", flush=True)


def table() -> None:
    """Print the mean agreement by world and method: chosen by its rule, and the best."""
    group = ["generator", "noise", "method"]
    results = pl.read_csv(RESULTS).with_columns(held_out=pl.col("seed") >= HELD_OUT)
    by_world = results.group_by("held_out", *group, "seed").agg(
        pl.col("supervised").first(),
        # Where one cluster is better than any mixture, nothing is found.
        chosen=pl.col("ari").filter("chosen").sum(),
        k=pl.col("k").filter("chosen").sum(),
        best=pl.col("ari").max(),
    )
    found = by_world.group_by("held_out", *group).agg(
        pl.col("supervised", "chosen", "k", "best").mean(), worlds=pl.len()
    )
    means = by_world.group_by("held_out", "method").agg(
        pl.col("supervised", "chosen", "best").mean(), worlds=pl.len()
    )
    with pl.Config(tbl_rows=200, tbl_cols=12, float_precision=2):
        print(found.sort("held_out", *group))
        print(means.sort("held_out", "method"))


def main() -> None:
    """Run the worlds or print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("run", "table"))
    parser.add_argument("--worlds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--persons", type=int, default=1500)
    parser.add_argument("--methods", choices=("distances", "models"), default="models")
    parser.add_argument("--measures", nargs="+", choices=tuple(MEASURES), default=tuple(MEASURES))
    options = parser.parse_args()
    if options.command == "table":
        table()
    else:
        run(
            range(options.first, options.first + options.worlds),
            options.persons,
            options.methods,
            options.measures,
        )


if __name__ == "__main__":
    main()
