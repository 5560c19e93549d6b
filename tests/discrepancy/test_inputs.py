"""What a notebook hands over to distances, clusters and discrepancies: read, or refused by name."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories.discrepancy import compare_groups, discrepancy, multifactor, regression_tree
from trajectories.dissimilarity import pairwise, pairwise_series
from trajectories.sequences import as_sequences
from trajectories.typology import cluster_association, cut, pam, quality

ROWS = [list(text) for text in ("aab", "abb", "bbb", "aaa", "bab", "baa")]
SEQS = as_sequences(ROWS)
D = pairwise(SEQS, "lcs")
SEX = ["f", "m", "m", "f", "m", "f"]


def test_groups_and_data_may_be_of_pandas():
    frame = pd.DataFrame({"sex": SEX})
    wanted = discrepancy(D, SEX, permutations=1).table
    assert discrepancy(D, frame["sex"], permutations=1).table.equals(wanted)
    assert discrepancy(D, pd.Categorical(SEX), permutations=1).table.equals(wanted)
    table = multifactor(D, pl.DataFrame({"sex": SEX}), permutations=1).table
    assert multifactor(D, frame, permutations=1).table.equals(table)
    assert multifactor(D, frame, factors="sex", permutations=1).table.equals(table)
    assert regression_tree(SEQS, D, frame, permutations=1).nodes.height >= 1
    assert cluster_association(D, [[0, 0, 0, 1, 1, 1]], frame["sex"]).height == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pairwise(ROWS, "lcs"), "as trajectories.sequences.as_sequences makes them"),
        (lambda: pairwise(np.array([[0, 10**9]]), "lcs"), "from 0 to 253, not 1000000000"),
        (lambda: pairwise(SEQS, "om", {"a": 1}), "costs are Costs.* not a dict"),
        (lambda: pairwise(SEQS, "lcs", "auto"), "costs are Costs.* not a str"),
        (lambda: pairwise_series([[1, 2], [3]], "dtw"), "series must be an array of numbers"),
        (lambda: pam(SEQS, 2), "distances must be an array of numbers"),
        (lambda: pam(D, "2"), "k must be between 1 and 6, a whole number, not '2'"),
        (lambda: pam(D, 2, weights=["x"] * 6), "weights must be an array of numbers"),
        (lambda: cut(SEQS, 2), "a tree must be an array of numbers"),
        (lambda: quality(D, [None, 0, 0, 1, 1, 1]), "without missing values"),
        (lambda: discrepancy(D, pd.Series(["f", None] * 3)), "groups must not be missing"),
        (lambda: discrepancy(D, pd.array(["f", None] * 3)), "groups must not be missing"),
        (lambda: discrepancy(D, np.arange(6) / 7), "each row is a group of its own"),
        (lambda: compare_groups(SEQS, SEX, metric="lcs"), r"such as Metric\('lcs'\), not 'lcs'"),
        (
            lambda: regression_tree(SEQS, D, pl.DataFrame({"sex": SEX}), predictors=["age"]),
            "no column 'age'; they have",
        ),
        (lambda: cluster_association(D, [[0, 1] * 3], SEX[:2]), "of length 6, not 2"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
