"""The headline within groups: the interaction, its clusters, and the test of equality."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.designs.rows import Ingredients, prepare
from trajectories.hazards.designs.subgroups import (
    EQUAL,
    EQUAL_WEIGHTS,
    FEW_CLUSTERS,
    NOT_FITTED,
    ONE_GROUP,
    SUBGROUPS,
    UNTESTED,
    subgroups,
)
from trajectories.hazards.parts import Parts
from trajectories.release.gate.vocabulary import text_of
from trajectories.release.outputs.checks import designs as designs_output
from trajectories.release.outputs.registry import SPECS
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.errors import NotEstimableError

MODELS = ModelsConfig(adjustment=("C(duration_band)", "C(municipality)"), min_clusters=4)


def prepared(inputs: dict[str, pl.DataFrame], rules: ModelsConfig = MODELS) -> Ingredients:
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    first = (inputs[name] for name in ("panel", "changes", "exposures"))
    return prepare(*first, departures, rules=rules, lag_months=1)


def by_one_grouping(made: Ingredients, panel: pl.DataFrame, name: str = "sex") -> Ingredients:
    rules = made.rules.model_copy(update={"adjustment": ("C(half_year)",)})
    others = [column for column in SUBGROUPS if column != name]
    return replace(made, panel=panel.drop(others, strict=False), rules=rules)


def hits(panel: pl.DataFrame) -> pl.DataFrame:
    """Months with the event of those whose caseworker left."""
    return panel.filter((pl.col("listed_departures") > 0) & (pl.col("job") == 1))


def test_a_group_s_interval_is_the_jackknife_s_with_the_clusters_that_hold_it(inputs):
    made, parts = prepared(inputs), Parts()
    rows = subgroups(made, parts)
    sex = {row["term"]: row for row in rows if row["design"] == "sex"}
    apart = fit_hazard(
        made.panel,
        terms=[*MODELS.adjustment, "C(sex)", "C(sex):listed_departures"],
        cluster="cluster",
        variance="crv3",
    )
    for level in "KM":
        found = apart.table.row(by_predicate=pl.col("term") == f"C(sex)[{level}]:listed_departures")
        estimate = dict(zip(apart.table.columns, found, strict=True))
        clusters = hits(made.panel).filter(pl.col("sex") == level)["cluster"].n_unique()
        assert MODELS.min_clusters <= clusters < apart.clusters
        row = sex[level]
        assert (row["coef"], row["se"]) == pytest.approx((estimate["coef"], estimate["se"]))
        assert row["clusters"] == clusters
        reach = (np.log(row["high"]) - row["coef"]) / row["se"]
        assert reach == pytest.approx(stats.t.ppf(0.975, clusters - 1))
        assert row["p_value"] == pytest.approx(
            2 * stats.t.sf(abs(row["coef"] / row["se"]), clusters - 1)
        )
    assert sex[EQUAL].get("coef") is None


def test_groups_in_too_few_clusters_are_not_given_nor_tested(inputs):
    made, parts = prepared(inputs), Parts()
    rows = subgroups(made, parts)
    known = {
        str(place): hits(made.panel).filter(pl.col("municipality") == place)["cluster"].n_unique()
        for place in made.panel["municipality"].unique()
    }
    assert max(known.values()) < MODELS.min_clusters
    places = [row for row in rows if row["design"] == "municipality"]
    assert [row["term"] for row in places] == [FEW_CLUSTERS]
    assert places[0].get("hazard_ratio") is None
    assert ("subgroups_refused_clusters") in [code for code, _ in parts.notes]
    sentences = " ".join(sentence for _, sentence in parts.notes)
    assert f"By municipality: {len(known)} of {len(known)} groups are not given" in sentences
    readiness = [row["term"] for row in rows if row["design"] == "readiness at time zero"]
    assert readiness == [ONE_GROUP]


def test_every_grouping_is_tested_or_says_why_not(inputs):
    rows = subgroups(prepared(inputs), Parts())
    labels = {SUBGROUPS[name] for name in SUBGROUPS if name != "earlier_course"}
    said = [
        row["design"] for row in rows if row["term"] in (EQUAL, FEW_CLUSTERS, ONE_GROUP, NOT_FITTED)
    ]
    assert sorted(said) == sorted(labels)


def test_a_test_of_equality_rests_on_the_events_of_all_groups(inputs):
    made = prepared(inputs)
    rows = subgroups(by_one_grouping(made, made.panel), Parts())
    test = next(row for row in rows if row["term"] == EQUAL)
    groups = [row for row in rows if row["term"] in ("K", "M")]
    assert test["events"] == sum(row["events"] for row in groups) == made.panel["job"].sum()
    assert test["person_months"] == made.panel.height
    assert test["clusters"] == min(row["clusters"] for row in groups)


def test_a_grouping_without_an_estimate_says_so(inputs, monkeypatch):
    def separated(*_: object, **__: object) -> None:
        raise NotEstimableError("The events are separated.", reason="separated")

    made = prepared(inputs)
    monkeypatch.setattr("trajectories.hazards.designs.subgroups.common.fit_design", separated)
    parts = Parts()
    rows = subgroups(by_one_grouping(made, made.panel), parts)
    assert [row["term"] for row in rows] == [NOT_FITTED]
    assert parts.notes == [("subgroups_refused_separated", "By sex: The events are separated.")]


def test_a_group_alone_that_rests_on_enough_clusters_is_given(inputs):
    """Men of one team alone say too little; women are given as without them."""
    made = prepared(inputs)
    team = hits(made.panel).filter(pl.col("sex") == "M")["cluster"].mode()[0]
    few = made.panel.filter((pl.col("sex") == "K") | (pl.col("cluster") == team))
    rows = subgroups(by_one_grouping(made, few), Parts())
    women = subgroups(by_one_grouping(made, made.panel), Parts())
    assert [row["term"] for row in rows] == ["K", FEW_CLUSTERS]
    # The men's half-years are estimated with the women's where both are given.
    assert rows[0]["coef"] == pytest.approx(women[0]["coef"], abs=0.05)
    assert rows[0]["clusters"] == women[0]["clusters"]


def test_equal_weights_are_the_plain_mean_of_all_municipalities(inputs):
    made = prepared(inputs, MODELS.model_copy(update={"min_clusters": 2}))
    kept = made.panel.filter(pl.col("municipality").is_in([657, 751]))
    rows = {
        row["term"]: row for row in subgroups(by_one_grouping(made, kept, "municipality"), Parts())
    }
    places = [rows[place] for place in ("657", "751")]
    mean = rows[EQUAL_WEIGHTS]
    assert mean["coef"] == pytest.approx(np.mean([row["coef"] for row in places]))
    assert mean["clusters"] == min(row["clusters"] for row in places)


def test_municipalities_are_given_beside_their_half_years(inputs):
    """Refits without a team may lack a half-year of its municipality; the slopes stay."""
    made = prepared(inputs, MODELS.model_copy(update={"min_clusters": 2}))
    kept = made.panel.filter(pl.col("municipality").is_in([657, 751]))
    terms = ("C(municipality)*C(half_year)",)
    named = by_one_grouping(made, kept, "municipality")
    named = replace(named, rules=named.rules.model_copy(update={"adjustment": terms}))
    rows = {row["term"]: row for row in subgroups(named, Parts())}
    clusters = kept["cluster"].unique().to_list()
    slope = "C(municipality)[657]:listed_departures"
    every = [*terms, "C(municipality):listed_departures"]

    def refit(panel: pl.DataFrame) -> float:
        table = fit_hazard(panel, terms=every, cluster=None).table
        return table.row(by_predicate=pl.col("term") == slope)[1]

    whole = refit(kept)
    without = [refit(kept.filter(pl.col("cluster") != cluster)) for cluster in clusters]
    number = len(clusters)
    se = np.sqrt((number - 1) / number * np.sum((np.array(without) - whole) ** 2))
    assert rows["657"]["coef"] == pytest.approx(whole)
    assert rows["657"]["se"] == pytest.approx(se, rel=1e-6)


def test_groups_are_held_equal_by_the_clusters_that_tell(inputs):
    """One grouping of two: the square of the difference over its variance, by F with 1 and G−1."""
    made = prepared(inputs)
    one_grouping = by_one_grouping(made, made.panel)
    panel = one_grouping.panel
    rows = subgroups(one_grouping, Parts())
    found = {row["term"]: row for row in rows}
    assert {row["design"] for row in rows} == {"sex"}
    fit = fit_hazard(
        panel,
        terms=["C(half_year)", "C(sex)", "C(sex):listed_departures"],
        cluster="cluster",
        variance="crv3",
    )
    terms = [f"C(sex)[{sex}]:listed_departures" for sex in "KM"]
    places = [fit.table["term"].to_list().index(term) for term in terms]
    one, other = fit.table["coef"].to_numpy()[places]
    variance = np.array([1, -1]) @ fit.vcov[np.ix_(places, places)] @ np.array([1, -1])
    clusters = min(hits(panel).filter(pl.col("sex") == sex)["cluster"].n_unique() for sex in "KM")
    assert 1 < clusters < fit.clusters
    p = stats.f.sf((one - other) ** 2 / variance, 1, clusters - 1)
    assert found[EQUAL]["p_value"] == pytest.approx(p)


def test_what_was_not_tested_may_leave_in_words():
    """However many groupings there are: the reasons of all of them pass the gate's vocabulary."""
    reasons = [f"{label}, {why}" for label in SUBGROUPS.values() for why in UNTESTED]
    assert text_of(SPECS["verdict"], "untested").fullmatch("; ".join(reasons[:: len(UNTESTED)]))
    assert not text_of(SPECS["verdict"], "untested").fullmatch("age, not tested (4 teams)")
    assert all(text_of(SPECS["designs"], "term").fullmatch(term) for term in (EQUAL, *UNTESTED))
    # The report's table knows the same terms, and that of the bands since a departure.
    assert {EQUAL, *UNTESTED} == set(designs_output.EQUALITY) - {"equal in all bands"}
