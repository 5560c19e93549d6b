"""Memory and time that each rule asks a cluster for, by persons and unique sequences.

The figures are peaks and processor times of the default configuration with 20,000, 100,000 and
1,000,000 simulated persons (docs/workflow.md). What is asked for lies well above them, since a job
that exceeds it is ended, and is then asked for anew with twice as much.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

MARGIN: Final = 1.5
"""Memory that is asked for, by what was measured."""
SLOWER: Final = 5.0
"""How many times as long a job may take as on one processor of the machine that was measured."""
MINUTES_AT_LEAST: Final = 10.0
BYTES_A_PAIR: Final = 10.5
"""Memory of clustering by distances, by squared unique sequences."""
BYTES_STORED: Final = 4.0
"""Size of the file of distances, likewise."""
SURELY: Final = 2.0
"""How far a file must exceed its limit to be surely none, as the number of sequences is a guess."""
UNIQUE_AT: Final = (20_000, 8_200)
UNIQUE_GROWTH: Final = 0.835
"""Unique windows grow with this power of the persons: 33,000 of 100,000, 215,000 of 1,000,000."""
MIB: Final = 2**20
MIB_A_GIB: Final = 1024


class Need(NamedTuple):
    """What a rule takes.

    Attributes:
        mib: memory with few persons, in MiB.
        mib_more: further MiB for every 1,000 persons.
        seconds: processor seconds for every 1,000 persons.
        pairs: whether it holds distances between all unique sequences, up to
            `typology.largest_gib`.
    """

    mib: float
    mib_more: float
    seconds: float
    pairs: bool = False


NEEDS: Final[Mapping[str, Need]] = MappingProxyType(
    {
        "simulate": Need(420, 0.1, 0.8),
        "convert": Need(600, 1.0, 1.0),
        "ingest": Need(400, 3.5, 0.5),
        "months": Need(550, 0.3, 0.5),
        "windows": Need(250, 3.5, 0.5),
        "changes": Need(170, 1.4, 0.2),
        "channels": Need(400, 3.5, 0.5),
        "tile": Need(600, 0.2, 1.0),
        "distances": Need(600, 0.2, 1.0),
        "cluster": Need(500, 1.4, 6.0, pairs=True),
        "hours": Need(350, 1.0, 0.8),
        "associations": Need(1_500, 0.3, 0.6),
        "courses": Need(600, 6.0, 0.6),
        "memberships": Need(900, 0.4, 0.8),
        "index_plot": Need(300, 2.0, 0.2),
        "compare": Need(1_600, 3.0, 0.8),
        "municipalities": Need(300, 4.0, 0.3),
        "costs": Need(300, 3.0, 0.2),
        "long_courses": Need(900, 0.4, 0.3),
        "risk": Need(300, 9.0, 0.7),
        "estimate": Need(1_500, 7.0, 4.5),
        "histories": Need(600, 5.0, 0.8),
        "sensitivity": Need(800, 5.2, 0.7),
        "durations": Need(600, 5.0, 5.0),
        "protect": Need(300, 2.5, 0.1),
        "figures": Need(600, 0.0, 0.0),
        "headline": Need(300, 0.0, 0.0),
        "provenance": Need(300, 0.0, 0.0),
        "report": Need(400, 0.0, 0.0),
        "hjemtag": Need(400, 0.0, 0.0),
        "redraw": Need(600, 0.0, 0.0),
    }
)


def unique_sequences(persons: int) -> float:
    """Return about how many different windows the default configuration finds.

    >>> [round(unique_sequences(n), -3) for n in (20_000, 100_000, 1_000_000)]
    [8000.0, 31000.0, 215000.0]
    """
    of, found = UNIQUE_AT
    return found * math.pow(persons / of, UNIQUE_GROWTH)


def memory_mib(rule: str, persons: int, largest_gib: float, attempt: int = 1) -> int:
    """Return the memory to ask for.

    Args:
        rule: its name.
        persons: in the extracts.
        largest_gib: `typology.largest_gib`, above which the typology comes from samples.
        attempt: 1 for the first; each further one gets as much once more.

    Returns:
        MiB.
    """
    need = NEEDS[rule]
    mib = need.mib + need.mib_more * persons / 1_000
    if need.pairs:
        pairs, limit = unique_sequences(persons) ** 2 / MIB, largest_gib * MIB_A_GIB
        if BYTES_STORED * pairs <= SURELY * limit:
            # They are held twice: as clustering needs them, and as pages of their file.
            mib += min(BYTES_A_PAIR * pairs, 2 * limit)
    return round(MARGIN * mib * attempt)


def minutes(rule: str, persons: int, attempt: int = 1) -> int:
    """Return the minutes to ask for; see `memory_mib`."""
    seconds = NEEDS[rule].seconds * persons / 1_000
    return round((MINUTES_AT_LEAST + SLOWER * seconds / 60) * attempt)
