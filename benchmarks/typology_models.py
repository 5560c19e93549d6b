"""How fast mixtures are fitted to a million sequences.

Run from the project's folder:

    python benchmarks/typology_models.py               # ten iterations of each model
    python benchmarks/typology_models.py --fits        # whole fits with many starts too

Sequences have ten states over 24 months; three quarters of them are different. Ten iterations are
from random memberships, without aggregating the rows before. Seconds of the processors are those of
all threads together, which other people's work on the machine disturbs less.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology import markov_mixture, medseq
from trajectories.typology.models.expectation_maximisation import ascend
from trajectories.typology.models.feature_rows import FeatureRows, aggregate
from trajectories.typology.models.gating import Gate
from trajectories.typology.models.many_starts import Model
from trajectories.typology.models.markov_chains import MarkovChains
from trajectories.typology.models.precision_types import ExponentialDistance

LENGTH, STATES, TYPES, ITERATIONS = 24, 10, 8, 10


def sequences(count: int, seed: int = 1) -> StateSequences:
    """Return sequences of types that differ in when states follow each other, and how fast."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, TYPES, count)
    stay = np.linspace(0.7, 0.95, TYPES)[kind]
    moves = random.random((count, LENGTH)) >= stay[:, None]
    steps = np.where(moves, random.integers(1, STATES, moves.shape), 0)
    steps[:, 0] = kind
    states = (steps.cumsum(axis=1) % STATES).astype(np.uint8)
    return StateSequences.from_array(states, [f"s{state}" for state in range(STATES)])


def timed(name: str, work: Callable[[], object]) -> None:
    """Print the seconds of a piece of work by the clock and by the processors."""
    clock, processors = time.perf_counter(), time.process_time()
    work()
    clock, processors = time.perf_counter() - clock, time.process_time() - processors
    print(f"{name:52s}{clock:8.2f} s   {processors:8.2f} s of processors", flush=True)


def iterations(name: str, rows: FeatureRows, model: Model, components: int, threads: int) -> None:
    """Time ten iterations from random memberships, after the kernels were compiled."""
    begin = np.random.default_rng(2).dirichlet(np.ones(components), len(rows))

    def run(most: int) -> None:
        with Team(threads) as team:
            ascend(
                rows,
                begin,
                model.maximise,
                Gate(np.ones((1, 1))),
                tolerance=1e-300,
                team=team,
                most_iterations=most,
            )

    run(1)
    timed(f"{name}, {len(rows):,} distinct rows, {ITERATIONS} iterations", lambda: run(ITERATIONS))


def main() -> None:
    """Measure both models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sequences", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fits", action="store_true")
    given = parser.parse_args()
    seqs = sequences(given.sequences)
    alike, ones = np.zeros(len(seqs), np.int64), np.ones(len(seqs))
    offsets = np.arange(LENGTH, dtype=np.uint64) * np.uint64(STATES)
    rows = aggregate(seqs.states, offsets, LENGTH * STATES, alike, ones)
    medians = ExponentialDistance("UUN", LENGTH, STATES)
    iterations("MEDseq UUN", rows, medians, TYPES + 1, given.threads)
    for phases in (1, 4):
        chains = MarkovChains(STATES, phases)
        codes, starts = chains.code(seqs.states)
        rows = aggregate(codes, starts, chains.features, alike, ones)
        iterations(f"Markov chains, phases: {phases}", rows, chains, TYPES, given.threads)
    if given.fits:
        timed("medseq, k = 8", lambda: medseq(seqs, TYPES, threads=given.threads))
        timed("markov_mixture, k = 8", lambda: markov_mixture(seqs, TYPES, threads=given.threads))


if __name__ == "__main__":
    main()
