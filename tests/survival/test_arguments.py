"""Frames of other libraries, and arguments of another kind than meant."""

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

from survival.test_usable import FRAME, cox
from trajectories.errors import UserError
from trajectories.survival import (
    concordance,
    fine_gray,
    fit_hazard,
    fit_parametric,
    from_pandas,
    joint_tests,
    kaplan_meier,
    martingale_residuals,
    proportional_hazards_test,
    survival_quantiles,
)


def panda(frame: pl.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: frame[name].to_list() for name in frame.columns})


def test_frames_of_pandas_are_converted_and_others_refused():
    plain = panda(FRAME)
    with pytest.raises(UserError, match=r"write trajectories.survival.from_pandas\(frame\)"):
        kaplan_meier(plain)
    with pytest.raises(UserError, match=r"LazyFrame.*write frame.collect\(\)"):
        kaplan_meier(FRAME.lazy())
    assert kaplan_meier(from_pandas(plain)).equals(kaplan_meier(FRAME))
    assert cox(from_pandas(plain)) == cox(FRAME)


def test_columns_of_pandas_keep_what_they_mean():
    frame = from_pandas(
        pd.DataFrame(
            {
                "text": ["a", None],
                "whole": pd.array([1, None], dtype="Int64"),
                "real": [0.5, float("nan")],
                "level": pd.Categorical(["b", None], categories=["b", "a"]),
                "day": pd.to_datetime(["2020-01-01", None]),
                3: [True, False],
            }
        )
    )
    assert frame.columns == ["text", "whole", "real", "level", "day", "3"]
    assert frame.null_count().row(0) == (1, 1, 1, 1, 1, 0)
    assert frame["level"].dtype == pl.Enum(["b", "a"])
    assert frame["day"][0] == datetime(2020, 1, 1)
    for wrong, sentence in (
        (pd.DataFrame({"x": [1, "a"]}), "'x' mixes int and str"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "the column 'x' twice"),
        (FRAME, "A DataFrame is no pandas DataFrame"),
    ):
        with pytest.raises(UserError, match=sentence):
            from_pandas(wrong)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: kaplan_meier(FRAME, by=3), "The groups are 3: name a column"),
        (lambda: kaplan_meier(FRAME, by=["g", 3]), "name a column, or a list of columns"),
        (lambda: survival_quantiles(FRAME, 0.5), "probabilities are 0.5: give a list"),
        (lambda: fine_gray(FRAME, terms=["x"], exit_number="1"), "There is no exit '1'"),
        (lambda: concordance(FRAME), "The fit is a DataFrame: this takes what fit_cox returns"),
        (
            lambda: proportional_hazards_test(fit_hazard(FRAME, event="event", terms=["x"])),
            "The fit is a HazardFit",
        ),
        (
            lambda: martingale_residuals(
                fit_parametric(FRAME, stop="time", event="event", terms=["x"])
            ),
            "The fit is a ParametricFit",
        ),
        (lambda: joint_tests(None), "The fit is a NoneType"),
    ],
)
def test_arguments_of_another_kind_get_a_sentence(call, sentence):
    with pytest.raises(UserError, match=sentence):
        call()


def test_shares_may_be_an_array() -> None:
    found = survival_quantiles(FRAME, np.array([0.25, 0.5]))
    assert found.equals(survival_quantiles(FRAME, [0.25, 0.5]))
