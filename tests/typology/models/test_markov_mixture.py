"""Planted chains, a slow and obvious algorithm, and what must not matter."""

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import adjusted_rand_score

from trajectories.errors import UserError
from trajectories.sequences import StateSequences
from trajectories.typology import compare_models, markov_mixture, markov_mixtures
from trajectories.typology.models.feature_rows import CountedFeatures
from trajectories.typology.models.markov_chains import MarkovChains

ALPHABET = ["a", "b", "c"]


def chains(n=900, length=60, seed=1, phases=1):
    """Return sequences of three chains, their clusters and the transition probabilities."""
    random = np.random.default_rng(seed)
    moves = random.dirichlet(np.full(3, 0.5), (3, phases, 3))
    truth = random.integers(0, 3, n)
    states = np.empty((n, length), np.uint8)
    states[:, 0] = random.integers(0, 3, n)
    for t in range(1, length):
        phase = (t - 1) * phases // (length - 1)
        upto = moves[truth, phase, states[:, t - 1]].cumsum(axis=1)
        states[:, t] = np.minimum((random.random((n, 1)) >= upto).sum(axis=1), 2)
    return StateSequences.from_array(states, ALPHABET), truth, moves


def naive(states, labels, weights, phases, iterations, a=3):
    n, length = states.shape
    weights = weights * n / weights.sum()
    z = np.eye(labels.max() + 1)[labels]
    k, trace = z.shape[1], []
    for _ in range(iterations):
        tau = (weights[:, None] * z).sum(axis=0) / n
        initial, moves = np.zeros((k, a)), np.zeros((k, phases, a, a))
        for i in range(n):
            for g in range(k):
                if states[i, 0] < a:
                    initial[g, states[i, 0]] += weights[i] * z[i, g]
                for t in range(1, length):
                    phase = (t - 1) * phases // (length - 1)
                    if states[i, t - 1] < a and states[i, t] < a:
                        moves[g, phase, states[i, t - 1], states[i, t]] += weights[i] * z[i, g]
        initial /= initial.sum(axis=1, keepdims=True)
        moves /= np.maximum(moves.sum(axis=3, keepdims=True), 1e-300)
        joint = np.tile(tau, (n, 1))
        for i in range(n):
            for g in range(k):
                if states[i, 0] < a:
                    joint[i, g] *= initial[g, states[i, 0]]
                for t in range(1, length):
                    phase = (t - 1) * phases // (length - 1)
                    if states[i, t - 1] < a and states[i, t] < a:
                        joint[i, g] *= moves[g, phase, states[i, t - 1], states[i, t]]
        trace.append(np.sum(weights * np.log(joint.sum(axis=1))))
        z = joint / joint.sum(axis=1, keepdims=True)
    return trace, z, initial, moves


@pytest.mark.parametrize("phases", [1, 3])
def test_a_slow_and_obvious_algorithm_agrees(phases):
    seqs, _, _ = chains(60, length=9)
    random = np.random.default_rng(4)
    states, weights = seqs.states.copy(), random.uniform(0.5, 2, 60)
    states[random.random(states.shape) < 0.05] = 255
    labels = random.integers(0, 2, 60)
    holed = StateSequences.from_array(states, ALPHABET, weights)
    fit = markov_mixture(holed, 2, phases, start=labels, tolerance=1e-3)
    trace, z, initial, moves = naive(states, labels, weights, phases, len(fit.trace))
    assert_allclose(fit.trace, trace, rtol=1e-11)
    assert_allclose(fit.memberships, z, atol=1e-9)
    assert_allclose(fit.initial, initial, atol=1e-9)
    known = moves.sum(axis=3) > 0
    assert_allclose(fit.transitions[known], moves[known], atol=1e-9)
    assert_allclose(fit.transitions.sum(axis=3), 1)


@pytest.mark.parametrize("phases", [1, 2])
def test_planted_chains_are_found(phases):
    seqs, truth, moves = chains(phases=phases)
    fit = markov_mixture(seqs, 3, phases, starts=8)
    assert adjusted_rand_score(fit.labels, truth) >= 0.95
    order = [np.bincount(truth[fit.labels == g]).argmax() for g in range(3)]
    assert_allclose(fit.transitions, moves[order], atol=0.06)
    # a probability that is estimated as zero is no free parameter
    rows = np.concatenate([fit.initial, fit.transitions.reshape(-1, 3)])
    assert fit.df == int((rows > 1e-4).sum()) - len(rows) + 2
    assert np.all(np.diff(fit.trace) >= -1e-8)


