"""Pictures of results show the numbers of the results."""

import numpy as np
import polars as pl
import pytest
from matplotlib import pyplot

from trajectories import discrepancy, dissimilarity, plot, sequences, survival, typology
from trajectories.errors import UserError


@pytest.fixture(scope="module")
def seqs():
    random = np.random.default_rng(1)
    return sequences.as_sequences(random.choice(list("abc"), (30, 5)))


@pytest.fixture(scope="module")
def d(seqs):
    return dissimilarity.pairwise(seqs, "ham")


@pytest.mark.usefixtures("own_data")
def test_silhouettes_are_sorted_within_clusters_and_their_means_written(d):
    labels = np.arange(30) % 3
    values = typology.silhouette(d, labels)
    axes = plot.silhouettes(values, labels, names=["x", "y", "z"])
    texts = [text.get_text() for text in axes.texts]
    means = [values[labels == k].mean() for k in range(3)]
    assert texts == [f"{name}  {mean:.2f}" for name, mean in zip("xyz", means, strict=True)]
    for k, patch in enumerate(axes.patches):
        drawn = patch.get_data().values
        np.testing.assert_allclose(drawn, np.sort(values[labels == k]))


def test_quality_by_k_is_the_same_from_each_form(d):
    tree = typology.ward(d)
    found = {k: typology.quality(d, typology.cut(tree, k)) for k in (2, 3, 4)}
    wide = pl.DataFrame([{"k": k, **own} for k, own in found.items()])
    long = wide.unpivot(index="k", variable_name="index", value_name="estimate")
    for table in (found, wide, long):
        panels = plot.quality_by_k(table, indices=["ASW", "HC"], chosen=3)
        for axes, index in zip(panels, ("ASW", "HC"), strict=True):
            line, ring = axes.lines
            assert line.get_xdata().tolist() == [2, 3, 4]
            assert line.get_ydata() == pytest.approx([found[k][index] for k in (2, 3, 4)])
            assert ring.get_ydata() == pytest.approx([found[3][index]])
    boot = typology.bootstrap_quality(d, {3: typology.cut(tree, 3)}, replicates=20)
    axes = plot.quality_by_k(boot, indices=["ASW"])[0]
    interval = boot.table.filter(pl.col("index") == "ASW").row(0, named=True)
    segment = axes.collections[0].get_segments()[0]
    np.testing.assert_allclose(segment, [[3, interval["low"]], [3, interval["high"]]])


def test_null_models_show_observed_and_threshold(seqs):
    found = typology.null_quality(seqs, [2, 3], "combined", "ham", replicates=20)
    axes = plot.null_models(found, indices=["PBC"])[0]
    rows = found.table.filter(pl.col("index") == "PBC").sort("k")
    _, threshold, observed = axes.lines
    assert threshold.get_ydata() == pytest.approx(rows["threshold"].to_list())
    assert observed.get_ydata() == pytest.approx(rows["observed"].to_list())


def test_positions_have_the_statistic_or_the_discrepancies(seqs):
    table = discrepancy.by_position(seqs, ["x", "y", "z"] * 10)
    line = plot.by_position(table).lines[0]
    assert line.get_ydata() == pytest.approx(table["Pseudo R2"].to_list())
    lines = plot.by_position(table, statistic="discrepancy").lines
    assert len([one for one in lines if len(one.get_xdata()) == table.height]) == 4


def test_a_tree_has_a_picture_for_each_node_above_its_children(seqs, d):
    data = pl.DataFrame({"first": sequences.to_frame(seqs)["t1"]})
    found = discrepancy.regression_tree(seqs, d, data, permutations=100, p_value=0.2)
    assert found.nodes.height > 1
    axes = plot.tree(found, seqs)
    assert len(axes.child_axes) == found.nodes.height
    said = " ".join(text.get_text() for text in axes.texts)
    for row in found.nodes.iter_rows(named=True):
        assert f"n = {row['n']:.0f}, discrepancy {row['discrepancy']:.2f}" in said
    with pytest.raises(UserError, match="There are 2 sequences, and the result is of 30"):
        plot.tree(found, seqs[:2])


