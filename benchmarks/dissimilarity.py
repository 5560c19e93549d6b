# /// script
# requires-python = ">=3.11"
# dependencies = ["sequenzo==0.1.42", "trajectories"]
#
# [tool.uv.sources]
# trajectories = { path = "..", editable = true }
# ///
"""How fast distances are, beside the Python package sequenzo on the same machine.

Run from the project's folder, on a machine that does nothing else:

    uv run --script benchmarks/dissimilarity.py --persistence 0.95 0.98     # the whole table
    uv run --script benchmarks/dissimilarity.py --n 2000 --measures "om trate"
    uv run --script benchmarks/dissimilarity.py --ours         # without sequenzo's slow runs

Sequences have ten states over 72 months; a month keeps the state of the month before with
probability 0.95 or 0.98 (`--persistence`). All are different: n sequences make n (n − 1) / 2
distances. Each time is the shortest of several, after the kernels were compiled; sequenzo's is one
run's, and where that would take minutes, the time at fewer sequences times the ratio of pairs. The
last column is the largest difference between the two projects' distances. GCUPS are thousand
millions of alignment cells a second: distances × 72² / time. The ratio "by work" is that of the
seconds of all processors together, which other people's work on the machine disturbs less.
Sequenzo lives in this script's environment alone: it is no dependency of the project.
"""

import argparse
import contextlib
import functools
import io
import os
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.dissimilarity.lanes.lanes_kernels import LANE_BYTES
from trajectories.sequences import StateSequences

STATES, LENGTH = 10, 72
ALPHABET = [f"s{state}" for state in range(STATES)]


class Job(NamedTuple):
    """One line of the table.

    Attributes:
        measure: this project's name of the measure.
        costs: method of its costs, or None for its own.
        dtype: precision of the distances.
        n: numbers of sequences.
        options: its options, under the names that both projects share.
        peer: sequenzo's name of the measure; None where sequenzo cannot be timed.
        stored: seconds that TraMineR 2.2-12 took on the same kind of machine at the largest n.
    """

    measure: str
    costs: str | None
    dtype: str
    n: tuple[int, ...]
    options: Mapping[str, float | str] = MappingProxyType({})
    peer: str | None = None
    stored: float | None = None


FEW, ALL = (1000, 2000), (1000, 2000, 5000, 10_000)
SPELLS = {"expcost": 0.5}
WARP = {"nu": 0.5, "h": 0.5}
# Sequenzo's own default is "prob", TraMineR's and this project's is "constant".
TRANSITIONS = {"otto": 0.3, "transindel": "constant"}

JOBS = {
    "om trate float64": Job("om", "trate", "float64", ALL, peer="OM"),
    "om trate float32": Job("om", "trate", "float32", ALL, peer="OM"),
    "om constant": Job("om", "constant", "float64", ALL, peer="OM"),
    "lcs": Job("lcs", None, "float64", ALL, peer="LCS"),
    "ham float64": Job("ham", None, "float64", ALL, peer="HAM"),
    "ham float32": Job("ham", None, "float32", ALL, peer="HAM"),
    # Sequenzo 0.1.42 ends with a segmentation fault in dynamic Hamming.
    "dhd": Job("dhd", None, "float64", (5000,), stored=2.6),
    "omspell float64": Job("omspell", "constant", "float64", ALL, SPELLS, "OMspell"),
    "omspell float32": Job("omspell", "constant", "float32", ALL, SPELLS, "OMspell"),
    "twed float64": Job("twed", "trate", "float64", FEW, WARP, "TWED"),
    "twed float32": Job("twed", "trate", "float32", FEW, WARP, "TWED"),
    "omloc float64": Job("omloc", "trate", "float64", FEW, {"expcost": 0.1}, "OMloc"),
    "omloc float32": Job("omloc", "trate", "float32", FEW, {"expcost": 0.1}, "OMloc"),
    "omslen float64": Job("omslen", "trate", "float64", FEW, {"h": 0.5}, "OMslen"),
    "omslen float32": Job("omslen", "trate", "float32", FEW, {"h": 0.5}, "OMslen"),
    "omstran float64": Job("omstran", "trate", "float64", FEW, TRANSITIONS, "OMstran"),
    "omstran float32": Job("omstran", "trate", "float32", FEW, TRANSITIONS, "OMstran"),
}

