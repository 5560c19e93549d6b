"""Regression trees of sequences, as R's seqtree, and against a search of everything."""

import itertools
import re

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from discrepancy import naive
from discrepancy.r_mvad import case, table
from trajectories.discrepancy import Metric, regression_tree
from trajectories.discrepancy.splits import Predictor
from trajectories.dissimilarity import pairwise
from trajectories.sequences import StateSequences

PREDICTORS = ["male", "catholic", "Grammar", "funemp", "gcse5eq", "fmpr", "livboth"]
R_NODE = re.compile(r"\[ (\w+) \] +\(n: ([\d.]+) disc: ([\d.]+)\)")
R_SPLIT = re.compile(r"\|-> (\w+) ([\d.]+)")


def r_tree(reference, *, weighted):
    mvad = case(reference, weighted=weighted)
    return regression_tree(
        mvad.seqs,
        mvad.d,
        mvad.data,
        predictors=PREDICTORS,
        permutations=200,
        max_depth=4,
    )


def same_partition(one, other):
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


@pytest.mark.parametrize("weighted", [False, True])
def test_the_tree_equals_r(reference, weighted):
    found = r_tree(reference, weighted=weighted)
    # R numbers nodes as ours, but for which side of a tie by rounding comes first.
    leaf = table(reference, "seqtree_leaf", weighted=weighted)["leaf"]
    assert same_partition(found.leaves, leaf)
    ending = "_weighted" if weighted else ""
    printed = (reference / "mvad" / f"seqtree_print{ending}.txt").read_text()
    r2 = float(re.search(r"Global R2: ([\d.]+)", printed).group(1))
    assert found.fit.table["value"][2] == pytest.approx(r2, abs=1e-5)
    least = float(re.search(r"min.size=([\d.]+)", printed).group(1))
    assert least == pytest.approx(found.nodes["n"][0] * 0.05)
    nodes = {(float(n), float(v)) for _, n, v in R_NODE.findall(printed)}
    ours = {
        (round(n, 2), round(v, 3))
        for n, v in found.nodes.filter(pl.col("depth") > 1).select("n", "discrepancy").iter_rows()
    }
    assert ours == nodes
    splits = {(name, float(share)) for name, share in R_SPLIT.findall(printed)}
    own = found.nodes.filter(~pl.col("leaf")).select("variable", "r2").iter_rows()
    assert {(name, float(f"{share:.5g}")) for name, share in own} == splits
    assert found.nodes["p_value"].max() <= 0.01


def test_fit_and_rules_equal_r(reference):
    found = r_tree(reference, weighted=False)
    expected = table(reference, "seqtree_fit", weighted=False)
    assert_allclose(found.fit.table["value"][2], expected["R2"][0], rtol=1e-9)
    assert_allclose(found.fit.table["value"][0], expected["F"][0], rtol=1e-9)
    r_rules = {
        re.sub(r" %in% c\('(\w+)'\)", r" = \1", rule).replace("&", "and")
        for rule in table(reference, "seqtree_rules", weighted=False)["rule"]
    }
    assert set(found.rules["rule"]) == r_rules


def divisions(values):
    """All divisions of a column in two, as masks."""
    missing = np.array([v is None for v in values])
    levels = sorted({v for v in values if v is not None})
    if isinstance(levels[0], float):
        for cut in levels:
            low = np.array([v is not None and v <= cut for v in values])
            yield low
            yield low | missing
        return
    sides = [*levels, None]
    for size in range(len(sides)):
        for chosen in itertools.combinations(sides, size):
            yield np.array([v in chosen for v in values])


@pytest.mark.parametrize("seed", range(6))
def test_the_best_split_is_the_best_of_all_divisions(seed):
    rng = np.random.default_rng(seed)
    d, _ = naive.points(seed, 18)
    weights, matrix = rng.uniform(0.5, 2, 18), naive.square(d)
    columns = {
        "number": [float(v) for v in rng.integers(0, 6, 18)],
        "gap": [None if v == 0 else float(v) for v in rng.integers(0, 5, 18)],
        "word": list(rng.choice(list("abcd"), 18)),
        "hole": [None if v == "a" else v for v in rng.choice(list("abc"), 18)],
    }
    best, chosen = np.inf, ""
    for name, values in columns.items():
        for left in divisions(values):
            if min(weights[left].sum(), weights[~left].sum()) > 3:
                within = sum(
                    naive.sum_of_squares(matrix[np.ix_(m, m)], weights[m]) for m in (left, ~left)
                )
                if within < best - 1e-9:
                    best, chosen = within, name
    found = regression_tree(
        None, d, pl.DataFrame(columns), weights, permutations=0, max_depth=2, min_size=3
    )
    assert found.nodes["variable"][0] == chosen
    total = naive.sum_of_squares(matrix, weights)
    assert found.nodes["r2"][0] == pytest.approx(1 - best / total, rel=1e-9)
    parts = found.nodes.filter("leaf")
    assert (parts["n"] * parts["discrepancy"]).sum() == pytest.approx(best, rel=1e-9)


