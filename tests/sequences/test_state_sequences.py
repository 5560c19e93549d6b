"""The sequence type: coding, checks, indexing, unique sequences."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import random_sequences
from trajectories.sequences import MISSING, VOID, StateSequences, to_events


def test_names_become_positions_and_blanks_missing():
    seqs = StateSequences.from_array([["b", None], ["a", float("nan")]], ["a", "b"])
    assert seqs.states.tolist() == [[1, MISSING], [0, MISSING]]
    assert seqs.weights.tolist() == [1.0, 1.0]
    assert (len(seqs), seqs.length) == (2, 2)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float64])
def test_integers_are_positions_where_the_alphabet_is_of_names(dtype):
    seqs = StateSequences.from_array(np.array([[0, 1], [2, 0]], dtype=dtype), "abc")
    assert seqs.states.tolist() == [[0, 1], [2, 0]]


def test_integers_are_members_where_the_alphabet_is_of_integers():
    seqs = StateSequences.from_array(np.array([[10, 20], [20, 10]]), [20, 10])
    assert seqs.states.tolist() == [[1, 0], [0, 1]]
    assert seqs.labels().tolist() == [[10, 20], [20, 10]]


def test_bytes_that_are_members_are_not_taken_for_positions():
    seqs = StateSequences.from_array(np.array([[1, 0]], dtype=np.uint8), [1, 0])
    assert seqs.states.tolist() == [[0, 1]]


def test_nan_in_a_numeric_array_is_missing():
    seqs = StateSequences.from_array(np.array([[1.0, np.nan]]), "ab")
    assert seqs.states.tolist() == [[1, MISSING]]


def test_a_frame_of_names_is_read():
    frame = pl.DataFrame({"t1": ["a", "b"], "t2": ["b", None]})
    assert StateSequences.from_array(frame, "ab").states.tolist() == [[0, 1], [1, MISSING]]


def test_reserved_values_pass_through_in_bytes():
    states = np.array([[0, MISSING, VOID]], dtype=np.uint8)
    assert StateSequences.from_array(states, "a").labels().tolist() == [["a", None, None]]


def test_the_caller_may_change_the_array_afterwards():
    states = np.zeros((1, 2), dtype=np.uint8)
    seqs = StateSequences.from_array(states, "ab")
    states[0, 0] = 1
    assert seqs.states.tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="read-only"):
        seqs.states[0, 0] = 1


@pytest.mark.parametrize(
    ("states", "alphabet", "weights", "message"),
    [
        ([["x"]], "ab", None, r"the state 'x' is not in the alphabet \(a, b\)"),
        ([[2]], "ab", None, "the state 2 is not in the alphabet"),
        ([[1.5]], "ab", None, "the state 1.5 is not in the alphabet"),
        ([[-1]], "ab", None, "the state -1 is not in the alphabet"),
        (np.array([[7]], dtype=np.uint8), "ab", None, "position 7, but the alphabet has 2"),
        (["a", "b"], "ab", None, "must have two dimensions"),
        ([["a"]], "", None, "the alphabet has no state"),
        ([["a"]], "aa", None, "more than once"),
        ([["a"]], ["a", *range(254)], None, "more than 254 cannot be held"),
        ([["a"]], "ab", [1.0, 2.0], "weights must be 1 numbers"),
        ([["a"]], "ab", [-1.0], "finite and not negative"),
        ([["a"]], "ab", [np.nan], "finite and not negative"),
    ],
)
def test_what_cannot_be_a_sequence_is_refused(states, alphabet, weights, message):
    with pytest.raises(ValueError, match=message):
        StateSequences.from_array(states, alphabet, weights)


def test_states_of_another_type_are_refused():
    with pytest.raises(ValueError, match="two-dimensional array of uint8"):
        StateSequences(np.zeros((1, 1)), ("a",), np.ones(1))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (1, [1]),
        (-1, [3]),
        (slice(1, 3), [1, 2]),
        ([3, 0, 3], [3, 0, 3]),
        (np.array([True, False, False, True]), [0, 3]),
    ],
)
def test_rows_are_chosen_with_their_weights(rows, expected):
    seqs = StateSequences.from_array([[0], [1], [2], [1]], "abc", [1.0, 2.0, 3.0, 4.0])
    chosen = seqs[rows]
    assert chosen.states.ravel().tolist() == [seqs.states[row, 0] for row in expected]
    assert chosen.weights.tolist() == [seqs.weights[row] for row in expected]


@given(st.integers(0, 40), st.integers(1, 17), st.integers(1, 3), st.integers(0, 99))
def test_unique_sequences_stand_for_all_and_lie_in_order(n, length, size, seed):
    rng = np.random.default_rng(seed)
    states = rng.choice([*range(size), MISSING], (n, length)).astype(np.uint8)
    weights = rng.integers(0, 5, n).astype(float)
    seqs = StateSequences.from_array(states, list("abc")[:size], weights)
    unique = seqs.unique()
    rows = [tuple(row) for row in unique.sequences.states]
    assert rows == sorted({tuple(row) for row in states})
    assert unique.sequences.states[unique.inverse].tolist() == states.tolist()
    assert unique.count.tolist() == [sum(tuple(s) == row for s in states) for row in rows]
    assert unique.sequences.weights.sum() == weights.sum()
    assert len(unique) == len(rows)


def test_unique_does_not_depend_on_the_order_of_rows():
    seqs = random_sequences(200, 5, 2, seed=1)
    shuffled = seqs[np.random.default_rng(2).permutation(200)]
    first, second = seqs.unique(), shuffled.unique()
    assert np.array_equal(first.sequences.states, second.sequences.states)
    assert np.array_equal(first.count, second.count)


def test_what_a_notebook_shows_is_no_single_sequence():
    seqs = StateSequences.from_array(
        [["a<b", "c", None], ["c", "c", "c"]], ["a<b", "c"], [1, 3], right="drop"
    )
    text = "StateSequences: 2 sequences of 2 to 3 positions, total weight 4; 2 states: a<b, c"
    assert repr(seqs) == text
    page = seqs._repr_html_()
    assert "<td>a&lt;b</td><td>a&lt;b</td><td>9.1%</td>" in page, "1 of 1 + 1 + 9"
    assert "disclosure control" in page
    many = StateSequences.from_array([["s0", None]], [f"s{n}" for n in range(20)])
    assert repr(many).endswith("s11 and 8 more")
    assert "1 sequences of 2 positions, with missing positions; 20 states" in repr(many)
    assert "0 sequences of 2 positions" in repr(many[:0])
    assert "0.0%" in many[:0]._repr_html_()
    assert repr(to_events(seqs)) == "EventSequences: 3 events of 2 cases; 4 kinds of events"
