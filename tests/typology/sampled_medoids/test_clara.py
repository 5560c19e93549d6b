"""Medoids from samples: the criteria by hand, planted types, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

from trajectories.dissimilarity import cross, pairwise, substitution_costs
from trajectories.sequences import StateSequences
from trajectories.typology import clara, pam
from trajectories.typology.sampled_medoids.criteria import CRITERIA, best, criteria
from trajectories.typology.sampled_medoids.fuzzy import fuzzy_medoids, memberships
from trajectories.typology.sampled_medoids.stability import adjusted_rand, cross_table, jaccard

STATES = [str(state) for state in range(5)]


def planted(n: int = 1_500, types: int = 4, noise: float = 0.05, seed: int = 1):
    """Sequences that follow one of several courses, but for some positions; and their types."""
    draw = np.random.default_rng(seed)
    courses = np.repeat(draw.integers(0, 5, (types, 4)), 6, axis=1)
    truth = draw.integers(0, types, n)
    states = np.where(
        draw.random((n, 24)) < noise, draw.integers(0, 5, (n, 24)), courses[truth]
    ).astype(np.uint8)
    weights = draw.integers(1, 4, n).astype(float)
    return StateSequences.from_array(states, STATES, weights), truth


def test_planted_types_are_found_from_samples() -> None:
    seqs, truth = planted()
    found = clara(seqs, 4, "ham", samples=5, sample_size=200, evaluated=500)
    assert adjusted_rand_score(found.labels, truth) > 0.98
    assert found.stability["ari_stable"] == found.stability["jaccard_stable"] == 5
    assert (np.diff(found.medoids) > 0).all()
    assert_array_equal(found.labels[found.medoids], np.arange(4))
    assert found.evaluated < 500 < len(seqs)


def test_the_result_is_the_nearest_medoid_and_its_loss_that_of_pam() -> None:
    seqs, _ = planted(400, noise=0.3)
    costs = substitution_costs(seqs, "trate")
    found = clara(seqs, 3, "om", costs, samples=6, sample_size=1_000, starts=5)
    d = cross(seqs, seqs[found.medoids], "om", costs)
    assert_array_equal(found.labels, d.argmin(axis=1))
    assert found.loss == pytest.approx(seqs.weights @ d.min(axis=1), rel=1e-12)
    whole = pam(pairwise(seqs, "om", costs), 3, seqs.weights, starts=5)
    assert whole.loss <= found.loss * (1 + 1e-12) <= 1.01 * whole.loss


@pytest.mark.parametrize("criterion", CRITERIA)
def test_the_best_sample_wins_by_each_criterion(criterion) -> None:
    seqs, _ = planted(300, noise=0.4)
    found = clara(seqs, 4, "ham", criterion=criterion, samples=8, sample_size=60, seed=3)
    values = found.criteria[criterion].to_numpy()
    top = values.max() if criterion in ("pbm", "ams") else values.min()
    assert found.quality[criterion] == pytest.approx(top, rel=1e-12)
    assert values.std() > 0


def test_criteria_by_hand() -> None:
    seqs, _ = planted(200, noise=0.4)
    found = clara(seqs, 3, "ham", samples=2, sample_size=80)
    share = seqs.weights / seqs.weights.sum()
    d = cross(seqs, seqs[found.medoids], "ham")
    near, second = np.sort(d, axis=1)[:, :2].T
    apart = d[found.medoids]
    within = [
        np.average(near[found.labels == g], weights=share[found.labels == g]) for g in range(3)
    ]
    mean = share @ near
    worst = [
        max((within[g] + within[h]) / apart[g, h] for h in range(3) if h != g) for g in range(3)
    ]
    pairs = apart[np.triu_indices(3, 1)]
    expected = {
        "distance": mean,
        "db": np.mean(worst),
        "xb": mean / pairs.min(),
        "pbm": (pairs.max() / mean / 3) ** 2,
        "ams": share @ ((second - near) / np.maximum(second, near)),
    }
    assert found.quality == pytest.approx(expected, rel=1e-12)


def test_twin_medoids_and_one_cluster_have_no_finite_criteria() -> None:
    twins = criteria(1.0, np.ones(2), 0.5, np.zeros((2, 2)))
    assert twins["db"] == twins["xb"] == np.inf
    alone = criteria(1.0, np.ones(1), np.nan, np.zeros((1, 1)))
    assert [np.isnan(alone[name]) for name in CRITERIA] == [False, True, True, True, True]
    assert best(np.array([np.nan, 2.0, 3.0]), "ams") == 2
    assert best(np.array([np.nan, 2.0, 2.0]), "db") == 1


def test_nothing_depends_on_threads_or_on_the_scale_of_weights() -> None:
    seqs, _ = planted(600, noise=0.3)
    one = clara(seqs, 3, "ham", samples=3, sample_size=100, threads=1)
    two = clara(seqs, 3, "ham", samples=3, sample_size=100, threads=2)
    scaled = StateSequences(seqs.states, seqs.alphabet, seqs.weights * 4)
    other = clara(scaled, 3, "ham", samples=3, sample_size=100)
    for found in (two, other):
        assert_array_equal(found.labels, one.labels)
        assert found.quality == one.quality
    assert other.loss == 4 * one.loss


def test_sequences_without_weight_are_assigned_and_count_nothing() -> None:
    seqs, _ = planted(300, noise=0.3)
    odd = np.full((40, 24), 4, np.uint8)
    odd[:, 0] = np.arange(40) % 4
    joint = StateSequences(
        np.vstack([seqs.states, odd]), seqs.alphabet, np.append(seqs.weights, np.zeros(40))
    )
    with_them = clara(joint, 3, "ham", samples=3, sample_size=100)
    without = clara(seqs, 3, "ham", samples=3, sample_size=100)
    assert_array_equal(with_them.labels[:300], without.labels)
    assert with_them.quality == pytest.approx(without.quality, rel=1e-12)
    d = cross(joint, joint[with_them.medoids], "ham")
    assert_array_equal(with_them.labels[300:], d[300:].argmin(axis=1))


def test_fuzzy_memberships_follow_their_formula_and_lower_the_functional() -> None:
    seqs, truth = planted(500, noise=0.1)
    found = clara(seqs, 4, "ham", samples=3, sample_size=200, fuzzy=2.0)
    d = cross(seqs, seqs[found.medoids], "ham")
    u = found.memberships
    assert u is not None
    assert_allclose(u.sum(axis=1), 1, rtol=1e-12)
    off = d.min(axis=1) > 0
    inverse = 1 / d[off]
    assert_allclose(u[off], inverse / inverse.sum(axis=1, keepdims=True), rtol=1e-12)
    assert set(u[~off].ravel()) == {0.0, 1.0}
    assert found.loss == pytest.approx(seqs.weights @ (u**2 * d).sum(axis=1), rel=1e-12)
    assert adjusted_rand_score(found.labels, truth) > 0.95


@pytest.mark.parametrize("fuzzy", [None, 1.5])
def test_a_noise_cluster_takes_what_is_far_from_every_medoid(fuzzy) -> None:
    seqs, _ = planted(400, noise=0.02)
    strange = np.random.default_rng(5).integers(0, 5, (30, 24)).astype(np.uint8)
    joint = StateSequences(np.vstack([seqs.states, strange]), seqs.alphabet, np.ones(430))
    found = clara(joint, 4, "ham", samples=4, sample_size=200, noise=6.0, fuzzy=fuzzy)
    assert (found.labels[400:] == 4).mean() > 0.9
    assert (found.labels[:400] == 4).mean() < 0.02


def test_representativeness_is_one_minus_the_share_of_the_largest_distance() -> None:
    seqs, _ = planted(200, noise=0.3)
    found = clara(seqs, 3, "ham", samples=2, sample_size=80, representativeness=24.0)
    assert_allclose(found.memberships, 1 - cross(seqs, seqs[found.medoids], "ham") / 24, rtol=1e-12)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_fuzzy_medoids_never_end_above_their_start(seed: int) -> None:
    draw = np.random.default_rng(seed)
    points, weights = draw.normal(size=(25, 2)), draw.integers(1, 4, 25).astype(float)
    square = np.linalg.norm(points[:, None] - points, axis=2)
    start = draw.choice(25, 3, replace=False)
    found = fuzzy_medoids(square, weights, start, exponent=1.5)
    u = memberships(square[:, start], 1.5)
    assert found.functional <= weights @ (u**1.5 * square[:, start]).sum(axis=1) + 1e-12
    assert len(set(found.medoids)) == 3


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_agreement_of_whole_weights_is_that_of_copies(seed: int) -> None:
    draw = np.random.default_rng(seed)
    a, b = draw.integers(0, 3, 20), draw.integers(0, 4, 20)
    a[:3], b[:4] = range(3), range(4)
    weights = draw.integers(1, 5, 20)
    table = cross_table(a, b, weights.astype(float))
    copies = np.repeat(a, weights), np.repeat(b, weights)
    assert adjusted_rand(table) == pytest.approx(adjusted_rand_score(*copies), abs=1e-12)
    together = [one[:, None] == one for one in copies]
    expected = (together[0] & together[1]).sum() / (together[0] | together[1]).sum()
    assert jaccard(table) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"k": 10}, "fewer than k = 10"),
        ({"fuzzy": 1.0}, "must be more than 1"),
        ({"fuzzy": 2.0, "representativeness": 9.0}, "leave one out"),
        ({"noise": 0.0}, "must be more than 0"),
        ({"samples": 0}, "samples must be at least 1"),
        ({"k": 4, "sample_size": 2}, "no sample of 2 draws has 4 different sequences"),
    ],
)
def test_what_cannot_be_is_refused(options, sentence) -> None:
    states = np.repeat(np.arange(5, dtype=np.uint8)[:, None], 3, axis=1)
    arguments = {"k": 2} | options
    with pytest.raises(ValueError, match=sentence):
        clara(StateSequences.from_array(states, STATES), measure="ham", **arguments)


def test_distances_on_demand_are_those_of_the_matrix() -> None:
    seqs, _ = planted(40, noise=0.4)
    from trajectories.dissimilarity.measures import Recipe
    from trajectories.dissimilarity.on_demand import of_series, of_states

    states = seqs.unique().sequences.states
    space = of_states(Recipe.of(seqs, "lcs", None, "maxdist", np.float64), states)
    plain = StateSequences(states, seqs.alphabet, np.ones(len(states)))
    square = squareform(pairwise(plain, "lcs", normalise="maxdist"))
    some = np.array([1, 5, 9, 30])
    assert_allclose(squareform(space.among(some)), square[np.ix_(some, some)], rtol=1e-12)
    assert_allclose(space.between(some, np.array([2, 7])), square[np.ix_(some, [2, 7])], rtol=1e-12)
    numbers = np.random.default_rng(1).normal(size=(6, 5))
    warped = of_series(numbers, 0.0)
    assert_allclose(
        squareform(warped.among(np.arange(6))), warped.between(np.arange(6), np.arange(6))
    )
