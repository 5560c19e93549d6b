"""Clusters that properties define, as R's seqpropclust."""

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from discrepancy.r_mvad import case, table
from trajectories.dissimilarity import pairwise
from trajectories.sequences import StateSequences
from trajectories.typology import property_clusters, sequence_properties
from trajectories.typology.indices.quality_indices import INDICES, quality_range

PROPERTIES = ("state", "duration", "spell_age", "spell_duration", "transition", "complexity")


@pytest.mark.parametrize("weighted", [False, True])
def test_clusters_and_their_quality_equal_r(reference, weighted):
    mvad = case(reference, weighted=weighted)
    found = property_clusters(mvad.seqs, mvad.d, properties=PROPERTIES)
    members = table(reference, "seqpropclust_members", weighted=weighted)
    names = {"employment": "EM", "training": "TR"}
    for k in range(2, 7):
        said = found.rules(k)["rule"]
        for state, short in names.items():
            said = said.str.replace_all(f"time in {state}", f"duration.{short}", literal=True)
        said = said.str.replace_all("time in ", "duration.", literal=True)
        rules = said.str.replace_all(" and ", " & ", literal=True).to_list()
        assert [rules[label] for label in found.labels(k)] == members[f"cluster{k}"].to_list()
    expected = table(reference, "seqpropclust_stats", weighted=weighted)
    # Equal distances differ by what rounding leaves: here ties are ties, in R they are not.
    indices = quality_range(
        np.round(mvad.d, 9), [found.labels(k) for k in range(2, 7)], mvad.weights
    )
    for row, own in zip(expected.iter_rows(named=True), indices, strict=True):
        for index in INDICES:
            tolerance = 2e-6 if index in ("HG", "HGSD") else 1e-9
            assert own[index] == pytest.approx(row[index], rel=tolerance), index


def sequences(words):
    rows = np.array([list(word) for word in words], object)
    return StateSequences.from_array(np.where(rows == "*", None, rows), "abc")


def test_properties_are_what_they_say():
    seqs = sequences(["aabba", "ccccc", "abcab", "aaaab"])
    found = sequence_properties(seqs, min_share=0.5)
    assert found["state at 1"].to_list() == ["a", "c", "a", "a"]
    assert found["time in b"].to_list() == [2, 0, 2, 1]
    assert found["duration of spell 2 in a"].to_list() == [1, 0, 1, 0]
    assert found["begin of spell 2 in a"].to_list() == [4, None, 3, None]
    assert found["begin of spell 1 in b"].to_list() == [2, None, 1, 4]
    assert "duration of spell 2 in c" not in found.columns
    assert found["transitions"].to_list() == [2, 0, 4, 1]
    assert found["number of transition (a>b)"].to_list() == [1, 0, 2, 1]
    assert found["begin of transition (a>b)"].to_list() == [2, None, 1, 4]
    assert found["number of pattern (a)-(b)"].to_list() == [1, 0, 3, 1]
    assert "number of transition (b>c)" not in found.columns
    assert found["entropy"][1] == 0


def test_missing_is_a_state_if_there_is_any():
    found = sequence_properties(sequences(["aab*", "aabb"]), ["state", "duration"])
    assert found["time in *"].to_list() == [1, 0]
    assert found["state at 4"].to_list() == ["*", "b"]


def planted():
    rng = np.random.default_rng(0)
    words = []
    for order, share in (("abc", [0.8, 0.1, 0.1]), ("bca", [0.1, 0.8, 0.1])):
        for lengths in rng.multinomial(10, share, 40):
            words.append("".join(s * n for s, n in zip(order, lengths, strict=True)))
    return sequences(words), np.repeat([0, 1], 40)


def test_planted_clusters_are_found_by_readable_rules():
    seqs, truth = planted()
    d = pairwise(seqs, "ham")
    found = property_clusters(seqs, d, properties=["duration"])
    assert len(set(zip(found.labels(2), truth, strict=True))) == 2
    assert found.rules(2)["rule"].str.contains("^time in [abc] (<=|>) [0-9]$").all()
    assert found.labels(1).tolist() == [0] * 80
    assert found.most == found.tree.rules.height
    assert len(np.unique(found.labels(found.most))) == found.most
    for k in range(1, found.most + 1):
        rules = found.rules(k)
        assert rules["cluster"].to_list() == list(range(k))
        assert_allclose(rules["n"], np.bincount(found.labels(k)))
    with pytest.raises(ValueError, match="between 1 and"):
        found.labels(found.most + 1)


def test_own_properties_come_first_and_a_sample_places_everybody():
    seqs, truth = planted()
    own = pl.DataFrame({"kind": np.where(truth == 1, "late", "early")})
    found = property_clusters(seqs, properties=["duration"], data=own, sample=50)
    assert found.rules(2)["rule"].to_list() == ["kind = early", "kind = late"]
    assert np.array_equal(found.labels(2), truth)
    assert found.tree.rows == 50


def test_unknown_properties_are_refused():
    with pytest.raises(ValueError, match="no property is called mood"):
        sequence_properties(sequences(["ab"]), ["mood"])
