"""Exact tables of windows by group, for the release stage."""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.sequences import row_kernels as _row_kernels
from trajectories.sequences.describe.cross_sections import weighted_counts
from trajectories.sequences.describe.sequence_indicators import indicators
from trajectories.sequences.describe.trajectory_tables import (
    by_group,
    common_paths,
    common_sequences,
    event_subsequences,
    mean_times,
)
from trajectories.sequences.observation_windows import Windows, alphabet_of
from trajectories.sequences.periods import REGIMES
from trajectories.sequences.state_sequences import StateSequences

INDICATORS = ("length", "transitions", "visited", "entropy", "complexity", "turbulence")


def tables(
    cut: Windows,
    person_months: pl.DataFrame,
    *,
    min_share: float = 0.05,
    max_events: int = 3,
    most: int = 10,
) -> dict[str, pl.DataFrame]:
    """Return every aggregate table of the windows by its name.

    Args:
        cut: the windows.
        person_months: the person-months from which they were cut.
        min_share: smallest share of windows that contain a listed subsequence of events.
        max_events: largest number of events in a subsequence.
        most: number of listed sequences, paths and subsequences.
    """
    return {
        "person_months": month_counts(person_months),
        "window_accounting": cut.accounting,
        "sizes": sizes(cut),
        "state_distribution": state_counts(cut),
        "transitions": transitions(cut),
        "indicators": indicator_means(cut),
        "regime_months": regime_means(cut),
        "mean_times": mean_times(cut),
        "common_sequences": common_sequences(cut, most=most),
        "common_paths": common_paths(cut, most=most),
        **event_subsequences(cut, min_share=min_share, max_events=max_events, most=most),
    }


def month_counts(person_months: pl.DataFrame) -> pl.DataFrame:
    """Return state, person_months, persons; every state of the alphabet, including zeros."""
    states = alphabet_of(person_months["state"])
    rows, persons = np.zeros((2, len(states)), dtype=np.int64)
    _row_kernels.count_states(
        person_months["state"].to_physical().to_numpy(),
        person_months["person"].to_numpy(),
        rows,
        persons,
    )
    return pl.DataFrame({"state": states, "person_months": rows, "persons": persons})


def sizes(cut: Windows) -> pl.DataFrame:
    """Return group, windows, persons, unique_sequences."""
    rows = [
        (name, len(frame), frame["person"].n_unique(), len(seqs.unique()))
        for name, frame, seqs in by_group(cut)
    ]
    columns = ("windows", "persons", "unique_sequences")
    return _frame(rows, {"group": pl.String, **dict.fromkeys(columns, pl.Int64)})


def state_counts(cut: Windows) -> pl.DataFrame:
    """Return group, position (1…L), state, count, weight; all combinations, including zeros."""
    parts = []
    for name, _, seqs in by_group(cut):
        ones = StateSequences(seqs.states, seqs.alphabet, np.ones(len(seqs)))
        size = len(seqs.alphabet)
        parts.append(
            pl.DataFrame(
                {
                    "group": pl.repeat(name, seqs.length * size, eager=True),
                    "position": np.repeat(np.arange(1, seqs.length + 1, dtype=np.int16), size),
                    "state": list(seqs.alphabet) * seqs.length,
                    "count": weighted_counts(ones).astype(np.int64).ravel(),
                    "weight": weighted_counts(seqs).ravel(),
                }
            )
        )
    return pl.concat(parts)


def transitions(cut: Windows) -> pl.DataFrame:
    """Return group, from_state, to_state, transitions (pairs of months), persons.

    All pairs of states, including staying and zeros.
    """
    parts = []
    for name, frame, seqs in by_group(cut):
        size = len(seqs.alphabet)
        pairs, persons = np.zeros((2, size, size), dtype=np.int64)
        _row_kernels.count_transitions(seqs.states, frame["person"].to_numpy(), pairs, persons)
        parts.append(
            pl.DataFrame(
                {
                    "group": pl.repeat(name, size * size, eager=True),
                    "from_state": np.repeat(np.array(seqs.alphabet), size),
                    "to_state": list(seqs.alphabet) * size,
                    "transitions": pairs.ravel(),
                    "persons": persons.ravel(),
                }
            )
        )
    return pl.concat(parts)


def indicator_means(cut: Windows) -> pl.DataFrame:
    """Return group, indicator, windows, weighted mean and population sd."""
    rows = []
    for name, _, seqs in by_group(cut):
        values = indicators(seqs)
        for indicator in INDICATORS:
            rows.append((name, indicator, len(seqs), *_moments(values[indicator], seqs.weights)))
    kinds = {"windows": pl.Int64, "mean": pl.Float64, "sd": pl.Float64}
    return _frame(rows, {"group": pl.String, "indicator": pl.String, **kinds})


def regime_means(cut: Windows) -> pl.DataFrame:
    """Return group, regime, windows, weighted mean_months; no rows if groups are not periods."""
    rows = []
    for name, frame, seqs in by_group(cut):
        for regime in REGIMES:
            if f"regime_{regime}" in frame.columns:
                mean, _ = _moments(frame[f"regime_{regime}"], seqs.weights)
                rows.append((name, regime, len(frame), mean))
    kinds = {"windows": pl.Int64, "mean_months": pl.Float64}
    return _frame(rows, {"group": pl.String, "regime": pl.String, **kinds})


def _frame(
    rows: Sequence[tuple[object, ...]], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Return rows as a frame, which has its columns even without rows."""
    return pl.DataFrame(rows, schema=schema, orient="row")


def _moments(values: pl.Series, weights: Floats) -> tuple[float, float]:
    """Return the weighted mean and population standard deviation; NaN without weight."""
    x = values.cast(pl.Float64).to_numpy()
    mass = weights.sum()
    if mass == 0:
        return math.nan, math.nan
    # Relative to one of the values, so that equal values have a spread of exactly 0.
    above = x - x[0]
    lift = (weights * above).sum() / mass
    return float(x[0] + lift), float(np.sqrt((weights * (above - lift) ** 2).sum() / mass))
