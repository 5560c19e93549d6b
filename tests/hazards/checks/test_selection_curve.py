"""The selection curve, and how changes come about, on small registers."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from hazards.registers import assignments, office
from trajectories.caseworkers.assignments import carry_forward
from trajectories.commands.hazards.histories import histories
from trajectories.commands.hazards.sensitivity import sensitivity
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.config.sections.sensitivity import SensitivityConfig
from trajectories.errors import UserError
from trajectories.hazards.checks import selection_curve as selection_curve_of
from trajectories.hazards.checks.selection_curve import log_ratio, selection_curve
from trajectories.hazards.description import change_rates as diagnostics
from trajectories.hazards.designs.families import attrition, with_loss
from trajectories.hazards.designs.rows import Ingredients
from trajectories.survival.discrete_time.fit import fit_hazard

MODELS = ModelsConfig(adjustment=("C(duration_band)",))


@pytest.fixture(scope="module")
def panel(run: Path) -> pl.DataFrame:
    return pl.read_parquet(run / "panel.parquet")


@pytest.fixture(scope="module")
def changes(run: Path) -> pl.DataFrame:
    return pl.read_parquet(run / "changes" / "changes.parquet")


@pytest.fixture(scope="module")
def curve(panel, changes) -> pl.DataFrame:
    rules = SensitivityConfig(draws=4, selection_strengths=(1.0, 2.0, 4.0))
    return selection_curve(panel, changes, rules=rules, models=MODELS)


def test_changes_by_lot_make_no_association_and_chosen_ones_do(curve):
    everything = curve.filter(pl.col("selective") != "requests")
    ratios = everything["association"].to_list()
    assert ratios[0] == pytest.approx(1, abs=0.12)
    assert ratios[0] > ratios[1] > ratios[2]
    assert ratios[2] < 0.85
    assert everything["departures"].n_unique() == 1
    few = curve.filter(pl.col("selective") == "requests")["association"].to_list()
    assert ratios[2] < few[2] < few[0] + 1e-9


def test_the_simulated_register_is_as_large_as_the_analysts(curve, panel, changes):
    row = curve.row(0, named=True)
    assert row["events"] == pytest.approx(panel["job"].sum(), rel=0.03)
    assert row["person_months"] == pytest.approx(panel.height, rel=0.1)
    made = changes.filter(pl.col("cause").cast(pl.String) == "request").join(
        panel, on=["person", "month"], how="semi"
    )
    assert row["selected"] == pytest.approx(made.height, rel=0.15)


def test_of_many_courses_some_are_simulated_at_the_same_rates(curve, panel, changes, monkeypatch):
    few = panel["course"].n_unique() // 2
    monkeypatch.setattr(selection_curve_of, "LARGEST_COHORT", few)
    rules = SensitivityConfig(draws=4, selection_strengths=(1.0, 2.0, 4.0))
    half = selection_curve(panel, changes, rules=rules, models=MODELS)
    for name in ("person_months", "events", "changes", "selected"):
        assert half[name].to_list() == pytest.approx((curve[name] / 2).to_list(), rel=0.1)
    assert half["persons"][0] <= few
    assert half["association"].to_list() == pytest.approx(curve["association"].to_list(), abs=0.15)


def test_the_curve_is_the_same_by_seed(curve, panel, changes):
    rules = SensitivityConfig(draws=4, selection_strengths=(1.0, 2.0, 4.0))
    assert selection_curve(panel, changes, rules=rules, models=MODELS).equals(curve)
    with pytest.raises(UserError, match="no change at risk that could have been selected"):
        selection_curve(panel, changes.head(0), rules=rules, models=MODELS)


def test_the_quick_model_is_the_cloglog_of_the_engine():
    rng = np.random.default_rng(3)
    n = 20_000
    band, count = rng.integers(0, 3, n), rng.poisson(0.4, n)
    rate = 0.01 * np.exp(-0.2 * band - 0.25 * count)
    event = (rng.random(n) < -np.expm1(-rate)).astype(np.int8)
    lived = {"band": band, "event": event, "expected": 0.01 * np.exp(-0.2 * band)}
    frame = pl.DataFrame({"person": range(n), "band": band, "count": count, "event": event})
    fit = fit_hazard(frame, event="event", terms=["C(band)", "count"], cluster=None)
    exact = dict(fit.table.select("term", "coef").iter_rows())["count"]
    assert log_ratio(count, lived) == pytest.approx(exact, abs=0.01)
    assert np.isnan(log_ratio(np.zeros(n, dtype=np.int64), lived))


def test_rates_of_change_are_counted(panel, changes):
    real = changes.filter(pl.col("cause").cast(pl.String) != "recoding")
    at_risk = real.join(panel.select("person", "month", "duration_band"), on=["person", "month"])
    for table in (
        diagnostics.changes_by_month(panel, changes),
        diagnostics.change_hazard(panel, changes),
    ):
        assert table["person_months"].sum() == panel.height
        assert table["changes"].sum() == at_risk.height
    left = at_risk.filter(pl.col("cause").cast(pl.String) == "departure")
    assert diagnostics.departures_by_year(panel, changes)["departures"].sum() == left.height
    march = diagnostics.changes_by_month(panel, changes).filter(month="2014-03")
    assert march["persons"][0] == panel.filter(month=dt.date(2014, 3, 1)).height


def test_courses_are_accounted_for(panel):
    accounting = pl.DataFrame({"reason": ["too short", "followed"], "courses": [7, 9]})
    table = diagnostics.followed(accounting, panel)
    assert table.filter(step="left out").rows() == [("left out", "too short", 7)]
    ends = dict(table.filter(step="followed until").select("reason", "courses").iter_rows())
    assert sum(ends.values()) == panel["course"].n_unique()
    assert ends["exit"] == panel["exit"].is_not_null().sum()


def test_colleagues_take_the_leavers_clients():
    rows = office(leaves="2010-06-15", successor=8)
    leaver = pl.DataFrame(
        {
            "list": [0],
            "caseworker": [1],
            "municipality": [751],
            "team": ["A"],
            "month": [dt.date(2010, 6, 1)],
        },
        schema_overrides={
            "list": pl.UInt32,
            "caseworker": pl.UInt32,
            "municipality": pl.Int16,
        },
    )
    table = diagnostics.caseloads(carry_forward(assignments(rows), gap_days=92), leaver)
    load = dict(table.select("lag", "mean_caseload").iter_rows())
    assert load[-3] == load[-1] == 6
    assert load[0] == load[6] == 9
    assert table["observations"].to_list() == [2] * 13
    assert diagnostics.caseloads(carry_forward(assignments([]), gap_days=92), leaver).is_empty()


def test_what_was_planted_is_looked_for():
    day = dt.date(2012, 5, 1)
    truth = pl.DataFrame(
        {"person": [1, 2, 3], "date": [day] * 3, "cause": ["departure", "departure", "request"]},
        schema_overrides={"person": pl.UInt32},
    )
    planted = pl.DataFrame({"caseworker": [4, 5], "decided": [True, False]})
    changes = pl.DataFrame(
        {"person": [1, 2, 9], "date": [day] * 3, "cause": ["departure", "absence", "departure"]},
        schema_overrides={"person": pl.UInt32},
    )
    departures = pl.DataFrame({"caseworker": [4, 6]})
    table = diagnostics.detection(truth, planted, changes, departures)
    assert table.rows() == [
        ("caseworkers who left, recall", 1, None, 1),
        ("caseworkers who left, precision", None, 2, 1),
        ("changes of clients", 3, 3, 2),
        ("cause: departure", 2, 2, 1),
        ("cause: request", 1, 0, 0),
    ]


def test_a_loss_is_a_last_month_without_an_exit_before_the_end(panel):
    assert with_loss(panel)["lost"].sum() == 0
    made = Ingredients(panel, panel, MODELS, 1)
    assert list(attrition(made)) == []
    rng = np.random.default_rng(1)
    gone = panel.filter(pl.Series(rng.random(panel.height) > 0.5) | (pl.col("duration") < 3))
    some = gone.with_columns(exit=pl.lit(None, pl.String))
    (work,) = attrition(Ingredients(some, some, MODELS, 1))
    (row,) = work[1]()
    assert row["family"] == "attrition"
    assert row["events"] == with_loss(some)["lost"].sum() > 100


def test_the_verb_writes_tables_and_a_sentence(run, tmp_path):
    config = tmp_path / "config.yaml"
    section = {"sensitivity": {"draws": 1, "selection_strengths": [1, 3]}}
    config.write_text(yaml.safe_dump({"hazards": section}), encoding="utf-8")
    sensitivity(
        config=config,
        register=run / "register",
        panel=run / "panel.parquet",
        changes=run / "changes",
        truth=run / "truth.json",
        out=tmp_path / "out",
    )
    tables = {path.stem: pl.read_parquet(path) for path in (tmp_path / "out" / "tables").iterdir()}
    assert {"selection_curve", "detection", "changes_by_month", "risk_accounting"} <= set(tables)
    found = {row["what"]: row for row in tables["detection"].iter_rows(named=True)}
    recall = found["caseworkers who left, recall"]
    assert recall["both"] >= 0.97 * recall["planted"] > 20
    exact = found["changes of clients"]
    assert exact["both"] >= 0.97 * exact["planted"]
    assert tables["sensitivity_notes"].is_empty()


def test_the_verb_of_histories_writes_its_tables(run, tmp_path):
    config = tmp_path / "config.yaml"
    section = {
        "models": {"adjustment": ["C(duration_band)"]},
        "histories": {"sample": 300, "most_types": 3, "after_months": 6, "before_months": 6},
    }
    config.write_text(yaml.safe_dump({"hazards": section}), encoding="utf-8")
    histories(
        config=config,
        panel=run / "panel.parquet",
        months=run / "months" / "person_months.parquet",
        changes=run / "changes",
        out=tmp_path / "out",
    )
    names = {path.stem for path in (tmp_path / "out" / "tables").iterdir()}
    assert names == {
        "after_states",
        "after_types",
        "before_states",
        "course_types",
        "history_models",
        "history_notes",
        "leaving_states",
    }
