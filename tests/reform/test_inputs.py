"""What the estimates of a reform say of tables, weights and levels that they cannot use."""

import pandas as pd
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.reform import (
    cluster_shares,
    composition_weights,
    decomposition,
    funnel_limits,
    pooled_rates,
    share_differences,
)

PEOPLE = pl.DataFrame(
    {
        "period": ["before"] * 3 + ["after"] * 3,
        "sex": ["K", "M", "M", "K", "K", "M"],
        "job": ["no", "yes", "no", "no", "yes", "yes"],
        "weight": [1.0, 2.0, 1.0, 1.0, 1.0, 1.0],
    }
)
WINDOWS = pl.DataFrame(
    {
        "person": range(6),
        "group": PEOPLE["period"],
        "cluster": [0, 1, 0, 1, 1, 0],
        "weight": PEOPLE["weight"],
        "age": [20, 30, 40, 20, 30, 40],
    }
)


def weigh(data=PEOPLE, covariates=("sex",), **more):
    return composition_weights(data, "period", "before", covariates, **more)


def divide(data=PEOPLE, covariates=("sex",), **more):
    return decomposition(data, "period", "before", "after", "job", covariates, **more)


def changed(**columns):
    return PEOPLE.with_columns(**columns)


@pytest.mark.parametrize("estimate", [weigh, divide])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": [1]}, "give a frame of polars or pandas"),
        ({"covariates": ["place"]}, "have no column 'place'; their columns are period, sex"),
        ({"covariates": "sex"}, "covariates is 'sex': give a list, such as ['sex']"),
        ({"weights": "place"}, "have no column 'place'"),
        ({"weights": "sex"}, "sex must hold numbers from 0 on"),
        ({"data": changed(weight=pl.lit(-1.0)), "weights": "weight"}, "numbers from 0 on"),
        ({"data": changed(weight=pl.lit(float("nan"))), "weights": "weight"}, "numbers from 0 on"),
        ({"data": changed(weight=None), "weights": "weight"}, "numbers from 0 on"),
        ({"data": changed(weight=pl.lit(0)), "weights": "weight"}, "weight is 0 in all rows"),
        (
            {"data": changed(weight=pl.col("period") == "after").cast({"weight": pl.Int8}),
             "weights": "weight"},
            "weight is 0 in all rows of before",
        ),
        (
            {"data": changed(period=pl.col("period").replace("after", None))},
            "period is missing in 3 of 6 rows",
        ),
    ],
)  # fmt: skip
def test_compositions_say_what_they_cannot_use(estimate, given, said):
    with pytest.raises(UserError) as caught:
        estimate(**given)
    assert said in str(caught.value)


@pytest.mark.parametrize("estimate", [cluster_shares, share_differences])
@pytest.mark.parametrize(
    ("windows", "more", "said"),
    [
        (WINDOWS.lazy(), {}, "give a frame of polars or pandas"),
        (WINDOWS.drop("weight"), {}, "have no column 'weight'"),
        (WINDOWS.head(0), {}, "There is no window"),
        (WINDOWS.with_columns(weight=-pl.col("weight")), {}, "weight must hold numbers from 0"),
        (WINDOWS.with_columns(cluster=None), {}, "cluster must hold whole numbers"),
        (WINDOWS.with_columns(cluster=pl.col("cluster") + 0.5), {}, "cluster must hold whole"),
        (WINDOWS, {"confidence": 95}, "confidence is 95: write a share such as 0.95"),
    ],
)
def test_shares_say_what_they_cannot_use(estimate, windows, more, said):
    with pytest.raises(UserError) as caught:
        estimate(windows, **more)
    assert said in str(caught.value)


def test_the_rest_has_a_sentence_too():
    with pytest.raises(UserError, match="write raise or leave_out"):
        weigh(infeasible="drop")
    with pytest.raises(UserError, match="job is missing in 6 rows"):
        divide(PEOPLE.with_columns(job=pl.lit(None, dtype=pl.String)))


def test_frames_of_pandas_give_the_same():
    people = pd.DataFrame(PEOPLE.to_dict(as_series=False))
    windows = pd.DataFrame(WINDOWS.to_dict(as_series=False))
    assert (
        weigh(people, weights="weight").weights.tolist() == weigh(weights="weight").weights.tolist()
    )
    assert divide(people).equals(divide())
    assert cluster_shares(windows).equals(cluster_shares(WINDOWS))


@pytest.mark.parametrize(
    "counts", [["3", "4"], [1.5, 2.0], [None, 4], [float("nan"), 4], [-1, 4], [[1, 2], [3, 4]], 5]
)
def test_numbers_of_persons_are_whole(counts: object) -> None:
    for use in (lambda: funnel_limits(0.2, counts), lambda: pooled_rates([0, 1], counts)):
        with pytest.raises(ValueError, match="totals must be a list of whole numbers"):
            use()


def test_counts_belong_together() -> None:
    with pytest.raises(ValueError, match="3 events and 2 totals"):
        pooled_rates([1, 2, 3], [4, 5])
    with pytest.raises(ValueError, match="events lie between 0 and the total"):
        pooled_rates([1, 9], [4, 5])
    with pytest.raises(ValueError, match="rate is a share between 0 and 1, not 'half'"):
        funnel_limits("half", [4, 5])
    with pytest.raises(UserError, match="confidence is 95"):
        funnel_limits(0.5, [4, 5], confidence=95)
