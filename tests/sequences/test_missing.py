"""Missing and void positions: what is kept, dropped, truncated, filled or made a state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import plainly, r_states, raw_ex1
from trajectories.sequences import MISSING, VOID, StateSequences

N = None


def letters(seqs: StateSequences) -> list[str]:
    """Rows as text, `*` missing, void left out."""
    table = dict(enumerate(seqs.alphabet)) | {MISSING: "*", VOID: ""}
    return ["".join(str(table[code]) for code in row) for row in seqs.states.tolist()]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, "**a*b**"),
        ({"left": "drop"}, "a*b**"),
        ({"left": "b"}, "bba*b**"),
        ({"left": "truncate"}, ""),
        ({"gaps": "drop"}, "**ab**"),
        ({"gaps": "truncate"}, "**a"),
        ({"gaps": "a"}, "**aab**"),
        ({"right": "drop"}, "**a*b"),
        ({"right": "truncate"}, "**a*b"),
        ({"right": "b"}, "**a*bbb"),
        ({"left": "drop", "gaps": "drop", "right": "drop"}, "ab"),
        ({"left": "drop", "gaps": "truncate"}, "a"),
    ],
)
def test_missing_positions_are_treated_by_where_they_stand(choice, expected):
    seqs = StateSequences.from_array([[N, N, "a", N, "b", N, N]], "ab", **choice)
    assert letters(seqs) == [expected]
    assert seqs.lengths.tolist() == [len(expected)]
    assert seqs.length == 7


def test_a_sequence_without_a_state_is_missing_at_the_right():
    empty = [[N, N]]
    assert letters(StateSequences.from_array(empty, "ab", left="a", gaps="a")) == ["**"]
    assert letters(StateSequences.from_array(empty, "ab", right="drop")) == [""]


def test_void_ends_a_sequence_and_is_never_treated():
    states = np.array([[MISSING, 0, MISSING, VOID]], dtype=np.uint8)
    filled = StateSequences.from_array(states, "ab").treat_missing(left="b", right="b")
    assert filled.states.tolist() == [[1, 0, 1, VOID]]


def test_an_unknown_treatment_names_what_is_known():
    with pytest.raises(ValueError, match=r"gaps is 'x', .* nor a state \(a, b\)"):
        StateSequences.from_array([["a"]], "ab", gaps="x")


def test_void_before_a_state_is_refused():
    with pytest.raises(ValueError, match="void position must not be followed"):
        StateSequences.from_array(np.array([[VOID, 0]], dtype=np.uint8), "a")


def test_missing_becomes_the_last_state():
    seqs = StateSequences.from_array(np.array([[0, MISSING, VOID]], dtype=np.uint8), "ab")
    kept = seqs.with_missing_state()
    assert kept.states.tolist() == [[0, 2, VOID]]
    assert kept.alphabet == ("a", "b", "*")
    assert kept.long_labels == ("a", "b", "missing")
    assert (seqs.has_missing, kept.has_missing) == (True, False)
    with pytest.raises(ValueError, match="more than once"):
        seqs.with_missing_state("b")


def test_long_labels_follow_rows_and_must_fit():
    seqs = StateSequences.from_array([["a"], ["b"]], "ab", long_labels=["At work", "Away"])
    assert seqs[1].long_labels == seqs.unique().sequences.long_labels == ("At work", "Away")
    with pytest.raises(ValueError, match="1 labels do not fit 2 states"):
        StateSequences.from_array([["a"]], "ab", long_labels=["one"])


cells = st.lists(
    st.lists(st.sampled_from(["a", "b", None]), min_size=6, max_size=6), min_size=1, max_size=8
)


@plainly
@given(cells)
def test_dropping_everywhere_leaves_the_states_in_their_order(rows):
    seqs = StateSequences.from_array(rows, "ab", left="drop", gaps="drop", right="drop")
    assert letters(seqs) == ["".join(cell for cell in row if cell) for row in rows]


@plainly
@given(cells)
def test_the_order_of_treatments_does_not_matter(rows):
    seqs = StateSequences.from_array(rows, "ab")
    once = seqs.treat_missing(left="drop", gaps="b", right="drop")
    stepwise = seqs.treat_missing(gaps="b").treat_missing(right="drop").treat_missing(left="drop")
    assert letters(once) == letters(stepwise)


def test_r_makes_the_same_of_ex1(reference):
    folder = reference / "ex1"
    default = StateSequences.from_array(raw_ex1(reference), "ABCD", right="drop")
    assert letters(default) == r_states(folder / "stslist_default.csv")
    dropped = default.treat_missing(left="drop", gaps="drop")
    assert letters(dropped) == r_states(folder / "stslist_leftDEL_gapsDEL.csv")
