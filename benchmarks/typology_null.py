"""Does the test of there being types hold its level, and how often does it find planted ones?

Registers of Markov chains and of independent states have no types: 5 % should be rejected. Chains
are tested against chains whose rates are estimated, and against exchanged courses (`exchanged`).
A third kind mixes persons of three types with chains, in growing shares.

    python benchmarks/typology_null.py --registers 500 --replicates 99
"""

import argparse
import time

import numpy as np
import polars as pl

from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology import null_quality

LENGTH, STATES, KS = 12, 4, (2, 3, 4, 5)
TYPES = np.array([[0] * 12, [0] * 4 + [1] * 8, [2] * 7 + [3] * 5], np.uint8)
INDICES = ("ASW", "HC", "PBC", "CH")


def register(kind: str, seed: int, n: int) -> StateSequences:
    """Draw a register: `markov`, `stateindep`, or the share of persons with a planted type."""
    stream = np.random.default_rng([7, seed])
    states = stream.integers(0, STATES, (n, LENGTH)).astype(np.uint8)
    if kind != "stateindep":
        stays = stream.random((n, LENGTH)) < 0.7
        for t in range(1, LENGTH):
            states[:, t] = np.where(stays[:, t], states[:, t - 1], states[:, t])
    if kind not in ("markov", "stateindep"):
        typed = stream.random(n) < float(kind)
        states[typed] = TYPES[stream.integers(0, 3, int(typed.sum()))]
    return StateSequences(states, tuple(range(STATES)), np.ones(n))


def main() -> None:
    """Print the share of registers rejected at 5 %, by kind and index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registers", type=int, default=500)
    parser.add_argument("--replicates", type=int, default=99)
    parser.add_argument("--persons", type=int, default=100)
    parser.add_argument("--method", choices=("ward", "pam"), default="ward")
    parser.add_argument("--exchanged", action="store_true", help="estimate nothing")
    parser.add_argument("--kinds", nargs="+", default=["markov", "stateindep", "0.2", "0.4"])
    options = parser.parse_args()
    for kind in options.kinds:
        start = time.perf_counter()
        model = "stateindep" if kind == "stateindep" else "markov"
        model = "exchanged" if options.exchanged else model
        rejected = np.zeros((options.registers, len(INDICES)))

        def work(seed: int, kind: str = kind, model: str = model) -> None:
            found = null_quality(
                register(kind, seed, options.persons),
                KS,
                model,
                "om",
                "trate",
                method=options.method,
                replicates=options.replicates,
                seed=seed,
                threads=1,
            )
            p = dict(found.tests.select("index", "p_value").iter_rows())
            rejected[seed] = [p[name] <= 0.05 for name in INDICES]  # noqa: B023

        with Team() as team:
            team.each(work, range(options.registers))
        share = rejected.mean(axis=0)
        row = {"kind": kind, "model": model} | dict(zip(INDICES, share.round(3), strict=True))
        row["monte_carlo_se"] = round(float(np.sqrt(0.05 * 0.95 / options.registers)), 3)
        row["seconds"] = round(time.perf_counter() - start, 1)
        with pl.Config(tbl_cols=-1, tbl_hide_dataframe_shape=True):
            print(pl.DataFrame([row]), flush=True)


if __name__ == "__main__":
    main()
