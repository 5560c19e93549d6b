"""Representative sets against R and a plain version of their definition."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from tests.typology.helpers import random_distances, replicated, square

from discrepancy.r_mvad import case, table
from trajectories.sequences import StateSequences, log_probabilities
from trajectories.typology import representatives

CRITERIA = ("density", "freq", "dist", "mscore")


def naive_set(full, scores, weights, radius, coverage):
    """Walk down the candidates; take whoever is near nobody taken."""
    taken = []
    for item in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        if weights[item] and all(full[item, other] > radius for other in taken):
            taken.append(item)
        near = [i for i in range(len(scores)) if any(full[i, t] < radius for t in taken)]
        if weights[near].sum() >= coverage * weights.sum():
            break
    return taken


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_scores_and_sets_equal_r(reference, criterion, weighted):
    mvad = case(reference, weighted=weighted)
    seqs = mvad.seqs if criterion == "mscore" else None
    found = representatives(mvad.d, criterion, mvad.weights, seqs=seqs)
    scores = table(reference, f"seqrep_{criterion}_scores", weighted=weighted)["score"]
    assert_allclose(found.scores, scores.to_numpy(), rtol=1e-9)
    index = table(reference, f"seqrep_{criterion}_index", weighted=weighted)["index"]
    assert_array_equal(found.items + 1, index.to_numpy())
    assert found.coverage >= 0.25


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(3, 25), st.booleans())
def test_set_and_statistics_equal_their_definitions(seed, n, grid):
    d = random_distances(seed, n, grid=grid)
    full = square(d)
    weights = np.random.default_rng(seed).integers(0, 4, n).astype(float)
    weights[0] = 1
    radius = 0.3 * d.max()
    found = representatives(d, "density", weights, coverage=0.6, pradius=0.3)
    scores = np.array([weights[full[i] < radius].sum() for i in range(n)])
    assert_allclose(found.scores, scores)
    assert found.items.tolist() == naive_set(full, scores, weights, radius, 0.6)
    nearest = full[found.items].argmin(axis=0)
    assert_array_equal(found.labels, nearest)
    assert_allclose(found.distances, full[found.items].min(axis=0))
    whole = weights.sum()
    mean = full @ weights / whole
    to_centre = mean - weights @ mean / whole / 2
    for place, row in enumerate(found.statistics.iter_rows(named=True)):
        own = nearest == place if place < len(found.items) else np.ones(n, bool)
        mass = weights * own
        spent, centre = mass @ found.distances, mass @ to_centre
        assert row["na"] == pytest.approx(mass.sum())
        assert row["na_percent"] == pytest.approx(100 * mass.sum() / whole)
        assert row["nb"] == pytest.approx(mass[found.distances < radius].sum())
        assert row["sd"] == pytest.approx(spent)
        assert row["md"] == pytest.approx(spent / mass.sum())
        assert row["dc"] == pytest.approx(centre, abs=1e-12)
        assert row["v"] == pytest.approx(mass @ full @ mass / 2 / mass.sum() ** 2, abs=1e-12)
        if abs(centre) > 1e-9:
            assert row["q"] == pytest.approx(100 * (centre - spent) / centre)
    if row["dc"]:
        assert found.quality == pytest.approx(row["q"] / 100)


@pytest.mark.parametrize("criterion", ["density", "freq", "dist"])
def test_integer_weights_equal_replicated_items(criterion):
    d = random_distances(5, 20)
    counts = np.random.default_rng(5).integers(1, 4, 20)
    small = representatives(d, criterion, counts)
    large = representatives(replicated(d, counts), criterion)
    rows = np.repeat(np.arange(20), counts)
    assert_array_equal(rows[large.items], small.items)
    columns = [name for name in small.statistics.columns if name != "item"]
    for name in columns[1:]:
        assert_allclose(small.statistics[name], large.statistics[name], rtol=1e-9)


def test_given_scores_a_number_of_representatives_and_the_largest_distance_are_used():
    d = random_distances(6, 30)
    score = np.arange(30.0)
    found = representatives(d, score=score, nrep=3, pradius=0.05)
    assert found.items[0] == 29
    assert len(found.items) == 3
    assert representatives(d, score=score, decreasing=False, nrep=1).items.tolist() == [0]
    wide = representatives(d, dmax=2 * d.max())
    assert wide.radius == pytest.approx(0.2 * d.max())


def test_likely_sequences_come_first_and_a_missing_state_scores_nothing():
    states = np.random.default_rng(7).integers(0, 3, (40, 6))
    seqs = StateSequences.from_array(states, alphabet=("a", "b", "c"))
    full = (states[:, None] != states).sum(axis=2).astype(float)
    d = full[np.triu_indices(40, 1)]
    found = representatives(d, "prob", seqs=seqs)
    assert_allclose(found.scores, log_probabilities(seqs))
    assert found.items[0] == found.scores.argmin()
    holed = np.where(np.arange(6) == 5, None, np.array(["a", "b", "c"], object)[states])
    gaps = StateSequences.from_array(holed, alphabet=("a", "b", "c"))
    short = StateSequences.from_array(states[:, :5], alphabet=("a", "b", "c"))
    assert_allclose(
        representatives(d, "mscore", seqs=gaps).scores,
        representatives(d, "mscore", seqs=short).scores,
    )


def test_equal_items_have_one_representative():
    found = representatives(np.zeros(6))
    # nobody lies strictly within a radius of 0, and everybody is redundant
    assert found.items.tolist() == [0]
    assert np.isnan(found.quality)
    assert isinstance(found.statistics, pl.DataFrame)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"criterion": "best"}, "criterion must be one of"),
        ({"criterion": "mscore"}, "needs the 4 sequences"),
        ({"score": [1, 2]}, "scores must be of shape"),
        ({"pradius": 2}, "between 0 and 1"),
        ({"coverage": 0}, "coverage above 0"),
        ({"nrep": 0}, "nrep must be at least 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        representatives(random_distances(1, 4), **options)
