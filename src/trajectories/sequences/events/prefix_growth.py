"""Prefix-growth search for frequent subsequences, and counts of their occurrences.

Subsequences grow by one event at a time, depth first (Pei et al. 2004), using lists of the
positions where each ends. Every prefix of an occurrence satisfies the same limits, so none is
missed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trajectories.arrays import Bools, Floats, Ints
from trajectories.sequences.events import subsequence_kernels as kernels
from trajectories.sequences.events.event_sequences import EventSequences
from trajectories.sequences.events.prefix_growth_kernels import grow, sort_by_key

Counting = Literal["cases", "occurrences", "windows", "minimal_windows", "distinct"]
Pattern = tuple[tuple[int, ...], ...]
Int64s = Ints


@dataclass(frozen=True)
class Constraints:
    """Limits on the time of a subsequence, in the unit of the events' times.

    Attributes:
        max_gap: longest time between one bracket and the next.
        window_size: longest time from the first bracket to the last.
        age_min: earliest time of the first bracket.
        age_max: latest time of the first bracket.
        age_max_end: latest time of the last bracket.
    """

    max_gap: float = math.inf
    window_size: float = math.inf
    age_min: float = -math.inf
    age_max: float = math.inf
    age_max_end: float = math.inf


UNLIMITED = Constraints()


@dataclass(frozen=True, eq=False)
class Places:
    """The positions where a subsequence ends.

    Attributes:
        pattern: the subsequence.
        support: the weight of the cases that contain it.
        places: its last event in each occurrence, increasing.
        starts: the latest time at which an occurrence that ends there begins.
        tried: whether each event may follow later, or at the same time, bool (2 · events,).
    """

    pattern: Pattern
    support: float
    places: Int64s
    starts: Floats
    tried: Bools


class Search:
    """A search for the subsequences contained in cases of at least a given total weight."""

    def __init__(self, events: EventSequences, least: float, limits: Constraints) -> None:
        """Prepare a search."""
        self.events, self.least, self.limits = events, least, limits
        self.owner = np.repeat(np.arange(len(events)), np.diff(events.offset))
        room = 2 * len(events.time)
        self._found = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)

    def subsequences(self, max_events: int | None) -> Iterator[Places]:
        """Yield the subsequences with at most `max_events` events."""
        todo = list(self._alone())[::-1]
        while todo:
            now = todo.pop()
            yield now
            if max_events is None or sum(map(len, now.pattern)) < max_events:
                todo += list(self._longer(now))[::-1]

    def cases(self, found: Places) -> Int64s:
        """Return the cases that contain a subsequence."""
        return self._cases(found.places)

    def _alone(self) -> Iterator[Places]:
        events, limits = self.events, self.limits
        size = len(events.events)
        order = np.argsort(events.event, kind="stable")
        edges = np.searchsorted(events.event[order], np.arange(size + 1))
        lists = [order[edges[code] : edges[code + 1]] for code in range(size)]
        # Limits on the age apply to the first event only, so extensions are found without them.
        often = np.array([self._support(places) >= self.least for places in lists], np.bool_)
        for code, places in enumerate(lists):
            times = events.time[places]
            early = (times >= limits.age_min) & (times <= min(limits.age_max, limits.age_max_end))
            kept = places[early]
            support = self._support(kept)
            if support >= self.least:
                yield Places(((code,),), support, kept, times[early], np.tile(often, 2))

    def _cases(self, places: Int64s) -> Int64s:
        """Return the cases of increasing places, each once."""
        owner = self.owner[places]
        return owner[np.append(True, owner[1:] != owner[:-1])] if len(owner) else owner

    def _support(self, places: Int64s) -> float:
        return float(self.events.weights[self._cases(places)].sum())

    def _longer(self, shorter: Places) -> Iterator[Places]:
        """Yield the subsequences with one more event."""
        events, limits = self.events, self.limits
        size = len(events.events)
        support, entries = np.zeros(2 * size), np.zeros(2 * size, np.int64)
        written = grow(
            shorter.places,
            shorter.starts,
            self.owner,
            events.offset,
            events.time,
            events.event,
            float(limits.max_gap),
            float(limits.window_size),
            float(limits.age_max_end),
            size,
            shorter.tried,
            events.weights,
            support,
            entries,
            *self._found,
        )
        often = (support >= self.least) & (entries > 0)
        kept = np.flatnonzero(often)
        ends = np.cumsum(entries[kept])
        if not len(kept):
            return
        room = np.full(2 * size, -1, np.int64)
        room[kept] = ends - entries[kept]
        places, starts = np.empty(ends[-1], np.int64), np.empty(ends[-1])
        keys, found, begun = self._found
        sort_by_key(keys[:written], found[:written], begun[:written], room, places, starts)
        for key, end in zip(kept.tolist(), ends.tolist(), strict=True):
            begin = end - int(entries[key])
            *before, last = shorter.pattern
            yield Places(
                (*shorter.pattern, (key,)) if key < size else (*before, (*last, key - size)),
                float(support[key]),
                places[begin:end],
                starts[begin:end],
                self._tried(shorter, often, together=key >= size),
            )

    def _tried(self, shorter: Places, often: Bools, *, together: bool) -> Bools:
        """Return which events may follow an extended subsequence.

        Removing the event before the last from an occurrence leaves an occurrence, unless a gap
        becomes too long.
        """
        if math.isfinite(self.limits.max_gap):
            return shorter.tried
        size = len(self.events.events)
        return np.concatenate([often[:size], often[size:] if together else often[:size]])


def counted(
    events: EventSequences,
    pattern: Pattern,
    cases: Int64s,
    limits: Constraints,
    counting: Counting = "occurrences",
) -> Floats:
    """Return how often a subsequence occurs in some cases, float64 (c,).

    Raises:
        ValueError: windows are counted without a size, or with times that are not integers.
    """
    if counting == "windows" and (
        not math.isfinite(limits.window_size)
        or limits.window_size != round(limits.window_size)
        or not np.array_equal(events.time, np.round(events.time))
    ):
        raise ValueError("to count windows, window_size and times must be whole numbers")
    counts = np.zeros(len(cases))
    flat = np.array([code for bracket in pattern for code in bracket], dtype=np.int64)
    same = np.array([i > 0 for bracket in pattern for i in range(len(bracket))], dtype=np.bool_)
    places = (cases, events.offset, events.time, events.event, flat, same)
    bounds = (
        float(limits.max_gap),
        float(limits.window_size),
        float(limits.age_min),
        float(limits.age_max),
        float(limits.age_max_end),
    )
    if counting in ("windows", "minimal_windows"):
        kernels.count_windows(*places, *bounds, counts, counting == "minimal_windows")
    elif counting == "distinct":
        kernels.count_distinct(*places, *bounds, counts)
    else:
        kernels.count_occurrences(*places, *bounds, counts)
    return np.minimum(counts, 1.0) if counting == "cases" else counts
