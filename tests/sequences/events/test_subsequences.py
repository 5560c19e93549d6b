"""Event subsequences against a search through all choices of events."""

import math
from itertools import combinations, pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sequences.samples import plainly
from trajectories.sequences import (
    Constraints,
    EventSequences,
    discriminating_subsequences,
    first_times,
    frequent_subsequences,
    occurrences,
)

cases = st.lists(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abc")), max_size=5, unique=True),
    min_size=1,
    max_size=6,
)
limits = st.builds(
    Constraints,
    max_gap=st.sampled_from([math.inf, 2]),
    window_size=st.sampled_from([math.inf, 3]),
    age_min=st.sampled_from([-math.inf, 1]),
    age_max=st.sampled_from([math.inf, 3]),
    age_max_end=st.sampled_from([math.inf, 4]),
)


def events_of(cases, weights=None) -> EventSequences:
    rows = [(i, time, name) for i, case in enumerate(cases) for time, name in case]
    frame = pl.DataFrame(rows, schema={"sequence": int, "time": int, "event": str}, orient="row")
    return EventSequences.from_frame(frame, len(cases), weights=weights, events="abc")


def choices(case, limits: Constraints) -> dict:
    """The choices of events, by their numbers, that form each subsequence under the limits."""
    found: dict = {}
    ordered = sorted(case)
    for k in range(1, len(ordered) + 1):
        for numbers in combinations(range(len(ordered)), k):
            chosen = [ordered[number] for number in numbers]
            times = sorted({time for time, _ in chosen})
            gaps = [b - a for a, b in pairwise(times)]
            if max(gaps, default=0) > limits.max_gap or times[-1] - times[0] > limits.window_size:
                continue
            if not limits.age_min <= times[0] <= limits.age_max or times[-1] > limits.age_max_end:
                continue
            key = tuple(tuple(name for t, name in chosen if t == time) for time in times)
            found.setdefault(key, []).append(numbers)
    return found


def all_occurrences(case, limits: Constraints) -> dict:
    """How often each subsequence of one case occurs under the limits."""
    return {key: len(found) for key, found in choices(case, limits).items()}


def windows_with(case, found, size) -> int:
    """How many windows of a size hold one of the choices of events."""
    times = [time for time, _ in sorted(case)]
    spans = [(times[numbers[0]], times[numbers[-1]]) for numbers in found]
    return sum(any(s <= a and b <= s + size for a, b in spans) for s in range(-20, 20))


def minimal_windows(case, found) -> int:
    """How many windows of occurrences have no other of them within."""
    times = [time for time, _ in sorted(case)]
    spans = {(times[numbers[0]], times[numbers[-1]]) for numbers in found}
    return sum(not any(a <= c and d <= b for c, d in spans if (c, d) != (a, b)) for a, b in spans)


def one_after_another(found) -> int:
    """How many choices share no event where the first to end is taken, then the next."""
    free, number = list(found), 0
    while free:
        end = min(numbers[-1] for numbers in free)
        taken = max((n for n in free if n[-1] == end), key=lambda n: n[::-1])
        free = [numbers for numbers in free if not set(numbers) & set(taken)]
        number += 1
    return number


@plainly
@given(cases, limits, st.integers(1, 3))
def test_frequent_subsequences_equal_a_search_through_all_choices(cases, limits, least):
    weights = np.arange(1, len(cases) + 1) / 2
    expected: dict = {}
    for case, weight in zip(cases, weights, strict=True):
        for key, number in all_occurrences(case, limits).items():
            support, count = expected.get(key, (0.0, 0.0))
            expected[key] = (support + weight, count + weight * number)
    expected = {key: pair for key, pair in expected.items() if pair[1] >= least}
    events = events_of(cases, weights)
    ours = frequent_subsequences(events, min_support=least, limits=limits, counting="occurrences")
    assert ours["count"].is_sorted(descending=True)
    found = {
        tuple(tuple(bracket) for bracket in brackets): (support, count)
        for brackets, support, count in ours.select("brackets", "support", "count").rows()
    }
    assert found == expected
    for key in list(expected)[:3]:
        counts = occurrences(events, key, limits)
        assert counts.tolist() == [all_occurrences(case, limits).get(key, 0) for case in cases]


@plainly
@given(cases, limits)
def test_first_times_are_those_of_the_earliest_occurrence(cases, limits):
    events = events_of(cases)
    found = [choices(case, limits) for case in cases]
    for key in sorted({key for one in found for key in one})[:12]:
        expected = [
            min((sorted(case)[numbers[0]][0] for numbers in one.get(key, [])), default=math.nan)
            for case, one in zip(cases, found, strict=True)
        ]
        ours = first_times(events, key, limits)
        assert np.array_equal(ours, expected, equal_nan=True)


@plainly
@given(cases, limits)
def test_counts_by_their_definitions(cases, limits):
    events = events_of(cases)
    found = [choices(case, limits) for case in cases]
    for key in sorted({key for one in found for key in one})[:12]:
        pairs = [(case, one.get(key, [])) for case, one in zip(cases, found, strict=True)]
        wanted = {
            "cases": [min(len(own), 1) for _, own in pairs],
            "minimal_windows": [minimal_windows(*pair) for pair in pairs],
            "distinct": [one_after_another(own) for _, own in pairs],
        }
        if math.isfinite(limits.window_size):
            wanted["windows"] = [windows_with(*pair, limits.window_size) for pair in pairs]
        for counting, counts in wanted.items():
            ours = occurrences(events, key, limits, counting=counting)
            assert ours.tolist() == counts, counting


