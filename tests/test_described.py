"""Results say what they are in one line, and show no person."""

import numpy as np
import polars as pl
import pytest

from trajectories import discrepancy, dissimilarity, sequences, survival, typology

ROWS = np.random.default_rng(0).choice(list("ab"), (24, 4))


@pytest.fixture(scope="module")
def results():
    seqs = sequences.as_sequences(ROWS)
    d = dissimilarity.pairwise(seqs, "ham")
    sex = ["f", "m"] * 12
    data = pl.DataFrame({"sex": sex})
    panel = pl.DataFrame({"person": range(24), "x": [0.0, 1.0] * 12, "job": [0, 1, 1, 0, 0, 1] * 4})
    return [
        (typology.pam(d, 2), "Partition: 24 items in 2 clusters, loss "),
        (typology.clara(seqs, 2, "ham", sample_size=20), "ClaraPartition: 24 items in 2 clusters,"),
        (typology.representatives(d), "Representatives: "),
        (typology.relative_frequency_groups(d, 4), "FrequencyGroups: 4 groups of 24 items, R² "),
        (typology.medseq(seqs, 2, starts=2), "MedSeq: UUN with 2 clusters of 24 cases, BIC "),
        (
            typology.series_typology(np.arange(24.0).reshape(8, 3), [2], replicates=19),
            "SeriesTypology: 8 courses of ",
        ),
        (discrepancy.discrepancy(d, sex, permutations=20), "Discrepancy: 2 groups of 24 rows, 20 "),
        (discrepancy.multifactor(d, data, permutations=20), "Multifactor: 1 factors, 24 rows, 20"),
        (
            discrepancy.regression_tree(seqs, d, data, permutations=20),
            "Tree: 1 leaves, 24 rows",
        ),
        (
            survival.fit_hazard(panel, terms=["x"]),
            "HazardFit: job by cloglog, 2 terms, 24 rows, 12 events",
        ),
    ]


def test_a_result_is_one_line_at_the_prompt(results):
    for result, said in results:
        assert repr(result).startswith(said)
        assert "\n" not in repr(result)
        assert len(repr(result)) < 100


def test_a_notebook_shows_the_line_and_the_tables(results):
    for result, _ in results:
        page = result._repr_html_()
        assert page.startswith("<p>")
        assert type(result).__name__ in page
    shown = results[6][0]._repr_html_()
    assert "<code>table</code>" in shown
    assert "Pseudo F" in shown


def test_long_tables_are_cut(results):
    fit = results[1][0]
    assert fit.criteria.height <= 20
    long = typology.clara(sequences.as_sequences(ROWS), 2, "ham", sample_size=20, samples=25)
    assert "first 20 of 25 rows" in long._repr_html_()
