"""Frequent and discriminating subsequences of time-stamped events.

Subsequences as Ritschard, Bürgin & Studer (2013) and TraMineR's seqefsub: events in brackets
happen at one time, brackets follow one another in time, and other events may lie between them.
"""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import chdtrc, comb

from trajectories.arrays import Floats
from trajectories.sequences.events.event_sequences import EventSequences
from trajectories.sequences.events.prefix_growth import (
    UNLIMITED,
    Constraints,
    Counting,
    Int64s,
    Pattern,
    Search,
    counted,
)

Subsequence = tuple[tuple[str, ...], ...]


def occurrences(
    events: EventSequences,
    subsequence: Subsequence,
    limits: Constraints = UNLIMITED,
    *,
    counting: Counting = "occurrences",
) -> Floats:
    """Return how often a subsequence occurs in each case, as seqeapplysub.

    Args:
        events: the events.
        subsequence: brackets of events, such as `(("FE",), ("FE>EM",))`.
        limits: limits on its time.
        counting: the method of counting, as in `frequent_subsequences`.

    Returns:
        float64 (n,): by default, the number of choices of events that form the subsequence.

    Raises:
        ValueError: the subsequence is empty or names an unknown event.
    """
    codes = _coded(events, subsequence)
    return counted(events, codes, np.arange(len(events)), limits, counting)


def first_times(
    events: EventSequences, subsequence: Subsequence, limits: Constraints = UNLIMITED
) -> Floats:
    """Return the time at which a subsequence first begins, as seqeapplysub with method "age".

    Args:
        events: the events.
        subsequence: brackets of events, such as `(("FE",), ("FE>EM",))`.
        limits: limits on its time.

    Returns:
        float64 (n,): the time of the first bracket of the first occurrence, NaN in cases without.

    Raises:
        ValueError: the subsequence is empty or names an unknown event.
    """
    codes = _coded(events, subsequence)
    found = np.full(len(events), np.nan)
    case = np.repeat(np.arange(len(events)), np.diff(events.offset))
    begins = events.event == codes[0][0]
    for time in np.unique(events.time[begins]).tolist():
        if not limits.age_min <= time <= limits.age_max:
            continue
        open_cases = np.unique(case[begins & (events.time == time)])
        open_cases = open_cases[np.isnan(found[open_cases])]
        from_here = replace(limits, age_min=time, age_max=time)
        counts = counted(events, codes, open_cases, from_here, "occurrences")
        found[open_cases[counts > 0]] = time
    return found


def _coded(events: EventSequences, subsequence: Subsequence) -> Pattern:
    """Return a subsequence with the positions of its events in `events.events`."""
    unknown = {name for bracket in subsequence for name in bracket} - set(events.events)
    if unknown:
        raise ValueError(f"the event {min(unknown)!r} is not among the events")
    if not subsequence or not all(subsequence):
        raise ValueError("a subsequence needs an event in each of its brackets")
    place = {name: position for position, name in enumerate(events.events)}
    return tuple(tuple(sorted(place[name] for name in bracket)) for bracket in subsequence)


def frequent_subsequences(
    events: EventSequences,
    *,
    min_share: float | None = None,
    min_support: float | None = None,
    limits: Constraints = UNLIMITED,
    counting: Counting = "cases",
    max_events: int | None = None,
) -> pl.DataFrame:
    """Find the frequent subsequences, as seqefsub.

    Args:
        events: the events.
        min_share: the smallest `count`, as a share of the weight of all cases, or
        min_support: the smallest `count`.
        limits: limits on their time.
        counting: the meaning of `count`, weighted (methods of Joshi, Karypis & Kumar 2001, as R):
            `"cases"` that contain the subsequence (COBJ); `"occurrences"`, all choices of events
            (CDIST_O); `"windows"` of the limits' size that contain it, one per unit of time,
            including those that extend beyond a case (CWIN); `"minimal_windows"`, which contain
            it while no smaller window within does (CMINWIN); `"distinct"` occurrences that share
            no event, each the next to end (CDIST).
        max_events: largest number of events in a subsequence; without it, `"occurrences"` in long
            cases may find very many.

    Returns:
        One row per subsequence: subsequence (as text), brackets (lists of lists of events), events
        (their number), support (weighted number of cases), share (of the weight of all cases),
        count. Sorted by count, most first, then by the number of events, then by the events.

    Raises:
        ValueError: not exactly one threshold is given, or windows are counted without an integer
            size.
    """
    if (min_share is None) == (min_support is None):
        raise ValueError("give either min_share or min_support")
    mass = float(events.weights.sum())
    least = min_support if min_support is not None else (min_share or 0.0) * mass
    # The margin keeps a share such as 0.1 of 30 cases at three cases despite rounding.
    least = max(least * (1 - 1e-12), np.finfo(float).tiny)
    found = []
    # A longer subsequence may occur more often than its prefix, but never more often than an upper
    # bound for any subsequence: the search continues while that bound reaches the threshold.
    could = replace(events, weights=events.weights * _most(events, limits, counting, max_events))
    search = Search(could, least, limits)
    for one in search.subsequences(max_events):
        support = number = one.support
        if counting != "cases":
            cases = search.cases(one)
            counts = counted(events, one.pattern, cases, limits, counting)
            support = float(events.weights[cases].sum())
            number = float((events.weights[cases] * counts).sum())
        if number >= least:
            found.append((one.pattern, support, number))
    found.sort(key=lambda item: (-item[2], _size(item[0]), item[0]))
    named = [_named(pattern, events) for pattern, _, _ in found]
    return pl.DataFrame(
        {
            "subsequence": ["-".join(f"({','.join(b)})" for b in brackets) for brackets in named],
            "brackets": named,
            "events": [_size(pattern) for pattern, _, _ in found],
            "support": [support for _, support, _ in found],
            "share": [support / mass for _, support, _ in found],
            "count": [number for _, _, number in found],
        },
        schema={
            "subsequence": pl.String,
            "brackets": pl.List(pl.List(pl.String)),
            "events": pl.Int64,
            "support": pl.Float64,
            "share": pl.Float64,
            "count": pl.Float64,
        },
    )


