"""Frequent sequences, first and last positions, probabilities and durations of spells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import plainly, random_sequences
from trajectories.sequences import (
    StateSequences,
    first_positions,
    frequent_sequences,
    last_positions,
    log_probabilities,
    mean_time,
    modal_states,
    spell_survival,
    state_distribution,
    state_frequencies,
    times_in_states,
    transition_rates,
)

seeds = st.integers(0, 10_000)


@plainly
@given(seeds)
def test_weights_equal_replication(seed):
    rng = np.random.default_rng(seed)
    seqs = random_sequences(15, 7, 3, seed=seed)
    times = rng.integers(0, 4, 15)
    weighted = StateSequences.from_array(seqs.states, seqs.alphabet, times)
    copied = seqs[np.repeat(np.arange(15), times)]
    for option in (False, True):
        for describe in (state_distribution, modal_states, state_frequencies):
            ours, theirs = (describe(s, with_missing=option) for s in (weighted, copied))
            assert ours.equals(theirs, null_equal=True)
        np.testing.assert_allclose(
            mean_time(weighted, with_missing=option)["mean"],
            mean_time(copied, with_missing=option)["mean"],
            rtol=1e-12,
        )
        for lag in (1, 2, 8):
            np.testing.assert_allclose(
                transition_rates(weighted, lag=lag, with_missing=option),
                transition_rates(copied, lag=lag, with_missing=option),
                rtol=1e-12,
            )
    columns = ["state", "time", "at_risk", "events", "survival", "se_log"]
    ours, theirs = (
        spell_survival(s).filter(spell_survival(s)["at_risk"] > 0) for s in (weighted, copied)
    )
    joined = ours.filter((ours["events"] > 0) | (ours["censored"] > 0)).select(columns)
    assert joined.equals(theirs.select(columns))


@plainly
@given(seeds)
def test_frequent_sequences_are_the_commonest(seed):
    seqs = random_sequences(30, 3, 2, seed=seed)
    ours = frequent_sequences(seqs)
    assert ours["count"].sum() == 30
    assert ours["share"].sum() == pytest.approx(1)
    assert ours["weight"].is_sorted(descending=True)
    rows = [tuple(row) for row in seqs.states.tolist()]
    for row, count in ours.select("row", "count").rows():
        assert rows.count(rows[row]) == count
        assert rows.index(rows[row]) == row
    assert frequent_sequences(seqs, most=2).equals(ours[:2])


@plainly
@given(seeds)
def test_first_and_last_positions_equal_a_search(seed):
    seqs = random_sequences(8, 6, 3, seed=seed)
    first, last = first_positions(seqs).rows(), last_positions(seqs).rows()
    for row, begins, ends in zip(seqs.states.tolist(), first, last, strict=True):
        for state in range(3):
            spots = [t + 1 for t, cell in enumerate(row) if cell == state]
            assert begins[state] == (spots[0] if spots else None)
            assert ends[state] == (spots[-1] if spots else None)


def test_times_in_states_are_counts_and_missing_can_be_one():
    seqs = StateSequences.from_array([["a", None, "a"]], "ab")
    assert times_in_states(seqs).rows() == [(2, 0)]
    assert times_in_states(seqs, with_missing=True).rows(named=True) == [{"a": 2, "b": 0, "*": 1}]


def test_probabilities_multiply_the_shares_and_rates():
    seqs = StateSequences.from_array([["a", "a", "b"], ["a", "b", "b"], ["b", "b", "b"]], "ab")
    expected = -np.log([2 / 3 / 2, 2 / 3 / 2, 1 / 3])
    np.testing.assert_allclose(log_probabilities(seqs), expected)
    pooled = -np.log([2 / 3 * 1 / 3 * 2 / 3, 2 / 3 * 2 / 3, 1 / 3])
    np.testing.assert_allclose(log_probabilities(seqs, time_varying=False), pooled)


def test_a_missing_position_makes_a_probability_unknown_and_a_void_one_does_not():
    states = np.array([[0, 254], [0, 255], [254, 254]], dtype=np.uint8)
    ours = log_probabilities(StateSequences.from_array(states, "a"))
    assert ours[0] == 0 == ours[2]
    assert np.isnan(ours[1])


def test_a_lag_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one position, not 0"):
        transition_rates(random_sequences(2, 3, 2, seed=0), lag=0)


def test_spells_end_are_censored_or_cut_by_gaps():
    seqs = StateSequences.from_array([["a", "a", "b"], ["a", None, "a"]], "ab")
    ours = spell_survival(seqs)
    assert ours.select("state", "time", "at_risk", "events", "censored").rows() == [
        ("a", 1, 3.0, 1.0, 1.0),
        ("a", 2, 1.0, 1.0, 0.0),
        ("b", 1, 1.0, 0.0, 1.0),
    ]
    np.testing.assert_allclose(ours["survival"], [2 / 3, 0.0, 1.0])
    np.testing.assert_allclose(ours["se_log"], [np.sqrt(1 / 6), np.inf, 0.0])