def planted(n=120, seed=0):
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "noise": rng.normal(size=n),
            "age": rng.integers(20, 60, n),
            "place": rng.choice(["north", "south", "west"], n),
        }
    )
    shift = 3.0 * (frame["age"] > 35).to_numpy() + 6.0 * (frame["place"] == "west").to_numpy()
    at = rng.normal(size=n) * 0.5 + shift
    first, second = np.triu_indices(n, 1)
    return np.abs(at[first] - at[second]), frame


def test_planted_rules_are_found_and_said():
    d, frame = planted()
    found = regression_tree(None, d, frame, permutations=200, max_depth=3)
    west = frame["place"] == "west"
    cuts = {  # the oldest of the young on each side
        "place in (north, south)": frame.filter(~west & (pl.col("age") <= 35))["age"].max(),
        "place = west": frame.filter(west & (pl.col("age") <= 35))["age"].max(),
    }
    assert set(found.rules["rule"]) == {
        f"{place} and age {side} {cut}" for place, cut in cuts.items() for side in ("<=", ">")
    }
    assert found.rules["rows"].sum() == 120
    assert found.fit.table["value"][2] > 0.8
    assert np.array_equal(found.assign(frame), found.leaves)
    corrected = regression_tree(None, d, frame, permutations=100, max_depth=3, corrected=True)
    assert corrected.rules.equals(found.rules)
    nodes = found.nodes.filter("leaf")
    for leaf, medoid in nodes.select("node", "medoid").iter_rows():
        assert found.leaves[medoid] == leaf


def test_a_sample_grows_the_tree_and_the_rules_place_everybody():
    d, frame = planted()
    found = regression_tree(None, d, frame, permutations=50, max_depth=3, sample=80, p_value=0.05)
    assert (found.rows, found.of, found.leaves.size) == (80, 120, 120)
    whole = regression_tree(None, d, frame, permutations=50, max_depth=3, p_value=0.05)
    assert len(set(zip(found.leaves, whole.leaves, strict=True))) == 4


def test_values_that_were_not_seen_go_to_the_heavier_side():
    d, frame = planted()
    found = regression_tree(None, d, frame, permutations=0, max_depth=2)
    heavier = found.nodes[1:].sort("n")["node"][1]
    new = pl.DataFrame(
        {"noise": [0.0, 0.0], "age": [30, 30], "place": ["east", None]},
        schema_overrides={"place": pl.String},
    )
    assert found.assign(new).tolist() == [heavier, heavier]


def test_integer_weights_are_replicates():
    d, frame = planted(40)
    counts = np.random.default_rng(1).integers(1, 4, 40)
    rows = np.repeat(np.arange(40), counts)
    written = naive.condensed(naive.square(d)[np.ix_(rows, rows)])
    options = {"permutations": 60, "p_value": 0.05}
    short = regression_tree(None, d, frame, counts, weight_permutation="replicate", **options)
    whole = regression_tree(None, written, frame[rows], **options)
    assert np.array_equal(short.leaves[rows], whole.leaves)
    assert_allclose(short.nodes["discrepancy"], whole.nodes["discrepancy"], rtol=1e-9)


@pytest.mark.untraced
@pytest.mark.parametrize("corrected", [False, True])
def test_correction_holds_the_size_that_the_search_breaks(corrected):
    splits = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 1])
        d, _ = naive.points(seed, 24)
        frame = pl.DataFrame({f"x{k}": rng.normal(size=24) for k in range(4)})
        tree = regression_tree(
            None,
            d,
            frame,
            permutations=20,
            p_value=0.05,
            max_depth=2,
            seed=seed,
            corrected=corrected,
        )
        splits += tree.nodes.height > 1
    if corrected:
        assert stats.binomtest(splits, 60, 0.05).pvalue > 0.01
    else:
        assert splits > 30


def test_sequences_without_distances_use_a_measure_and_their_weights():
    rng = np.random.default_rng(0)
    states = rng.integers(0, 2, (40, 6)).astype(np.uint8)
    weights = rng.uniform(1, 2, 40)
    seqs = StateSequences.from_array(states, "ab", weights)
    frame = pl.DataFrame({"first": states[:, 0] == 1, "rest": rng.normal(size=40)})
    one = regression_tree(seqs, None, frame, permutations=0, metric=Metric("ham"))
    two = regression_tree(None, pairwise(seqs, "ham"), frame, weights, permutations=0)
    assert one.nodes.equals(two.nodes)


def test_no_split_is_a_tree_of_its_root():
    d, groups = naive.points(0, 10)
    tree = regression_tree(None, d, pl.DataFrame({"x": groups}), permutations=0, min_size=5)
    assert tree.nodes.height == 1
    assert tree.fit is None
    assert tree.rules["rule"].to_list() == [""]
    assert set(tree.leaves) == {1}


def test_what_cannot_grow_is_refused():
    d, _ = naive.points(0, 13)
    with pytest.raises(ValueError, match="13 levels"):
        Predictor.of(pl.Series("place", list("abcdefghijklm")))
    with pytest.raises(ValueError, match="sequences or their"):
        regression_tree(None, None, pl.DataFrame())
    with pytest.raises(ValueError, match="13 rows"):
        regression_tree(None, d, pl.DataFrame({"x": [1]}))
    with pytest.raises(ValueError, match="permuting rows"):
        regression_tree(
            None, d, pl.DataFrame({"x": range(13)}), corrected=True, weight_permutation="replicate"
        )
