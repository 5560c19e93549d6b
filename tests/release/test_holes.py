"""Each hole that was found in an earlier release, and the test by which it stays closed.

A hole that a test elsewhere closes is listed with that test's name; what had none is tested here.
"""

import ast
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.io import read_json
from trajectories.release import EXACT, PRESETS, protect
from trajectories.release.hjemtag.scan import OF_SAMPLES, ORDER_STATISTIC
from trajectories.release.outputs.registry import SPECS, spec_for
from trajectories.typology.hours import SCHEMA as OF_HOURS

from .fakes import all_tables

TESTS = Path(__file__).parents[1]
RULES = PRESETS["default"]
HERE = "release/test_holes.py"

CLOSED_BY = {
    "nine small cells of the seam follow from its sums": (
        "release/test_identities.py",
        "test_no_small_count_of_a_seam_is_bounded_more_tightly_than_promised",
    ),
    "rows of all and of any are sums that the gate does not know": (
        "release/test_identities.py",
        "test_tables_with_rows_of_all_declare_what_these_are_sums_of",
    ),
    "59 months of departures rest on fewer than five caseworkers": (
        HERE,
        "test_a_month_with_few_leavers_shows_nothing_of_them",
    ),
    "one table guards leavers, another receivers": (
        "release/test_specs.py",
        "test_every_table_about_changes_is_guarded_by_the_caseworkers_on_both_sides",
    ),
    "what one table withholds the other prints": (
        "release/test_links.py",
        "test_clients_of_one_caseworker_are_withheld_in_every_table",
    ),
    "weights of ten show every count": (
        "release/test_specs.py",
        "test_equal_weights_of_any_scale_tell_no_more_than_counts",
    ),
    "seven state-months of one person follow from two releases": (
        "release/test_earlier.py",
        "test_an_attacker_who_knows_all_but_one_wins_without_the_register_and_not_with_it",
    ),
    "differences of two releases add up along sums": (
        "release/test_earlier.py",
        "test_small_differences_do_not_follow_from_a_sum_that_moved",
    ),
    "a definition moves by a year": (
        "release/test_earlier.py",
        "test_a_boundary_that_moved_is_compared_with_what_it_was",
    ),
    "the same release again shows what it withheld beside a small count": (
        "release/test_earlier.py",
        "test_a_row_whose_persons_were_withheld_beside_a_small_count_stays_withheld",
    ),
    "threshold and base pin a count": (
        "release/test_identities.py",
        "test_every_combination_of_threshold_and_base_tells_no_count",
    ),
    "an absent row is an exact zero": (
        "release/test_identities.py",
        "test_an_absent_row_is_no_zero",
    ),
    "an absent category is an exact zero": (
        "release/test_identities.py",
        "test_a_category_with_few_is_as_absent_as_one_with_none",
    ),
    "an exact twin lies among the tables": (
        "release/test_inspection.py",
        "test_an_exact_twin_in_its_tables_place",
    ),
    "foreign files survive": ("release/test_inspection.py", "test_foreign_files"),
    "hidden files survive": ("release/test_inspection.py", "test_a_hidden_file"),
    "files of an earlier run survive": (
        "release/test_gate_folder.py",
        "test_tables_of_an_earlier_run_do_not_stay",
    ),
    "a tampered headline passes": ("release/test_inspection.py", "test_a_tampered_headline"),
    "a tampered report passes": (
        "release/test_inspection.py",
        "test_a_changed_number_in_any_sentence_of_a_document",
    ),
    "provenance tells the size of inputs": (HERE, "test_provenance_holds_no_size"),
    "logs outside the private folder hold exact numbers": (
        "workflow/test_runs.py",
        "test_exact_numbers_stay_in_private",
    ),
    "a municipality of three is left out, and told by those who remain": (
        "hazards/designs/test_nested_samples.py",
        "test_a_municipality_of_three_is_not_told_by_its_absence",
    ),
    "a municipality of three is told by all the others": (
        "hazards/designs/test_nested_samples.py",
        "test_a_municipality_of_three_is_not_told_by_all_the_others",
    ),
    "a small register is mostly dashes": (
        "release/test_ladder.py",
        "test_the_share_of_small_counts_decides",
    ),
    "the second largest contributor tells the largest": (
        HERE,
        "test_what_dominance_lets_pass_the_rule_of_p_per_cent_does_too",
    ),
    "a model has as many coefficients as persons": (
        HERE,
        "test_a_model_with_few_degrees_of_freedom_is_withheld",
    ),
    "an order statistic is the value of one person": (
        HERE,
        "test_no_released_column_is_an_order_statistic_of_persons",
    ),
    "a medoid is one person's course": (
        "release/test_specs.py",
        "test_a_medoid_of_fewer_than_five_persons_is_withheld",
    ),
    "each step of a curve is one person's event": (
        "release/test_life_tables.py",
        "test_steps_are_multiples_of_five_with_five_events_each",
    ),
    "a curve is drawn to the last person at risk": (
        "release/test_life_tables.py",
        "test_the_curve_ends_where_too_few_are_left",
    ),
}


