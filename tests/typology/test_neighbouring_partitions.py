"""Partitions next to the chosen one: counted window by window, and one after the other."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.neighbouring_partitions import (
    coarse_months,
    neighbours,
    partition_tables,
)
from trajectories.typology.thresholds import LEAST_SHARE

ALPHABET = ["JOB", "EDU", "SICK"]
LENGTH = 6


def named(labels: dict[int, list[int]], states: np.ndarray):
    weights = np.ones(len(states))
    return {
        k: name_clusters(
            np.array(own), np.array([own.index(c) for c in range(k)]), states, ALPHABET, weights
        )
        for k, own in labels.items()
    }


def test_the_nearest_numbers_of_clusters_are_taken():
    assert neighbours(range(2, 21), 9, 5) == [7, 8, 9, 10, 11]
    assert neighbours(range(2, 11), 2, 3) == [2, 3, 4]
    assert neighbours([4], 4) == [4]


@pytest.mark.parametrize(
    ("length", "months"),
    [
        (24, [1, 3, 6, 9, 12, 15, 18, 21, 24]),
        (70, [1, 8, 16, 24, 32, 40, 48, 56, 64]),
        (6, [1, 2, 3, 4, 5, 6]),
        (1, [1]),
    ],
)
def test_some_months_of_a_window_are_described(length, months):
    assert coarse_months(length) == months


def test_one_partition_has_no_neighbours():
    states = np.zeros((3, LENGTH), np.uint8)
    one = named({2: [0, 1, 1]}, states)
    windows = pl.DataFrame({"person": [0, 1, 2], "weight": [1.0, 1.0, 1.0]})
    assert partition_tables(one, 2, windows, np.arange(3), states, ALPHABET) == {}


@st.composite
def partitions(draw):
    """Labels of 2 to 4 clusters, each cluster with a member, and a chosen number."""
    unique = draw(st.integers(5, 9))
    labels = {}
    for k in range(2, draw(st.integers(3, 4)) + 1):
        rest = draw(st.lists(st.integers(0, k - 1), min_size=unique - k, max_size=unique - k))
        labels[k] = draw(st.permutations([*range(k), *rest]))
    return labels, draw(st.sampled_from(sorted(labels))), draw(st.integers(0, 99))


@settings(max_examples=40, deadline=None)
@given(partitions())
def test_tables_are_what_counting_windows_one_by_one_gives(case):
    labels, chosen, seed = case
    stream = np.random.default_rng(seed)
    unique = len(next(iter(labels.values())))
    per_unique = stream.integers(0, len(ALPHABET), (unique, LENGTH)).astype(np.uint8)
    inverse = np.concatenate([np.arange(unique), stream.integers(0, unique, 30)])
    states = per_unique[inverse]
    windows = pl.DataFrame(
        {
            "person": stream.integers(0, 20, len(inverse)),
            "weight": stream.integers(1, 4, len(inverse)).astype(float),
        }
    )
    found = named(labels, per_unique)
    made = partition_tables(found, chosen, windows, inverse, states, ALPHABET)
    listed, by_month = made["partitions"], made["partition_states"]
    members = {
        (k, c): frozenset(np.flatnonzero(one.labels[inverse] == c - 1).tolist())
        for k, one in found.items()
        for c in range(1, k + 1)
    }
    node = {(row["k"], row["cluster"]): row["node"] for row in listed.to_dicts()}
    for one, other in ((a, b) for a in members for b in members):
        assert (members[one] == members[other]) == (node[one] == node[other])
    for row in listed.to_dicts():
        own = members[row["k"], row["cluster"]]
        assert row["windows"] == len(own)
        assert row["persons"] == windows[sorted(own)]["person"].n_unique()
        assert row["weight"] == windows[sorted(own)]["weight"].sum()
        assert row["chosen"] == (row["k"] == chosen)
        twin = [c for c in range(1, chosen + 1) if members[chosen, c] == own]
        assert row["chosen_cluster"] == (twin[0] if twin else None)
        if row["k"] == min(labels):
            assert row["parent"] is row["from_parent"] is None
        else:
            shared = [len(own & members[row["k"] - 1, c]) for c in range(1, row["k"])]
            assert row["from_parent"] == max(shared) == shared[row["parent"] - 1]
    expected = {}
    for key, own in members.items():
        if any(members[chosen, c] == own for c in range(1, chosen + 1)):
            continue
        for month in coarse_months(LENGTH):
            for place, state in enumerate(ALPHABET):
                count = sum(states[w, month - 1] == place for w in own)
                if count >= LEAST_SHARE * len(own):
                    ks = sorted({k for (k, c), others in members.items() if others == own})
                    text = "|".join(map(str, ks))
                    expected[node[key], month, state] = (count, len(own), text)
    columns = by_month.select("node", "position", "state", "count", "size", "k").rows()
    assert {row[:3]: row[3:] for row in columns} == expected
    assert len(columns) == len(expected)