def test_a_table_counts_what_it_is_asked_for():
    events = events_of([[(0, "a"), (1, "a"), (2, "b")]] * 2, [1, 2])
    limits = Constraints(window_size=2)
    for counting, number in (("windows", 1 + 1), ("minimal_windows", 1), ("distinct", 1)):
        found = frequent_subsequences(events, min_support=1, limits=limits, counting=counting)
        both = found.filter(pl.col("subsequence") == "(a)-(b)")
        assert both.select("support", "count").row(0) == (3, 3 * number)


@plainly
@given(cases, limits, st.integers(2, 6), st.sampled_from([None, 2]))
def test_the_threshold_is_held_against_what_is_counted(cases, limits, least, max_events):
    events = events_of(cases)
    every = frequent_subsequences(events, min_support=1, limits=limits, max_events=max_events)
    finite = math.isfinite(limits.window_size)
    for counting in ("occurrences", "minimal_windows", "distinct", *(["windows"] * finite)):
        options = {"limits": limits, "counting": counting, "max_events": max_events}
        ours = frequent_subsequences(events, min_support=least, **options)
        counts = {
            row["subsequence"]: occurrences(
                events,
                tuple(tuple(bracket) for bracket in row["brackets"]),
                limits,
                counting=counting,
            ).sum()
            for row in every.iter_rows(named=True)
        }
        enough = {name: count for name, count in counts.items() if count >= least}
        assert dict(ours.select("subsequence", "count").rows()) == enough, counting


def test_a_subsequence_that_occurs_more_often_than_its_beginning_is_found():
    events = events_of([[(0, "a"), (1, "b"), (2, "b"), (3, "b")]])
    found = frequent_subsequences(events, min_support=3, counting="occurrences", max_events=2)
    assert found.select("subsequence", "count").rows() == [
        ("(b)", 3.0),
        ("(a)-(b)", 3.0),
        ("(b)-(b)", 3.0),
    ]


def test_a_share_as_threshold_and_a_limit_to_the_number_of_events():
    events = events_of([[(0, "a"), (1, "b")]] * 3 + [[(0, "a")]] * 27)
    both = frequent_subsequences(events, min_share=0.1)
    assert both["subsequence"].to_list() == ["(a)", "(b)", "(a)-(b)"]
    assert both["share"].to_list() == [1.0, 0.1, 0.1]
    short = frequent_subsequences(events, min_share=0.1, max_events=1)
    assert short["subsequence"].to_list() == ["(a)", "(b)"]
    assert len(frequent_subsequences(events, min_share=0.11, max_events=1)) == 1


def test_the_test_is_pearson_s_with_yates_correction_for_two_groups():
    events = events_of([[(0, "a")]] * 6 + [[(0, "b")]] * 14)
    found = frequent_subsequences(events, min_support=1)
    for group in (["x", "y"] * 10, ["x", "y", "z", "z"] * 5):
        table = np.zeros((2, len(set(group))))
        for case, name in enumerate(group):
            table[int(case < 6), sorted(set(group)).index(name)] += 1
        expected = stats.chi2_contingency(table)
        ours = discriminating_subsequences(events, found, group)
        np.testing.assert_allclose(ours["statistic"], [expected.statistic] * 2)
        np.testing.assert_allclose(ours["p_value"], [expected.pvalue] * 2)
        adjusted = discriminating_subsequences(events, found, group, adjust=True)
        np.testing.assert_allclose(adjusted["p_value"], 1 - (1 - ours["p_value"]) ** 2)
        a = ours.filter(pl.col("subsequence") == "(a)")["share_x"].item()
        assert a == pytest.approx(
            np.mean([case < 6 for case, name in enumerate(group) if name == "x"])
        )


def test_what_every_case_contains_has_no_test():
    events = events_of([[(0, "a")]] * 4)
    found = frequent_subsequences(events, min_support=1)
    ours = discriminating_subsequences(events, found, ["x", "x", "y", "y"], adjust=True)
    assert ours.select("p_value", "statistic").row(0) == (None, None)
    assert ours["share_x"].item() == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: frequent_subsequences(e), "either min_share or min_support"),
        (
            lambda e: frequent_subsequences(e, min_share=0.1, min_support=1),
            "either min_share or min_support",
        ),
        (lambda e: occurrences(e, (("z",),)), "'z' is not among the events"),
        (lambda e: occurrences(e, ()), "an event in each of its brackets"),
        (lambda e: occurrences(e, (("a",),), counting="windows"), "must be whole numbers"),
        (
            lambda e: discriminating_subsequences(e, frequent_subsequences(e, min_support=1), [1]),
            "1 cases in 1 groups do not fit 1 cases",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(events_of([[(0, "a")]]))


def test_no_events_have_no_subsequences():
    ours = frequent_subsequences(events_of([[]]), min_support=1)
    assert ours.is_empty()
    assert ours.schema["brackets"] == pl.List(pl.List(pl.String))
