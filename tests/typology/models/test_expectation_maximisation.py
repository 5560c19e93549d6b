"""Leaps: as high as steps alone, in fewer of them, and never down."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.parallel import Team
from trajectories.sequences import StateSequences
from trajectories.typology.models import expectation_maximisation as em
from trajectories.typology.models.expectation_maximisation import Sums, ascend, leapt
from trajectories.typology.models.feature_rows import FeatureRows, aggregate
from trajectories.typology.models.gating import Gate
from trajectories.typology.models.markov_chains import MarkovChains

CHAINS = MarkovChains(3, 1)
NO_GATE = Gate(np.ones((1, 1)), noise_apart=False)


def overlapping(seed: int) -> FeatureRows:
    """Return rows of two chains that are hard to tell apart."""
    random = np.random.default_rng(seed)
    moves = random.dirichlet(np.full(3, 4.0), (2, 3)).cumsum(axis=2)
    states = np.zeros((800, 12), np.uint8)
    kind = random.integers(0, 2, 800)
    for t in range(1, 12):
        upto = moves[kind, states[:, t - 1]]
        states[:, t] = np.minimum((random.random((800, 1)) >= upto).sum(axis=1), 2)
    seqs = StateSequences.from_array(states, ["a", "b", "c"])
    codes, offsets = CHAINS.code(seqs.states)
    return aggregate(codes, offsets, CHAINS.features, np.zeros(800, np.int64), np.ones(800))


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_leaps_climb_as_high_in_fewer_steps(seed):
    rows = overlapping(seed)
    begin = np.random.default_rng(seed).dirichlet(np.ones(2), len(rows))
    with Team(1) as team:
        plain, leaping = (
            ascend(rows, begin, CHAINS.maximise, NO_GATE, tolerance=1e-6, team=team, leaping=leaps)
            for leaps in (False, True)
        )
    assert np.all(np.diff(leaping.trace) > -1e-9)
    assert leaping.loglik > plain.loglik - 0.01
    assert len(leaping.trace) < len(plain.trace) / 2


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
def test_a_leap_along_one_direction_lands_where_the_steps_tend_to(seed, rate):
    random = np.random.default_rng(seed)
    limit, away = random.uniform(5, 10, (4, 3)), random.uniform(-2, 2, (4, 3))
    path = [Sums(limit + rate**i * away, limit[:1] + rate**i * away[:1]) for i in range(3)]
    found = leapt(*path)
    np.testing.assert_allclose(found.counts, limit, rtol=1e-6)
    np.testing.assert_allclose(found.sizes, limit[:1], rtol=1e-6)


def test_what_a_leap_would_take_below_zero_stays():
    path = [Sums(np.array([[x, 10 - x]]), np.array([[x, 10 - x]])) for x in (4.0, 2.0, 0.5)]
    found = leapt(*path)
    assert found.counts[0, 0] == 0.5
    assert found.counts[0, 1] > 9.5


def test_where_no_leap_helps_any_more_steps_alone_tell_the_end(monkeypatch):
    rows, made = overlapping(3), []

    def bad_after_the_first(*path):
        made.append(leapt(*path))
        worse = Sums(*(np.full_like(part, part.mean()) for part in path[-1]))
        return made[0] if len(made) == 1 else worse

    monkeypatch.setattr(em, "leapt", bad_after_the_first)
    begin = np.random.default_rng(3).dirichlet(np.ones(2), len(rows))
    with Team(1) as team:
        own = ascend(
            rows, begin, CHAINS.maximise, NO_GATE, tolerance=1e-3, team=team, leaping=True,
            most_iterations=5000,
        )  # fmt: skip
    assert len(made) > 2
    assert len(own.trace) < 5000
