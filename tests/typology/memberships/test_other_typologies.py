"""Two models beside a typology, and what is said of them."""

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.typology import MixturesConfig
from trajectories.sequences import StateSequences
from trajectories.typology.memberships.other_typologies import (
    below_best,
    certainty_table,
    criteria_table,
    cross_table,
    model_agreement,
    other_typologies,
)

FEW = MixturesConfig(starts=4, sample=200)


@pytest.fixture(scope="module")
def plain() -> tuple[StateSequences, np.ndarray, pl.DataFrame]:
    """Three kinds of courses: long in a, long in b, and a change of state every month."""
    stream = np.random.default_rng(1)
    kind = stream.integers(0, 3, 300)
    month = np.arange(12)
    states = np.stack([np.full(12, 0), np.full(12, 1), month % 2 + 1])[kind]
    noise = stream.random(states.shape) < 0.08
    states = np.where(noise, stream.integers(0, 3, states.shape), states).astype(np.uint8)
    windows = pl.DataFrame(
        {
            "person": np.arange(300) // 2,
            "group": stream.choice(["before", "after"], 300),
            "weight": np.ones(300),
        }
    )
    return StateSequences.from_array(states, ["a", "b", "c"]), kind, windows


def test_both_models_find_the_kinds_and_say_so(plain) -> None:
    seqs, kind, windows = plain
    found = other_typologies(seqs, windows["group"], 3, FEW, share=0.2, largest=3, seed=0)
    assert [one.model for one in found] == ["medseq", "markov_mixture"]
    agreement = model_agreement(kind, found)
    assert agreement.select("a", "b").rows() == [
        ("typology", "medseq"),
        ("typology", "markov_mixture"),
        ("medseq", "markov_mixture"),
    ]
    assert agreement["ari"].min() > 0.9
    for one in found:
        assert one.names[0].startswith("a")
        np.testing.assert_array_equal(one.probabilities.argmax(axis=1)[kind == 0], 0)
        assert one.mixture.gated_proportions is not None
    crossed = cross_table(windows, kind, found)
    assert crossed.height == 2 * 9
    assert crossed.group_by("model").agg(pl.col("windows").sum())["windows"].to_list() == [300] * 2
    diagonal = crossed.filter(model="medseq").sort("windows", descending=True).head(3)
    assert diagonal["windows"].sum() > 285


def test_probabilities_are_summed_up_by_cluster(plain) -> None:
    _, _, windows = plain
    certain = np.tile([0.9, 0.1], (300, 1))
    certain[:100] = [0.3, 0.7]
    table = certainty_table(windows, {"fuzzy": certain}, {"fuzzy": ["x", "y"]}, sure=0.8)
    assert table.select("cluster", "name", "windows", "persons").rows() == [
        (1, "x", 200, 100),
        (2, "y", 100, 50),
    ]
    np.testing.assert_allclose(table["mean"], [0.9, 0.7])
    np.testing.assert_allclose(table["sure"], [1, 0])
    assert table["fewer"].to_list() == [0, 0]
    table = certainty_table(windows, {"fuzzy": certain[::-1]}, {"fuzzy": ["x", "y"]}, sure=0.95)
    assert table["fewer"].to_list() == [0, 0]
    certain[100:103] = [0.6, 0.4]
    table = certainty_table(windows, {"fuzzy": certain}, {"fuzzy": ["x", "y"]}, sure=0.8)
    assert table["fewer"].to_list() == [3, 0]


def test_a_model_that_sees_fewer_courses_than_types_is_left_out() -> None:
    # Chains see how often people move and not when: four courses of two kinds.
    states = np.array([[0, 0, 0, 1], [0, 1, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1]], np.uint8)
    seqs = StateSequences.from_array(np.tile(states, (10, 1)), ["a", "b"])
    group = pl.Series(["all"] * len(seqs))
    settings = MixturesConfig(starts=2)
    found = other_typologies(seqs, group, 4, settings, share=0.2, largest=3, seed=1)
    few = other_typologies(seqs, group, 5, settings, share=0.2, largest=3, seed=1)
    assert "medseq" in {one.model for one in found}
    assert few == []
    assert criteria_table(seqs, range(2, 7), settings, seed=1)["k"].max() == 4


def test_criteria_are_given_below_the_best(plain) -> None:
    seqs, _, _ = plain
    table = criteria_table(seqs, [2, 3], FEW, seed=0)
    assert table.select("model", "k").rows() == [
        (model, k) for model in ("markov_mixture", "medseq") for k in (1, 2, 3)
    ]
    below = below_best(table)
    assert below.filter(bic_below=0)["k"].to_list() == [3, 3]
    assert below["bic_below"].min() == 0
