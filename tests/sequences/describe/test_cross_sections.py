"""Descriptions against facts that follow from their definitions."""

import numpy as np
import pytest

from sequences.samples import random_sequences
from trajectories.sequences import (
    StateSequences,
    mean_time,
    modal_states,
    state_distribution,
    transition_rates,
)


def test_integer_weights_equal_replicated_sequences():
    seqs = random_sequences(40, 9, 4, seed=3)
    times = np.random.default_rng(4).integers(0, 4, 40)
    weighted = StateSequences.from_array(seqs.states, seqs.alphabet, times)
    copied = seqs[np.repeat(np.arange(40), times)]
    for describe in (state_distribution, modal_states):
        assert describe(weighted).equals(describe(copied), null_equal=True)
    np.testing.assert_allclose(transition_rates(weighted), transition_rates(copied), rtol=1e-12)
    np.testing.assert_allclose(mean_time(weighted)["mean"], mean_time(copied)["mean"], rtol=1e-12)


def test_rates_of_a_state_that_is_never_left_are_zero_and_the_others_add_up():
    seqs = StateSequences.from_array([["a", "b"], ["a", "a"]], "abc")
    np.testing.assert_array_equal(
        transition_rates(seqs), [[0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    )


def test_rates_of_a_single_position_are_zero_in_the_right_shape():
    seqs = StateSequences.from_array([["a"], ["b"]], "ab")
    assert not transition_rates(seqs).any()
    assert transition_rates(seqs, time_varying=True).shape == (0, 2, 2)


def test_a_position_without_a_valid_state_has_no_shares():
    seqs = StateSequences.from_array([["a", None], ["b", None]], "ab")
    described = state_distribution(seqs)
    assert described["n"].to_list() == [2.0, 0.0]
    assert described[1].select("a", "b", "entropy").to_numpy().tolist() == [
        pytest.approx([np.nan] * 3, nan_ok=True)
    ]
    assert modal_states(seqs)["state"].to_list() == ["a", None]


def test_entropy_is_one_for_equal_shares_and_zero_for_one_state():
    seqs = StateSequences.from_array([["a", "a"], ["b", "a"]], "ab")
    np.testing.assert_allclose(state_distribution(seqs)["entropy"], [1.0, 0.0], atol=1e-15)


def test_entropy_of_an_alphabet_of_one_state_is_zero():
    assert state_distribution(StateSequences.from_array([["a"]], "a"))["entropy"].item() == 0.0


def test_ties_of_modal_states_go_to_the_first_of_the_alphabet():
    seqs = StateSequences.from_array([["b", "a"], ["a", "b"]], "ba")
    assert modal_states(seqs)["state"].to_list() == ["b", "b"]


def test_a_state_named_like_a_column_is_refused():
    with pytest.raises(ValueError, match="called entropy, which is a column"):
        state_distribution(StateSequences.from_array([["entropy"]], ["entropy"]))


def test_the_variance_of_one_sequence_is_unknown():
    assert mean_time(StateSequences.from_array([["a", "b"]], "ab"))["variance"].is_nan().all()