@pytest.mark.parametrize("hole", CLOSED_BY)
def test_the_test_that_closes_it_is_there(hole):
    file, name = CLOSED_BY[hole]
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert name in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


@pytest.mark.parametrize("side", ["from_caseworkers", "to_caseworkers"])
def test_a_month_with_few_leavers_shows_nothing_of_them(side):
    """A list of 40 clients is as long as the month's departures where one caseworker left."""
    months = pl.concat([all_tables()["hazards"]["changes_by_month"].head(3)] * 2)
    columns = [name for name in months.columns if "caseworkers" in name]
    assert side in columns
    few = months.with_columns(
        pl.lit(40).alias("changes"),
        *(pl.lit(9).alias(name) for name in columns),
        month=pl.Series([f"2013-0{one}" for one in range(1, 7)]),
    ).with_columns(pl.Series(side, [1, 2, 3, 4, 5, 9]))
    published, _ = protect(few, spec_for("changes_by_month"), RULES)
    assert published["changes"].to_list() == [None] * 4 + [40] * 2
    assert published["rate"].is_null().to_list() == [True] * 4 + [False] * 2


def test_departures_are_counted_by_year_and_by_no_month():
    counted = [
        spec.name
        for spec in SPECS.values()
        if "month" in spec.dims and any("depart" in count.name for count in spec.counts)
    ]
    assert counted == []
    assert "year" in spec_for("departures_by_year").dims


P_PER_CENT = 0.15
"""What the handbook of Hundepool and others (2012, 4.2) calls usual is 10 to 15 per cent."""


@given(st.lists(st.floats(0.01, 1e4), min_size=5, max_size=12))
def test_what_dominance_lets_pass_the_rule_of_p_per_cent_does_too(hours):
    """Whoever holds the second largest part knows the largest up to what all others hold.

    Where two hold at most 85 %, the others hold at least 15 / 85 of the largest part.
    """
    parts = np.sort(hours)[::-1]
    total = float(parts.sum())
    row = {
        "cluster": [1],
        "position": [1],
        "persons": [len(hours)],
        "hours_sum": [total],
        "top_two_share": [float(parts[:2].sum()) / total],
        "mean_hours": [total / len(hours)],
        "softdtw_hours": [1.0],
    }
    published, log = protect(pl.DataFrame(row, schema=OF_HOURS), spec_for("hours"), RULES)
    safe = total - parts[0] - parts[1] >= P_PER_CENT * parts[0]
    assert safe or published["mean_hours"].to_list() == [None]
    assert safe or log.dominated == 1


def test_the_rule_of_p_per_cent_would_find_a_dominated_sum():
    """So that the test above can fail: without dominance such a sum is shown."""
    row = {name: [1.0] for name in OF_HOURS} | {"persons": [9], "hours_sum": [90.0]}
    exact = pl.DataFrame(row | {"top_two_share": [0.95]}).cast(OF_HOURS)
    assert protect(exact, spec_for("hours"), RULES)[0]["mean_hours"].to_list() == [None]
    assert protect(exact, spec_for("hours"), EXACT)[0]["mean_hours"].to_list() == [10.0]


@pytest.mark.parametrize("name", ["models", "designs", "history_models", "event_study"])
def test_a_model_with_few_degrees_of_freedom_is_withheld(name):
    exact = all_tables()["hazards"][name].head(2)
    spec = spec_for(name)
    some = {count.name: pl.lit(400) for count in spec.counts}
    given = exact.with_columns(
        **some, coef=pl.lit(0.5), residual_degrees=pl.Series([9, 10], dtype=pl.Int64)
    )
    published, _ = protect(given, spec, RULES)
    assert published["coef"].to_list() == [None, 0.5]
    assert "residual_degrees" not in published.columns
    assert protect(given, spec, EXACT)[0]["coef"].to_list() == [0.5, 0.5]


def test_every_table_of_coefficients_with_persons_counts_its_degrees_of_freedom():
    without = {
        spec.name
        for spec in SPECS.values()
        if {"coef", "se"} <= {one.name for one in spec.estimates}
        and any(count.unit == "persons" for count in spec.counts)
        and spec.residual is None
    }
    assert without == set()


def test_no_released_column_is_an_order_statistic_of_persons():
    found = {
        column
        for spec in SPECS.values()
        for column in spec.published
        if ORDER_STATISTIC.search(column)
    }
    assert found == OF_SAMPLES
    assert ORDER_STATISTIC.search("median_wage")


def test_provenance_holds_no_size(synthetic):
    """99 bytes are three rows."""
    found = read_json(synthetic.release / "provenance.json")
    assert found["inputs"]
    for entry in found["inputs"]:
        assert set(entry) == {"input", "keyed_sha256", "rules"}
    for entry in found["files"]:
        assert set(entry) == {"file", "rule", "sha256", "source"}
    text = (synthetic.release / "provenance.json").read_text(encoding="utf-8")
    size = synthetic.config.stat().st_size
    assert not re.search(rf"(?<![0-9a-f]){size}(?![0-9a-f])", text)
