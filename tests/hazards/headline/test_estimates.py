"""All estimates of a small simulated register, and registers in which some cannot be made."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from trajectories.caseworkers.assignments import first_teams
from trajectories.caseworkers.exposures import with_lag, with_placebo
from trajectories.config.sections.hazards import HazardsConfig, ModelsConfig
from trajectories.hazards.designs.contrasts import Coefficients
from trajectories.hazards.designs.rows import (
    DESIGN_SCHEMA,
    e_value,
    holm,
    jackknifed,
    joint_test,
)
from trajectories.hazards.designs.stacked_rows import OTHERS, stack
from trajectories.hazards.headline.estimates import estimate_tables
from trajectories.hazards.headline.risk_differences import job_risks
from trajectories.hazards.thresholds import LEADS
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.errors import NotEstimableError

MODELS = ModelsConfig(
    adjustment=("C(duration_band)", "C(municipality)"),
    min_departures=5,
    min_clusters=2,
    timing_of_events=False,
    subdistribution_exits=(),
)
SECTION = HazardsConfig(models=MODELS)


def tables_of(inputs: dict[str, Any], section: HazardsConfig = SECTION) -> dict[str, pl.DataFrame]:
    rest = {name: frame for name, frame in inputs.items() if name != "panel"}
    return estimate_tables(inputs["panel"], **rest, section=section)


@pytest.fixture(scope="module")
def tables(inputs, run) -> dict[str, pl.DataFrame]:
    jobs = [pl.read_parquet(path) for path in sorted((run / "beside").glob("jobs_*.parquet"))]
    beside = {
        "job_variants": {frame["variant"][0]: frame.clone for frame in jobs},
        "earlier": pl.read_parquet(run / "beside" / "earlier.parquet"),
    }
    section = with_models(timing_of_events=True, timing_starts=2, subdistribution_exits=("job",))
    return tables_of(inputs | beside, section)


def with_models(**changed: Any) -> HazardsConfig:
    return HazardsConfig(models=MODELS.model_copy(update=changed))


def test_every_table_is_made(tables):
    assert {
        "models",
        "notes",
        "job_risks",
        "designs",
        "event_study",
        "event_tests",
        "lead_bounds",
        "randomisation",
        "after_changes",
        "mechanisms",
        "verdict",
        "incidence_bands",
        "subdistribution",
        "timing_of_events",
    } <= set(tables)
    assert dict(tables["designs"].schema) == DESIGN_SCHEMA
    families = {
        "shape",
        "cause",
        "later changes",
        "placebo",
        "exits",
        "negative control",
        "specification",
        "other outcome",
        "leave one out",
        "subgroup",
        "constancy",
    }
    assert set(tables["designs"]["family"]) == families
    assert "restricted wild bootstrap by municipality and first team" in set(
        tables["models"]["variance"]
    )


def test_further_designs_stand_beside_the_headline(tables):
    designs = tables["designs"]
    curve = set(designs.filter(pl.col("family") == "specification")["design"])
    assert {f"jobs of {months} months or more" for months in (3, 6, 12)} <= curve
    assert "jobs of 80 hours a month or more" in curve
    assert "until the first other change, weighted" in curve
    # Within the caseworkers of this small register municipalities separate the events.
    assert "within_caseworkers_refused" in set(tables["notes"]["code"])
    events = dict(
        designs.filter(pl.col("family") == "specification").select("design", "events").iter_rows()
    )
    lasting = [events[f"jobs of {months} months or more"] for months in (3, 6, 12)]
    assert events["headline"] > lasting[0] > lasting[1] > lasting[2]
    assert "censoring_weights" in tables["notes"]["code"]


def test_the_headline_is_a_specification_too(tables):
    headline = tables["models"].row(0, named=True)
    same = tables["designs"].filter(pl.col("design") == "headline").row(0, named=True)
    assert same["coef"] == pytest.approx(headline["coef"], rel=1e-10)


def test_the_lag_of_the_panel_is_made_again_from_the_exposures(inputs):
    panel = inputs["panel"]
    again = with_lag(panel, inputs["exposures"], lag_months=1)
    both = panel.join(again, on=["course", "month"], suffix="_again")
    assert both.height == panel.height
    assert both["listed_departures"].equals(both["listed_departures_again"], check_names=False)
    late = again.filter(pl.col("months_since_departure") == 0)
    assert late.is_empty()


def test_the_placebo_looks_at_caseworkers_who_will_leave(inputs):
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    marked = with_placebo(inputs["panel"], departures).filter(pl.col("leaves_next") == 1)
    ahead = marked.join(departures.select("caseworker", leaves="month"), on="caseworker")
    months = (ahead["leaves"] - ahead["month"]).dt.total_days() / 30.4
    assert ((months > 0.9) & (months < 6.2)).sum() == marked.height > 50


def test_controls_of_a_departure_are_of_other_teams(inputs):
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure").head(1)
    assignments = inputs["assignments"]
    teams = assignments.group_by("caseworker").agg(pl.col("team").first())
    own = inputs["exposures"].filter(pl.col("list") == departures["list"][0])
    rows = stack(inputs["panel"], own, departures, teams)
    controls = rows.filter(pl.col("event_month").cast(pl.String) == OTHERS).join(
        teams, on="caseworker"
    )
    assert controls.height > 50
    assert (controls["team"] != departures["team"][0]).all()
    assert (controls["municipality"] == departures["municipality"][0]).all()
    assert (controls["weight"] == 1).all()
    treated = rows.filter(pl.col("event_month").cast(pl.String) != OTHERS)
    assert set(treated["person"]) - set(own["person"]) <= set(
        inputs["panel"].filter(pl.col("caseworker") == departures["caseworker"][0])["person"]
    )


def test_leads_are_judged_by_the_clusters_that_hold_them(tables, inputs):
    """The mean lead's 90 % interval is that of t with those clusters less one."""
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    teams = first_teams(inputs["assignments"])
    rows = stack(inputs["panel"], inputs["exposures"], departures, teams)
    early = rows.filter(pl.col("event_month").cast(pl.String).is_in([str(m) for m in LEADS]))
    clusters = set(early["cluster"])
    assert 1 < len(clusters) < inputs["panel"]["cluster"].n_unique()
    tests = {row["test"]: row for row in tables["event_tests"].iter_rows(named=True)}
    pooled = tests["pooled lead"]
    assert tests["leads"]["clusters"] == pooled["clusters"] == len(clusters)
    middle = math.log(pooled["hazard_ratio"])
    se = (math.log(pooled["high"]) - middle) / stats.t.ppf(0.95, len(clusters) - 1)
    assert pooled["p_value"] == pytest.approx(2 * stats.t.sf(abs(middle / se), len(clusters) - 1))


