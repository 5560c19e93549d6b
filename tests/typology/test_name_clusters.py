"""Names and order of clusters."""

import numpy as np
import pytest

from trajectories.typology.name_clusters import Clusters, name_clusters, spell_text

ALPHABET = ["JOB", "EDU", "SICK"]


def named(
    rows: list[str], labels: list[int], weights: list[float] | None = None, **options: object
) -> Clusters:
    """Name clusters of sequences written as letters of the states."""
    states = np.array([["JES".index(letter) for letter in row] for row in rows], np.uint8)
    positions = np.array(labels)
    medoids = np.array([labels.index(c) for c in range(max(labels) + 1)])
    mass = np.ones(len(rows)) if weights is None else np.array(weights)
    return name_clusters(positions, medoids, states, ALPHABET, mass, **options)


def test_names_list_the_states_above_the_share_longest_first() -> None:
    found = named(["JJJE", "SSSJ"], [0, 1], share=0.25)
    assert found.names == ("JOB + EDU", "SICK + JOB")
    np.testing.assert_allclose(found.shares, [[0.75, 0.25, 0], [0.25, 0, 0.75]])


def test_the_longest_state_names_a_cluster_even_below_the_share() -> None:
    assert named(["JJES", "EEJS"], [0, 1], share=0.9).names == ("JOB", "EDU")


def test_names_hold_at_most_so_many_states() -> None:
    assert named(["JJES", "SSEJ"], [0, 1], share=0.2, largest=2).names == (
        "JOB + EDU",
        "SICK + JOB",
    )


def test_equal_names_take_further_states_until_they_differ() -> None:
    found = named(["JJJE", "JJJS"], [0, 1], share=0.5)
    assert found.names == ("JOB + EDU", "JOB + SICK")


def test_clusters_that_states_cannot_tell_apart_are_numbered() -> None:
    found = named(["JJSS", "SSJJ", "EEEE"], [0, 1, 2], share=0.6)
    assert found.names == ("JOB + SICK + EDU 1", "JOB + SICK + EDU 2", "EDU")
    assert len(set(found.names)) == 3


def test_weights_count_in_names() -> None:
    assert named(["JJJJ", "EEEE"], [0, 0], [1.0, 9.0], share=0.5).names == ("EDU",)


@pytest.mark.parametrize(
    ("order", "expected"), [("states", ["JOB", "SICK"]), ("size", ["SICK", "JOB"])]
)
def test_clusters_stand_in_the_alphabets_order_or_by_size(order: str, expected: list[str]) -> None:
    found = named(["SSSS", "SSSS", "JJJJ"], [0, 0, 1], order=order)
    assert list(found.names) == expected
    assert [expected[c] for c in found.labels] == ["SICK", "SICK", "JOB"]
    assert [expected.index(name) for name in ("SICK", "JOB")] == found.labels[[0, 2]].tolist()
    assert found.medoids[found.labels[0]] == 0


def test_of_clusters_with_the_same_states_the_larger_comes_first() -> None:
    found = named(["JJSS", "SSJJ"], [0, 1], [1.0, 3.0], share=0.1)
    np.testing.assert_array_equal(found.labels, [1, 0])


def test_sequences_are_written_as_spells() -> None:
    assert spell_text(np.array([2, 2, 0, 1, 1, 1], np.uint8), ALPHABET) == "SICK/2-JOB/1-EDU/3"
    assert spell_text(np.array([0], np.uint8), ALPHABET) == "JOB/1"
