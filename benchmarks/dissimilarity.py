# /// script
# requires-python = ">=3.11"
# dependencies = ["sequenzo==0.1.42", "trajectories"]
#
# [tool.uv.sources]
# trajectories = { path = "..", editable = true }
# ///
"""How fast distances are, beside the Python package sequenzo on the same machine.

Run from the project's folder, on a machine that does nothing else:

    uv run --script benchmarks/dissimilarity.py                # all measures, n = 1,000 to 5,000
    uv run --script benchmarks/dissimilarity.py --n 2000 --measures "om trate"
    uv run --script benchmarks/dissimilarity.py --ours         # without sequenzo's slow runs
    uv run --script benchmarks/dissimilarity.py --cpu          # on a machine that others use too

Sequences have ten states over 72 months; a month keeps the state of the month before with
probability 0.95 (`--persistence`). All are different, so that n sequences make n (n − 1) / 2
distances. Each time is the shortest of several, after the kernels were compiled. GCUPS are thousand
millions of alignment cells a second: distances × 72² / time. With `--cpu` times are processor
seconds of all threads together, which other people's work disturbs less. Sequenzo lives in this
script's environment alone: it is no dependency of the project.
"""

import argparse
import contextlib
import functools
import io
import os
import time
from collections.abc import Callable

import numpy as np

from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.dissimilarity._lanes import LANE_BYTES
from trajectories.sequences import StateSequences

Clock = Callable[[], float]

STATES, LENGTH = 10, 72
ALPHABET = [f"s{state}" for state in range(STATES)]

MEASURES = {
    # name: measure, costs, dtype, sequenzo's method and costs
    "om trate float64": ("om", "trate", "float64", "OM", "TRATE"),
    "om trate float32": ("om", "trate", "float32", "OM", "TRATE"),
    "om constant": ("om", "constant", "float64", "OM", "CONSTANT"),
    "lcs": ("lcs", None, "float64", "LCS", None),
    "ham": ("ham", None, "float64", "HAM", None),
    "dhd": ("dhd", None, "float64", None, None),
}


def chain(n: int, persistence: float, seed: int = 1) -> np.ndarray:
    """Return n different sequences of a chain that stays with a probability."""
    random = np.random.default_rng(seed)
    found = np.empty((0, LENGTH), np.uint8)
    while len(found) < n:
        moves = random.random((2 * n, LENGTH)) >= persistence
        steps = np.where(moves, random.integers(1, STATES, moves.shape), 0)
        steps[:, 0] = random.integers(0, STATES, len(steps))
        drawn = (steps.cumsum(axis=1) % STATES).astype(np.uint8)
        found = np.unique(np.concatenate([found, drawn]), axis=0)
    return random.permutation(found)[:n]


def shortest(clock: Clock, work: Callable[[], object], repeats: int) -> float:
    """Return the shortest time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def ours(states: np.ndarray, name: str, repeats: int, clock: Clock) -> tuple[float, np.ndarray]:
    """Time this project; return the time and the distances."""
    measure, method, dtype, *_ = MEASURES[name]
    seqs = StateSequences.from_array(states, ALPHABET)
    costs: Costs | None = substitution_costs(seqs, method) if method else None
    distances = pairwise(seqs, measure, costs, dtype=dtype)
    work = functools.partial(pairwise, seqs, measure, costs, dtype=dtype)
    return shortest(clock, work, repeats), distances


def theirs(states: np.ndarray, name: str, clock: Clock) -> tuple[float, np.ndarray] | None:
    """Time sequenzo once; return the time and the distances."""
    import pandas as pd
    from sequenzo import SequenceData, get_distance_matrix

    *_, method, costs = MEASURES[name]
    if method is None:
        return None
    columns = [f"m{month}" for month in range(LENGTH)]
    frame = pd.DataFrame(np.array(ALPHABET)[states], columns=columns)
    frame.insert(0, "id", range(len(frame)))
    options = {"sm": costs} if costs else {}
    if method == "OM":
        options["indel"] = 1 if costs == "CONSTANT" else "auto"
    with contextlib.redirect_stdout(io.StringIO()):
        data = SequenceData(frame, time=columns, states=ALPHABET, id_col="id")
        start = clock()
        matrix = get_distance_matrix(seqdata=data, method=method, **options)
        elapsed = clock() - start
    return elapsed, np.asarray(matrix)[np.triu_indices(len(states), 1)]


def main() -> None:
    """Print one line for each measure and number of sequences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[1000, 2000, 5000])
    parser.add_argument("--measures", nargs="+", default=list(MEASURES), metavar="NAME")
    parser.add_argument("--persistence", type=float, default=0.95)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--ours", action="store_true", help="leave sequenzo out")
    parser.add_argument("--cpu", action="store_true", help="measure processor time")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.cpu else time.perf_counter
    print(f"{len(os.sched_getaffinity(0))} processors, registers of {LANE_BYTES} bytes")
    print(
        "measure              n   this project     GCUPS   sequenzo    ratio   largest difference"
    )
    for name in [name for name in MEASURES if name.startswith(tuple(arguments.measures))]:
        for n in arguments.n:
            states = chain(n, arguments.persistence)
            seconds, distances = ours(states, name, arguments.repeats, clock)
            speed = n * (n - 1) / 2 * LENGTH**2 / seconds / 1e9
            line = f"{name:18s} {n:6d} {seconds:10.4f} s {speed:9.1f}"
            other = None if arguments.ours else theirs(states, name, clock)
            if other:
                difference = np.abs(distances - other[1]).max()
                line += f" {other[0]:8.2f} s {other[0] / seconds:8.0f} {difference:14.2g}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
