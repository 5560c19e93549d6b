import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from trajectories.dissimilarity import barycentre, cross_series, pairwise_series
from trajectories.typology import ward

SERIES = np.random.default_rng(1).random((6, 5)).cumsum(axis=1)


def warped(x, y):
    cost = np.full((len(x) + 1, len(y) + 1), np.inf)
    cost[0, 0] = 0
    for i in range(len(x)):
        for j in range(len(y)):
            least = min(cost[i, j], cost[i, j + 1], cost[i + 1, j])
            cost[i + 1, j + 1] = (x[i] - y[j]) ** 2 + least
    return cost[-1, -1] ** 0.5


def softly(x, y, gamma):
    cost = np.full((len(x) + 1, len(y) + 1), np.inf)
    cost[0, 0] = 0
    for i in range(len(x)):
        for j in range(len(y)):
            before = -np.array([cost[i, j], cost[i, j + 1], cost[i + 1, j]]) / gamma
            most = before.max()
            soft = -gamma * (np.log(np.exp(before - most).sum()) + most)
            cost[i + 1, j + 1] = (x[i] - y[j]) ** 2 + soft
    return cost[-1, -1]


def test_dtw_by_its_definition():
    wanted = [[warped(x, y) for y in SERIES[:4]] for x in SERIES]
    found = cross_series(SERIES, SERIES[:4], "dtw")
    assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gamma", [0.1, 1.0])
def test_soft_dtw_by_its_definition(gamma):
    def divergence(x, y):
        return softly(x, y, gamma) - (softly(x, x, gamma) + softly(y, y, gamma)) / 2

    wanted = [[divergence(x, y) for y in SERIES[:4]] for x in SERIES]
    found = cross_series(SERIES, SERIES[:4], "softdtw", gamma=gamma)
    assert_allclose(found, wanted, rtol=1e-6, atol=1e-9)


def test_distances_are_tslearn_s():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="h5py not installed")
        from tslearn.metrics import cdist_dtw, cdist_soft_dtw
    rng = np.random.default_rng(2)
    hours = rng.choice([0.0, 20.0, 37.5, 160.0], (6, 24)) + rng.random((6, 24))
    x, y = hours[:4], hours[3:, :20].copy()
    assert_allclose(cross_series(x, y, "dtw"), cdist_dtw(x, y), rtol=1e-12)
    # From the range of floats, over sums that leave it, to a smoothness beside which all is noise.
    for gamma in (1e-3, 1.0, 30.0, 1e3, 1e6):
        own, theirs = (
            np.array([cdist_soft_dtw(row[None], row[None], gamma=gamma)[0, 0] for row in rows])
            for rows in (x, y)
        )
        wanted = cdist_soft_dtw(x, y, gamma=gamma) - (own[:, None] + theirs) / 2
        found = cross_series(x, y, "softdtw", gamma=gamma)
        assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max())


def test_the_same_for_any_threads():
    series = np.random.default_rng(5).random((30, 8))
    for measure in ("dtw", "softdtw"):
        one, two = (pairwise_series(series, measure, threads=threads) for threads in (1, 2))
        assert_array_equal(one, two)


@pytest.mark.parametrize("measure", ["dtw", "softdtw"])
def test_pairs_are_the_rectangle_s_and_feed_a_typology(measure):
    rows = SERIES[[0, 1, 2, 0, 3, 4]]
    square = cross_series(rows, rows, measure)
    d = pairwise_series(rows, measure)
    assert_allclose(d, square[np.triu_indices(6, 1)], rtol=1e-9, atol=1e-9)
    assert d[2] == pytest.approx(0, abs=1e-9)
    assert ward(d).shape == (5, 4)


@pytest.mark.parametrize("measure", ["dtw", "softdtw"])
def test_barycentre_of_one_series_and_of_weights(measure):
    assert_allclose(barycentre(SERIES[:1], measure, gamma=0.01), SERIES[0], atol=0.05)
    pulled = barycentre(SERIES[:2], measure, weights=[1, 0], gamma=0.01)
    assert np.abs(pulled - SERIES[0]).max() < np.abs(pulled - SERIES[1]).max()


def test_no_series():
    assert pairwise_series(np.zeros((0, 3)), "dtw").shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pairwise_series(SERIES, "om"), "unknown measure of series 'om'"),
        (lambda: pairwise_series([[np.nan]], "dtw"), "finite"),
        (lambda: pairwise_series([1, 2], "dtw"), "two dimensions"),
        (lambda: pairwise_series(SERIES, "softdtw", gamma=0), "gamma"),
        (lambda: barycentre(np.zeros((0, 3)), "dtw"), "at least one"),
        (lambda: barycentre(SERIES, "x"), "unknown measure"),
    ],
)
def test_mistakes_get_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
