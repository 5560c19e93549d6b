import numpy as np
import pytest
from numpy.testing import assert_array_equal

from trajectories.dissimilarity.exact_sums.integer_costs import in_units


@pytest.mark.parametrize(
    ("costs", "length", "dtype", "unit"),
    [
        ([[2, 0], [0, 2]], 255, "uint8", 2),
        ([[2, 0], [0, 2]], 256, "uint16", 2),
        ([[2, 1.5], [1.5, 2]], 63, "uint8", 0.5),
        ([[0.3, 0.1], [0.1, 0.3]], 28, "float64", 1),
        ([[2**40 + 1, 2**40], [1, 0]], 9, "float64", 1),
        ([[3 * 2**50, 2**52], [2**50, 0]], 9, "uint8", 2**50),
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
    assert_array_equal(lanes * found, costs)


@pytest.mark.parametrize(("worth", "unit"), [(0.25, 0.5), (0.1, 0.1)])
def test_what_costs_are_worth(worth, unit):
    """A unit of several costs would be rounded unless these are powers of two."""
    costs = np.array([[4.0, 2.0], [6.0, 8.0]])
    lanes, found = in_units(costs, 20, np.dtype(np.float64), worth)
    assert lanes.dtype == np.uint8
    assert found == unit
    assert_array_equal(lanes * found, costs * worth)


def test_many_costs_are_tried_quickly():
    random = np.random.default_rng(1).random((250, 250))
    found, unit = in_units(random, 1, np.dtype(np.float64))
    assert_array_equal(found, random)
    assert unit == 1
    whole = np.arange(62500.0).reshape(250, 250)
    found, unit = in_units(whole / 8, 1, np.dtype(np.float64))
    assert found.dtype == np.uint16
    assert_array_equal(found * unit * 8, whole)
