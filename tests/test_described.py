"""Results say what they are in one line, and show no person."""

import copy
import dataclasses
import datetime as dt
import importlib
import inspect
import pickle
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pandas as pd
import polars as pl
import pytest

import trajectories
from trajectories import (
    caseworkers,
    costs,
    discrepancy,
    dissimilarity,
    register,
    sequences,
    survival,
    typology,
)

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


MANY = ("DataFrame", "Series", "NDArray", "Floats", "Ints", "Bools", "StateSequences")


def public_classes():
    """The classes that packages offer, and those that their functions return."""
    for file in sorted(Path(trajectories.__file__).parent.glob("*/__init__.py")):
        package = importlib.import_module(f"trajectories.{file.parent.name}")
        for name in getattr(package, "__all__", ()):
            offered = getattr(package, name)
            if inspect.isclass(offered):
                yield offered
            elif inspect.isfunction(offered):
                hint = get_type_hints(offered, {**vars(inspect.getmodule(offered)), "pd": pd})
                yield from (x for x in (hint["return"], *get_args(hint["return"])))


def test_no_result_shows_its_tables_at_the_prompt():
    plain = [
        kind.__name__
        for kind in public_classes()
        if dataclasses.is_dataclass(kind) and hasattr(kind.__repr__, "__wrapped__")
        for held in (str(field.type) for field in dataclasses.fields(kind))
        if "Callable" not in held and any(word in held for word in MANY)
    ]
    assert plain == []


def test_tables_of_persons_are_counted_and_not_shown():
    days = [dt.date(2009, 1, 1), dt.date(2010, 6, 16)]
    assignments = pl.DataFrame({"person": [77] * 2, "caseworker": [1, 2], "start": days})
    assignments = assignments.with_columns(
        end=pl.col("start").dt.offset_by("1mo"),
        team=pl.lit("A"),
        municipality=751,
        reason=pl.lit(None, pl.String),
    )
    changes = caseworkers.caseworker_changes(assignments, last_day=dt.date(2012, 12, 31))
    monthly = costs.MonthlyCosts(np.full((3, 2), 77.0), np.zeros((3, 2)))
    for result, said in (
        (changes, "CaseworkerChanges: 0 changes, "),
        (register.RawTable("spells", assignments), "RawTable: spells, 2 rows of 7 columns from "),
        (monthly, "MonthlyCosts: 3 windows of 2 months"),
        (dissimilarity.Costs(1 - np.eye(3), 1), "Costs: 3 states, substitution up to 1"),
        (sequences.as_sequences(ROWS).unique(), "UniqueSequences: "),
        (sequences.state_order("ab", "ab"), "StateOrder: 2 of 2 states in order"),
    ):
        assert repr(result).startswith(said)
        assert "77" not in result._repr_html_()
        assert type(pickle.loads(pickle.dumps(result))) is type(result)


def test_a_result_is_equal_to_itself_alone(results):
    for result, _ in results:
        assert result != copy.copy(result)
        assert len({result, result}) == 1
