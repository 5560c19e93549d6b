"""Distances that are asked for, whether a matrix holds them or not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import squareform

from trajectories.dissimilarity.on_demand import of_matrix


@given(st.integers(1, 12), st.data())
def test_a_matrix_answers_as_its_square_does(n, data):
    d = np.random.default_rng(n).random(n * (n - 1) // 2)
    square = squareform(d) if n > 1 else np.zeros((1, 1))
    space = of_matrix(d, n)
    items = st.lists(st.integers(0, n - 1), min_size=1, max_size=8).map(np.array)
    some, others = data.draw(items), data.draw(items)
    assert np.array_equal(space.between(some, others), square[np.ix_(some, others)])
    expected = square[np.ix_(some, some)][np.triu_indices(len(some), 1)]
    assert np.array_equal(space.among(some), expected)
