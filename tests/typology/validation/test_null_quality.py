"""The test of there being clusters: power, level and the table's numbers."""

from typing import get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.config.sections.typology import NullModel
from trajectories.dissimilarity import pairwise
from trajectories.sequences import StateSequences
from trajectories.typology import cut, quality, ward
from trajectories.typology.validation import null_tests
from trajectories.typology.validation.null_models import null_model
from trajectories.typology.validation.null_quality import (
    in_order,
    null_quality,
    sampled,
)
from trajectories.typology.validation.null_tests import standardised

KS = (2, 3, 4)


def chain(seed: int, n: int = 60, length: int = 8) -> StateSequences:
    """A register without types: everybody follows the same Markov chain."""
    stream = np.random.default_rng(seed)
    states = np.zeros((n, length), np.uint8)
    states[:, 0] = stream.integers(0, 3, n)
    for t in range(1, length):
        moves = stream.random(n) < 0.3
        states[:, t] = np.where(moves, stream.integers(0, 3, n), states[:, t - 1])
    return StateSequences(states, tuple("abc"), np.ones(n))


def noise(seed: int, n: int = 60, length: int = 8) -> StateSequences:
    """States that depend on the position alone."""
    stream = np.random.default_rng(seed)
    states = (stream.random((n, length)) < np.linspace(0.2, 0.7, length)).astype(np.uint8)
    return StateSequences(states, tuple("ab"), np.ones(n))


def planted(n: int = 90, length: int = 8, seed: int = 0) -> StateSequences:
    """Three types with a tenth of the positions at random."""
    stream = np.random.default_rng(seed)
    types = np.array([[0] * 8, [0, 0, 1, 1, 1, 1, 1, 1], [2] * 5 + [1] * 3], np.uint8)
    states = types[np.arange(n) % 3, :length]
    other = stream.random(states.shape) < 0.1
    states = np.where(other, stream.integers(0, 3, states.shape), states).astype(np.uint8)
    return StateSequences(states, tuple("abc"), np.ones(n))


@pytest.mark.untraced
@pytest.mark.parametrize("model", get_args(NullModel))
def test_planted_types_are_significant(model: str) -> None:
    found = null_quality(planted(), KS, model, "om", "trate", replicates=39, seed=1)
    assert found.tests.filter(index="ASW")["p_value"].item() == 1 / 40
    three = found.table.filter(index="ASW", k=3).row(0, named=True)
    assert three["observed"] > three["threshold"]
    low = found.table.filter(index="HC", k=3).row(0, named=True)
    assert low["observed"] < low["threshold"]


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("make", "model", "costs"),
    [
        (chain, "markov", "trate"),
        (chain, "exchanged", "trate"),
        (noise, "stateindep", None),
    ],
)
def test_the_test_holds_its_level_where_there_are_no_types(make, model, costs) -> None:
    """Of 60 registers, 5 % are rejected: at most 9 with probability 0.9988."""
    p = np.array(
        [
            null_quality(
                make(seed),
                KS,
                model,
                "om" if costs else "ham",
                costs,
                method="ward",
                replicates=19,
                seed=seed,
                threads=1,
            )
            .tests.filter(pl.col("index").is_in(["ASW", "HC"]))["p_value"]
            .to_numpy()
            for seed in range(60)
        ]
    )
    assert ((p <= 0.05).sum(axis=0) <= 9).all()
    assert (np.abs(p.mean(axis=0) - 0.525) < 0.14).all()  # 3.7 standard errors


def test_the_table_is_that_of_a_naive_computation() -> None:
    seqs = in_order(chain(3))
    found = null_quality(
        seqs, KS, "markov", "ham", method="ward", ward_start="members", replicates=19, seed=7
    )
    draw = null_model(seqs, "markov")

    def indices(states: np.ndarray) -> list[list[float]]:
        rows, counts = np.unique(states, axis=0, return_counts=True)
        d = pairwise(StateSequences(rows, seqs.alphabet, np.ones(len(rows))), "ham")
        tree = ward(d, counts)
        return [list(quality(d, cut(tree, k), counts).values()) for k in KS]

    own = np.array(indices(seqs.states))
    null = np.array([indices(draw(np.random.default_rng([7, 1, r]))) for r in range(19)])
    np.testing.assert_allclose(found.values, null, rtol=1e-12)
    table = found.table
    np.testing.assert_allclose(table["observed"], own.ravel(), rtol=1e-12)
    z = (own - null.mean(axis=0)) / null.std(axis=0, ddof=1)
    np.testing.assert_allclose(table["standardised"], z.ravel(), rtol=1e-9)
    place = list(quality(np.ones(3), [0, 0, 1])).index("HC")
    lowest = []
    for r in range(19):
        others = np.concatenate([own[np.newaxis], np.delete(null, r, axis=0)])[:, :, place]
        lowest.append(
            np.min((null[r, :, place] - others.mean(axis=0)) / others.std(axis=0, ddof=1))
        )
    test = found.tests.filter(index="HC").row(0, named=True)
    assert test["critical"] == pytest.approx(min(lowest))  # one of 20 is rejected
    p = (1 + (np.array(lowest) <= z[:, place].min()).sum()) / 20
    assert test["p_value"] == pytest.approx(p)
    hc = table.filter(index="HC")
    np.testing.assert_allclose(
        hc["threshold"],
        null.mean(axis=0)[:, place] + min(lowest) * null.std(axis=0, ddof=1)[:, place],
    )


