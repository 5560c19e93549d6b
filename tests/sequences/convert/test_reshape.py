"""Stacking, cutting, alignment and coarser time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import plainly, random_sequences
from trajectories.sequences import MISSING, VOID, StateSequences, aggregated, aligned, cut, stack


def test_stacking_joins_alphabets_and_pads_with_void():
    first = StateSequences.from_array([["b", "a"]], "ba", [2.0])
    second = StateSequences.from_array([["c", "a", None]], "ac", [3.0])
    both = stack([first, second])
    assert both.alphabet == ("b", "a", "c")
    assert both.states.tolist() == [[0, 1, VOID], [2, 1, MISSING]]
    assert both.weights.tolist() == [2.0, 3.0]


def test_what_cannot_be_stacked_is_refused():
    with pytest.raises(ValueError, match="nothing to stack"):
        stack([])
    parts = [StateSequences.from_array([["a"]], "a", long_labels=[label]) for label in "xy"]
    with pytest.raises(ValueError, match="the state 'a' has two labels"):
        stack(parts)


def test_parts_of_a_set_stack_to_the_set():
    seqs = random_sequences(30, 7, 3, seed=1)
    both = stack([seqs[:11], seqs[11:]])
    assert np.array_equal(both.states, seqs.states)


def test_cutting_keeps_the_positions_asked_for():
    seqs = StateSequences.from_array([["a", "b", "a"]], "ab")
    assert cut(seqs, 2, 3).states.tolist() == [[1, 0]]
    with pytest.raises(ValueError, match="positions 0 to 2 do not lie in 1 to 3"):
        cut(seqs, 0, 2)


def test_alignment_moves_origins_to_one_position():
    states = np.array([[0, 1, 0, VOID], [1, 1, 0, 0], [0, 0, 0, 0]], dtype=np.uint8)
    seqs = StateSequences.from_array(states, "ab")
    moved = aligned(seqs, [1, 3, 0], before=1, after=2)
    assert moved.states.tolist() == [
        [MISSING, 0, 1, 0],
        [1, 0, 0, VOID],
        [VOID] * 4,
    ]


@pytest.mark.parametrize("origin", [[4], [-1], [1, 1]])
def test_origins_outside_the_sequence_are_refused(origin):
    seqs = StateSequences.from_array([["a", "a", "a"]], "a")
    with pytest.raises(ValueError, match="origins must be a position"):
        aligned(seqs, origin, before=0, after=0)
    with pytest.raises(ValueError, match="cannot be negative"):
        aligned(seqs, [1], before=-1, after=0)


@plainly
@given(st.integers(0, 50), st.integers(1, 5), st.sampled_from(["first", "last", "commonest"]))
def test_coarser_time_equals_a_plain_loop(seed, width, rule):
    seqs = random_sequences(6, 7, 3, seed=seed)
    coarse = aggregated(seqs, width, rule)
    for row, out in zip(seqs.states.tolist(), coarse.states.tolist(), strict=True):
        for block, chosen in enumerate(out):
            cells = row[block * width : (block + 1) * width]
            valid = [cell for cell in cells if cell < VOID]
            expected = VOID if all(cell == VOID for cell in cells) else MISSING
            if valid:
                counts = {cell: valid.count(cell) for cell in sorted(valid)}
                expected = {
                    "first": valid[0],
                    "last": valid[-1],
                    "commonest": max(counts, key=counts.__getitem__),
                }[rule]
            assert chosen == expected


def test_coarser_time_needs_a_width_and_a_known_rule():
    seqs = StateSequences.from_array([["a"]], "a")
    with pytest.raises(ValueError, match="at least one position"):
        aggregated(seqs, 0)
    with pytest.raises(ValueError, match="neither first, last nor commonest"):
        aggregated(seqs, 1, "middle")
