import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity import oracle
from trajectories.dissimilarity import Costs, cross, pairwise
from trajectories.dissimilarity.alignment.meet_in_the_middle import distinct_rows
from trajectories.dissimilarity.alignment.optimal_matching import Alignment
from trajectories.dissimilarity.expanded_alphabets import plain
from trajectories.sequences import VOID, StateSequences

pytestmark = pytest.mark.filterwarnings("ignore::trajectories.dissimilarity.CostsWarning")

NUMBERS = st.floats(0, 4, width=16)


@st.composite
def alignments(draw):
    """Draw costs of any kind and two sets of sequences of any lengths."""
    size = draw(st.integers(1, 4))
    number = draw(st.sampled_from([NUMBERS, st.integers(0, 3).map(float)]))
    row = st.lists(number, min_size=size, max_size=size)
    substitution = np.array(draw(st.lists(row, min_size=size, max_size=size)))
    if draw(st.booleans()):
        substitution = np.maximum(substitution, substitution.T)
    np.fill_diagonal(substitution, 0)
    indel = np.array(draw(row)) if draw(st.booleans()) else draw(number)
    sequence = st.lists(st.integers(0, size - 1), max_size=9)
    rows, columns = (draw(st.lists(sequence, min_size=1, max_size=5)) for _ in range(2))
    return Costs(substitution, indel), rows, columns


def stored(sequences, size, length=12):
    states = np.full((len(sequences), length), VOID, np.uint8)
    for place, sequence in enumerate(sequences):
        states[place, : len(sequence)] = sequence
    return StateSequences.from_array(states, [str(state) for state in range(size)])


def expected(costs, rows, columns):
    indel = np.broadcast_to(costs.indel, costs.states)
    return oracle.distances(
        rows, columns, lambda x, y: oracle.optimal_matching(x, y, costs.substitution, indel)
    )


@settings(max_examples=100)
@given(alignments())
def test_any_costs_and_lengths(case):
    costs, rows, columns = case
    found = cross(stored(rows, costs.states), stored(columns, costs.states), "om", costs, threads=1)
    assert_allclose(found, expected(costs, rows, columns), rtol=1e-12, atol=1e-12)


@settings(max_examples=50)
@given(alignments())
def test_pairs_run_from_the_earlier_to_the_later(case):
    costs, rows, _ = case
    found = pairwise(stored(rows, costs.states), "om", costs, threads=1)
    wanted = expected(costs, rows, rows)[np.triu_indices(len(rows), 1)]
    assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


UNLIKE = np.sqrt([[0, 0.1, 1.2], [0.1, 0, 0.5], [1.2, 0.5, 0]])
KINDS = {
    "float64": (Costs(UNLIKE, 0.57), "float64"),
    "float32": (Costs(UNLIKE, 0.57), "float32"),
    "uint16": (Costs([[0, 0.0625, 30], [0.0625, 0, 17.5], [30, 17.5, 0]], 20), "float64"),
    "uint8": (Costs([[0, 2, 1], [2, 0, 2], [1, 2, 0]], 1), "float64"),
}


@pytest.mark.parametrize("length", [1, 2, 3, 8, 17, 30])
@pytest.mark.parametrize("kind", KINDS)
def test_many_blocks_and_branches(kind, length, monkeypatch):
    # Small tiles, so that several tiles and blocks of every lane width occur.
    monkeypatch.setattr("trajectories.dissimilarity.alignment.meet_in_the_middle.TABLE_BYTES", 1)
    random = np.random.default_rng(length)
    states = np.unique(random.integers(0, 3, (90, length)).cumsum(axis=1) // 4 % 3, axis=0)
    states = states.astype(np.uint8)
    costs, dtype = KINDS[kind]
    assert Alignment.of(plain(states, states, costs), dtype).weights.dtype == kind
    found = cross(states, states, "om", costs, dtype=dtype, threads=1)
    some = slice(None, None, 11)
    tolerance = 1e-6 * length if kind == "float32" else 1e-12
    assert_allclose(found[some], expected(costs, states[some], states), tolerance, tolerance)
    assert_array_equal(np.diagonal(found), 0)


def test_distance_to_itself_is_exactly_zero():
    states = np.random.default_rng(2).integers(0, 5, (30, 71)).astype(np.uint8)
    substitution = np.random.default_rng(3).random((5, 5)) + 0.1
    np.fill_diagonal(substitution, 0)
    for dtype in ("float64", "float32"):
        for indel in (0.7, np.array([0.1, 0.7, 0.9, 1.3, 0.3])):
            d = cross(states, states, "om", Costs(substitution, indel), dtype=dtype)
            assert_array_equal(np.diagonal(d), 0)


def test_never_negative_where_distinct_states_cost_nothing():
    free = Costs(np.zeros((3, 3)), 0.1)
    states = np.random.default_rng(4).integers(0, 3, (40, 30)).astype(np.uint8)
    assert_array_equal(cross(states, states, "om", free), 0)


@pytest.mark.parametrize("shape", [(0, 3), (4, 0), (1, 1), (300, 5)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_different_rows_are_those_of_numpy(shape, kind):
    rows = np.random.default_rng(3).integers(0, 3, shape).astype(kind)
    rows[rows == 2] = np.iinfo(kind).max
    found = distinct_rows(rows)
    if not rows.size:
        assert [len(one) for one in found] == [min(len(rows), 1)] * 2 + [len(rows)]
        return
    wanted = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    for one, other in zip(found, wanted, strict=True):
        assert np.array_equal(one, other.reshape(one.shape))
