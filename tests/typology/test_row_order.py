"""Types and their quality do not depend on the order of persons, with many tied distances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from trajectories.dissimilarity import pairwise, substitution_costs
from trajectories.sequences import StateSequences
from trajectories.typology import pam, quality
from trajectories.typology.indices.quality_indices import INDICES

RANKS = ("HG", "HGSD")
N = 60


def tied(seed):
    """Return sequences of few states, hence many equal distances, with weights."""
    random = np.random.default_rng(seed)
    states = random.integers(0, 3, (N, 6)).astype(np.uint8)
    return StateSequences.from_array(states, list("abc"), random.random(N) + 0.5)


def typology(seqs, measure):
    """Return each person's type, whose numbers follow the content, and all distances."""
    costs = substitution_costs(seqs, "trate") if measure == "om" else None
    unique = seqs.unique()
    d = pairwise(unique.sequences, measure, costs)
    labels = pam(d, 4, unique.sequences.weights).labels[unique.inverse]
    return labels, pairwise(seqs, measure, costs)


@pytest.mark.parametrize("measure", ["om", "chi2"])
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000))
def test_row_order_does_not_matter(measure, seed):
    seqs = tied(seed)
    order = np.random.default_rng(seed).permutation(N)
    labels, d = typology(seqs, measure)
    moved, e = typology(seqs[order], measure)
    assert len(np.unique(d)) < len(d)
    assert_array_equal(moved, labels[order])
    before, after = quality(d, labels, seqs.weights), quality(e, moved, seqs.weights[order])
    for name in INDICES:
        assert_allclose(after[name], before[name], rtol=1e-12)
    # Ranks without weights are counts, in which a tie broken by rounding is seen at once.
    whole, again = quality(d, labels), quality(e, moved)
    assert [again[name] for name in RANKS] == [whole[name] for name in RANKS]
