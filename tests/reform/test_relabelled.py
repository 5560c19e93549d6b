import numpy as np
import polars as pl
import pytest

from trajectories.reform import reassigned, relabelling_contrast, relabelling_table

STATES = np.array([[0, 0], [0, 1], [1, 1], [1, 1]], dtype=np.uint8)
WINDOWS = pl.DataFrame(
    {
        "person": [1, 2, 3, 3],
        "group": ["before", "after", "before", "after"],
        "age": [25, 35, 28, 31],
        "cluster": [1, 1, 2, 2],
    },
    schema_overrides={"person": pl.UInt32},
)

THIRD = pl.Series([3], dtype=pl.UInt32)


def _undone(states: list[list[int]]) -> tuple[pl.DataFrame, np.ndarray]:
    rebuilt = WINDOWS.filter(pl.col("person") == 3).drop("cluster")
    return rebuilt, np.array(states, dtype=np.uint8)


def _no_new(_: np.ndarray) -> np.ndarray:
    pytest.fail("a known sequence must not be assigned anew")


def test_identical_sequences_keep_their_clusters_and_give_a_contrast_of_zero() -> None:
    frame, sequences = _undone([[1, 1], [1, 1]])
    undone = reassigned(WINDOWS, STATES, THIRD, [(frame, sequences, _no_new)])
    table = relabelling_table(WINDOWS, undone)
    assert relabelling_contrast(table) == 0
    assert table["windows"].to_list() == table["windows_undone"].to_list()


def test_a_sequence_of_another_cluster_moves_its_window() -> None:
    frame, sequences = _undone([[0, 0], [1, 1]])
    undone = reassigned(WINDOWS, STATES, THIRD, [(frame, sequences, _no_new)])
    table = relabelling_table(WINDOWS, undone)
    moved = table.filter(age="all", group="before", cluster=2)
    assert moved["windows"].item() == 1
    assert moved["windows_undone"].item() == 0
    assert moved["difference"].item() == pytest.approx(0.5)
    assert relabelling_contrast(table) == pytest.approx(0.5)


def test_a_new_sequence_is_assigned() -> None:
    frame, sequences = _undone([[1, 0], [1, 1]])
    asked = []

    def assign(new: np.ndarray) -> np.ndarray:
        asked.append(new.tolist())
        return np.array([1])

    undone = reassigned(WINDOWS, STATES, THIRD, [(frame, sequences, assign)])
    assert asked == [[0]]
    assert undone.sort("group", "age", "cluster").rows() == [
        ("after", 31, 2),
        ("after", 35, 1),
        ("before", 25, 1),
        ("before", 28, 1),
    ]


def test_persons_may_come_some_at_a_time() -> None:
    frame, sequences = _undone([[0, 0], [1, 1]])
    whole = reassigned(WINDOWS, STATES, THIRD, [(frame, sequences, _no_new)])
    parts = [(frame[i : i + 1], sequences[i : i + 1], _no_new) for i in (0, 1)]
    assert reassigned(WINDOWS, STATES, THIRD, parts).equals(whole)


def test_a_table_without_windows_on_both_sides_has_no_contrast() -> None:
    empty = WINDOWS.clear()
    with pytest.raises(ValueError, match="no group has a window"):
        relabelling_contrast(relabelling_table(empty, empty))
