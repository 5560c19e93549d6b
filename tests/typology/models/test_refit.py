"""A mixture fitted anew to drawn sequences."""

import numpy as np
from sklearn.metrics import adjusted_rand_score

from trajectories.config.sections.typology import MixturesConfig
from trajectories.sequences import StateSequences
from trajectories.typology import markov_mixture
from trajectories.typology.models.refit import Refit

from .test_markov_mixture import chains


def test_a_draw_keeps_the_clusters_and_their_numbers():
    seqs, _, _ = chains(400, length=30)
    labels = markov_mixture(seqs, 3, starts=4).labels
    refit = Refit.of(seqs, labels, "markov_mixture", MixturesConfig())
    assert np.array_equal(refit.fitted(np.ones(400)), labels)
    random = np.random.default_rng(2)
    times = np.bincount(random.integers(0, 400, 400), minlength=400).astype(float)
    found = refit.fitted(times)
    assert np.all(found[times > 0] >= 0)
    assert np.any(found[times == 0] == -1)
    assert (found == labels)[times > 0].mean() > 0.95


def test_other_starts_win_where_they_are_likelier():
    seqs, truth, _ = chains(400, length=30)
    wrong = np.arange(400) % 3
    alone = Refit.of(seqs, wrong, "markov_mixture", MixturesConfig()).fitted(np.ones(400))
    helped = Refit.of(seqs, wrong, "markov_mixture", MixturesConfig(), starts=8)
    found = helped.fitted(np.ones(400))
    assert adjusted_rand_score(found, truth) >= 0.95
    assert adjusted_rand_score(found, truth) >= adjusted_rand_score(alone, truth)


def test_a_draw_without_one_of_the_clusters_is_still_clustered():
    states = np.array([[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1]] * 20, np.uint8)
    seqs = StateSequences.from_array(states, ["a", "b"])
    refit = Refit.of(seqs, np.arange(60) % 3, "markov_mixture", MixturesConfig())
    weights = np.where(np.arange(60) % 3 == 2, 0.0, 1.0)
    found = refit.fitted(weights)
    assert set(found[weights > 0]) <= {0, 1, 2}
    assert np.all(found[weights == 0] == -1)


def test_medseq_is_fitted_anew_as_well():
    random = np.random.default_rng(3)
    truth = np.arange(90) % 2
    noise = random.random((90, 8)) < 0.1
    seqs = StateSequences.from_array((truth[:, None] ^ noise).astype(np.uint8), ["a", "b"])
    refit = Refit.of(seqs, truth, "medseq", MixturesConfig())
    assert (refit.fitted(np.ones(90)) == truth).mean() > 0.95