DURATIONS = pl.DataFrame(
    {
        "person": range(8),
        "time": [1, 2, 2, 3, 4, 5, 6, 7],
        "exit": [1, 2, 1, 0, 1, 2, 0, 1],
        "sex": ["f", "m"] * 4,
    }
)


def test_curves_step_where_the_tables_do_and_their_bands_hold_them():
    curve = survival.cumulative_incidence(DURATIONS)
    axes = plot.cumulative_incidence(curve, exits={1: "job", 2: "education"})
    for kind, line in zip((1, 2), axes.lines, strict=False):
        rows = curve.filter(pl.col("exit") == kind)
        assert line.get_ydata().tolist() == [0, *rows["estimate"]]
        assert line.get_xdata().tolist() == [0, *rows["time"]]
    assert [text.get_text() for text in axes.texts if text.get_text()] == ["job", "education"]
    km = survival.kaplan_meier(DURATIONS, "sex")
    axes = plot.survival(km, by="sex")
    assert [text.get_text() for text in axes.texts if text.get_text()] == ["f", "m"]
    # On the scale of log(−log) the bounds lie z standard errors (delta method) from the estimate.
    rows = km.filter(pl.col("sex") == "f", pl.col("estimate").is_between(0, 1, closed="none"))
    corners = axes.collections[0].get_paths()[0].vertices[:, 1]
    for estimate, se in rows.select("estimate", "se").iter_rows():
        centre, far = np.log(-np.log(estimate)), 1.959964 * se / abs(estimate * np.log(estimate))
        for bound in (centre - far, centre + far):
            assert np.isclose(corners, np.exp(-np.exp(bound)), atol=1e-6).any()


def test_event_studies_and_forests_show_their_numbers():
    table = pl.DataFrame(
        {
            "contrast": ["a", "a", "b"],
            "lag": [-1, 1, 1],
            "term": ["x", "y", "z"],
            "hazard_ratio": [1.0, 0.8, 2.0],
            "low": [0.9, 0.7, 1.5],
            "high": [1.1, 0.9, 3.0],
        }
    )
    axes = plot.event_study(table)
    assert [line.get_ydata().tolist() for line in axes.lines[-2:]] == [[1.0], [0.8]]
    assert plot.event_study(table, contrast="b").lines[-1].get_ydata().tolist() == [2.0]
    axes = plot.forest(table, terms={"z": "Last", "x": "First"})
    assert [text.get_text() for text in axes.texts] == [
        "2.00 (1.50 to 3.00)",
        "1.00 (0.90 to 1.10)",
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Last", "First"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: plot.forest(3), "A int has no table of estimates to draw: give a data frame"),
        (lambda: plot.forest(pl.DataFrame({"term": ["x"]})), "There are no estimates: the table"),
        (
            lambda: plot.forest(
                pl.DataFrame({"term": ["x"], "coef": [1.0], "low": [0.0], "high": [2.0]}),
                terms=["y"],
            ),
            "There is no term 'y': write one of x.",
        ),
        (lambda: plot.survival(pl.DataFrame({"time": [1]})), "The table has no column 'estimate'"),
        (
            lambda: plot.quality_by_k({2: {"ASW": 0.1}}, indices=["PBC"]),
            "There is no index 'PBC': write one of ASW.",
        ),
        (
            lambda: plot.quality_by_k(pl.DataFrame({"ASW": [1.0]})),
            "The table has no column 'k'; its columns are ASW.",
        ),
        (
            lambda: plot.by_position(pl.DataFrame({"position": [1], "Levene": [1.0]})),
            "The table has no statistic 'Pseudo R2': write one of Levene.",
        ),
        (
            lambda: plot.event_study(
                pl.DataFrame(
                    {"lag": [1], "hazard_ratio": [1.0], "low": [1.0], "high": [1.0]}
                ).with_columns(contrast=pl.lit("x")),
                contrast="y",
            ),
            "There is no contrast 'y': write one of x.",
        ),
        (
            lambda: plot.quality_by_k(
                {2: {"ASW": 1.0}}, indices=["ASW"], ax=list(pyplot.subplots(1, 2)[1])
            ),
            "There are 1 pictures to draw and 2 axes: give as many.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(call, said):
    with pytest.raises(UserError) as found:
        call()
    assert str(found.value).startswith(said)
