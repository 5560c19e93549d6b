"""Condensed distances: sizes, checks, rows."""

import numpy as np
import pytest
from tests.typology.helpers import random_distances, square

from trajectories.dissimilarity.matrix import square_rows as rows
from trajectories.dissimilarity.matrix.checked_distances import (
    checked_distances,
    checked_weights,
    item_count,
    rows_of,
)
from trajectories.dissimilarity.matrix.square_rows import BLOCK_ROWS, Rows
from trajectories.parallel import Team, split


@pytest.mark.parametrize("n", [1, 2, 3, 100])
def test_the_number_of_items_follows_from_the_length(n: int) -> None:
    assert item_count(np.zeros(n * (n - 1) // 2)) == n


@pytest.mark.parametrize("shape", [(4,), (5,), (3, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must be condensed"):
        item_count(np.zeros(shape))


@pytest.mark.parametrize("wrong", [-1.0, np.inf, np.nan])
def test_impossible_distances_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        checked_distances([1.0, wrong, 2.0])


def test_integers_become_float64_and_float32_stays() -> None:
    assert checked_distances([1, 2, 3]).dtype == np.float64
    single = np.ones(3, np.float32)
    assert checked_distances(single) is single


def test_weights_are_ones_by_default() -> None:
    np.testing.assert_array_equal(checked_weights(None, 3), np.ones(3))


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [0.0, 0.0, 0.0], [1.0, np.nan, 1.0]])
def test_impossible_weights_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="weights must be"):
        checked_weights(wrong, 3)


@pytest.mark.parametrize("kept", [0, 1 << 30])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("n", [2, 70, 150])
def test_rows_and_blocks_are_those_of_the_square_matrix(
    n: int, threads: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KEPT_BYTES", kept)
    d = random_distances(n, n)
    full = square(d)
    items = [n - 1, 0, n // 2]
    np.testing.assert_array_equal(rows_of(d, items), full[items])
    with Team(threads) as team:
        found = [(first, block.copy()) for first, block in Rows(d, team).blocks()]
    assert [first for first, _ in found] == list(range(0, n, BLOCK_ROWS))
    np.testing.assert_array_equal(np.concatenate([block for _, block in found]), full)


def test_slices_cover_everything_once() -> None:
    assert [list(range(*piece.indices(7))) for piece in split(7, 3)] == [[0, 1], [2, 3], [4, 5, 6]]


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_a_thread_is_raised(threads: int) -> None:
    def fail(piece: int) -> None:
        raise KeyError(piece)

    with Team(threads) as team, pytest.raises(KeyError):
        team.each(fail, [1, 2])
