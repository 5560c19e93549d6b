"""Planted structure, a slow and obvious algorithm, and what must not matter."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.metrics import adjusted_rand_score

from trajectories.errors import UserError
from trajectories.sequences import StateSequences
from trajectories.typology import medseq
from trajectories.typology.models.precision_types import PRECISION_TYPES

ALPHABET = ["a", "b", "c", "d"]


def planted(n=600, k=4, length=18, error=0.2, noise=0.0, seed=1):
    """Return sequences around k random centres, their clusters (−1: noise) and the centres."""
    random = np.random.default_rng(seed)
    centres = random.integers(0, 4, (k, length))
    truth = random.integers(0, k, n)
    other = (centres[truth] + random.integers(1, 4, (n, length))) % 4
    states = np.where(random.random((n, length)) < error, other, centres[truth])
    scattered = random.random(n) < noise
    states[scattered] = random.integers(0, 4, (int(scattered.sum()), length))
    truth[scattered] = -1
    return StateSequences.from_array(states.astype(np.uint8), ALPHABET), truth, centres


def naive(states, labels, k, modtype, weights, iterations, v=4):
    """Run the algorithm as the paper writes it, with loops, and return its log-likelihoods."""
    n, length = states.shape
    noise = modtype.endswith("N")
    weights = weights * n / weights.sum()
    z = np.eye(k)[labels]
    if noise:
        z = np.hstack([z * (1 - 1 / (k + 1)), np.full((n, 1), 1 / (k + 1))])
    trace = []
    for _ in range(iterations):
        tau = (weights[:, None] * z).sum(axis=0) / n
        theta = np.zeros((k, length), int)
        size, wrong = np.zeros((k, length)), np.zeros((k, length))
        for g in range(k):
            for t in range(length):
                mass = [np.sum((weights * z[:, g])[states[:, t] == s]) for s in range(v)]
                theta[g, t] = int(np.argmax(np.round(mass, 9)))
                size[g, t] = sum(mass)
                wrong[g, t] = size[g, t] - mass[theta[g, t]]
        for axis, letter in ((0, modtype[0]), (1, modtype[1])):
            if letter == "C":
                size = np.broadcast_to(size.sum(axis=axis, keepdims=True), size.shape)
                wrong = np.broadcast_to(wrong.sum(axis=axis, keepdims=True), wrong.shape)
        lam = np.maximum(np.log(v - 1) + np.log((size - wrong) / np.maximum(wrong, 1e-300)), 0)
        density = np.full((n, k + noise), float(v) ** -length)
        for g in range(k):
            miss = states != theta[g]
            terms = np.exp(-lam[g] * miss) / (1 + (v - 1) * np.exp(-lam[g]))
            density[:, g] = terms.prod(axis=1)
        joint = tau * density
        trace.append(np.sum(weights * np.log(joint.sum(axis=1))))
        z = joint / joint.sum(axis=1, keepdims=True)
    return np.array(trace), z, theta, lam


@pytest.mark.parametrize("modtype", PRECISION_TYPES)
def test_a_slow_and_obvious_algorithm_agrees(modtype):
    seqs, _, _ = planted(80, k=3, length=6, error=0.3, noise=0.2)
    random = np.random.default_rng(2)
    labels, weights = random.integers(0, 3, 80), random.uniform(0.5, 2, 80)
    fit = medseq(seqs, 3, modtype, weights=weights, start=labels, tolerance=1e-6)
    trace, z, theta, lam = naive(seqs.states, labels, 3, modtype, weights, len(fit.trace))
    assert_allclose(fit.trace, trace, rtol=1e-12)
    assert_allclose(fit.memberships, z[:, :3], atol=1e-10)
    assert np.array_equal(fit.theta, theta)
    assert_allclose(fit.precision, lam, atol=1e-9)


def test_planted_clusters_are_found():
    seqs, truth, centres = planted()
    fit = medseq(seqs, 4, "UU", starts=10)
    assert adjusted_rand_score(fit.labels, truth) >= 0.95
    assert {tuple(row) for row in fit.theta} == {tuple(row) for row in centres}
    assert fit.memberships.shape == (600, 4)
    assert_allclose(fit.memberships.sum(axis=1), 1)


def test_planted_noise_is_found():
    seqs, truth, _ = planted(1500, noise=0.25, error=0.1)
    fit = medseq(seqs, 4, "CCN", starts=10)
    assert adjusted_rand_score(fit.labels, truth) >= 0.95
    assert_allclose(fit.noise_proportion, np.mean(truth == -1), atol=0.02)
    assert_allclose(fit.precision[0, 0], np.log(3 * 0.9 / 0.1), atol=0.05)
    assert_allclose(fit.memberships.sum(axis=1) + fit.noise, 1)


@given(st.sampled_from(PRECISION_TYPES), st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=20)
def test_the_likelihood_never_falls(modtype, seed, k):
    random = np.random.default_rng(seed)
    states = random.integers(0, 3, (40, 5)).astype(np.uint8)
    labels = np.concatenate([np.arange(k), random.integers(0, k, 40 - k)])
    seqs = StateSequences.from_array(states, ALPHABET, random.uniform(0, 2, 40))
    fit = medseq(seqs, k, modtype, start=labels, tolerance=1e-3)
    assert np.all(np.diff(fit.trace) >= -1e-9)


@given(st.sampled_from(PRECISION_TYPES), st.integers(0, 10_000))
@settings(max_examples=15)
def test_weights_are_replicates(modtype, seed):
    random = np.random.default_rng(seed)
    states = random.integers(0, 3, (30, 6)).astype(np.uint8)
    times = random.integers(0, 4, 30)
    times[:2] = 1
    labels = np.arange(30) % 2
    rows = np.repeat(np.arange(30), times)
    weighted = StateSequences.from_array(states, ALPHABET, times)
    copies = StateSequences.from_array(states[rows], ALPHABET)
    options = {"tolerance": 1e-4}
    a = medseq(weighted, 2, modtype, start=labels, **options)
    b = medseq(copies, 2, modtype, start=labels[rows], **options)
    steps = min(len(a.trace), len(b.trace))
    scale = len(rows) / np.count_nonzero(times)
    assert_allclose(np.array(a.trace[:steps]) * scale, b.trace[:steps], rtol=1e-10)


def test_order_threads_and_scale_of_weights_do_not_matter():
    seqs, _, _ = planted(300, error=0.3)
    random = np.random.default_rng(3)
    weights, order = random.uniform(0.2, 3, 300), random.permutation(300)
    fits = [
        medseq(seqs, 3, weights=weights, starts=12, threads=1),
        medseq(seqs, 3, weights=weights, starts=12, threads=3),
        medseq(seqs[order], 3, weights=weights[order], starts=12),
    ]
    for fit in fits[1:]:
        assert fit.loglik == fits[0].loglik
        assert np.array_equal(fit.theta, fits[0].theta)
    assert np.array_equal(fits[1].memberships, fits[0].memberships)
    assert np.array_equal(fits[2].memberships, fits[0].memberships[order])
    scaled = medseq(seqs, 3, weights=weights * 100, starts=12)
    assert_allclose(scaled.bic, fits[0].bic, rtol=1e-12)


def test_many_rows_are_searched_on_a_sample(monkeypatch):
    from trajectories.typology.models import expectation_maximisation, many_starts

    monkeypatch.setattr(many_starts, "LARGEST_SEARCH", 300)
    monkeypatch.setattr(expectation_maximisation, "BLOCK_ROWS", 100)
    seqs, truth, _ = planted(2000)
    periods = pl.DataFrame({"period": np.where(truth < 2, "before", "after")})
    fit = medseq(seqs, 4, starts=8, gating=["period"], data=periods)
    assert fit.search_sample == 300
    assert adjusted_rand_score(fit.labels, truth) >= 0.95
    assert fit.loglik == fit.starts["final_loglik"].max()
    other = medseq(seqs, 4, starts=8, gating=["period"], data=periods, threads=3)
    assert other.loglik == fit.loglik


def test_sequences_of_weight_zero_are_classified_and_count_nothing():
    seqs, _, _ = planted(200)
    weights = np.ones(200)
    weights[150:] = 0
    fit = medseq(seqs, 3, "UC", weights=weights, starts=6)
    without = medseq(seqs[:150], 3, "UC", starts=6)
    assert_allclose([fit.bic, fit.icl, fit.dbs], [without.bic, without.icl, without.dbs])
    assert np.array_equal(fit.labels[:150], without.labels)
    assert_allclose(fit.memberships.sum(axis=1), 1)


def test_noise_alone():
    seqs, _, _ = planted(50, length=7)
    fit = medseq(seqs, 0, "CCN")
    assert_allclose(fit.loglik, -50 * 7 * np.log(4))
    assert fit.df == 0
    assert np.all(fit.labels == -1)


def test_gating_recovers_planted_proportions_and_newton_equals_the_closed_form():
    seqs, truth, _ = planted(2000, k=3, error=0.05)
    random = np.random.default_rng(5)
    group = np.where(random.random(2000) < np.array([0.2, 0.5, 0.8])[truth], "y", "x")
    number = (group == "y") * 2.0 + random.integers(0, 2, 2000) * 1e-9
    data = pl.DataFrame({"group": group, "number": number})
    start = truth
    exact = medseq(seqs, 3, "UU", gating="group", data=data, start=start)
    slope = medseq(seqs, 3, "UU", gating="number", data=data, start=start)
    found = exact.gated_proportions.sort("group", "cluster")["proportion"].to_numpy()
    shares = [np.mean(truth[group == name] == g) for name in "xy" for g in range(3)]
    assert_allclose(found, shares, atol=0.01)
    assert_allclose(slope.loglik, exact.loglik, rtol=1e-9)
    terms = exact.gating.filter(term="group[T.y]")["estimate"].to_numpy()
    assert_allclose(slope.gating.filter(term="number")["estimate"] * 2, terms, rtol=1e-5)
    assert exact.df == 3 * 18 * 3 + 3 * 18 + 4


def test_refusals():
    seqs, _, _ = planted(30)
    missing = seqs.states.copy()
    missing[0, 0] = 255
    with pytest.raises(UserError, match="missing"):
        medseq(StateSequences.from_array(missing, ALPHABET), 2)
    with pytest.raises(ValueError, match="type"):
        medseq(seqs, 2, "XX")
    with pytest.raises(ValueError, match="2 different labels"):
        medseq(seqs, 2, start=np.zeros(30))
    with pytest.raises(UserError, match="'sex' is not in the data"):
        medseq(seqs, 2, gating="sex", data=pl.DataFrame({"age": range(30)}))
    with pytest.raises(UserError, match="missing values"):
        medseq(seqs, 2, gating="age", data=pl.DataFrame({"age": [None, *range(29)]}))
    with pytest.raises(UserError, match="fewer different sequences"):
        medseq(StateSequences.from_array(np.zeros((9, 4), np.uint8), ALPHABET), 2)
