"""What this machine can do at most, and how near the distances come to it.

Run from the project's folder, on a machine that does nothing else:

    python benchmarks/dissimilarity_limits.py                # peaks, and each kernel's share
    python benchmarks/dissimilarity_limits.py --disk 30000   # a large matrix, written to disk

The peak of a kernel is what the processor reaches with the operations of one cell (for alignments
an addition and two maxima, for moves three additions and two) on vectors that stay in registers:
nothing to read, to write or to wait for. A kernel's share counts the cells that it computes; what
it saves where sequences begin or end alike shows in GCUPS, which count every cell of every pair.
Peaks and shares are of one core, by processor time, which others on the machine disturb less.
"""

import argparse
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

from dissimilarity import ALPHABET, JOBS, LENGTH, chain, ours, shortest
from trajectories.commands.dissimilarity.matrix import write_distances
from trajectories.dissimilarity import substitution_costs
from trajectories.dissimilarity.alignment.localised_matching import Moves
from trajectories.dissimilarity.alignment.optimal_matching import Alignment
from trajectories.dissimilarity.lanes.lanes_kernels import (
    LANE_BYTES,
    add,
    lane_count,
    larger,
    load,
    pointer,
    store,
)
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.tasks import of_states
from trajectories.parallel import thread_count
from trajectories.sequences import StateSequences

CHAINS = 12
"""Cells of the peaks' loops that do not wait for each other, but in threes."""


@njit(nogil=True)
def cell(before: Any, weight: Any, beside: Any, above: Any) -> Any:
    """Compute a cell of an alignment."""
    return larger(larger(add(before, weight), beside), above)


@njit(nogil=True)
def move(before: Any, weight: Any, beside: Any, above: Any) -> Any:
    """Compute a cell of an alignment whose three moves have costs."""
    return larger(larger(add(before, weight), add(beside, weight)), add(above, weight))


@njit(nogil=True)
def repeat(kind: Any, numbers: Any, turns: int) -> None:
    """Compute twelve cells as often as asked."""
    data = pointer(numbers)
    weight = load(data, 0)
    a = b = c = d = e = f = g = h = i = j = k = m = weight
    for _ in range(turns):
        a, d = kind(a, weight, b, c), kind(d, weight, e, f)
        g, j = kind(g, weight, h, i), kind(j, weight, k, m)
        b, e = kind(b, weight, c, a), kind(e, weight, f, d)
        h, k = kind(h, weight, i, g), kind(k, weight, m, j)
        c, f = kind(c, weight, a, b), kind(f, weight, d, e)
        i, m = kind(i, weight, g, h), kind(m, weight, j, k)
    for value in (a, b, c, d, e, f, g, h, i, j, k, m):
        store(data, 0, larger(value, load(data, 0)))


def peak(kind: Any, dtype: str) -> float:
    """Return thousand millions of cells a second of one core."""
    turns = 500_000
    numbers = np.zeros(256, dtype)
    repeat(kind, numbers, 1)
    seconds = shortest(lambda: repeat(kind, numbers, turns), 25)[1]
    return turns * CHAINS * lane_count(np.dtype(dtype)) / seconds / 1e9


def computed(plan: Alignment | Moves) -> float:
    """Return how many cells a plan computes for the pairs i < j of the same sequences."""
    blocks = -(-plan.targets // plan.lanes)
    walks = [plan.halves.heads.passes, plan.halves.tails.passes]
    positions = plan.codes.shape[1] * plan.lanes
    return sum(
        float(((p[:, 1] - p[:, 0]) * (blocks - p[:, 2] // plan.lanes)).sum()) * positions
        for p in walks
    )


def shares(n: int) -> None:
    """Print each alignment's speed, and its share of the peak."""
    kinds = [(cell, dtype) for dtype in ("float64", "float32", "uint8")]
    kinds += [(move, dtype) for dtype in ("float64", "float32")]
    peaks = {(kind, dtype): peak(kind, dtype) for kind, dtype in kinds}
    for (kind, dtype), value in peaks.items():
        print(f"peak, {kind.__name__:4s} in {dtype:8s} {value:8.1f} GCUPS")
    print("kernel        GCUPS a core   cells computed   of the peak")
    for name, job in JOBS.items():
        if job.peer not in ("OM", "OMspell", "TWED", "OMloc", "OMslen", "OMstran"):
            continue
        states = chain(n, 0.95)
        seqs = StateSequences.from_array(states, ALPHABET)
        costs = substitution_costs(seqs, job.costs)
        recipe = Recipe.of(seqs, job.measure, costs, "none", job.dtype, **job.options)
        unique = seqs.unique().sequences.states
        plan: Any = recipe.plan(unique, unique)
        plan = getattr(plan, "alignment", plan)
        if not isinstance(plan, Alignment | Moves):
            continue
        seconds = ours(states, job, 7)[0][1]
        kind = move if isinstance(plan, Moves) else cell
        number = plan.dtype if isinstance(plan, Moves) else plan.weights.dtype
        real = computed(plan)
        key = (kind, str(number))
        share = f"{real / seconds / 1e9 / peaks[key]:8.0%}" if key in peaks else ""
        pairs = n * (n - 1) / 2
        print(
            f"{name:18s} {pairs * LENGTH**2 / seconds / 1e9:7.1f} "
            f"{real / pairs / LENGTH**2:12.0%} {share}"
        )


def anonymous() -> int:
    """Return this process's anonymous memory in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def on_disk(n: int, dtype: str, folder: Path | None) -> None:
    """Write the distances of n different sequences to disk; print time, speed and memory."""
    seqs = StateSequences.from_array(chain(n, 0.95), ALPHABET)
    recipe = Recipe.of(seqs, "om", substitution_costs(seqs, "trate"), "none", dtype)
    task, few = of_states(seqs, recipe), of_states(seqs[:300], recipe)
    done, most = threading.Event(), [0]

    def watch() -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], anonymous())

    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "distances.npy"
        write_distances(few, range(len(few.unique) - 1), path)
        watcher = threading.Thread(target=watch)
        watcher.start()
        start, begun = time.perf_counter(), time.process_time()
        write_distances(task, range(n - 1), path)
        seconds, worked = time.perf_counter() - start, time.process_time() - begun
        done.set()
        watcher.join()
        size = path.stat().st_size
    cells = n * (n - 1) / 2 * LENGTH**2 / 1e9
    best = peak(cell, dtype)
    print(
        f"om trate {dtype}, n = {n:,}: {seconds:.1f} s, {size / 2**30:.2f} GiB, "
        f"{cells / seconds:.1f} GCUPS; {worked:.1f} s of processors, "
        f"{cells / worked:.1f} GCUPS a core, "
        f"{cells / worked / best:.0%} of the peak of {best:.1f}; "
        f"at most {most[0] / 2**30:.2f} GiB of anonymous memory"
    )


def main() -> None:
    """Print peaks and shares, or time one matrix on disk."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=2000, help="number of sequences")
    parser.add_argument("--disk", type=int, help="write the distances of so many sequences")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--folder", type=Path, help="where to write; the system's temporary folder")
    arguments = parser.parse_args()
    print(f"{thread_count()} threads, registers of {LANE_BYTES} bytes")
    if arguments.disk:
        on_disk(arguments.disk, arguments.dtype, arguments.folder)
    else:
        shares(arguments.n)


if __name__ == "__main__":
    main()
