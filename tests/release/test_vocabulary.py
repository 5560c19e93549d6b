"""Texts of released tables hold no numbers."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.release import PRESETS, protect
from trajectories.release.gate.vocabulary import check_texts, text_of
from trajectories.release.outputs.registry import SPECS

from .fakes import all_tables

RULES = PRESETS["default"]
TEXTS = [
    (spec.name, column)
    for spec in SPECS.values()
    for column in (*spec.dims, *spec.values)
    if spec.dtype(column) == pl.String()
]
SENTENCES = (
    "The month counted last before a job holds a change in 4% of cases.",
    "the hazard ratio lies from 0.76 to 0.84",
    "3 persons were left out, all of one municipality.",
    "p = 0.012",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_with_numbers_cannot_leave_in_any_column(sentence):
    for table, column in TEXTS:
        assert not text_of(SPECS[table], column).fullmatch(sentence), (table, column)


@given(st.sampled_from(TEXTS), st.floats(0.01, 99, allow_nan=False).map(lambda x: f"{x:.2f}"))
def test_no_column_takes_an_estimate(column, number):
    """But the strengths of a curve, which the configuration names."""
    if column != ("selection_curve", "strength"):
        for text in (number, f"ratio {number}", f"{number} %", number.replace(".", ",")):
            assert not text_of(SPECS[column[0]], column[1]).fullmatch(text)


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_a_table_with_a_sentence_stops_without_quoting_it(table, column):
    stages = all_tables()
    exact = next((tables[table] for tables in stages.values() if table in tables), None)
    if exact is None or exact.is_empty() or column not in exact.columns:
        exact = pl.DataFrame({column: [None]}, schema={column: pl.String})
        with pytest.raises(UserError, match=f"in its column {column} that may not leave"):
            check_texts(exact.with_columns(pl.lit(SENTENCES[0]).alias(column)), SPECS[table])
        return
    spec = SPECS[table]
    last = pl.int_range(pl.len()) == pl.len() - 1
    told = exact.with_columns(
        pl.when(last).then(pl.lit(SENTENCES[0])).otherwise(column).alias(column)
    )
    with pytest.raises(UserError) as stopped:
        check_texts(told, spec)
    assert f"in its column {column} that may not leave" in str(stopped.value)
    assert "4%" not in str(stopped.value)


def test_the_gate_looks_at_texts():
    exact = all_tables()["hazards"]["changes_by_cause"]
    told = exact.with_columns(
        pl.when(pl.col("cause") == "departure")
        .then(pl.lit("departure (4 of 100)"))
        .otherwise("cause")
        .alias("cause")
    )
    with pytest.raises(UserError, match="texts hold no numbers"):
        protect(told, SPECS["changes_by_cause"], RULES)
