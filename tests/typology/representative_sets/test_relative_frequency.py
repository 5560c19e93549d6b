"""Relative-frequency groups against a plain version of their definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import f as f_distribution
from tests.typology.helpers import random_distances, square

from trajectories.typology import relative_frequency_groups
from trajectories.typology.representative_sets.relative_frequency import first_axis


def naive_axis(full, weights, power):
    """Weighted classical scaling of a square matrix, by a full decomposition."""
    share = weights / weights.sum()
    centre = np.eye(len(share)) - np.outer(np.ones(len(share)), share)
    inner = -0.5 * centre @ full ** (2 * power) @ centre.T
    root = np.sqrt(share)
    values, vectors = np.linalg.eigh(root[:, None] * inner * root)
    axis = vectors[:, -1] / root * np.sqrt(values[-1])
    return axis * np.sign(axis[np.abs(axis).argmax()])


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(4, 30), st.sampled_from([1.0, 2.0]))
def test_axis_equals_a_full_decomposition(seed, n, power):
    d = random_distances(seed, n)
    weights = np.random.default_rng(seed).random(n) + 0.5
    expected = naive_axis(square(d), weights, power)
    assert_allclose(first_axis(d, weights, power), expected, atol=1e-6 * np.abs(expected).max())


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(8, 30), st.integers(2, 6), st.booleans())
def test_groups_equal_those_of_copies(seed, n, k, squared):
    """With whole weights every copy lies in one of k tiny groups of 1/k of a copy."""
    d = random_distances(seed, n)
    full = square(d)
    weights = np.random.default_rng(seed).integers(1, 5, n).astype(float)
    axis = np.random.default_rng(seed + 1).random(n)
    found = relative_frequency_groups(d, k, weights, order=axis, squared=squared)
    power = 2 if squared else 1
    copies = np.repeat(np.argsort(axis), (weights[np.argsort(axis)] * k).astype(int))
    spent = 0.0
    size = len(copies) // k
    for group, members in enumerate(copies.reshape(k, size)):
        sums = (full[np.ix_(members, members)] ** power).sum(axis=1)
        medoid = found.medoids[group]
        assert medoid in members[sums <= sums.min() * (1 + 1e-9)]
        spent += sums.min() / k
        own = found.members.filter(group=group)
        items, counts = np.unique(members, return_counts=True)
        assert_array_equal(np.sort(own["item"].to_numpy()), items)
        by_item = own.sort("item")
        assert_allclose(by_item["weight"].to_numpy(), counts / k)
        assert_allclose(by_item["distance"].to_numpy(), full[medoid, items])
    whole = weights.sum()
    r2 = 1 - spent / (full**power @ weights).min()
    assert found.r2 == pytest.approx(r2)
    assert found.f == pytest.approx((r2 / (k - 1)) / ((1 - r2) / (whole - k)))
    assert found.p_value == pytest.approx(f_distribution.sf(found.f, k - 1, whole - k))


def test_sorting_by_the_axis_represents_better_than_any_order():
    d = random_distances(3, 200)
    by_axis = relative_frequency_groups(d)
    assert len(by_axis.medoids) == 20
    assert np.diff(by_axis.axis[by_axis.medoids]).min() >= 0
    anyhow = relative_frequency_groups(d, order=np.random.default_rng(3).random(200))
    assert by_axis.r2 > anyhow.r2 + 0.1


def test_items_of_weight_0_are_left_out():
    d = random_distances(4, 40)
    weights = np.where(np.arange(40) % 5, 1.0, 0.0)
    found = relative_frequency_groups(d, 4, weights)
    kept = np.flatnonzero(weights)
    alone = relative_frequency_groups(square(d)[np.ix_(kept, kept)][np.triu_indices(32, 1)], 4)
    assert_array_equal(kept[alone.medoids], found.medoids)
    assert found.r2 == alone.r2
    assert_array_equal(np.isnan(found.axis), weights == 0)


def test_equal_items_are_on_one_place():
    assert_array_equal(first_axis(np.zeros(10), np.ones(5)), np.zeros(5))


@pytest.mark.parametrize("k", [1, 11])
def test_a_number_of_groups_that_cannot_be_is_refused(k):
    with pytest.raises(ValueError, match="k must be"):
        relative_frequency_groups(random_distances(1, 10), k)
    with pytest.raises(ValueError, match="order must be of shape"):
        relative_frequency_groups(random_distances(1, 10), 2, order=[1, 2])
