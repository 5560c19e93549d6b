"""How fast the search for frequent subsequences of events is.

Run from the project's folder:

    uv run python benchmarks/events.py                 # 200,000 persons, the numbers of the docs
    uv run python benchmarks/events.py --persons 20000

Sequences have ten states over 24 months and about eight spells each; each beginning of a spell is
an event. The search takes one core. Times are processor seconds, which other people's work disturbs
little, after the kernels were compiled.
"""

import argparse
import time

import numpy as np

from trajectories.sequences import Constraints, StateSequences, frequent_subsequences, to_events

STATES, LENGTH, STAY = 10, 24, 0.68
SEARCHES = {
    "5 % of persons": {},
    "5 %, at most 3 events": {"max_events": 3},
    "5 %, gaps of at most 3 months": {"limits": Constraints(max_gap=3)},
    "5 %, within 6 months": {"limits": Constraints(window_size=6)},
    "5 %, every occurrence counted": {"counting": "occurrences"},
    "2 % of persons": {"min_share": 0.02},
}


def sequences(persons: int) -> StateSequences:
    """Return sequences in which a month keeps the state of the month before, or draws another."""
    rng = np.random.default_rng(1)
    states = rng.integers(0, STATES, (persons, LENGTH)).astype(np.uint8)
    stays = rng.random((persons, LENGTH)) < STAY
    for month in range(1, LENGTH):
        states[:, month] = np.where(stays[:, month], states[:, month - 1], states[:, month])
    return StateSequences(states, tuple(f"s{state}" for state in range(STATES)), np.ones(persons))


def main() -> None:
    """Print a line a search."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=200_000)
    persons = parser.parse_args().persons
    few = to_events(sequences(100), "state")
    for options in SEARCHES.values():
        frequent_subsequences(few, **{"min_share": 0.5} | options)
    events = to_events(sequences(persons), "state")
    print(f"{persons:,} persons, {len(events.time) / persons:.1f} events each")
    for name, options in SEARCHES.items():
        start = time.process_time()
        found = frequent_subsequences(events, **{"min_share": 0.05} | options)
        seconds = time.process_time() - start
        print(f"{name:32s} {len(found):6,} subsequences {seconds:8.2f} s")


if __name__ == "__main__":
    main()
