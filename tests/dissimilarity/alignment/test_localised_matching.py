"""Localised matching, whose halves meet in the middle, against its definition."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity import oracle
from trajectories.dissimilarity import Costs, cross

SUBSTITUTION = [[0, 0.3, 0.9], [0.4, 0, 0.7], [0.9, 0.6, 0]]


@pytest.mark.parametrize("length", [1, 2, 3, 4, 9, 17, 30])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_many_blocks_and_branches(dtype, length, monkeypatch):
    # Small tiles, so that several tiles and blocks of every lane width occur.
    monkeypatch.setattr("trajectories.dissimilarity.alignment.meet_in_the_middle.TABLE_BYTES", 1)
    random = np.random.default_rng(length)
    states = np.unique(random.integers(0, 3, (90, length)).cumsum(axis=1) // 4 % 3, axis=0)
    states = states.astype(np.uint8)
    options = {"expcost": 0.2, "context": 0.5}
    found = cross(states, states, "omloc", Costs(SUBSTITUTION, 1), dtype=dtype, **options)
    tolerance = 1e-6 * length if dtype == "float32" else 1e-12
    for x in range(0, len(states), 11):
        wanted = [
            oracle.omloc(list(states[x]), list(y), np.array(SUBSTITUTION), 1, 0.2, 0.5)
            for y in states
        ]
        assert_allclose(found[x], wanted, tolerance, tolerance)
    assert_array_equal(np.diagonal(found), 0)
