"""Properties of sequences in words a rule can use: when, how long, how often, in which order."""

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import numpy as np
import polars as pl

from trajectories.sequences import (
    StateSequences,
    first_times,
    frequent_subsequences,
    indicators,
    occurrences,
    times_in_states,
    to_events,
)
from trajectories.sequences.convert.spells import spell_rows

Property = Literal[
    "state",
    "spell_age",
    "spell_duration",
    "duration",
    "transition",
    "pattern",
    "first_transition",
    "first_pattern",
    "complexity",
]
PROPERTIES: tuple[Property, ...] = get_args(Property)


def sequence_properties(
    seqs: StateSequences,
    properties: Sequence[Property] = PROPERTIES,
    *,
    min_share: float = 0.05,
    most_events: int | None = None,
) -> pl.DataFrame:
    """Describe each sequence by properties (Studer 2018).

    Missing is a state of its own if there is any.

    R equivalent: `WeightedCluster::seqpropclust` with `prop.only = TRUE`.

    Args:
        seqs: n sequences.
        properties: "state" at each position; "spell_age" and "spell_duration", the begin (from 0;
            null without) and the positions of the first, second, … spell in each state; "duration",
            positions in each state; "transition" and "pattern", how often frequent subsequences of
            transitions and of states occur, "first_transition" and "first_pattern", when they begin
            first (null without); "complexity", entropy, turbulence and number of transitions.
        min_share: the least share of the weight that has a subsequence.
        most_events: the most events of a subsequence; any number by default.

    Returns:
        One row a sequence, one named column a property.

    Raises:
        ValueError: an unknown property.
    """
    unknown = set(properties) - set(PROPERTIES)
    if unknown:
        raise ValueError(f"no property is called {min(unknown)}: they are {', '.join(PROPERTIES)}")
    whole = seqs.with_missing_state() if seqs.has_missing else seqs
    columns: list[pl.Series] = []
    if "state" in properties:
        names = whole.labels()
        for place in range(whole.length):
            states = [None if name is None else str(name) for name in names[:, place]]
            columns.append(pl.Series(f"state at {place + 1}", states, dtype=pl.String))
    if {"spell_age", "spell_duration"} & set(properties):
        columns.extend(_spells(whole, properties))
    if "duration" in properties:
        times = times_in_states(whole)
        columns.extend(times[name].alias(f"time in {name}") for name in times.columns)
    for kind in ("transition", "pattern"):
        columns.extend(_subsequences(seqs, kind, properties, min_share, most_events))
    if "complexity" in properties:
        described = indicators(seqs)
        for name in ("complexity", "entropy", "turbulence", "transitions"):
            columns.append(described[name])
    return pl.DataFrame(columns)


def _spells(seqs: StateSequences, properties: Sequence[str]) -> Iterator[pl.Series]:
    """Yield the duration and the begin of each state's first, second, … spell."""
    spells = spell_rows(seqs)
    states = len(seqs.alphabet)
    key = spells.sequence * states + spells.state
    order = np.argsort(key, kind="stable")
    sorted_keys = key[order]
    rank = np.empty(key.size, np.int64)
    rank[order] = np.arange(key.size) - np.searchsorted(sorted_keys, sorted_keys)
    for state, name in enumerate(seqs.alphabet):
        own = spells.state == state
        for nth in range(int(rank[own].max(initial=-1)) + 1):
            chosen = own & (rank == nth)
            rows = spells.sequence[chosen]
            if "spell_duration" in properties:
                lengths = np.zeros(len(seqs), np.int64)
                lengths[rows] = spells.duration[chosen]
                yield pl.Series(f"duration of spell {nth + 1} in {name}", lengths)
            if "spell_age" in properties:
                begins = np.full(len(seqs), np.nan)
                begins[rows] = spells.begin[chosen]
                yield pl.Series(f"begin of spell {nth + 1} in {name}", begins).fill_nan(None)


def _subsequences(
    seqs: StateSequences,
    kind: str,
    properties: Sequence[str],
    min_share: float,
    most_events: int | None,
) -> Iterator[pl.Series]:
    """Yield how often, and when first, frequent subsequences of events occur."""
    if not {kind, f"first_{kind}"} & set(properties):
        return
    events = to_events(seqs, "transition" if kind == "transition" else "state")
    frequent = frequent_subsequences(events, min_share=min_share, max_events=most_events)
    named = [
        (text, tuple(tuple(bracket) for bracket in brackets))
        for text, brackets in frequent.select("subsequence", "brackets").iter_rows()
    ]
    if kind in properties:
        for text, brackets in named:
            yield pl.Series(f"number of {kind} {text}", occurrences(events, brackets))
    if f"first_{kind}" in properties:
        for text, brackets in named:
            times = first_times(events, brackets)
            begins = np.where(times < 0, np.nan, times)
            yield pl.Series(f"begin of {kind} {text}", begins).fill_nan(None)