def test_each_is_standardised_by_the_others() -> None:
    values = np.random.default_rng(1).normal(size=(12, 3))
    values[4, 1] = np.nan
    own, each = standardised(np.ones(3), values)
    for r in range(12):
        others = np.concatenate([np.ones((1, 3)), np.delete(values, r, axis=0)])
        expected = (values[r] - np.nanmean(others, axis=0)) / np.nanstd(others, axis=0, ddof=1)
        np.testing.assert_allclose(each[r], expected)
    np.testing.assert_allclose(
        own, (1 - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0, ddof=1)
    )


@given(st.integers(0, 10_000), st.sampled_from([19, 39, 45]), st.integers(1, 5))
def test_of_registers_without_types_exactly_the_level_is_rejected(
    seed: int, replicates: int, ks: int
) -> None:
    """Whichever of them is the observed one, and however skewed they are."""
    every = np.random.default_rng(seed).standard_gamma(0.3, (replicates + 1, ks, 1))
    what = null_tests.Tested(range(2, 2 + ks), ("ASW",), np.ones(1))
    p = []
    for i in range(replicates + 1):
        others = np.delete(every, i, axis=0)
        test = null_tests.tested(what, every[i], others, "none", level=0.05, sequences=9, used=9)
        p.append(test.tests["p_value"].item())
    assert (np.array(p) <= 0.05).sum() == int(0.05 * (replicates + 1) + 1e-9)


def test_the_result_depends_on_neither_threads_nor_row_order_nor_the_scale_of_weights() -> None:
    seqs = planted(60)
    weighted = StateSequences(seqs.states, seqs.alphabet, 1.0 + np.arange(60) % 3)
    mixed = np.random.default_rng(2).permutation(60)
    shuffled = StateSequences(weighted.states[mixed], seqs.alphabet, weighted.weights[mixed] * 7.0)
    one = null_quality(weighted, KS, "combined", "om", "trate", replicates=19, threads=1)
    two = null_quality(shuffled, KS, "combined", "om", "trate", replicates=19, threads=2)
    for a, b in zip((one.table, one.tests), (two.table, two.tests), strict=True):
        numbers = pl.selectors.float()
        np.testing.assert_allclose(a.select(numbers), b.select(numbers), rtol=1e-9)


def test_a_sample_is_drawn_by_weight_without_replacement() -> None:
    seqs = chain(5, n=300)
    seqs = in_order(
        StateSequences(seqs.states, seqs.alphabet, np.where(np.arange(300) % 2, 1.0, 3.0))
    )
    drawn = np.zeros(300)
    for seed in range(200):
        sample = sampled(seqs, 60, seed)
        assert len(sample) == 60
        assert (sample.weights == 1).all()
        drawn += np.isin(np.arange(300), _rows(seqs, 60, seed))
    heavy = seqs.weights > 1
    assert drawn[heavy].mean() / 200 == pytest.approx(60 * 3 / 600, abs=0.01)
    assert drawn[~heavy].mean() / 200 == pytest.approx(60 / 600, abs=0.01)
    assert sampled(seqs, 300, 1) is seqs


def _rows(seqs: StateSequences, size: int, seed: int) -> np.ndarray:
    """The rows that are drawn, found by sequences that are all different."""
    count = np.arange(len(seqs))
    marks = np.stack([count // 256, count % 256 // 16, count % 16], axis=1).astype(np.uint8)
    marked = StateSequences(marks, tuple(range(16)), seqs.weights)
    states = sampled(marked, size, seed).states.astype(int)
    return states @ np.array([256, 16, 1])


def test_the_result_says_that_a_sample_was_taken() -> None:
    found = null_quality(
        chain(2, n=200), [2], "markov", "ham", method="ward", replicates=19, sample=50
    )
    assert (found.sequences, found.used, found.replicates) == (200, 50, 19)
    few = found.table.filter(index="CH")["observed"].item()
    share = found.table.filter(index="R2")["observed"].item()
    assert few == pytest.approx(share / (1 - share) * 198)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"replicates": 18}, "too few for a test"),
        ({"ks": [1, 2]}, "from 2"),
        ({"ks": [2, 61]}, "too few for 61 clusters"),
    ],
)
def test_impossible_requests_are_refused(change: dict, message: str) -> None:
    asked = {"ks": [2], "replicates": 19} | change
    with pytest.raises(ValueError, match=message):
        null_quality(chain(1), asked["ks"], "markov", "ham", replicates=asked["replicates"])
