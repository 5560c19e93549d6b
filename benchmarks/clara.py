"""CLARA of a million sequences: seconds, memory, and the loss beside PAM on the full matrix.

python benchmarks/clara.py scale --persons 1000000
python benchmarks/clara.py loss --unique 20000
"""

import argparse
import resource
import time

import numpy as np

from trajectories.dissimilarity import pairwise, substitution_costs
from trajectories.sequences import StateSequences
from trajectories.typology import clara, pam

MONTHS, STATES, STAY = 72, 10, 0.955


def markov(n: int, seed: int = 1) -> StateSequences:
    """Draw sequences of a Markov chain, nearly all of them different."""
    draw = np.random.default_rng(seed)
    ends = np.full((STATES, STATES), (1 - STAY) / (STATES - 1), np.float32)
    np.fill_diagonal(ends, STAY)
    ends = ends.cumsum(axis=1)
    states = np.empty((n, MONTHS), np.uint8)
    states[:, 0] = draw.integers(0, STATES, n)
    for month in range(1, MONTHS):
        above = draw.random(n, dtype=np.float32)[:, None] > ends[states[:, month - 1]]
        states[:, month] = np.minimum(above.sum(axis=1), STATES - 1)
    return StateSequences.from_array(states, [str(state) for state in range(STATES)])


def scale(persons: int) -> None:
    """Print what a partition of many persons takes."""
    seqs = markov(persons)
    wall, processor = time.perf_counter(), time.process_time()
    found = clara(seqs, 8, "om", substitution_costs(seqs, "trate"))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{persons:,} persons, {MONTHS} months, {STATES} states, 8 medoids, OM by rates")
    print(f"{wall:.1f} s, {processor:.1f} s of processors, peak {_peak():.2f} GiB")
    print(found.quality, found.stability)


def loss(unique: int) -> None:
    """Print how far the loss is above that of PAM on all distances."""
    seqs = markov(unique)
    costs = substitution_costs(seqs, "trate")
    found = clara(seqs, 8, "om", costs)
    whole = pam(pairwise(seqs, "om", costs, dtype=np.float32), 8, starts=3)
    print(f"{unique:,} sequences: loss {100 * (found.loss / whole.loss - 1):+.2f} % of full PAM's")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("scale").add_argument("--persons", type=int, default=1_000_000)
    commands.add_parser("loss").add_argument("--unique", type=int, default=20_000)
    asked = parser.parse_args()
    if asked.command == "scale":
        scale(asked.persons)
    else:
        loss(asked.unique)
