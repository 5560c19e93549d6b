import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from rapidfuzz.distance import LCSseq

from trajectories.dissimilarity import Costs, cross, pairwise
from trajectories.dissimilarity.alignment.optimal_matching import Alignment
from trajectories.dissimilarity.common.common_subsequence import Matching, bits_for, counts_matches
from trajectories.dissimilarity.expanded_alphabets import plain
from trajectories.dissimilarity.lanes.blocks import Place, fill
from trajectories.sequences import VOID, StateSequences

CONSTANT = Costs(2 * (1 - np.eye(4)), 1)


def sequences(n, length, seed=1):
    """Return sequences of four states that end at any position."""
    random = np.random.default_rng(seed)
    states = random.integers(0, 4, (n, length)).astype(np.uint8)
    ends = random.integers(0, length + 1, (n, 1))
    return StateSequences.from_array(np.where(np.arange(length) < ends, states, VOID), list("abcd"))


def longest(x, y):
    return LCSseq.similarity(*(row[row != VOID].tolist() for row in (x, y)))


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 17, 32, 33, 64, 65, 100, 128, 129])
def test_equals_rapidfuzz_around_the_ends_of_words(length):
    seqs, references = sequences(9, length), sequences(40, length, 2)
    d = cross(seqs, references, "lcs")
    lengths = [(part.states != VOID).sum(axis=1) for part in (seqs, references)]
    common = [[longest(x, y) for y in references.states] for x in seqs.states]
    assert_array_equal(d, np.add.outer(*lengths) - 2 * np.array(common))


@pytest.mark.parametrize("length", [24, 72])
def test_equals_alignment_over_many_tiles_and_blocks(length):
    states = sequences(600, length).states
    found = []
    letters = plain(states[:300], states, CONSTANT)
    for plan in (
        Matching.of(letters),
        Alignment.of(letters, "float64"),
    ):
        out = np.empty((300, 600))
        fill(plan, Place(out.reshape(-1), np.arange(300) * 600, ahead=-300), 1)
        found.append(out)
    assert_array_equal(*found)
    assert_array_equal(np.diagonal(found[0]), 0)


def test_gain_and_precision():
    seqs = sequences(30, 20)
    costs = Costs(9 * (1 - np.eye(4)), 0.35)
    d = pairwise(seqs, "om", costs, dtype=np.float32)
    assert d.dtype == np.float32
    assert_allclose(d, 0.35 * pairwise(seqs, "lcs"), rtol=1e-6)


@pytest.mark.parametrize(
    ("substitution", "indel", "length", "counts"),
    [
        (2 * (1 - np.eye(4)), 1, 128, True),
        (2 * (1 - np.eye(4)), 1, 129, False),
        (2 * (1 - np.eye(4)), 0.5, 24, True),
        (2 * (1 - np.eye(4)), 1.5, 24, False),
        (3 * (1 - np.eye(4)), np.array([1, 1, 1, 1.5]), 24, False),
        (np.zeros((4, 4)), 0, 24, True),
    ],
)
def test_counts_only_where_matches_gain_alike_and_nothing_else(substitution, indel, length, counts):
    none = np.empty((0, length), np.uint8)
    gains = plain(none, none, Costs(substitution, indel)).gains
    assert counts_matches(gains, length) is counts


@pytest.mark.parametrize(
    ("length", "dtype", "words"),
    [(0, "uint8", 1), (8, "uint8", 1), (9, "uint16", 1), (24, "uint32", 1), (64, "uint64", 1),
     (65, "uint64", 2)],
)  # fmt: skip
def test_bits_hold_every_position(length, dtype, words):
    assert bits_for(length) == (np.dtype(dtype), words)
