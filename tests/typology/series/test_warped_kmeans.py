"""K-means under warped time against tslearn, its own definition, and planted kinds."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import adjusted_rand_score

from trajectories.dissimilarity import cross_series
from trajectories.typology.series.warped_kmeans import assigned, warped_kmeans

MONTHS = 18


def rises_and_gaps(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return hours that set in for good and hours that pause, each at a month of its own."""
    random = np.random.default_rng(seed)
    kind = np.arange(n) % 2
    at = random.integers(4, 9, n)[:, None]
    month = np.arange(MONTHS)
    rise = np.where(month >= at, 140.0, 0.0)
    gap = np.where((month >= at) & (month < at + 5), 0.0, 140.0)
    return np.where(kind[:, None] == 0, rise, gap) + random.normal(0, 6, (n, MONTHS)), kind


def tslearn_loss(series: np.ndarray, centres: np.ndarray, metric: str, gamma: float) -> float:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="h5py not installed")
        from tslearn.metrics import cdist_dtw, cdist_soft_dtw
    if metric == "dtw":
        return float((cdist_dtw(series, centres) ** 2).min(axis=1).sum())
    return float(cdist_soft_dtw(series, centres, gamma=gamma).min(axis=1).sum())


@pytest.mark.parametrize("metric", ["softdtw", "dtw"])
def test_the_loss_is_no_higher_than_that_of_tslearn(metric):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="h5py not installed")
        from tslearn.clustering import TimeSeriesKMeans
    series, _ = rises_and_gaps(1, 24)
    gamma = 400.0
    params = {"gamma": gamma} if metric == "softdtw" else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = TimeSeriesKMeans(
            2, metric=metric, metric_params=params, max_iter=4, max_iter_barycenter=10,
            random_state=0, n_init=1,
        ).fit(series)  # fmt: skip
    own = warped_kmeans(series, [2], metric, gamma=gamma)[2]
    theirs = tslearn_loss(series, peer.cluster_centers_[:, :, 0], metric, gamma)
    assert tslearn_loss(series, own.centres, metric, gamma) <= theirs + 1e-6 * abs(theirs)
    assert adjusted_rand_score(own.labels, peer.labels_) == 1


@pytest.mark.parametrize("metric", ["softdtw", "dtw"])
def test_planted_kinds_are_found_whenever_they_set_in(metric):
    series, kind = rises_and_gaps(2)
    found = warped_kmeans(series, [1, 2], metric, gamma=400.0)
    assert adjusted_rand_score(found[2].labels, kind) == 1
    assert found[2].spread < 0.5 * found[1].spread
    assert found[2].centres[0].mean() < found[2].centres[1].mean()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["softdtw", "dtw"]))
def test_labels_and_spread_follow_from_the_centres(seed, metric):
    random = np.random.default_rng(seed)
    series = random.choice([0.0, 20.0, 37.0], (14, 6))
    fits = warped_kmeans(series, [1, 2, 3], metric, gamma=30.0, seed=seed)
    for k, fit in fits.items():
        assert fit.k == k
        assert_array_equal(fit.labels, assigned(series, fit.centres, metric, 30.0))
        away = cross_series(series, fit.centres, metric, gamma=30.0)
        away = away if metric == "softdtw" else away**2
        assert_allclose(fit.spread, away[np.arange(14), fit.labels].sum(), rtol=1e-9, atol=1e-9)


def test_one_centre_under_heavy_smoothing_and_of_equal_series():
    series = np.tile([3.0, 1.0, 2.0], (4, 1))
    fits = warped_kmeans(series, [1, 2], gamma=0.01)
    assert list(fits) == [1]
    assert_allclose(fits[1].centres, series[:1], atol=0.05)


def test_weights_are_replicates_and_order_does_not_matter():
    series, _ = rises_and_gaps(3, 20)
    weights = np.random.default_rng(0).integers(1, 4, 20)
    weighed = warped_kmeans(series, [2, 3], weights=weights, gamma=400.0)
    copies = np.repeat(np.arange(20), weights)[::-1]
    repeated = warped_kmeans(series[copies], [2, 3], gamma=400.0)
    for k in (2, 3):
        assert_allclose(weighed[k].centres, repeated[k].centres, rtol=1e-9)
        assert_array_equal(weighed[k].labels[copies], repeated[k].labels)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: warped_kmeans(x, [2], weights=[1.0]), "weights"),
        (lambda x: warped_kmeans(x, [2], weights=np.zeros(len(x))), "weights"),
        (lambda x: warped_kmeans(x, []), "ks"),
        (lambda x: warped_kmeans(x, [0, 2]), "ks"),
        (lambda x: warped_kmeans(x * np.nan, [2]), "finite"),
        (lambda x: warped_kmeans(x, [2], gamma=0.0), "gamma"),
    ],
)
def test_mistakes_get_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.arange(12.0).reshape(4, 3))
