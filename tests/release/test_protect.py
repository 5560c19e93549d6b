"""The gate on small tables whose right answer can be written down."""

import math

import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.release import (
    EXACT,
    PRESETS,
    Count,
    Estimate,
    TableSpec,
    Total,
    protect,
)
from trajectories.release.gate.derive import guarded_by, ratio

DEFAULT = PRESETS["default"]
SPEC = TableSpec(
    stage="stage",
    name="table",
    sensitivity="high",
    row="a cell",
    dims=("group", "cell"),
    values=("word",),
    counts=(Count("persons", "persons", guards=True), Count("events", "events")),
    totals=(Total("total", "persons", over=("cell",)),),
    estimates=(Estimate("value", supported_by="persons"),),
    internal=("sum", "top_two_share"),
    dominance="top_two_share",
    derived=(ratio("share", "persons", "total"),),
    added=("share",),
    whole=(("persons", "total"),),
)


def table(*rows: tuple) -> pl.DataFrame:
    schema = {
        "group": pl.String,
        "cell": pl.String,
        "persons": pl.Int64,
        "events": pl.Int64,
        "value": pl.Float64,
        "word": pl.String,
        "top_two_share": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_rows_of_few_persons_lose_every_number_and_word():
    exact = table(("a", "x", 120, 51, 1.23456, "yes", 0.1), ("a", "y", 4, 40, 9.9, "no", 0.1))
    published, log = protect(exact, SPEC, DEFAULT)
    x, y = published.rows(named=True)
    assert (x["persons"], x["events"], x["total"], x["word"]) == (120, 50, 125, "yes")
    assert x["value"] == 1
    assert x["share"] == 0.96
    assert (y["group"], y["cell"], y["total"]) == ("a", "y", 125)
    assert [y[name] for name in ("persons", "events", "value", "word", "share")] == [None] * 5
    assert (log.cells, log.withheld, log.table) == (4, 2, "stage/table")


def test_a_small_count_that_guards_nothing_is_withheld_alone():
    published, _ = protect(table(("a", "x", 120, 3, 2.5, "yes", 0.1)), SPEC, DEFAULT)
    assert published["events"].to_list() == [None]
    assert published["persons"].to_list() == [120]


def test_two_dominant_contributors_withhold_the_row():
    published, log = protect(table(("a", "x", 120, 50, 2.5, "yes", 0.86)), SPEC, DEFAULT)
    assert published["value"].to_list() == [None]
    assert log.dominated == 1
    kept, _ = protect(table(("a", "x", 120, 50, 2.5, "yes", 0.85)), SPEC, DEFAULT)
    assert kept["value"].to_list() == [2]


def test_internal_columns_never_leave():
    published, _ = protect(table(("a", "x", 120, 50, 2.5, "yes", 0.1)), SPEC, DEFAULT)
    assert published.columns == [
        "group",
        "cell",
        "word",
        "persons",
        "events",
        "total",
        "value",
        "share",
    ]


def test_a_cell_that_holds_its_whole_row_is_flagged():
    exact = table(
        ("a", "x", 120, 50, 2.5, "yes", 0.1),
        ("b", "x", 60, 50, 2.5, "yes", 0.1),
        ("b", "y", 60, 50, 2.5, "yes", 0.1),
    )
    _, log = protect(exact, SPEC, DEFAULT)
    assert log.whole_rows == [{"group": "a", "cell": "x"}]
    assert log.as_dict()["whole_rows"] == log.whole_rows


def test_the_exact_twin_has_the_same_columns_and_no_rounding():
    exact = table(("a", "x", 121, 3, 1.23456, "yes", 0.9), ("a", "y", 2, 1, 9.9, "no", 0.1))
    twin, log = protect(exact, SPEC, EXACT)
    assert twin["persons"].to_list() == [121, 2]
    assert twin["events"].to_list() == [3, 1]
    assert twin["value"].to_list() == [1.23456, 9.9]
    assert twin["share"].to_list() == [121 / 123, 2 / 123]
    assert log.withheld == 0


def test_an_undeclared_column_is_refused():
    exact = table(("a", "x", 120, 50, 2.5, "yes", 0.1)).with_columns(names=pl.lit("Åse"))
    with pytest.raises(UserError, match=r"stage/table has the column names that its declaration"):
        protect(exact, SPEC, DEFAULT)


def test_a_missing_column_is_refused():
    with pytest.raises(UserError, match=r"lacks the column persons"):
        protect(table(("a", "x", 120, 50, 2.5, "yes", 0.1)).drop("persons"), SPEC, DEFAULT)


def test_a_cell_that_occurs_twice_is_refused():
    row = ("a", "x", 120, 50, 2.5, "yes", 0.1)
    with pytest.raises(UserError, match=r"two rows for one combination of group, cell"):
        protect(table(row, row), SPEC, DEFAULT)


def test_a_negative_count_is_refused():
    with pytest.raises(UserError, match=r"negative count in the column persons"):
        protect(table(("a", "x", -1, 50, 2.5, "yes", 0.1)), SPEC, DEFAULT)


def test_an_empty_table_stays_empty():
    published, log = protect(table(), SPEC, DEFAULT)
    assert published.height == 0
    assert (log.rows_in, log.rows_out, log.cells, log.withheld) == (0, 0, 0, 0)


GRID = TableSpec(
    stage="stage",
    name="grid",
    sensitivity="high",
    row="a cell",
    dims=("a", "b"),
    counts=(Count("n", "persons", guards=True),),
    grid=("a", "b"),
    structural=(pl.col("a") == "out") & (pl.col("b") == "in"),
)


def test_a_missing_row_is_no_sign_of_a_zero():
    exact = pl.DataFrame({"a": ["in", "out"], "b": ["in", "out"], "n": [20, 30]})
    published, _ = protect(exact, GRID, DEFAULT)
    cells = {(a, b): n for a, b, n in published.rows()}
    assert cells == {("in", "in"): 20, ("in", "out"): None, ("out", "in"): 0, ("out", "out"): 30}


def test_a_count_where_only_zero_is_possible_is_treated_as_any_other():
    exact = pl.DataFrame({"a": ["out", "out"], "b": ["in", "out"], "n": [3, 30]})
    published, _ = protect(exact, GRID, DEFAULT)
    assert published["n"].to_list() == [None, 30]


def test_small_rows_are_pooled_and_a_whole_is_the_sum_of_its_parts():
    spec = TableSpec(
        stage="stage",
        name="accounting",
        sensitivity="moderate",
        row="rows",
        dims=("table", "step", "reason"),
        counts=(Count("rows", "rows"),),
        pool="reason",
        sum_of=("step", "read"),
        drop_small=("rows",),
    )
    rows = [
        ("t", "read", "", 113),
        ("t", "used", "", 101),
        ("t", "rejected", "early", 3),
        ("t", "rejected", "late", 4),
        ("t", "rejected", "twice", 5),
        ("u", "read", "", 33),
        ("u", "used", "", 31),
        ("u", "rejected", "late", 2),
    ]
    exact = pl.DataFrame(rows, schema=["table", "step", "reason", "rows"], orient="row")
    published, _ = protect(exact, spec, DEFAULT)
    assert set(published.rows()) == {
        ("t", "read", "", 110),
        ("t", "used", "", 100),
        ("t", "rejected", "twice", 5),
        ("t", "rejected", "other", 5),
        ("u", "read", "", 30),
        ("u", "used", "", 30),
    }
    twin, _ = protect(exact, spec, EXACT)
    assert twin.rows() == rows


def test_pooling_over_the_only_dimension():
    spec = TableSpec(
        stage="stage",
        name="windows",
        sensitivity="moderate",
        row="windows",
        dims=("reason",),
        counts=(Count("windows", "windows"),),
        pool="reason",
        drop_small=("windows",),
    )
    exact = pl.DataFrame({"reason": ["kept", "a", "b"], "windows": [50, 3, 4]})
    assert protect(exact, spec, DEFAULT)[0].rows() == [("kept", 50), ("other", 5)]


def test_rows_that_may_not_leave_are_left_out_and_doubles_merged():
    spec = TableSpec(
        stage="stage",
        name="notes",
        sensitivity="moderate",
        row="a remark",
        dims=("code",),
        internal=("sentence",),
        keep=pl.col("code") != "secret",
        distinct=True,
    )
    exact = pl.DataFrame({"code": ["a", "a", "secret"], "sentence": ["2 persons", "3", "4"]})
    published, log = protect(exact, spec, DEFAULT)
    assert published.rows() == [("a",)]
    assert log.rows_in == 3


def test_the_strict_preset_leaves_nothing_under_ten():
    exact = table(("a", "x", 9, 14, 2.5, "yes", 0.1), ("a", "y", 26, 14, 2.5, "yes", 0.1))
    published, _ = protect(exact, SPEC, PRESETS["strict"])
    assert published["persons"].to_list() == [None, 30]
    assert published["events"].to_list() == [None, 10]


def test_estimates_from_exact_counts_are_guarded_by_a_count():
    spec = TableSpec(
        stage="stage",
        name="differences",
        sensitivity="moderate",
        row="a difference",
        dims=("cell",),
        counts=(Count("persons", "persons", guards=True),),
        estimates=(Estimate("difference"),),
        derived=(guarded_by("difference", denominator="persons"),),
    )
    exact = pl.DataFrame(
        {"cell": ["x", "y"], "persons": [300, 30000], "difference": [0.123456, math.pi / 10]}
    )
    published, _ = protect(exact, spec, DEFAULT)
    assert published["difference"].to_list() == [0.12, 0.3142]
