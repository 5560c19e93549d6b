"""Costs as whole multiples of a unit: what is equal stays equal, and sums are exact."""

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from dissimilarity.mvad import mvad_sequences, varying_sequences
from trajectories.dissimilarity import Costs, cross, pairwise, substitution_costs
from trajectories.dissimilarity.exact_sums.grid import MULTIPLES, Grid, common_unit
from trajectories.sequences import VOID, StateSequences

FOLDER = Path(os.environ.get("TRAJECTORIES_REFERENCE", "missing"))

pytestmark = pytest.mark.filterwarnings("ignore::trajectories.dissimilarity.CostsWarning")


@given(
    st.sampled_from([0.1, 0.3, 1 / 3, 0.01, 7.0, 1e-9, 2.5e7]),
    st.lists(st.integers(1, 60), min_size=1, max_size=30),
)
def test_costs_with_a_unit_are_its_multiples(unit, multiples):
    costs = unit * np.array(multiples) * (1 + 2.0**-52)
    grid = Grid.of([costs], 1000 * costs.sum())
    largest = np.gcd.reduce(multiples)
    assert_array_equal(grid.whole(costs), np.array(multiples) // largest)
    assert grid.unit == pytest.approx(unit * largest, rel=1e-14)


def test_costs_without_a_unit():
    random = np.random.default_rng(1)
    assert all(common_unit(np.sort(random.random(2) + 0.01)) is None for _ in range(2000))
    assert common_unit(np.array([1.0, 1.0 + 1 / MULTIPLES])) is None
    assert common_unit(np.array([1.0, float(MULTIPLES)])) == 1
    assert common_unit(np.array([1.0, MULTIPLES + 1.0])) is None


@given(
    st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20),
    st.integers(1, 1000),
    st.lists(st.sampled_from([0.1, 0.25, 3.0]), max_size=2),
)
def test_any_sum_is_exact_and_near(costs, length, added):
    most = 2.0 * length * max(costs)
    grid = Grid.of([costs], most, added=added)
    whole = grid.whole(costs)
    assert most / grid.unit <= 2**53
    assert_array_equal(whole, np.rint(whole))
    error = max(min(costs) * 2**-41, most * 2.0**-52)
    assert_allclose(whole * grid.unit, costs, rtol=0, atol=error)
    assert_array_equal(grid.whole(whole * grid.unit), whole)


def test_a_substitution_by_both_indels_stays_one():
    indel = np.random.default_rng(2).random(8) * 5
    both = (indel[:, None] + indel) * (1 - np.eye(8))
    whole = Grid.of([both, indel], 500).costs(Costs(both, indel))
    removed = np.broadcast_to(whole.indel, 8)
    assert_array_equal(whole.substitution, (removed[:, None] + removed) * (1 - np.eye(8)))
    half = Costs(both, both.max() / 2)
    whole = Grid.of([both, half.indel], 500).costs(half)
    assert whole.substitution.max() == 2 * np.max(whole.indel)


def few(n=60, length=9, seed=3):
    """Return sequences with many pairs that are equally far apart."""
    return np.random.default_rng(seed).integers(0, 3, (n, length)).astype(np.uint8)


DECIMAL = [[0, 0.1, 0.3], [0.1, 0, 0.2], [0.3, 0.2, 0]]
OPTIONS = {
    "om": {},
    "omspell": {"expcost": 0.7},
    "twed": {"nu": 0.1, "h": 0.3},
    "omloc": {"expcost": 0.1, "context": 0.7},
    "omstran": {"otto": 0.3},
    "omslen": {"h": 0.0},
    "ham": {},
}


@pytest.mark.parametrize("measure", OPTIONS)
def test_equal_distances_are_equal(measure):
    """Distances to 9 digits have as many values as those in full."""
    d = pairwise(few(), measure, Costs(DECIMAL, 0.15), **OPTIONS[measure])
    assert len(np.unique(d)) == len(np.unique(np.round(d, 9)))
    assert len(np.unique(d)) < len(d) / 3


