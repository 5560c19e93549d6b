"""Frequent sequences, time in states, first and last positions, and spell durations."""

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.sequences.convert.spells import spell_rows
from trajectories.sequences.convert.text_formats import to_sps
from trajectories.sequences.describe.cross_sections import (
    divided,
    state_times,
    transition_counts,
    weighted_counts,
)
from trajectories.sequences.state_sequences import StateSequences


def frequent_sequences(
    seqs: StateSequences, *, most: int | None = None, form: str = "{state}/{duration}"
) -> pl.DataFrame:
    """Return the commonest sequences, as seqtab.

    Args:
        seqs: the sequences.
        most: how many to return; all by default.
        form: format of a spell, as in `to_sps`.

    Returns:
        One row per different sequence: sequence (as SPS), count, weight, share (of the weight of
        all), row (its first row); the heaviest first, ties in lexicographic order of positions.
    """
    unique = seqs.unique()
    weight = unique.sequences.weights
    chosen = np.lexsort([np.arange(len(unique)), -weight])[:most]
    rows = np.full(len(unique), len(seqs), dtype=np.int64)
    np.minimum.at(rows, unique.inverse, np.arange(len(seqs)))
    return pl.DataFrame(
        {
            "sequence": to_sps(unique.sequences[chosen], form=form),
            "count": unique.count[chosen],
            "weight": weight[chosen],
            "share": divided(weight[chosen], seqs.weights.sum()),
            "row": rows[chosen],
        },
        schema_overrides={"sequence": pl.String},
    )


def state_frequencies(seqs: StateSequences, *, with_missing: bool = False) -> pl.DataFrame:
    """Return the weighted positions in each state and their share, as seqstatf.

    Args:
        seqs: the sequences.
        with_missing: whether to treat missing as a state, called `*`.

    Returns:
        One row per state: state, weight (of positions), share.
    """
    seqs = seqs.with_missing_state() if with_missing else seqs
    weight = weighted_counts(seqs).sum(axis=0)
    return pl.DataFrame(
        {
            "state": [str(state) for state in seqs.alphabet],
            "weight": weight,
            "share": divided(weight, weight.sum()),
        }
    )


def times_in_states(seqs: StateSequences, *, with_missing: bool = False) -> pl.DataFrame:
    """Return the number of positions of each sequence in each state, one column per state."""
    seqs = seqs.with_missing_state() if with_missing else seqs
    return pl.DataFrame(state_times(seqs), schema=[str(state) for state in seqs.alphabet])


def first_positions(seqs: StateSequences) -> pl.DataFrame:
    """Return the first position of each sequence in each state, from 1, null if none."""
    return _positions(seqs, last=False)


def last_positions(seqs: StateSequences) -> pl.DataFrame:
    """Return the last position of each sequence in each state, from 1, null if none."""
    return _positions(seqs, last=True)


def log_probabilities(seqs: StateSequences, *, time_varying: bool = True) -> Floats:
    """Return minus the log of each sequence's probability, as seqlogp.

    The first state has its weighted share at the first position, each later one the weighted rate
    of transition from the state before it.

    Args:
        seqs: the sequences.
        time_varying: whether each pair of positions has rates of its own.

    Returns:
        float64 (n,): NaN if a position within the sequence is missing, 0 if it is void.
    """
    size = len(seqs.alphabet)
    first = weighted_counts(seqs)[:1]
    counts = transition_counts(seqs)
    if not time_varying:
        counts = np.broadcast_to(counts.sum(axis=0), counts.shape)
    states = seqs.states.astype(np.int64)
    inside = np.arange(seqs.length) < seqs.lengths[:, None]
    with np.errstate(divide="ignore"):
        start = -np.log(np.nan_to_num(divided(first, first.sum())))[0]
        moves = -np.log(np.nan_to_num(divided(counts, counts.sum(axis=2, keepdims=True))))
    total = np.where(inside[:, 0], start[np.minimum(states[:, 0], size - 1)], 0.0)
    for t in range(seqs.length - 1):
        now, then = (np.minimum(states[:, t + i], size - 1) for i in (0, 1))
        total += np.where(inside[:, t + 1], moves[t, now, then], 0.0)
    unknown = (states >= size) & inside
    return np.where(unknown.any(axis=1), np.nan, total)


def spell_survival(seqs: StateSequences) -> pl.DataFrame:
    """Return Kaplan–Meier curves of the durations of spells in each state, as seqsurv.

    A spell that lasts to the end of its sequence is censored; a gap ends a spell. Weights count
    spells; the standard error is Greenwood's of the log survival, as R's survfit stores it.

    Args:
        seqs: the sequences.

    Returns:
        One row per state and duration at which a spell ends or is censored: state, time, at_risk,
        events, censored, survival, se_log.
    """
    spells = spell_rows(seqs, split_at_gaps=True)
    case = spells.sequence
    ended = spells.begin + spells.duration < seqs.lengths[case]
    weight = seqs.weights[case]
    parts = []
    for place, state in enumerate(seqs.alphabet):
        mine = spells.state == place
        longest = int(spells.duration[mine].max(initial=0))
        size = longest + 1
        # A state that nobody is in has no spells, and numpy counts none in whole numbers.
        events, censored = (
            np.bincount(spells.duration[mine], (weight * here)[mine], size).astype(np.float64)
            for here in (ended, ~ended)
        )
        seen = np.bincount(spells.duration[mine], minlength=size) > 0
        leaving = events + censored
        at_risk = np.cumsum(leaving[::-1])[::-1]
        survival = np.cumprod(1 - np.nan_to_num(divided(events, at_risk)))
        left = at_risk - events
        step = np.where(events > 0, np.inf, 0.0)
        np.divide(events, at_risk * left, out=step, where=(left > 0) & (events > 0))
        variance = np.cumsum(step)
        parts.append(
            pl.DataFrame(
                {
                    "state": [str(state)] * int(seen.sum()),
                    "time": np.flatnonzero(seen),
                    "at_risk": at_risk[seen],
                    "events": events[seen],
                    "censored": censored[seen],
                    "survival": survival[seen],
                    "se_log": np.sqrt(variance[seen]),
                },
                schema_overrides={"state": pl.String},
            )
        )
    return pl.concat(parts)


def _positions(seqs: StateSequences, *, last: bool) -> pl.DataFrame:
    """Return the first or last position of each state, one column per state."""
    columns = {}
    for place, state in enumerate(seqs.alphabet):
        here = seqs.states == place
        spot = seqs.length - here[:, ::-1].argmax(axis=1) if last else here.argmax(axis=1) + 1
        columns[str(state)] = pl.Series(
            np.where(here.any(axis=1), spot, 0), dtype=pl.Int32
        ).replace(0, None)
    return pl.DataFrame(columns)
