"""The declarations: every table of the contract has one, and each one is whole."""

import runpy

import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.release import EXACT, PRESETS, protect
from trajectories.release.outputs.registry import SPECS, spec_for

from .conftest import ROOT
from .fakes import all_tables, duration_tables, mvad_tables

RUNS = {"synthetic": all_tables(), "mvad": mvad_tables(), "jobless": {"h": duration_tables()}}
CASES = [
    (run, name) for run, stages in RUNS.items() for tables in stages.values() for name in tables
]


def exact(run: str, name: str) -> pl.DataFrame:
    return next(tables[name] for tables in RUNS[run].values() if name in tables)


@pytest.mark.parametrize(("run", "name"), CASES)
def test_each_table_passes_with_the_columns_that_its_declaration_names(run, name):
    spec = spec_for(name)
    for rules in (*PRESETS.values(), EXACT):
        published, _ = protect(exact(run, name), spec, rules)
        assert tuple(published.columns) == tuple(dict.fromkeys(spec.published))
        assert all(published[c].dtype == spec.dtype(c) for c in published.columns)


def test_every_declaration_is_tried():
    assert {name for _, name in CASES} == set(SPECS)


def test_every_table_is_declared_sensitive_and_says_what_a_row_is():
    for spec in SPECS.values():
        assert spec.sensitivity in ("high", "moderate")
        assert spec.row
        assert not spec.row.endswith(".")


def test_a_table_without_declaration_may_not_leave():
    with pytest.raises(UserError, match="Table diary has no declaration"):
        spec_for("diary")


def test_caseworkers_count_as_persons():
    published, _ = protect(
        exact("synthetic", "changes_by_cause"), spec_for("changes_by_cause"), PRESETS["default"]
    )
    # 388 changes of many persons, but three caseworkers: as absent as a cause without any
    assert "request" in published["cause"]
    assert not {"recoding", "reorganisation"} & set(published["cause"])


def test_a_medoid_of_fewer_than_five_persons_is_withheld():
    published, _ = protect(exact("synthetic", "medoids"), spec_for("medoids"), PRESETS["default"])
    shown = dict(published.select("cluster", "sequence").iter_rows())
    assert shown[1] == "SA_READY/4-JOB/20"
    assert shown[4] is None
    assert shown[6] is None


def test_a_modal_state_of_fewer_than_five_persons_is_withheld():
    table = pl.DataFrame(
        {"cluster": 1, "position": [1, 2], "state": "JOB", "count": [40, 4], "persons": 60}
    )
    published, _ = protect(table, spec_for("modal_sequence"), PRESETS["default"])
    assert published["state"].to_list() == ["JOB", None]


def test_internships_too_few_for_a_decimal_have_counts_and_no_share():
    table = pl.DataFrame(
        {
            "cluster": [1, 2, 3],
            "group": ["a", "a", "a"],
            "internships": [10, 20, 20],
            "in_job": [5, 5, 4],
            "persons": [10, 20, 20],
        }
    )
    published, _ = protect(table, spec_for("internships"), PRESETS["default"])
    assert published["in_job"].to_list() == [5, 5, None]
    assert published["share"].to_list() == [None, 0.2, None]


def test_dominated_hours_are_withheld():
    published, log = protect(exact("synthetic", "hours"), spec_for("hours"), PRESETS["default"])
    cell = published.filter((pl.col("cluster") == 3) & (pl.col("position") == 1))
    assert cell["mean_hours"].to_list() == [None]
    assert cell["softdtw_hours"].to_list() == [None]
    assert log.dominated == 1
    assert not {"hours_sum", "top_two_share"} & set(published.columns)


def test_mean_hours_are_recomputed_from_the_rounded_number_of_persons():
    table = pl.DataFrame(
        {
            "cluster": [1],
            "position": [1],
            "persons": [1002],
            "hours_sum": [80160.0],
            "top_two_share": [0.01],
            "mean_hours": [80.0],
            "softdtw_hours": [81.23456],
        }
    )
    published, _ = protect(table, spec_for("hours"), PRESETS["default"])
    # 80,160 / 1,000 = 80.16, off by up to 0.2
    assert published["mean_hours"].to_list() == [80]
    assert published["softdtw_hours"].to_list() == [81.2]


def test_coefficients_have_three_significant_digits_and_categories_stay_private():
    published, _ = protect(exact("jobless", "models"), spec_for("models"), PRESETS["default"])
    assert set(published["term"]) == {"ui", "reprate", "logwage", "female"}
    ui = published.filter(pl.col("term") == "ui").row(0, named=True)
    assert (ui["coef"], ui["hazard_ratio"], ui["persons"]) == (-1.4, 0.246, 3345)
    assert ui["clusters"] is None


def test_intervals_hold_the_published_share():
    published, _ = protect(exact("synthetic", "shares"), spec_for("shares"), PRESETS["default"])
    row = published.row(0, named=True)
    assert row["share"] == round(row["windows"] / row["total"], 3)
    assert row["low"] < row["share"] < row["high"]


