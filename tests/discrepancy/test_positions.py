"""Discrepancy by position, as R's seqdiff."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from discrepancy import naive
from discrepancy.r_mvad import case, table
from trajectories.discrepancy import Metric, by_position
from trajectories.discrepancy.association import STATISTICS
from trajectories.dissimilarity import pairwise
from trajectories.sequences import StateSequences


@pytest.mark.parametrize("weighted", [False, True])
def test_each_position_equals_r(reference, weighted):
    mvad = case(reference, weighted=weighted)
    found = by_position(mvad.seqs, mvad.data["gcse5eq"])
    expected = table(reference, "seqdiff_stat", weighted=weighted)
    assert found["position"].to_list() == list(range(1, 70))
    names = [name for name in expected.columns if name != "id"]
    assert names == list(STATISTICS)
    # R takes Bartlett's statistic as a difference of numbers of about 6,000.
    assert_allclose(found[names], expected[names], rtol=1e-9, atol=5e-12)


@pytest.mark.parametrize("squared", [False, True])
def test_each_window_is_analysed_as_sequences_of_its_own(squared):
    rng = np.random.default_rng(2)
    states, groups = rng.integers(0, 3, (30, 6)).astype(np.uint8), np.arange(30) % 3
    weights = rng.uniform(1, 2, 30)
    seqs = StateSequences.from_array(states, "abc", weights)
    metric = Metric("ham")
    found = by_position(seqs, groups, window=(-1, 2), squared=squared, metric=metric)
    assert found["position"].to_list() == [2, 3, 4]
    for row in found.iter_rows(named=True):
        place = row["position"] - 1
        part = StateSequences.from_array(states[:, place - 1 : place + 3], "abc")
        d = pairwise(part, "ham") ** (2 if squared else 1)
        expected = naive.statistics(naive.square(d), groups, weights)
        assert_allclose([row[name] for name in STATISTICS], list(expected.values()), rtol=1e-9)
        total = naive.sum_of_squares(naive.square(d), weights) / weights.sum()
        assert_allclose([row["discrepancy"], row["n"]], [total, weights.sum()])
        own = groups == 1
        ss = naive.sum_of_squares(naive.square(d)[np.ix_(own, own)], weights[own])
        assert_allclose(row["discrepancy_1"], ss / weights[own].sum())


def test_missing_positions_are_left_out_where_they_are_or_are_a_state():
    states = np.array([list("abab"), list("bbaa"), list("abba"), list("aabb")] * 2, object)
    states[0, 0] = None
    groups = [0, 0, 0, 0, 1, 1, 1, 1]
    seqs = StateSequences.from_array(states, "ab")
    left = by_position(seqs, groups)
    assert left["n"].to_list() == [7, 8, 8]
    kept = by_position(seqs, groups, with_missing=True)
    assert kept["n"].to_list() == [8, 8, 8]
    assert kept[1:].equals(left[1:])
    ended = StateSequences.from_array(
        np.where(states == states[0, 3], states, None)[:, ::-1], "ab", right="drop"
    )
    assert by_position(ended, groups)["n"].max() < 8


def test_a_window_that_fits_nowhere_is_refused():
    seqs = StateSequences.from_array(np.zeros((4, 3), np.uint8), "ab")
    with pytest.raises(ValueError, match="fits nowhere"):
        by_position(seqs, [0, 1, 0, 1], window=(0, 3))
    constant = by_position(seqs, [0, 1, 0, 1])
    assert constant["discrepancy"].to_list() == [0, 0]
    assert constant["Pseudo R2"].is_nan().all()
