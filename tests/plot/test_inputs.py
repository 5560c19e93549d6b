"""What plots say of data, groups, options and results that they cannot draw."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories import discrepancy, dissimilarity, plot, typology
from trajectories.errors import UserError
from trajectories.sequences import as_sequences, spell_survival

pytestmark = pytest.mark.filterwarnings("ignore::trajectories.plot.MicrodataWarning")

ROWS = [list("AAB"), list("ABB"), list("BBC"), list("CCA")] * 3
CURVE = pl.DataFrame({"time": [1, 2], "estimate": [0.9, 0.8], "se": [0.1, 0.1]})
INCIDENCE = CURVE.with_columns(exit=pl.lit(1))
MONTHS = pl.DataFrame({"lag": [0], "hazard_ratio": [1.0], "low": [0.9], "high": [1.1]})
TERMS = pl.DataFrame({"term": ["a"], "hazard_ratio": [1.0], "low": [0.9], "high": [1.1]})


@pytest.fixture(scope="module")
def found():
    """Results of a few sequences, one of each kind that is drawn."""
    seqs = as_sequences(ROWS)
    d = dissimilarity.pairwise(seqs, "ham")
    factors = pl.DataFrame({"sex": ["f", "m"] * 6})
    return {
        "representatives": typology.representatives(d),
        "groups": typology.relative_frequency_groups(d, 2),
        "tree": discrepancy.regression_tree(seqs, d, factors, permutations=10),
        "positions": discrepancy.by_position(seqs, factors["sex"]),
    }


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: plot.chronogram(ROWS, positions=3), "positions is 3: give a list"),
        (lambda: plot.chronogram(ROWS, positions="abc"), "positions is 'abc': give a list"),
        (lambda: plot.chronogram(ROWS, ax="here"), "ax holds a str: give axes of matplotlib"),
        (lambda: plot.chronogram(ROWS, legend="here"), "write direct, right or none"),
        (lambda: plot.chronogram(ROWS, group=np.zeros((6, 2))), "group has 2 dimensions"),
        (lambda: plot.chronogram(ROWS, weights=[0] * 12), "All weights of the data are 0"),
        (
            lambda: plot.chronogram(ROWS, group=["x"] + ["y"] * 11, weights=[0] + [1] * 11),
            "All weights of the group 'x' are 0",
        ),
        (lambda: plot.chronogram(ROWS * 10, group=list(range(120))), "120 panels to draw"),
        (lambda: plot.spell_survival(ROWS, states=["Q"]), "states names 'Q': write some of A, B"),
        (lambda: plot.index(ROWS, sample=0), "sample is 0: write a whole number from 1"),
        (lambda: plot.index(ROWS, sample=2.5), "sample is 2.5: write a whole number from 1"),
        (lambda: plot.index(ROWS, seed=-1), "seed is -1: write a whole number from 0"),
        (lambda: plot.frequency(ROWS, most=-1), "most is -1: write a whole number from 1"),
        (lambda: plot.parallel_coordinates(ROWS, most="a"), "most is 'a': write a whole number"),
        (lambda: plot.survival(None), "A NoneType has no table of estimates"),
        (lambda: plot.survival(CURVE.head(0)), "The table has no row"),
        (lambda: plot.survival(CURVE, confidence=95), "confidence is 95: write a share below 1"),
        (lambda: plot.cumulative_incidence(INCIDENCE, exits={9: "job"}), "which are 1, as in {1:"),
        (lambda: plot.cumulative_incidence(INCIDENCE, exits=[1]), "which are 1, as in {1:"),
        (lambda: plot.event_study(MONTHS.head(0)), "The table has no row"),
        (lambda: plot.event_study(MONTHS.with_columns(hazard_ratio=None)), "No month of the table"),
        (
            lambda: plot.event_study(MONTHS.with_columns(contrast=pl.lit(1)), contrast=2),
            "There is no contrast 2: write one of 1",
        ),
        (lambda: plot.forest(TERMS, terms=[]), "terms names no term"),
        (lambda: plot.forest(TERMS.cast({"low": pl.String})), "'low' of the table holds String"),
        (lambda: plot.forest(pl.concat([TERMS, TERMS]), terms=["a"]), "several rows of the term"),
        (lambda: plot.silhouettes([], []), "values has the shape"),
        (lambda: plot.silhouettes(["a"], [0]), "values are not all numbers"),
        (lambda: plot.silhouettes([3.0], [0]), "below -1 or above 1"),
        (lambda: plot.silhouettes([0.5], [0, 1]), "2 labels for 1 silhouettes"),
        (lambda: plot.silhouettes([0.5], [0], [np.nan]), "weights must be numbers from 0 on"),
        (lambda: plot.silhouettes([0.5], [0], [0]), "weights must be numbers from 0 on"),
        (lambda: plot.quality_by_k(None), "A NoneType has no table of estimates"),
        (lambda: plot.quality_by_k({}), "give those of at least one k"),
        (lambda: plot.quality_by_k({2: 0.5}), "found[2] is 0.5: give the indices of each k"),
        (lambda: plot.quality_by_k({"two": {"ASW": 0.5}}), "is 'two': write a whole number"),
        (lambda: plot.quality_by_k({2: {"ASW": "x"}}), "ASW of k = 2 is 'x'"),
        (lambda: plot.quality_by_k({2: {"ASW": 0.1}}, indices=[]), "0 panels to draw"),
        (lambda: plot.null_models({2: {"ASW": 0.1}}), "give what trajectories.typology.null_qual"),
    ],
)
def test_what_cannot_be_drawn_is_said(draw, said):
    with pytest.raises(UserError) as caught:
        draw()
    assert said in str(caught.value)


def test_a_result_is_drawn_with_its_own_sequences_alone(found):
    drawn = {
        "representatives": plot.representatives,
        "groups": plot.relative_frequency,
        "tree": lambda seqs, tree: plot.tree(tree, seqs),
    }
    for name, draw in drawn.items():
        for rows in (ROWS[:3], ROWS * 2):
            with pytest.raises(UserError, match="the result is of 12"):
                draw(rows, found[name])
        with pytest.raises(UserError, match="A NoneType cannot be drawn here: give what traj"):
            draw(ROWS, None)
        draw(ROWS, found[name])
    with pytest.raises(UserError, match="positions has 1 names for"):
        plot.by_position(found["positions"], positions=["a"])


def test_tables_of_pandas_are_drawn_as_those_of_polars(found):
    def as_pandas(table):
        return pd.DataFrame(table.to_dict(as_series=False))

    for draw, table in (
        (plot.survival, CURVE),
        (plot.cumulative_incidence, INCIDENCE),
        (plot.event_study, MONTHS),
        (plot.forest, TERMS),
        (plot.by_position, found["positions"]),
    ):
        theirs, ours = draw(as_pandas(table)), draw(table)
        assert [line.get_xydata().tolist() for line in theirs.lines] == [
            line.get_xydata().tolist() for line in ours.lines
        ]


def test_the_group_without_a_name_has_a_curve():
    groups = pl.concat(
        [CURVE.with_columns(g=pl.lit("x")), CURVE.with_columns(g=pl.lit(None, dtype=pl.String))]
    )
    drawn = plot.survival(groups, by="g")
    assert [text.get_text() for text in drawn.texts if text.get_text()] == ["x", "None"]


def test_a_forest_shows_each_row_of_a_term_that_occurs_twice():
    table = pl.concat([TERMS, TERMS.with_columns(hazard_ratio=pl.lit(1.05))])
    texts = [text.get_text() for text in plot.forest(table).texts]
    assert texts == ["1.00 (0.90 to 1.10)", "1.05 (0.90 to 1.10)"]


def test_a_state_that_nobody_is_in_has_no_spell():
    seqs = as_sequences([["A", "A"]], alphabet=["A", "B"])
    assert spell_survival(seqs)["state"].to_list() == ["A"]
    assert len(plot.spell_survival(ROWS, group=list(range(12)))) == 12


def test_rare_paths_beyond_many_are_counted(monkeypatch):
    monkeypatch.setattr("trajectories.plot.courses.common.MOST_PATHS", 2)
    drawn = plot.parallel_coordinates(ROWS, most=1)
    assert drawn.get_xlabel() == "Order of the spells; 1 rarer paths not drawn"