def test_the_risk_difference_is_that_of_a_simulated_cohort(tables, inputs):
    risks = tables["job_risks"]
    assert risks["time"].to_list() == [12, 24]
    assert (risks["persons"] <= inputs["panel"]["person"].n_unique()).all()
    assert (risks["low"] < risks["difference"]).all()
    assert (risks["difference"] < risks["high"]).all()
    first = (
        inputs["panel"]
        .group_by("course")
        .agg(
            pl.col("month").min(),
            job=((pl.col("job") == 1) & (pl.col("duration") < 12)).any(),
        )
    )
    latest = inputs["panel"]["month"].max()
    early = first.filter(pl.col("month").dt.offset_by("23mo") <= pl.lit(latest))
    # Few meet a departure within a year: the risk without one is nearly that of all.
    assert risks["risk_none"][0] == pytest.approx(early["job"].mean(), abs=0.03)


def test_a_contrast_uses_only_its_own_variances() -> None:
    table = pl.DataFrame({"term": ["a", "b", "c"], "se": [0.1, 0.2, math.nan]})
    vcov = np.array([[0.01, 0.0, math.nan], [0.0, 0.04, math.nan], [math.nan] * 3])
    fit: Any = SimpleNamespace(
        table=table.with_columns(coef=pl.Series([0.5, 0.1, math.nan])), vcov=vcov, clusters=30
    )
    coefs = Coefficients.of(fit, {"a": 1, "b": 2, "c": 3})
    assert sorted(coefs.place) == [1, 2]
    found = coefs.estimate([1, 2], [])
    assert found["coef"] == pytest.approx(0.3)
    assert found["se"] == pytest.approx(math.sqrt(0.05) / 2)
    assert 0 < found["p_value"] < 1


