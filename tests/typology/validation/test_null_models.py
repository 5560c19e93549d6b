"""Null models keep what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.sequences import StateSequences
from trajectories.sequences.convert.spells import spell_rows
from trajectories.typology.validation.null_models import (
    null_model,
    null_sequences,
    random_durations,
)

MODELS = ("combined", "duration", "sequencing", "stateindep", "markov", "exchanged")
LENGTH = 12


def observed(n: int, seed: int = 3) -> StateSequences:
    """Courses of four states with long spells, and weights 1 and 3."""
    stream = np.random.default_rng(seed)
    states = np.zeros((n, LENGTH), np.uint8)
    states[:, 0] = stream.choice(4, n, p=[0.5, 0.3, 0.2, 0.0])
    for t in range(1, LENGTH):
        moves = stream.random(n) < 0.25
        states[:, t] = np.where(
            moves, stream.choice(4, n, p=[0.1, 0.2, 0.3, 0.4]), states[:, t - 1]
        )
    return StateSequences(states, tuple("abcd"), np.where(np.arange(n) % 2, 1.0, 3.0))


def many(seqs: StateSequences, model: str, times: int = 60) -> StateSequences:
    draw = null_model(seqs, model)
    states = np.concatenate([draw(np.random.default_rng([9, i])) for i in range(times)])
    return StateSequences(states, seqs.alphabet, np.tile(seqs.weights, times))


def shares(values: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    counts = np.bincount(values, weights, size)
    return counts / counts.sum()


@pytest.mark.parametrize("model", MODELS)
def test_draws_are_complete_and_reproducible(model: str) -> None:
    seqs = observed(50)
    one, again, other = (null_sequences(seqs, model, seed=seed) for seed in (1, 1, 2))
    assert one.states.shape == seqs.states.shape
    assert one.states.max() < 4
    np.testing.assert_array_equal(one.states, again.states)
    assert (one.states != other.states).any()
    np.testing.assert_array_equal(one.weights, seqs.weights)


def test_duration_keeps_the_order_of_states() -> None:
    seqs = observed(200)
    drawn = spell_rows(null_sequences(seqs, "duration"))
    own = spell_rows(seqs)
    np.testing.assert_array_equal(drawn.state, own.state)
    np.testing.assert_array_equal(drawn.offset, own.offset)
    assert (drawn.duration != own.duration).mean() > 0.3


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=30),
    st.integers(0, 1000),
)
def test_random_durations_fill_each_sequence(counts: list[int], seed: int) -> None:
    durations = random_durations(np.array(counts), 12, np.random.default_rng(seed))
    assert durations.min() >= 1
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    np.testing.assert_array_equal(np.add.reduceat(durations, starts), 12)


def test_random_durations_are_those_of_largest_remainders() -> None:
    counts = np.array([3, 5])
    found = random_durations(counts, 20, np.random.default_rng(4))
    points = np.random.default_rng(4).random((2, 5))
    end = 0
    for row, s in zip(points, counts, strict=True):
        exact = (20 - s) * row[:s] / row[:s].sum()
        expected = 1 + np.floor(exact).astype(int)
        for place in np.argsort(np.floor(exact) - exact)[: 20 - expected.sum()]:
            expected[place] += 1
        np.testing.assert_array_equal(found[end : end + s], expected)
        end += s


def test_combined_draws_states_and_durations_by_weight() -> None:
    seqs = observed(400)
    own, drawn = spell_rows(seqs), many(seqs, "combined")
    weight = seqs.weights[own.sequence]
    first = shares(drawn.states[:, 0], np.ones(len(drawn)), 4)
    expected = shares(own.state, weight, 4)
    np.testing.assert_allclose(first, expected, atol=0.01)
    spells = spell_rows(drawn)
    opening = spells.offset[:-1]
    durations = shares(spells.duration[opening], np.ones(len(drawn)), LENGTH + 1)
    np.testing.assert_allclose(durations, shares(own.duration, weight, LENGTH + 1), atol=0.01)
    # The second state has the shares of the others.
    more = opening[spells.counts > 1]
    for state in range(4):
        follows = spells.state[more + 1][spells.state[more] == state]
        others = np.where(np.arange(4) == state, 0, expected)
        np.testing.assert_allclose(
            shares(follows, np.ones(follows.size), 4), others / others.sum(), atol=0.025
        )


def test_sequencing_draws_pairs_of_state_and_duration() -> None:
    # Each state has a duration of its own, and none equals a sum of the others'.
    states = np.array([[0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 1]], np.uint8)
    seqs = StateSequences(np.repeat(states, 500, axis=0), tuple("abc"), np.ones(500))
    drawn = many(seqs, "sequencing", 10)
    spells = spell_rows(drawn)
    inner = spells.begin + spells.duration < LENGTH
    for state, lengths in ((0, {5, 10}), (1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), (2, {4, 8})):
        assert set(spells.duration[inner & (spells.state == state)]) <= lengths
    first = shares(drawn.states[:, 0], np.ones(len(drawn)), 3)
    np.testing.assert_allclose(first, [0.25, 0.5, 0.25], atol=0.025)


def test_sequencing_counts_pairs_by_weight() -> None:
    states = np.repeat(np.array([[0], [1]], np.uint8), 4, axis=1)
    seqs = StateSequences(np.tile(states, (200, 1)), tuple("ab"), np.tile([3.0, 1.0], 200))
    drawn = many(seqs, "sequencing", 20)
    np.testing.assert_allclose((drawn.states[:, 0] == 0).mean(), 0.75, atol=0.02)
    assert (drawn.states == drawn.states[:, :1]).all()


def test_state_independent_keeps_each_positions_distribution() -> None:
    seqs = observed(400)
    drawn = many(seqs, "stateindep")
    for t in range(LENGTH):
        np.testing.assert_allclose(
            shares(drawn.states[:, t], np.ones(len(drawn)), 4),
            shares(seqs.states[:, t], seqs.weights, 4),
            atol=0.015,
        )
    same = (drawn.states[:, 1:] == drawn.states[:, :-1]).mean()
    by_chance = np.mean(
        [
            shares(seqs.states[:, t], seqs.weights, 4)
            @ shares(seqs.states[:, t + 1], seqs.weights, 4)
            for t in range(LENGTH - 1)
        ]
    )
    assert abs(same - by_chance) < 0.01


def test_markov_keeps_the_first_position_and_the_transition_rates() -> None:
    seqs = observed(400)
    drawn = many(seqs, "markov")
    np.testing.assert_allclose(
        shares(drawn.states[:, 0], np.ones(len(drawn)), 4),
        shares(seqs.states[:, 0], seqs.weights, 4),
        atol=0.01,
    )

    def rates(states: np.ndarray, weights: np.ndarray) -> np.ndarray:
        counts = np.zeros((4, 4))
        np.add.at(
            counts,
            (states[:, :-1], states[:, 1:]),
            np.broadcast_to(weights[:, None], (len(states), LENGTH - 1)),
        )
        return counts / counts.sum(axis=1, keepdims=True)

    np.testing.assert_allclose(
        rates(drawn.states, np.ones(len(drawn))), rates(seqs.states, seqs.weights), atol=0.01
    )


def test_a_state_that_is_never_left_stays() -> None:
    states = np.array([[0, 0, 1], [0, 1, 1], [0, 0, 2]], np.uint8)
    seqs = StateSequences(np.tile(states, (100, 1)), tuple("abc"), np.ones(300))
    drawn = many(seqs, "markov", 5)
    left = drawn.states[:, 1] == 2
    assert left.any()
    assert (drawn.states[left, 2] == 2).all()


def test_a_single_state_stays_alone_in_every_model() -> None:
    seqs = StateSequences(np.ones((5, 4), np.uint8), tuple("ab"), np.ones(5))
    for model in MODELS:
        assert (null_sequences(seqs, model).states == 1).all()


def test_impossible_sequences_are_refused() -> None:
    gap = StateSequences.from_array([["a", None], ["a", "b"]], ["a", "b"])
    with pytest.raises(ValueError, match="without missing states"):
        null_model(gap, "markov")
    whole = observed(5)
    with pytest.raises(ValueError, match="unknown null model"):
        null_model(whole, "random")
    weightless = StateSequences(whole.states, whole.alphabet, np.zeros(5))
    with pytest.raises(ValueError, match="with weight"):
        null_model(weightless, "markov")


def transitions(states: np.ndarray) -> np.ndarray:
    """Count the pairs of states between each position and the next, by plain loops."""
    counts = np.zeros((states.shape[1] - 1, 4, 4), int)
    for row in states:
        for t in range(len(row) - 1):
            counts[t, row[t], row[t + 1]] += 1
    return counts


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_exchanged_keeps_every_number_of_transitions(seed: int, n: int) -> None:
    seqs = observed(n, seed)
    drawn = null_sequences(seqs, "exchanged", seed=seed)
    np.testing.assert_array_equal(transitions(drawn.states), transitions(seqs.states))


def test_exchanged_draws_every_arrangement_as_often() -> None:
    """Three in one state, then two in one and one in another: all that may follow is counted."""
    states = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 2], [1, 1, 3]], np.uint8)
    seqs = StateSequences(states, tuple("abcd"), np.ones(4))
    draw = null_model(seqs, "exchanged")
    times = 8_000
    seen: dict[tuple, int] = {}
    for i in range(times):
        key = tuple(sorted(map(tuple, draw(np.random.default_rng(i)).tolist())))
        seen[key] = seen.get(key, 0) + 1
    # Those in b at the second position came from a or b, and go to c or d.
    straight = ((0, 0, 0), (0, 0, 1), (0, 1, 2), (1, 1, 3))
    crossed = ((0, 0, 0), (0, 0, 1), (0, 1, 3), (1, 1, 2))
    assert set(seen) == {straight, crossed}
    assert abs(seen[straight] / times - 0.5) < 4 * np.sqrt(0.25 / times)
