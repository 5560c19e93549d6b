import numpy as np
import pytest
from numpy.testing import assert_allclose

from trajectories.dissimilarity.alignment.integer_costs import in_units


@pytest.mark.parametrize(
    ("costs", "length", "dtype", "unit"),
    [
        ([[2, 0], [0, 2]], 255, "uint8", 2),
        ([[2, 0], [0, 2]], 256, "uint16", 2),
        ([[2, 1.5], [1.5, 2]], 63, "uint8", 0.5),
        ([[0.3, 0.1], [0.1, 0.3]], 28, "uint8", 0.1 / 3),
        ([[1, 0.001], [0.001, 1]], 100, "float64", 1),
        ([[np.pi, 1], [1, np.pi]], 10, "float64", 1),
        ([[0, 0], [0, 0]], 10, "uint8", 1),
        (np.arange(1, 10), 10000, "float64", 1),
    ],
)
def test_units(costs, length, dtype, unit):
    lanes, found = in_units(np.array(costs, float), length, np.dtype(np.float64))
    assert lanes.dtype == dtype
    assert found == unit
    if dtype != "float64":
        assert_allclose(lanes * found, costs, rtol=1e-15)


def test_many_costs_are_tried_quickly():
    random = np.random.default_rng(1).random((250, 250))
    found, unit = in_units(random, 1, np.dtype(np.float64))
    np.testing.assert_array_equal(found, random)
    assert unit == 1
    whole = np.arange(62500.0).reshape(250, 250)
    found, unit = in_units(whole / 8, 1, np.dtype(np.float64))
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found * unit * 8, whole)
