"""The small pairs of docs/dissimilarity.md, worked out by hand."""

import numpy as np
import pytest

from trajectories.dissimilarity import Costs, pairwise
from trajectories.sequences import StateSequences

COSTS = Costs([[0, 1, 2], [1, 0, 1.5], [2, 1.5, 0]], 1)


@pytest.mark.parametrize(
    ("measure", "options", "pair", "wanted"),
    [
        # B becomes A, in spells of one month and of three; the rest is kept.
        ("omslen", {"h": 0.5}, ("BAA", "AAA"), (1 + 3**-0.5) / 2),
        # The second A becomes a B, each in a spell of two months.
        ("omslen", {"h": 0.5, "link": "gmean"}, ("AABC", "ABBC"), 2**-0.5),
        # Removing A between two B costs 0.2 + 0.8, as much as replacing it.
        ("omloc", {"expcost": 0.1, "context": 0.8}, ("BA", "BB"), 1),
        # Three replacements: 1.5 + 1 + 1.5.
        ("omloc", {"expcost": 0.1, "context": 0.8}, ("BBC", "CAB"), 4),
    ],
)
def test_by_hand(measure, options, pair, wanted):
    states = np.array([["ABC".index(state) for state in row] for row in pair], np.uint8)
    seqs = StateSequences.from_array(states, "ABC")
    assert pairwise(seqs, measure, COSTS, **options)[0] == pytest.approx(wanted, rel=1e-12)