def test_what_follows_changes_adds_up(tables):
    table = tables["after_changes"]
    exits = table.filter(~pl.col("outcome").str.contains("upgrade|activation"))
    whole = exits.group_by("cause").agg(pl.col("events").sum(), pl.col("changes").first())
    assert (whole["events"] == whole["changes"]).all()
    assert "no change (matched months)" in set(table["cause"])


def test_the_verdict_judges_each_check_once(tables):
    verdict = tables["verdict"]
    assert verdict.height == verdict["check"].n_unique() >= 9
    assert set(verdict["verdict"]) <= {"contradicted", "silent", "supported"}


def test_too_few_departures_refuse_the_headline_and_its_checks(inputs):
    tables = tables_of(inputs, with_models(min_departures=10_000))
    assert "headline_refused" in set(tables["notes"]["code"])
    assert not {"verdict", "designs", "job_risks", "event_study"} & set(tables)
    assert set(tables["models"]["model"]) == {"association"}
    assert "departure" not in set(tables["after_changes"]["cause"])
    assert set(tables["hazard_by_duration"]["exposure"]) == {"all"}


@pytest.mark.parametrize(
    ("name", "damage", "code"),
    [
        ("no job exits", pl.lit(0, pl.Int8).alias("job"), "departures_total_refused"),
        ("separated", (pl.col("listed_departures") == 0).cast(pl.Int8).alias("job"), "_refused"),
    ],
)
def test_registers_that_answer_nothing_get_sentences(inputs, name, damage, code):
    panel = inputs["panel"].with_columns(damage)
    tables = tables_of({**inputs, "panel": panel})
    assert any(code in found for found in tables["notes"]["code"])
    assert all(sentence.endswith(".") for sentence in tables["notes"]["sentence"])
    assert tables["exits"].height


def test_all_censored_and_no_departures_and_one_municipality(inputs):
    censored = inputs["panel"].with_columns(
        pl.lit(0, pl.Int8).alias("job"), pl.lit(None).cast(pl.Enum(["job"])).alias("exit")
    )
    assert "departures_total_refused_events" in set(
        tables_of({**inputs, "panel": censored})["notes"]["code"]
    )
    nobody = {
        **inputs,
        "exposures": inputs["exposures"].head(0),
        "lists": inputs["lists"].head(0),
        "panel": inputs["panel"].with_columns(pl.lit(0, pl.Int16).alias("listed_departures")),
    }
    assert "headline_refused" in set(tables_of(nobody)["notes"]["code"])
    place = inputs["panel"]["municipality"].mode()[0]
    one = inputs["panel"].filter(pl.col("municipality") == place)
    section = with_models(
        adjustment=("C(duration_band)",),
        min_departures=1,
        risks=False,
        event_study=False,
        wild_bootstrap="never",
    )
    tables = tables_of({**inputs, "panel": one}, section)
    assert "leave one out" not in set(tables["designs"]["family"])


def test_parts_can_be_switched_off_and_frailty_on(inputs):
    section = with_models(
        risks=False, designs=False, event_study=False, wild_bootstrap="never", frailty=True
    )
    tables = tables_of(inputs, section)
    assert not {"designs", "job_risks", "event_study"} & set(tables)
    assert "gamma frailty, sandwich by municipality and first team" in set(
        tables["models"]["variance"]
    )
    logit = with_models(
        link="logit",
        risks=False,
        designs=False,
        event_study=False,
        frailty=True,
        wild_bootstrap="never",
    )
    assert "frailty_refused" in set(tables_of(inputs, logit)["notes"]["code"])


def test_checks_are_judged_by_the_jackknife_where_no_cluster_is_needed(inputs):
    terms = ["C(duration_band)", "listed_departures"]
    fit = fit_hazard(inputs["panel"], terms=terms, cluster="cluster")
    sober = jackknifed(fit, "listed_departures")
    assert sober.variance == "crv3"
    assert sober.table["se"][-1] > fit.table["se"][-1]
    exposed = inputs["panel"].filter(pl.col("listed_departures") > 0)["cluster"].mode()[0]
    only = pl.when(pl.col("cluster") == exposed).then("listed_departures").otherwise(0)
    fit = fit_hazard(
        inputs["panel"].with_columns(listed_departures=only), terms=terms, cluster="cluster"
    )
    assert jackknifed(fit, "listed_departures") is fit


