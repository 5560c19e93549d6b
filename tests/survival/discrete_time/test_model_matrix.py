"""Matrices filled from level numbers against formulaic's own."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from formulaic import Formula
from hypothesis import given
from hypothesis import strategies as st

from trajectories.survival.discrete_time import model_matrix
from trajectories.survival.discrete_time.design import term_matrix
from trajectories.survival.discrete_time.model_matrix import combined, levels_of

FORMULAS = [
    ["C(a)", "n"],
    ["C(a)*C(b)", "n"],
    ["C(b):C(a)"],
    ["C(a)", "C(a):n:m"],
    ["C(a):n", "n"],
    ["n:C(a)", "C(k)"],
    ["C(k):C(a):C(b)", "flag"],
    ["C(a):C(b):n", "k"],
    ["C(one)", "C(one):C(a)"],
    ["C(part)", "C(k):n", "C(flag)"],
]


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    draw = np.random.default_rng(4)
    size = 60
    return pl.DataFrame(
        {
            "a": pl.Series(draw.choice(["z", "x", "y"], size)).cast(pl.Enum(["z", "x", "w", "y"])),
            "b": draw.choice(["p:1", "q]"], size),
            "k": draw.integers(-1, 3, size),
            "part": draw.integers(0, 3, size) / 2,
            "flag": draw.random(size) < 0.4,
            "one": ["only"] * size,
            "n": draw.integers(0, 3, size).astype(np.int16),
            "m": draw.normal(size=size),
        }
    )


def own(rows: pl.DataFrame, terms: list[str]) -> tuple[np.ndarray, list[str]]:
    levels = rows["a"].unique().sort().to_list()
    frame = pd.DataFrame(rows.to_dict(as_series=False)).assign(
        a=pd.Categorical(rows["a"].to_list(), categories=levels),
        flag=rows["flag"].cast(pl.Float64).to_list(),
    )
    formula = Formula(" + ".join(["1", *terms]), _ordering="none")
    model = formula.get_model_matrix(frame, output="sparse")
    return model.__wrapped__.toarray(), list(model.model_spec.column_names)


@pytest.mark.parametrize("terms", FORMULAS, ids=" + ".join)
def test_the_matrix_is_formulaic_s(rows, terms):
    matrix, names = term_matrix(rows, terms)
    expected, labels = own(rows, terms)
    assert names == labels
    assert np.array_equal(matrix.toarray(), expected)
    assert matrix.has_sorted_indices


def test_other_functions_go_through_formulaic(rows):
    matrix, names = term_matrix(rows, ["np.exp(m)", "C(a)"])
    assert names == ["Intercept", "np.exp(m)", "C(a)[T.x]", "C(a)[T.y]"]
    assert np.allclose(matrix.toarray()[:, 1], np.exp(rows["m"].to_numpy()))


def test_combinations_are_numbered_in_the_order_of_their_columns(rows):
    codes = combined([levels_of(rows["a"]), levels_of(rows["k"])])
    expected = rows.select(pl.struct("a", "k").rank("dense")).to_series().to_numpy() - 1
    assert np.array_equal(codes, expected)


@pytest.mark.parametrize("largest", [3, 10_000_000])
@given(values=st.lists(st.one_of(st.integers(-6, 6), st.integers(-(2**63), 2**63 - 1))))
def test_whole_numbers_are_numbered_by_size_however_far_apart(largest, values):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_matrix, "LARGEST_LIST", largest)
        found = levels_of(pl.Series(values, dtype=pl.Int64))
    assert list(found.levels) == sorted(set(values))
    assert [found.levels[code] for code in found.codes] == values


@given(st.lists(st.sampled_from("abcd")))
def test_text_is_numbered_alike_as_an_enum_and_as_text(values):
    as_text = levels_of(pl.Series(values, dtype=pl.String))
    as_enum = levels_of(pl.Series(values, dtype=pl.Enum(list("abcd"))))
    assert as_enum.levels == as_text.levels
    assert np.array_equal(as_enum.codes, as_text.codes)
