"""Like sequences beside each other, and their commonest states."""

import numpy as np
import pytest

from sequences.samples import random_sequences
from trajectories.sequences import StateSequences
from trajectories.sequences.describe.representatives import relative_frequencies, similarity_order


def test_the_order_depends_on_content_alone():
    seqs = random_sequences(60, 8, 3, seed=4)
    shuffled = seqs[np.random.default_rng(1).permutation(60)]
    first = seqs.states[similarity_order(seqs)]
    second = shuffled.states[similarity_order(shuffled)]
    assert np.array_equal(first, second)


def test_two_kinds_of_sequences_are_told_apart():
    kinds = [["a"] * 6, ["b"] * 6] * 5
    seqs = StateSequences.from_array([*kinds, ["a"] * 5 + ["b"], ["b"] * 5 + ["a"]], "ab")
    ordered = (seqs.states[similarity_order(seqs)] == 0).sum(axis=1).tolist()
    assert ordered in (sorted(ordered), sorted(ordered, reverse=True))


def test_it_is_the_first_principal_coordinate_of_the_hamming_distance():
    seqs = random_sequences(30, 6, 3, seed=9).treat_missing(left="s0", gaps="s0", right="s0")
    seqs = seqs[seqs.lengths == 6]
    squared = (seqs.states[:, None, :] != seqs.states[None, :, :]).sum(axis=2).astype(float)
    centre = np.eye(len(seqs)) - 1 / len(seqs)
    values, vectors = np.linalg.eigh(-centre @ squared @ centre / 2)
    along = vectors[:, -1][similarity_order(seqs)]
    steps = np.diff(along) * np.sign(along[-1] - along[0])
    assert values[-1] > values[-2]
    assert (steps > -1e-5).all()


@pytest.mark.parametrize("n", [0, 1])
def test_few_sequences_have_an_order_too(n):
    assert similarity_order(random_sequences(n, 3, 2, seed=1)).tolist() == list(range(n))


def test_stripes_hold_enough_sequences_and_their_commonest_states():
    seqs = random_sequences(47, 5, 3, seed=2)
    stripes = relative_frequencies(seqs, stripes=20, minimum=10)
    sizes = stripes.unique("stripe").sort("stripe")["size"].to_list()
    assert sizes == [12, 12, 12, 11]
    order = similarity_order(seqs)
    first = seqs.states[order[:12], 2]
    counts = [int((first == state).sum()) for state in range(3)]
    row = stripes.row(2, named=True)
    assert (row["stripe"], row["position"], row["count"]) == (1, 3, max(counts))
    assert row["state"] == f"s{counts.index(max(counts))}"


def test_too_few_sequences_make_one_stripe():
    stripes = relative_frequencies(random_sequences(4, 3, 2, seed=3), stripes=5, minimum=10)
    assert stripes["stripe"].unique().to_list() == [1]
    assert stripes["size"].unique().to_list() == [4]
