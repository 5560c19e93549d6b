"""The report's models: what they hold, when they are refused, and what they say of themselves."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from hazards.registers import day
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.errors import UserError
from trajectories.hazards import fit_hazard
from trajectories.hazards.designs.support import departures_met
from trajectories.hazards.headline.models import (
    CLUSTER_VARIANCE,
    MODEL_SCHEMA,
    PERSON_VARIANCE,
    fit_models,
)

RULES = ModelsConfig(
    adjustment=("C(duration_band)",), min_departures=2, min_clusters=3, wild_bootstrap="never"
)


def simulated(*, ratio: float = 0.5, persons: int = 600, months: int = 12) -> pl.DataFrame:
    """Person-months in which a departure from month 4 on multiplies the hazard by `ratio`."""
    rng = np.random.default_rng(11)
    every = pl.DataFrame({"person": np.arange(persons, dtype=np.uint32)}).join(
        pl.select(month=pl.date_range(day("2010-01-01"), day("2010-12-01"), "1mo")).head(months),
        how="cross",
    )
    exposed = (pl.col("person") % 2 == 1) & (pl.col("month") >= day("2010-05-01"))
    panel = every.with_columns(
        course=pl.col("person"),
        duration_band=pl.when(pl.col("month") < day("2010-07-01"))
        .then(pl.lit("0-5"))
        .otherwise(pl.lit("6+")),
        cluster=pl.format("town {}", pl.col("person") % 10),
        listed_departures=exposed.cast(pl.Int16),
        departures=exposed.cast(pl.Int16),
        other_changes=((pl.col("person") % 3 == 0) & (pl.col("month") >= day("2010-03-01"))).cast(
            pl.Int16
        ),
    ).with_columns(changes=pl.col("departures") + pl.col("other_changes"))
    hazard = 0.08 * np.where(panel["departures"].to_numpy() == 1, ratio, 1.0)
    job = rng.random(panel.height) < hazard
    panel = panel.with_columns(job=pl.Series(job).cast(pl.Int8))
    return panel.filter(pl.col("job").cum_sum().over("person") - pl.col("job").cast(pl.Int64) == 0)


ODD = pl.Series(range(1, 120, 2), dtype=pl.UInt32)
EXPOSURES = pl.DataFrame({"person": ODD}).with_columns(
    list=(pl.col("person") > 60).cast(pl.UInt32), month=pl.lit(day("2010-04-01"))
)


def test_departures_met_are_the_lists_that_exposed_somebody_at_risk():
    panel = simulated()
    assert departures_met(panel, EXPOSURES, lag_months=1) == 2
    assert departures_met(panel, EXPOSURES.head(30), lag_months=1) == 1
    even = EXPOSURES.with_columns(pl.col("person") + 1, list=pl.lit(2, pl.UInt32))
    assert departures_met(panel, pl.concat([EXPOSURES, even]), lag_months=1) == 2
    gone = panel.filter((pl.col("person") < 60) | (pl.col("month") < day("2010-05-01")))
    assert departures_met(gone, EXPOSURES, lag_months=1) == 1
    assert departures_met(panel, EXPOSURES, lag_months=12) == 0


def test_three_models_with_two_variances_each():
    panel = simulated()
    table, notes = fit_models(panel, EXPOSURES, lag_months=1, rules=RULES, planted=0.5)
    assert dict(table.schema) == MODEL_SCHEMA
    assert table.select("model", "term", "variance").rows() == [
        (model, term, variance)
        for model, variance, terms in (
            (model, variance, terms)
            for model, terms in (
                ("departures_total", ["departures"]),
                ("departures_given_other", ["departures", "other_changes"]),
                ("association", ["changes"]),
            )
            for variance in (CLUSTER_VARIANCE, PERSON_VARIANCE)
        )
        for term in terms
    ]
    row = table.row(0, named=True)
    direct = fit_hazard(
        panel,
        terms=["C(duration_band)", "listed_departures"],
        cluster="cluster",
        variance="crv3",
    )
    assert row["coef"] == direct.table["coef"][-1]
    assert row["se"] == direct.table["se"][-1]
    assert row["persons"] == 600
    assert row["person_months"] == panel.height
    assert row["events"] == panel["job"].sum()
    # Five of the ten towns hold those whose caseworker left: the others only seem to add to them.
    assert (row["departures"], row["clusters"], row["planted"]) == (2, 5, 0.5)
    assert np.log(row["high"]) == pytest.approx(row["coef"] + stats.t.ppf(0.975, 4) * row["se"])
    assert table.filter(model="association")["clusters"][0] == 10
    assert row["low"] < 0.5 < row["high"]
    assert table.filter(pl.col("model") == "association")["departures"].null_count() == 2
    assert notes.is_empty()


def test_too_few_departures_refuse_all_that_rests_on_them():
    rules = RULES.model_copy(update={"min_departures": 30})
    table, notes = fit_models(simulated(), EXPOSURES, lag_months=1, rules=rules)
    assert table["model"].unique(maintain_order=True).to_list() == ["association"]
    assert notes.rows() == [
        (
            "headline_refused",
            "The effect of a leaving caseworker is not given: the risk set met 2 departures, fewer "
            "than the 30 that the configuration asks for.",
        ),
        (
            "departures_given_other_refused_headline",
            "A leaving caseworker and other changes, both counts in one model: It rests on the "
            "same departures as the total effect, which is not given.",
        ),
    ]
    assert table["planted"].null_count() == table.height


def test_too_few_clusters_refuse_the_headline_likewise():
    """Clusters count in which an exposed person has the event, however many others there are."""
    panel = simulated()
    few = panel.with_columns(
        cluster=pl.when(pl.col("listed_departures") > 0)
        .then(pl.format("town {}", pl.col("person") % 4))
        .otherwise("cluster")
    )
    assert few["cluster"].n_unique() == 10
    rules = RULES.model_copy(update={"min_clusters": 3})
    table, notes = fit_models(few, EXPOSURES, lag_months=1, rules=rules)
    assert table["model"].unique().to_list() == ["association"]
    assert notes["code"].to_list() == [
        "headline_refused_clusters",
        "departures_given_other_refused_headline",
    ]
    assert "have the exit in 2 clusters" in notes["sentence"][0]
    enough = rules.model_copy(update={"min_clusters": 2})
    given, _ = fit_models(few, EXPOSURES, lag_months=1, rules=enough)
    assert given["model"][0] == "departures_total"


def test_no_events_refuse_every_model_with_a_sentence():
    quiet = simulated().with_columns(job=pl.lit(0, pl.Int8))
    table, notes = fit_models(quiet, EXPOSURES, lag_months=1, rules=RULES)
    assert table.is_empty()
    assert notes["code"].to_list() == [
        "departures_total_refused_events",
        "departures_given_other_refused_headline",
        "association_refused_events",
    ]
    assert notes["sentence"][0] == (
        "Total effect of a leaving caseworker, whatever the person did later: There is no event in "
        "the person-months at risk, so no hazard ratio can be estimated."
    )


def test_no_changes_refuse_with_a_sentence():
    same = simulated().with_columns(changes=pl.lit(0, pl.Int16))
    _, notes = fit_models(same, EXPOSURES, lag_months=1, rules=RULES)
    assert notes.rows() == [
        (
            "association_refused_exposure",
            "Association with changes of any cause so far: Nobody at risk differs in changes, so "
            "the hazard ratio cannot be estimated.",
        )
    ]


def test_an_interval_from_few_clusters_gets_a_sentence():
    few = simulated().with_columns(cluster=pl.col("person") % 3)
    rules = RULES.model_copy(update={"min_clusters": 4})
    _, notes = fit_models(few, EXPOSURES, lag_months=1, rules=rules)
    assert "association_few_clusters" in notes["code"].to_list()
    assert "3 clusters carry the interval" in notes["sentence"].str.join(" ").item()


def test_one_cluster_leaves_the_association_with_the_variance_by_person():
    one = simulated().with_columns(cluster=pl.lit("town"))
    table, notes = fit_models(one, EXPOSURES, lag_months=1, rules=RULES)
    assert table.select("model", "variance").rows() == [("association", PERSON_VARIANCE)]
    assert notes["code"].to_list() == [
        "headline_refused_clusters",
        "departures_given_other_refused_headline",
        "association_clusters",
    ]
    assert "lie in one cluster" in notes["sentence"][-1]


def test_what_a_model_left_out_is_a_note():
    panel = simulated().with_columns(one=pl.lit(1))
    rules = RULES.model_copy(update={"adjustment": ("one",)})
    _, notes = fit_models(panel, EXPOSURES, lag_months=1, rules=rules)
    assert notes.row(0) == (
        "departures_total_note",
        "The term one is constant and was left out.",
    )


def test_total_and_direct_effects_that_differ_get_a_sentence():
    panel = simulated().with_columns(
        other_changes=(pl.col("departures") * (pl.col("person") % 4 == 1)).cast(pl.Int16)
    )
    _, notes = fit_models(panel, EXPOSURES, lag_months=1, rules=RULES)
    assert notes["code"].to_list() == ["total_and_direct_differ"]
    assert "differ by more than 3%" in notes["sentence"][0]


def test_the_default_rules_are_those_of_the_configuration():
    with pytest.raises(UserError, match="'age_band', which the panel does not have"):
        fit_models(simulated(), EXPOSURES, lag_months=1)