LARGEST_PEER = {"OM trate": 2000, "OM constant": 5000, "LCS None": 5000}
"""More sequences take sequenzo minutes: its time is then the one at this many, times the pairs."""
LARGEST_SLOW = 1000
"""The same for measures that are slower still."""
LONG = 4.0
"""Seconds after which a time is not taken again."""


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


def times_now() -> np.ndarray:
    """Return the time by the clock and by the processors, in seconds."""
    return np.array([time.perf_counter(), time.process_time()])


def shortest(work: Callable[[], object], repeats: int) -> np.ndarray:
    """Return the shortest times of several runs, as `times_now`; of two where they take long."""
    times: list[np.ndarray] = []
    while len(times) < repeats and (len(times) < 2 or sum(times)[0] < LONG):
        start = times_now()
        work()
        times.append(times_now() - start)
    return np.min(times, axis=0)


def ours(states: np.ndarray, job: Job, repeats: int) -> tuple[np.ndarray, np.ndarray]:
    """Time this project; return the times and the distances."""
    seqs = StateSequences.from_array(states, ALPHABET)
    costs: Costs | None = substitution_costs(seqs, job.costs) if job.costs else None
    results = []

    def work(some: StateSequences = seqs) -> None:
        results[:] = [pairwise(some, job.measure, costs, dtype=job.dtype, **job.options)]

    # The first call compiles.
    work(seqs[:200])
    return shortest(work, repeats), results[0]


@functools.cache
def theirs(n: int, persistence: float, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Time sequenzo once; return the times and the distances."""
    job = next(job for job in JOBS.values() if f"{job.peer} {job.costs}" == name)
    states = chain(n, persistence)
    import pandas as pd
    from sequenzo import SequenceData, get_distance_matrix

    columns = [f"m{month}" for month in range(LENGTH)]
    frame = pd.DataFrame(np.array(ALPHABET)[states], columns=columns)
    frame.insert(0, "id", range(len(frame)))
    options: dict[str, object] = dict(job.options)
    if job.costs:
        options["sm"] = job.costs.upper()
        options["indel"] = 1 if job.costs == "constant" else "auto"
    with contextlib.redirect_stdout(io.StringIO()):
        data = SequenceData(frame, time=columns, states=ALPHABET, id_col="id")
        start = times_now()
        matrix = get_distance_matrix(seqdata=data, method=job.peer, **options)
        elapsed = times_now() - start
    return elapsed, np.asarray(matrix)[np.triu_indices(len(states), 1)]


def line_of(name: str, n: int, persistence: float, repeats: int, alone: bool) -> str:
    """Time one job and describe it."""
    job = JOBS[name]
    seconds, distances = ours(chain(n, persistence), job, repeats)
    speed = n * (n - 1) / 2 * LENGTH**2 / seconds[0] / 1e9
    line = f"{name:18s} {n:6d} {seconds[0]:10.4f} s {speed:9.1f}"
    if job.stored and n in job.n:
        return f"{line} {job.stored:9.2f} s {job.stored / seconds[0]:8.0f} (TraMineR, stored)"
    if alone or not job.peer:
        return line
    peer = f"{job.peer} {job.costs}"
    limit = min(n, LARGEST_PEER.get(peer, LARGEST_SLOW if job.n == FEW else n))
    elapsed, matrix = theirs(limit, persistence, peer)
    elapsed = elapsed * (n * (n - 1) / (limit * (limit - 1)))
    ratio, work = elapsed / seconds
    line = f"{line} {elapsed[0]:9.2f} s {ratio:8.0f} {work:8.0f}"
    if n > limit:
        return f"{line}   from n = {limit:,}"
    return f"{line} {np.abs(distances - matrix).max():12.2g}"


def main() -> None:
    """Print one line for each measure and number of sequences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", help="numbers of sequences")
    parser.add_argument("--measures", nargs="+", default=list(JOBS), metavar="NAME")
    parser.add_argument("--persistence", type=float, nargs="+", default=[0.95])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--ours", action="store_true", help="leave sequenzo out")
    arguments = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} processors, registers of {LANE_BYTES} bytes")
    for persistence in arguments.persistence:
        print(f"persistence {persistence}")
        print(
            "measure              n   this project     GCUPS    sequenzo    ratio  by work   "
            "difference"
        )
        for name in [name for name in JOBS if name.startswith(tuple(arguments.measures))]:
            for n in arguments.n or JOBS[name].n:
                print(line_of(name, n, persistence, arguments.repeats, arguments.ours), flush=True)
        theirs.cache_clear()


if __name__ == "__main__":
    main()
