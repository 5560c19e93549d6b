import numpy as np
from numpy.testing import assert_array_equal

from trajectories.dissimilarity.lanes.blocks import first_uses


def test_first_uses():
    states = np.array([[3, 0, 0], [3, 1, 0], [1, 4, 3]], np.uint16)
    assert_array_equal(first_uses(states, 6), [0, 1, 3, 0, 2, 3])
    assert_array_equal(first_uses(states[:0], 2), [0, 0])
    random = np.random.default_rng(1).integers(0, 50, (200, 9))
    wanted = [min([i for i in range(200) if letter in random[i]]) for letter in range(50)]
    assert_array_equal(first_uses(random, 50), wanted)
