"""How long the stage `sequences` takes, and how much memory, at a million persons or sequences.

Run from the project's folder, on a machine that does nothing else:

    python benchmarks/register_scale.py make spells --persons 1000000 --out DIR
    python benchmarks/sequences.py --persons 1000000 --out DIR
    python benchmarks/sequences.py --sequences 1000000

The first cleans the spells that `register_scale.py` made and then calls the commands `months` and
`windows` as the workflow does, each in a process of its own with two threads; it prints seconds
(with the import of the package), processor seconds, the peak memory of the process, and rows. The
second times descriptions of random sequences of 24 months with ten states and about eight spells
each, after the kernels were compiled.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import register_scale
import yaml

from trajectories.sequences import (
    StateSequences,
    frequent_sequences,
    indicators,
    ranked_indicators,
    state_order,
    transition_rates,
)

LENGTH, STATES = 24, "ABCDEFGHIJ"
SHARE_OF_CHANGES = 0.34


def random_sequences(count: int) -> StateSequences:
    """Draw sequences that change their state in about a third of their months."""
    rng = np.random.default_rng(4)
    opens = rng.random((count, LENGTH), dtype=np.float32) < SHARE_OF_CHANGES
    opens[:, 0] = True
    drawn = rng.integers(0, len(STATES), int(opens.sum()), dtype=np.uint8)
    states = drawn[np.cumsum(opens) - 1].reshape(count, LENGTH)
    return StateSequences(states, tuple(STATES), np.ones(count))


def describe(count: int) -> None:
    """Time the descriptions."""
    seqs, few = random_sequences(count), random_sequences(1000)
    order = state_order(seqs.alphabet, list(STATES))
    works: dict[str, Callable[[StateSequences], object]] = {
        "indicators": indicators,
        "ranked_indicators": lambda given: ranked_indicators(given, order),
        "transition_rates": transition_rates,
        "frequent_sequences": lambda given: frequent_sequences(given, most=10),
    }
    spells = 1 + float((seqs.states[:, 1:] != seqs.states[:, :-1]).sum(axis=1).mean())
    print(f"{count:,} sequences of {LENGTH} months, {spells:.1f} spells each")
    for name, work in works.items():
        work(few)
        begin = time.perf_counter()
        work(seqs)
        print(f"{name:20s}{time.perf_counter() - begin:8.2f} s", flush=True)


def stages(persons: int, out: Path, threads: int) -> None:
    """Measure months and windows of a register of long spells."""
    with tempfile.TemporaryDirectory(dir=out) as name:
        folder = Path(name)
        config = {
            "register": register_scale.inputs("spells", persons, out),
            "hazards": {"enabled": False},
        }
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        for step in ("ingest", "months", "windows"):
            used = register_scale.in_own_process(step, folder, threads)
            if step != "ingest":
                file = "person_months" if step == "months" else "sequences/windows"
                rows = pl.scan_parquet(folder / f"{file}.parquet").select(pl.len()).collect()
                print(f"{step:8s}{used}   {rows.item():,} rows", flush=True)


def main() -> None:
    """Measure the stages, the descriptions, or both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=0, help="of the register of `make spells`")
    parser.add_argument("--out", type=Path, help="folder of the register's files")
    parser.add_argument("--sequences", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.persons:
        stages(arguments.persons, arguments.out, arguments.threads)
    if arguments.sequences:
        describe(arguments.sequences)


if __name__ == "__main__":
    main()
