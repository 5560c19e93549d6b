import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity import oracle
from trajectories.dissimilarity import Costs, cross, pairwise, substitution_costs
from trajectories.dissimilarity.positional.hamming import Positional
from trajectories.sequences import VOID, StateSequences


def random_states(n, length, states=4, seed=1):
    return np.random.default_rng(seed).integers(0, states, (n, length)).astype(np.uint8)


pytestmark = pytest.mark.filterwarnings("ignore::trajectories.dissimilarity.CostsWarning")


@settings(max_examples=100)
@given(st.integers(1, 20), st.integers(1, 5), st.booleans(), st.integers(0, 2**32 - 1))
def test_any_costs(length, size, varying, seed):
    random = np.random.default_rng(seed)
    costs = random.random((length, size, size)) if varying else random.random((size, size))
    costs *= 1 - np.eye(size)
    rows, columns = random_states(5, length, size, seed), random_states(9, length, size, seed + 1)
    found = cross(rows, columns, "ham", Costs(costs, 1), threads=1)
    by_position = np.broadcast_to(costs, (length, size, size))
    wanted = oracle.distances(rows, columns, lambda x, y: oracle.positional(x, y, by_position))
    assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("length", [1, 70, 255, 256, 700])
def test_counts(length):
    states = random_states(150, length, 250)
    wanted = (states[:, None] != states).sum(axis=-1)
    d = pairwise(states, "ham")
    assert_array_equal(d, wanted[np.triu_indices(150, 1)])
    assert_array_equal(cross(states, states[:70], "ham"), wanted[:, :70])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_over_several_blocks(dtype):
    states = random_states(100, 30, 3)
    costs = Costs(np.array([[0, 0.3, 0.9], [0.3, 0, 0.7], [0.9, 0.7, 0]]), 1)
    wanted = costs.substitution[states[:, None], states].sum(axis=-1)
    d = pairwise(states, "ham", costs, dtype=dtype)
    assert d.dtype == dtype
    assert_allclose(d, wanted[np.triu_indices(100, 1)], rtol=1e-12 if dtype == np.float64 else 1e-6)


@pytest.mark.parametrize(
    ("costs", "length", "dtype"),
    [
        (1 - np.eye(3), 255, "uint8"),
        (1 - np.eye(3), 256, "uint16"),
        (0.5 * np.abs(np.arange(3) - np.arange(3)[:, None]), 127, "uint8"),
        ([1 - np.eye(3)] * 4, 4, "uint8"),
        (np.pi * np.abs(np.arange(3) - np.arange(3)[:, None]) ** 0.5, 9, "float32"),
    ],
)
def test_lanes_are_as_narrow_as_is_exact(costs, length, dtype):
    states = random_states(3, length, 3)
    assert Positional.of(states, states, Costs(costs, 1), "float32").costs.dtype == dtype


def test_dynamic_costs_come_from_the_sequences():
    seqs = StateSequences.from_array(random_states(30, 8), list("abcd"))
    costs = substitution_costs(seqs, "trate", time_varying=True)
    assert_array_equal(pairwise(seqs, "dhd"), pairwise(seqs, "ham", costs))


def test_one_state_alone_has_no_distance():
    assert_array_equal(pairwise(np.zeros((3, 4), int), "ham"), 0)


def test_unequal_lengths_get_a_sentence():
    seqs = StateSequences.from_array(np.array([[0, 1], [0, VOID]], np.uint8), ["a", "b"])
    with pytest.raises(ValueError, match="ham needs sequences of equal length"):
        pairwise(seqs, "ham")
