"""Frequent and discriminating subsequences of time-stamped events.

Subsequences as Ritschard, Bürgin & Studer (2013) and TraMineR's seqefsub: events in brackets
happen at one time, brackets follow one another in time, and other events may lie between them.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import stats

from trajectories.sequences._events import EventSequences
from trajectories.sequences._subsequence_kernels import count_occurrences

Counting = Literal["cases", "occurrences"]
Subsequence = tuple[tuple[str, ...], ...]
Pattern = tuple[tuple[int, ...], ...]
Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]


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


def occurrences(
    events: EventSequences, subsequence: Subsequence, limits: Constraints = UNLIMITED
) -> Floats:
    """Return how often a subsequence occurs in each case, as seqeapplysub.

    Args:
        events: the events.
        subsequence: brackets of events, such as `(("FE",), ("FE>EM",))`.
        limits: limits on its time.

    Returns:
        float64 (n,): the choices of events that form the subsequence under the limits.

    Raises:
        ValueError: the subsequence is empty or names an unknown event.
    """
    unknown = {name for bracket in subsequence for name in bracket} - set(events.events)
    if unknown:
        raise ValueError(f"the event {min(unknown)!r} is not among the events")
    if not subsequence or not all(subsequence):
        raise ValueError("a subsequence needs an event in each of its brackets")
    place = {name: position for position, name in enumerate(events.events)}
    codes = tuple(tuple(sorted(place[name] for name in bracket)) for bracket in subsequence)
    return _count(events, codes, np.arange(len(events)), limits)


def frequent_subsequences(
    events: EventSequences,
    *,
    min_share: float | None = None,
    min_support: float | None = None,
    limits: Constraints = UNLIMITED,
    counting: Counting = "cases",
    max_events: int | None = None,
) -> pl.DataFrame:
    """Find the subsequences that enough cases contain, as seqefsub.

    Subsequences grow by one event at a time; since every beginning of an occurrence is an
    occurrence under the same limits, none is missed.

    Args:
        events: the events.
        min_share: the smallest weighted share of cases, or
        min_support: the smallest weighted number of cases.
        limits: limits on their time.
        counting: what `count` says: `"cases"` that contain the subsequence (R's COBJ) or
            `"occurrences"` (R's CDIST_O), both weighted.
        max_events: the most events in a subsequence.

    Returns:
        One row a subsequence: subsequence (as text), brackets (lists of lists of events), events
        (their number), support (weighted number of cases), share (of the weight of all cases),
        count. Sorted by count, most first, then by the number of events, then by the events.

    Raises:
        ValueError: not exactly one of the thresholds is given.
    """
    if (min_share is None) == (min_support is None):
        raise ValueError("give either min_share or min_support")
    mass = float(events.weights.sum())
    least = min_support if min_support is not None else (min_share or 0.0) * mass
    # The margin keeps a share such as 0.1 of 30 cases at three cases, whatever the rounding.
    least = max(least * (1 - 1e-12), np.finfo(float).tiny)
    found: list[tuple[Pattern, float, float]] = []
    alone: list[Pattern] = [((code,),) for code in range(len(events.events))]
    everyone = np.arange(len(events))
    todo = [(pattern, everyone) for pattern in alone]
    # Limits on the age bind the first bracket only, so what may follow is chosen without them.
    frequent = [
        pattern[0][0]
        for pattern in alone
        if events.weights[_count(events, pattern, everyone, UNLIMITED) > 0].sum() >= least
    ]
    while todo:
        following: list[tuple[Pattern, Int64s]] = []
        for pattern, cases in todo:
            counts = _count(events, pattern, cases, limits)
            weights = events.weights[cases]
            support = float(weights[counts > 0].sum())
            if support >= least:
                number = float((weights * counts).sum()) if counting == "occurrences" else support
                found.append((pattern, support, number))
                following.append((pattern, cases[counts > 0]))
        todo = [
            (longer, cases)
            for pattern, cases in following
            if max_events is None or _size(pattern) < max_events
            for longer in _extensions(pattern, frequent)
        ]
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


def discriminating_subsequences(
    events: EventSequences,
    subsequences: pl.DataFrame,
    group: npt.ArrayLike,
    *,
    limits: Constraints = UNLIMITED,
    adjust: bool = False,
) -> pl.DataFrame:
    """Compare how often groups contain subsequences, as seqecmpgroup.

    The test is Pearson's χ² of group × presence with weighted numbers of cases, with Yates'
    correction where there are two groups, as R's chisq.test.

    Args:
        events: the events.
        subsequences: what `frequent_subsequences` returned.
        group: the group of each case (n,).
        limits: limits on their time.
        adjust: whether p-values are adjusted for the number of subsequences, 1 − (1 − p)^k
            (Šidák; R calls it bonferroni).

    Returns:
        One row a subsequence, sorted by p-value and then by χ²: subsequence, share, p_value,
        statistic, and for each group share_<group> (of its weight) and residual_<group> (Pearson's,
        of the presence). The test is null where all cases or none contain the subsequence.

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
            p_value = float(stats.chi2.sf(statistic, len(labels) - 1))
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


def _count(
    events: EventSequences,
    pattern: Pattern,
    cases: Int64s,
    limits: Constraints,
) -> Floats:
    """Return the occurrences of a pattern in some cases."""
    counts = np.zeros(len(cases))
    flat = np.array([code for bracket in pattern for code in bracket], dtype=np.int64)
    same = np.array([i > 0 for bracket in pattern for i in range(len(bracket))], dtype=np.bool_)
    count_occurrences(
        cases,
        events.offset,
        events.time,
        events.event,
        flat,
        same,
        float(limits.max_gap),
        float(limits.window_size),
        float(limits.age_min),
        float(limits.age_max),
        float(limits.age_max_end),
        counts,
    )
    return counts


def _extensions(pattern: Pattern, frequent: list[int]) -> list[Pattern]:
    """Return the patterns with one event more, at the same time or later."""
    last = pattern[-1]
    together = [(*pattern[:-1], (*last, code)) for code in frequent if code > last[-1]]
    return together + [(*pattern, (code,)) for code in frequent]


def _named(pattern: Pattern, events: EventSequences) -> list[list[str]]:
    """Return a pattern by the names of its events."""
    return [[events.events[code] for code in bracket] for bracket in pattern]


def _size(pattern: Pattern) -> int:
    """Return the number of events in a pattern."""
    return sum(len(bracket) for bracket in pattern)