@pytest.mark.parametrize("measure", ["om", "ham", "omloc", "omstran", "omslen"])
def test_so_are_those_of_costs_without_a_unit(measure):
    random = np.array([[0, 0.5, 1.3], [0.5, 0, 1.1], [1.3, 1.1, 0]]) ** 0.5
    d = pairwise(few(), measure, Costs(random, 0.7), **OPTIONS[measure])
    assert len(np.unique(d)) == len(np.unique(np.round(d, 9)))


def fractions_of(x, y, substitution, indel):
    """Return the distance of optimal matching as a fraction."""
    cost = {(0, 0): Fraction(0)}
    for i in range(len(x) + 1):
        for j in range(len(y) + 1):
            ways = []
            if i:
                ways.append(cost[i - 1, j] + indel[x[i - 1]])
            if j:
                ways.append(cost[i, j - 1] + indel[y[j - 1]])
            if i and j:
                ways.append(cost[i - 1, j - 1] + substitution[x[i - 1]][y[j - 1]])
            if ways:
                cost[i, j] = min(ways)
    return cost[len(x), len(y)]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 999), min_size=9, max_size=9), st.sampled_from([10, 1000, 1024, 7]))
def test_distances_are_the_nearest_to_fractions(numbers, parts):
    exact = np.array([Fraction(number, parts) for number in numbers]).reshape(3, 3)
    exact = np.maximum(exact, exact.T)
    indel = exact.diagonal().copy()
    np.fill_diagonal(exact, Fraction(0))
    states = few(8, 6)
    found = cross(states, states, "om", Costs(exact.astype(float), indel.astype(float)))
    wanted = [[fractions_of(x, y, exact, indel) for y in states] for x in states]
    assert_allclose(found, np.array(wanted).astype(float), rtol=1e-14)
    for value in set(np.ravel(wanted)):
        assert len(np.unique(found[np.equal(wanted, value)])) == 1


def matched(states, costs):
    """Return optimal matching of all pairs in whole multiples of 2⁻⁴⁰, int64 (pairs,)."""
    size = costs.states + 1
    whole = np.rint(np.ldexp(costs.substitution, 40)).astype(np.int64)
    # Positions after the end are a state that costs nothing.
    table, indel = (
        np.zeros((size, size), np.int64),
        np.append(np.full(size - 1, whole.max() // 2), 0),
    )
    table[:-1, :-1], table[-1], table[:, -1] = whole, indel, indel
    rows = np.where(states == VOID, size - 1, states).T.astype(np.int64)
    first, second = np.triu_indices(len(states), 1)
    parts = np.array_split(np.arange(len(first)), len(first) // 8192 + 1)
    return np.concatenate(
        [table_of(rows[:, first[part]], rows[:, second[part]], table, indel) for part in parts]
    )


def table_of(x, y, table, indel):
    removed, inserted = indel[x], indel[y]
    row = np.concatenate([np.zeros_like(y[:1]), inserted.cumsum(axis=0)])
    for i in range(len(x)):
        above, code = row.copy(), x[i] * len(table)
        row[0] += removed[i]
        for j in range(len(y)):
            best = above[j] + table.take(code + y[j])
            np.minimum(best, row[j] + inserted[j], out=best)
            np.minimum(best, above[j + 1] + removed[i], out=row[j + 1])
    return row[-1]


def synthetic():
    random = np.random.default_rng(4)
    steps = np.where(random.random((250, 24)) < 0.1, random.integers(1, 5, (250, 24)), 0)
    return StateSequences.from_array(
        (steps.cumsum(axis=1) % 5).astype(np.uint8), [str(state) for state in range(5)]
    )


@pytest.mark.parametrize("source", [None, mvad_sequences, varying_sequences])
def test_as_many_distances_as_whole_numbers(source):
    if source and not FOLDER.is_dir():
        pytest.skip("TRAJECTORIES_REFERENCE names the data, which may not be committed")
    seqs = source(FOLDER) if source else synthetic()
    costs = substitution_costs(seqs, "trate")
    unique = seqs.unique().sequences
    found, wanted = pairwise(unique, "om", costs), matched(unique.states, costs)
    assert_allclose(found, np.ldexp(wanted.astype(float), -40), rtol=1e-11)
    assert len(np.unique(found)) == len(np.unique(wanted))