def test_order_threads_and_replicates():
    seqs, _, _ = chains(200, length=12)
    random = np.random.default_rng(3)
    order, times = random.permutation(200), random.integers(1, 4, 200)
    fit = markov_mixture(seqs, 2, weights=times, starts=6, threads=1)
    turned = markov_mixture(seqs[order], 2, weights=times[order], starts=6, threads=3)
    assert np.array_equal(turned.memberships, fit.memberships[order])
    copies = markov_mixture(seqs[np.repeat(np.arange(200), times)], 2, starts=6)
    assert_allclose(copies.loglik / times.sum(), fit.loglik / 200, rtol=1e-8)
    assert_allclose(copies.transitions, fit.transitions, atol=1e-4)


def test_many_states_need_wider_codes():
    random = np.random.default_rng(6)
    states = random.integers(0, 20, (100, 8)).astype(np.uint8)
    seqs = StateSequences.from_array(states, [str(state) for state in range(20)])
    fit = markov_mixture(seqs, 1)
    counts = np.zeros((20, 20))
    np.add.at(counts, (states[:, :-1].ravel(), states[:, 1:].ravel()), 1)
    expected = counts / counts.sum(axis=1, keepdims=True)
    assert_allclose(fit.transitions[0, 0], expected)


def test_criteria_choose_the_planted_model():
    seqs, _, _ = chains(400, length=40)
    table = compare_models(seqs, [2, 3, 4], models=("UU", "markov"), starts=6)
    assert table.height == 6
    assert table.row(0)[:2] == ("markov", 3)
    groups = pl.DataFrame({"group": ["x", "y"] * 200})
    gated = markov_mixture(seqs, 2, gating="group", data=groups, starts=4)
    assert gated.gated_proportions.height == 4


def test_refusals():
    seqs, _, _ = chains(20, length=5)
    with pytest.raises(ValueError, match="phases"):
        markov_mixture(seqs, 2, 5)
    with pytest.raises(UserError, match="two positions"):
        markov_mixture(StateSequences.from_array(seqs.states[:, :1], ALPHABET), 2)


def test_what_a_cluster_never_does_is_no_parameter():
    random = np.random.default_rng(5)
    truth = np.repeat([0, 1], 150)
    # a and b in the one, b and c in the other: one chain alone cannot tell them apart
    states = (random.random((300, 12)) < 0.4) + truth[:, None]
    seqs = StateSequences(states.astype(np.uint8), tuple("abc"), np.ones(300))
    fits = {k: markov_mixture(seqs, k, starts=4) for k in (1, 2, 3)}
    assert fits[1].df == 2 + (1 + 2 + 1)
    assert fits[2].df == 2 * (1 + 2) + 1
    assert max(fits, key=lambda k: fits[k].bic) == 2
    assert adjusted_rand_score(fits[2].labels, truth) == 1


def test_several_numbers_at_once_start_from_one_another():
    seqs, truth, _ = chains(400, length=30)
    fits = markov_mixtures(seqs, [4, 1, 2, 3], starts=4)
    assert list(fits) == [1, 2, 3, 4]
    assert np.all(np.diff([fit.loglik for fit in fits.values()]) > 0)
    assert adjusted_rand_score(fits[3].labels, truth) >= 0.95
    kinds = fits[3].starts["start"].value_counts(sort=True)
    assert dict(kinds.iter_rows())["split of one fewer"] == 2
    alone = markov_mixture(seqs, 3, starts=4)
    assert "split of one fewer" not in alone.starts["start"].to_list()
    assert_allclose(alone.loglik, fits[3].loglik, atol=0.1)


def test_only_the_best_starts_go_on():
    seqs, _, _ = chains(300, length=15)
    fit = markov_mixture(seqs, 3, starts=20)
    starts = fit.starts
    ended = starts.drop_nulls("final_loglik")
    assert fit.loglik == starts["final_loglik"].max() == starts["loglik"].max()
    assert starts.height == 20
    assert ended.height < 20
    left = starts.filter(starts["final_loglik"].is_null())
    assert left["iterations"].max() == 15
    assert 1 <= fit.starts_at_best <= ended.height


def test_counted_features_hold_every_feature():
    seqs, _, _ = chains(50, length=12, phases=2)
    model = MarkovChains(3, 2)
    codes, offsets = model.code(seqs.states)
    bounds, feature, times = CountedFeatures.of(codes, offsets)
    for i, row in enumerate(codes.astype(int) + offsets.astype(int)):
        own = slice(bounds[i], bounds[i + 1])
        assert np.array_equal(np.repeat(feature[own], times[own]), row)
        assert np.unique(feature[own]).size == times[own].size
