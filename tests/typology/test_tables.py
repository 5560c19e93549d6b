"""Aggregate tables against counting by hand."""

import math

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from trajectories.typology import tables
from trajectories.typology.agreement import NamedPartition, agreement
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.name_clusters import name_clusters

ALPHABET = ["A", "B", "C"]
WINDOWS, LENGTH, K = 60, 4, 3


@pytest.fixture(scope="module")
def case() -> dict:
    stream = np.random.default_rng(1)
    return {
        "states": stream.integers(0, 3, (WINDOWS, LENGTH)).astype(np.uint8),
        "cluster": stream.integers(0, K, WINDOWS),
        "person": stream.integers(0, 40, WINDOWS).astype(np.uint32),
        "weight": stream.random(WINDOWS) + 0.5,
        "group": pl.Series(stream.choice(["before", "after"], WINDOWS)),
    }


def test_quality_lists_every_partition_and_marks_one() -> None:
    indices = dict.fromkeys(INDICES, 0.5) | {"ASW": math.nan}
    table = tables.quality_table({("pam", 2): indices, ("ward", 2): indices}, ("ward", 2))
    assert table.columns == ["method", "k", *INDICES, "chosen"]
    assert table["chosen"].to_list() == [False, True]
    assert table["ASW"].to_list() == [None, None]


def test_clusters_count_windows_persons_and_weight(case: dict) -> None:
    windows = pl.DataFrame({"person": case["person"], "weight": case["weight"]})
    table = tables.clusters_table(windows, case["cluster"], ["x", "y", "z"])
    assert table["cluster"].to_list() == [1, 2, 3]
    for c in range(K):
        rows = case["cluster"] == c
        expected = (rows.sum(), len(set(case["person"][rows])))
        assert table.row(c)[2:4] == expected
        assert table["weight"][c] == pytest.approx(case["weight"][rows].sum())


@pytest.mark.parametrize("by_group", [False, True])
def test_states_are_counted_in_every_cell(case: dict, by_group: bool) -> None:
    group = case["group"] if by_group else None
    table = tables.states_table(
        case["cluster"], K, case["states"], ALPHABET, case["weight"], group=group
    )
    assert table.height == K * LENGTH * 3 * (2 if by_group else 1)
    assert table["count"].sum() == WINDOWS * LENGTH
    assert table["weight"].sum() == pytest.approx(case["weight"].sum() * LENGTH)
    for row in table.sample(20, seed=1).iter_rows(named=True):
        here = (case["cluster"] == row["cluster"] - 1) & (
            case["states"][:, row["position"] - 1] == ALPHABET.index(row["state"])
        )
        if by_group:
            here &= (case["group"] == row["group"]).to_numpy()
        assert row["count"] == here.sum()
        assert row["weight"] == pytest.approx(case["weight"][here].sum())


def test_medoids_tell_how_many_persons_share_them(case: dict) -> None:
    unique, inverse = np.unique(case["states"], axis=0, return_inverse=True)
    inverse = inverse.ravel()
    labels = np.arange(len(unique)) % K
    medoids = np.array([0, 1, 2])
    clusters = name_clusters(labels, medoids, unique, ALPHABET, np.ones(len(unique)))
    table = tables.medoids_table(clusters, unique, inverse, ALPHABET, case["person"])
    for row in table.iter_rows(named=True):
        medoid = clusters.medoids[row["cluster"] - 1]
        same = (case["states"] == unique[medoid]).all(axis=1)
        inside = clusters.labels[inverse] == row["cluster"] - 1
        assert row["identical"] == len(set(case["person"][same]))
        assert row["persons"] == len(set(case["person"][inside]))
        assert sum(int(spell.split("/")[1]) for spell in row["sequence"].split("-")) == LENGTH


def test_the_modal_state_is_the_one_of_most_persons(case: dict) -> None:
    table = tables.modal_table(case["cluster"], K, case["states"], ALPHABET, case["person"])
    for row in table.iter_rows(named=True):
        inside = case["cluster"] == row["cluster"] - 1
        persons = [
            len(set(case["person"][inside & (case["states"][:, row["position"] - 1] == s)]))
            for s in range(3)
        ]
        assert row["count"] == max(persons)
        assert row["state"] == ALPHABET[int(np.argmax(persons))]
        assert row["persons"] == len(set(case["person"][inside]))


def test_agreement_scores_are_scikit_learns(case: dict) -> None:
    a = NamedPartition("om pam k=3", case["cluster"])
    b = NamedPartition("om ward k=3", np.random.default_rng(2).integers(0, 3, WINDOWS))
    table = agreement([(a, b), (a, a)])
    assert table["a"].to_list() == ["om pam k=3"] * 2
    assert table["ari"][0] == pytest.approx(adjusted_rand_score(a.labels, b.labels))
    assert table["ami"][0] == pytest.approx(adjusted_mutual_info_score(a.labels, b.labels))
    assert table.row(1)[2:] == pytest.approx((1, 1))
    assert agreement([]).height == 0