def _most(
    events: EventSequences, limits: Constraints, counting: Counting, max_events: int | None
) -> Floats:
    """Return an upper bound on any subsequence's count in each case, float64 (n,)."""
    numbers = np.diff(events.offset)
    if counting == "cases":
        return np.ones(len(events))
    if counting == "windows":
        first = np.append(events.time, 0.0)[events.offset[:-1]]
        last = np.append(events.time, 0.0)[events.offset[1:] - 1]
        spans: Floats = np.where(numbers > 0, last - first + 2 * limits.window_size + 1, 0.0)
        return spans
    if counting == "occurrences":
        chosen = numbers // 2 if max_events is None else np.minimum(numbers // 2, max_events)
        choices: Floats = comb(numbers, chosen)
        return choices
    return numbers.astype(np.float64)


def discriminating_subsequences(
    events: EventSequences,
    subsequences: pl.DataFrame,
    group: npt.ArrayLike,
    *,
    limits: Constraints = UNLIMITED,
    adjust: bool = False,
) -> pl.DataFrame:
    """Compare the frequency of subsequences between groups, as seqecmpgroup.

    The test is Pearson's χ² of group × presence with weighted numbers of cases, with Yates'
    correction for two groups, as R's chisq.test.

    Args:
        events: the events.
        subsequences: what `frequent_subsequences` returned.
        group: the group of each case (n,).
        limits: limits on their time.
        adjust: whether to adjust p-values for the number of subsequences, 1 − (1 − p)^k (Šidák; R
            calls it bonferroni).

    Returns:
        One row per subsequence, sorted by p-value and then by χ²: subsequence, share, p_value,
        statistic, and for each group share_<group> (of its weight) and residual_<group> (Pearson's,
        of the presence). The test is null if all cases or none contain the subsequence.

    Raises:
        ValueError: there are fewer than two groups, or they do not fit the cases.
    """
    labels, place = np.unique(np.asarray(group), return_inverse=True)
    if len(place) != len(events) or len(labels) < 2:
        raise ValueError(
            f"{len(place)} cases in {len(labels)} groups do not fit {len(events)} cases"
        )
    totals = _sums(place, events.weights, len(labels))
    rows = []
    for text, brackets, share in subsequences.select("subsequence", "brackets", "share").rows():
        chosen = tuple(tuple(bracket) for bracket in brackets)
        present = occurrences(events, chosen, limits) > 0
        with_it = _sums(place[present], events.weights[present], len(labels))
        statistic, residuals = _chi_squared(with_it, totals)
        p_value = None
        if statistic is not None:
            p_value = float(chdtrc(len(labels) - 1, statistic))
            if adjust:
                p_value = (
                    -math.expm1(len(subsequences) * math.log1p(-p_value)) if p_value < 1 else 1.0
                )
        rows.append(
            {"subsequence": text, "share": share, "p_value": p_value, "statistic": statistic}
            | {f"share_{label}": with_it[i] / totals[i] for i, label in enumerate(labels)}
            | {f"residual_{label}": residuals[i] for i, label in enumerate(labels)}
        )
    frame = pl.DataFrame(rows, infer_schema_length=None)
    order = ["p_value", "statistic"]
    return frame.sort(order, descending=[False, True], nulls_last=True, maintain_order=True)


def _sums(place: Int64s, weights: Floats, groups: int) -> Floats:
    """Return the total weight of each group."""
    totals = np.zeros(groups)
    np.add.at(totals, place, weights)
    return totals


def _chi_squared(with_it: Floats, totals: Floats) -> tuple[float | None, Floats]:
    """Return χ² of presence by group, and Pearson's residuals of the presence."""
    observed = np.stack([totals - with_it, with_it])
    mass = totals.sum()
    expected = np.outer(observed.sum(axis=1), totals) / mass
    if (expected <= 0).any():
        return None, np.zeros(len(totals))
    off = np.abs(observed - expected)
    correction = min(0.5, float(off.min())) if len(totals) == 2 else 0.0
    statistic = float(((off - correction) ** 2 / expected).sum())
    residuals: Floats = (observed[1] - expected[1]) / np.sqrt(expected[1])
    return statistic, residuals


def _named(pattern: Pattern, events: EventSequences) -> list[list[str]]:
    return [[events.events[code] for code in bracket] for bracket in pattern]


def _size(pattern: Pattern) -> int:
    return sum(len(bracket) for bracket in pattern)