def test_the_relabelling_contrast_is_zero_where_nothing_moved_and_else_not():
    spec, table = spec_for("relabelling"), exact("synthetic", "relabelling")
    published, _ = protect(table, spec, PRESETS["default"])
    assert published["difference"].abs().max() == 0
    moved = table.with_columns(
        windows_undone=pl.when(pl.col("cluster") == 1)
        .then(pl.col("windows") + 300)
        .when(pl.col("cluster") == 2)
        .then(pl.col("windows") - 300)
        .otherwise("windows")
    )
    published, _ = protect(moved, spec, PRESETS["default"])
    assert published["difference"].abs().max() > 0.04


def test_remarks_leave_without_their_sentences():
    published, _ = protect(exact("synthetic", "notes"), spec_for("notes"), PRESETS["default"])
    assert published.columns == ["code"]
    assert published["code"].to_list() == ["association_note", "total_and_direct_differ"]


def test_weights_are_withheld_with_their_counts():
    table = pl.DataFrame(
        {
            "group": "g",
            "position": 1,
            "state": ["JOB", "EDU", "SICK"],
            "count": [50, 4, 20],
            "weight": [41.3, 8.1, 3.2],
        }
    )
    published, _ = protect(table, spec_for("state_distribution"), PRESETS["default"])
    # Of 74 windows, published as 75, a share has one decimal: a step of 0.1 is worth 7.5 of them.
    assert published["share"].to_list() == [0.8, None, 0.1]
    assert published["weight"].to_list() == [60, None, 7.5]
    assert published["total_weight"].to_list() == [75] * 3


@pytest.mark.parametrize("scale", [1.0, 10.0, 1 / 60])
def test_equal_weights_of_any_scale_tell_no_more_than_counts(scale):
    exact_counts = [53, 47, 6, 4]
    table = pl.DataFrame(
        {
            "group": "g",
            "position": 1,
            "state": ["JOB", "EDU", "SICK", "FLEX"],
            "count": exact_counts,
            "weight": [scale * count for count in exact_counts],
        }
    )
    published, _ = protect(table, spec_for("state_distribution"), PRESETS["default"])
    assert published["weight"].to_list() == published["count"].to_list() == [55, 45, 5, None]
    assert published["total_weight"].to_list() == published["total"].to_list()


def test_nobody_comes_back_from_death():
    published, _ = protect(
        exact("synthetic", "transitions"), spec_for("transitions"), PRESETS["default"]
    )
    back = published.filter((pl.col("from_state") == "OUT") & (pl.col("to_state") != "OUT"))
    assert back.height > 0
    assert set(back["transitions"]) == {0}
    others = published.filter(pl.col("from_state") != "OUT")
    assert 0 not in set(others["transitions"])


def test_the_documentation_lists_every_table():
    hook = runpy.run_path(str(ROOT / "docs" / "hooks" / "declared_tables.py"))
    page = (ROOT / "docs" / "disclosure.md").read_text(encoding="utf-8")
    chapter = hook["on_page_markdown"](page)
    assert page != chapter
    for spec in SPECS.values():
        guards = ", ".join(f"`{c.name}`" for c in spec.counts if c.guards) or "–"
        others = ", ".join(f"`{c.name}`" for c in spec.counts if not c.guards) or "–"
        row = f"| `{spec.file}` | {spec.row} | {spec.sensitivity} | {guards} | {others} |"
        assert row in chapter


WITHOUT_CHANGES = frozenset(
    {
        "exits",
        "cumulative_incidence",
        "kaplan_meier",
        "notes",
        "history_notes",
        "sensitivity_notes",
        "leaving_states",
        "before_states",
        "risk_accounting",
        "incidence_bands",
        "subdistribution",
        # of simulated registers alone, whose truth is known
        "detection",
    }
)
"""Tables of the hazards in which no change and no departure is counted or modelled."""
OF_CASEWORKERS = {"municipality_changes": 2, "municipality_caseloads": 1}
"""Tables of other stages about caseworkers, with the number of sides that guard."""


def test_every_table_about_changes_is_guarded_by_the_caseworkers_on_both_sides():
    for spec in SPECS.values():
        guards = {c.name for c in spec.counts if c.unit == "caseworkers" and c.guards}
        # Those between two designs guard the pair, and stand beside the design's own.
        guards -= {"out_caseworkers"}
        if spec.stage == "hazards" and spec.name not in WITHOUT_CHANGES:
            assert len(guards) == 2, (
                f"{spec.name}: count *CASEWORKERS, or name it in WITHOUT_CHANGES"
            )
        else:
            assert len(guards) == OF_CASEWORKERS.get(spec.name, 0), spec.name


def test_a_row_that_does_not_say_on_whom_it_rests_is_withheld():
    exact = all_tables()["hazards"]["changes_by_month"]
    unknown = exact.with_columns(pl.lit(None, pl.Int64).alias("to_caseworkers"))
    published, _ = protect(unknown, spec_for("changes_by_month"), PRESETS["default"])
    assert published["changes"].null_count() == published["rate"].null_count() == exact.height