def test_e_values_and_corrections():
    assert round(e_value(0.78), 2) == 1.66
    assert e_value(1 / 0.78) == pytest.approx(e_value(0.78))
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    coef, vcov = np.array([1.0, 2.0]), np.eye(2)
    # one degree of freedom: F(1, G − 1) of the squared t
    assert joint_test(coef, vcov, np.array([[1.0, -1.0]]), 11) == pytest.approx(0.4956, abs=1e-3)
    assert np.isnan(joint_test(coef, vcov, np.eye(2), 2))


def test_risks_say_what_they_cannot_answer(inputs):
    panel = inputs["panel"]
    arguments = {
        "event": "job",
        "adjustment": ("C(duration_band)",),
        "duration_starts": SECTION.risk.duration_starts,
    }
    short = panel.filter(pl.col("month") > pl.date(2017, 1, 1))
    with pytest.raises(NotEstimableError, match="No course starts 24 months before"):
        job_risks(short, **arguments)
    same = panel.with_columns(listed_departures=pl.lit(0, pl.Int16))
    with pytest.raises(NotEstimableError, match="Nobody at risk differs in departures"):
        job_risks(same, **arguments)
    one = panel.with_columns(cluster=pl.lit("all"))
    with pytest.raises(NotEstimableError, match="lie in one cluster"):
        job_risks(one, **arguments)


def test_parts_that_cannot_be_made_become_notes(inputs):
    late = inputs["panel"].filter(pl.col("duration") > 0)
    lists = inputs["lists"].with_columns(municipality=pl.lit(-5, pl.Int16))
    section = with_models(designs=False, wild_bootstrap="never", min_departures=1)
    tables = tables_of({**inputs, "panel": late, "lists": lists}, section)
    assert {"risks_refused", "event_study_refused"} <= set(tables["notes"]["code"])


def test_the_interval_of_the_risk_difference_holds_the_effect_of_a_known_hazard(inputs):
    # In a panel whose hazard is known the difference follows from it month by month.
    rng = np.random.default_rng(2)
    months = pl.select(month=pl.date_range(pl.date(2010, 1, 1), pl.date(2012, 12, 1), "1mo"))
    every = pl.DataFrame({"person": np.arange(3000, dtype=np.uint32)}).join(months, how="cross")
    exposed = (pl.col("person") % 2 == 1) & (pl.col("duration") >= 4)
    panel = every.with_columns(
        course=pl.col("person"), duration=pl.int_range(pl.len()).over("person").cast(pl.Int16)
    ).with_columns(
        listed_departures=exposed.cast(pl.Int16),
        cluster=pl.format("town {}", pl.col("person") % 20),
        one=pl.lit(0),
    )
    hazard = 0.03 * np.where(panel["listed_departures"].to_numpy() == 1, 0.5, 1.0)
    draws = rng.random(panel.height)
    panel = panel.with_columns(
        job=pl.Series(draws < hazard).cast(pl.Int8),
        exit=pl.when(pl.Series(draws < hazard))
        .then(pl.lit("job"))
        .when(pl.Series(draws < hazard + 0.01))
        .then(pl.lit("education")),
    )
    gone = pl.col("exit").is_not_null().cast(pl.Int32)
    panel = panel.filter(gone.cum_sum().over("person") - gone == 0)
    found = job_risks(
        panel, event="job", adjustment=("one",), duration_starts=(0,), horizons=(12,)
    ).row(0, named=True)

    def risk(hazards: list[float]) -> float:
        stays, total = 1.0, 0.0
        for hazard in hazards:
            total += stays * hazard
            stays *= 1 - hazard - 0.01
        return total

    truth = risk([0.03] * 4 + [0.015] * 8) - risk([0.03] * 12)
    assert abs(found["difference"] - truth) < 3 * found["se"]
    assert found["se"] < 0.02
