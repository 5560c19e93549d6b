"""`fit_hazard` against R, and its promises."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from trajectories.errors import UserError
from trajectories.hazards import HazardFit, NotEstimableError, fit_hazard
from trajectories.survival.discrete_time import cluster_variance as robust
from trajectories.survival.discrete_time.links import Link

ADJUSTMENT = [f"C({c})" for c in ("durb", "ref", "q", "ageb", "sex", "mun", "ar")]
EXPOSURES = {"nch": ["nch"], "dep+oth": ["dep", "oth"]}
CASES = [(link, name) for link in ("cloglog", "logit") for name in EXPOSURES]


@pytest.fixture(scope="module")
def fits(r_panel: pl.DataFrame) -> dict[tuple[str, str], HazardFit]:
    links: tuple[Link, Link] = ("cloglog", "logit")
    return {
        (link, name): fit_hazard(
            r_panel, event="y", terms=ADJUSTMENT + exposures, link=link, cluster="pid"
        )
        for link in links
        for name, exposures in EXPOSURES.items()
    }


def compared(fit: HazardFit, r: pl.DataFrame, model: str, variance: str) -> pl.DataFrame:
    wanted = r.filter((pl.col("model") == model) & (pl.col("vcov") == variance))
    both = fit.table.join(wanted, on="term", suffix="_r")
    assert both.height == wanted.height == fit.table.height
    return both


@pytest.mark.parametrize(("link", "name"), CASES)
def test_coefficients_equal_r(fits, r_models, link, name):
    both = compared(fits[link, name], r_models, f"{link} {name}", "model")
    np.testing.assert_allclose(both["coef"], both["coef_r"], rtol=1e-8)


@pytest.mark.parametrize(("link", "name"), CASES)
@pytest.mark.parametrize(
    ("cluster", "variance"),
    [
        (None, "model"),
        ("pid", "HC0 cluster pid x G/(G-1)"),
        ("cw", "HC0 cluster cw x G/(G-1)"),
        ("team", "HC0 cluster team x G/(G-1)"),
    ],
)
def test_standard_errors_equal_r(fits, r_models, link, name, cluster, variance):
    both = compared(fits[link, name].with_cluster(cluster), r_models, f"{link} {name}", variance)
    # R's glm leaves its variance one step behind its coefficients; with the logit it stops while
    # that step still changes the seventh digit (see test_r_s_logit_variance_is_one_step_behind).
    tolerance = 1e-8 if link == "cloglog" else 5e-7
    np.testing.assert_allclose(both["se"], both["se_r"], rtol=tolerance)


def test_r_s_logit_variance_is_one_step_behind(fits, r_models):
    fit = fits["logit", "nch"]
    design, y = fit._design, fit._design.y
    x = np.vstack([design.matrix.toarray()] * 2)
    weight = np.concatenate([design.n - y, y])
    event = np.concatenate([np.zeros(len(y)), np.ones(len(y))])
    mu, deviance = (event + 0.5) / 2, np.inf
    eta = np.log(mu / (1 - mu))
    while True:
        working = eta + (event - mu) / (mu * (1 - mu))
        information = x.T @ (x * (weight * mu * (1 - mu))[:, None])
        eta = x @ np.linalg.solve(information, x.T @ (weight * mu * (1 - mu) * working))
        mu = 1 / (1 + np.exp(-eta))
        before = deviance
        deviance = -2 * np.sum(weight * np.log(np.where(event == 1, mu, 1 - mu)))
        if abs(deviance - before) / (abs(deviance) + 0.1) < 1e-8:
            break
    se = np.sqrt(np.diag(np.linalg.inv(information)))
    r = r_models.filter((pl.col("model") == "logit nch") & (pl.col("vcov") == "model"))
    np.testing.assert_allclose(se, r["se"], rtol=1e-11)


@pytest.mark.parametrize(("link", "name"), CASES)
def test_two_way_variance_equals_r(fits, r_models, link, name):
    fit = fits[link, name]
    parts = [fit.with_cluster(c) for c in ("pid", "cw")]
    both = fit.with_cluster(("pid", "cw"))
    pairs = fit._panel.select("pid", "cw").n_unique()
    # R's numbers carry no factor: take ours off each part, and put none on the pairs.
    v1, v2 = (part.vcov * (part.clusters - 1) / part.clusters for part in parts)
    v12 = (parts[0].vcov + parts[1].vcov - both.vcov) * (pairs - 1) / pairs
    r = compared(fit, r_models, f"{link} {name}", "HC0 two-way pid+cw (no small-sample factor)")
    tolerance = 1e-7 if link == "cloglog" else 1e-6
    np.testing.assert_allclose(np.sqrt(np.diag(v1 + v2 - v12)), r["se_r"], rtol=tolerance)
    assert both.clusters == parts[1].clusters
    assert both.cluster == ("pid", "cw")


@pytest.mark.parametrize(("link", "name"), CASES)
def test_likelihood_and_counts_equal_r(fits, r_models, link, name):
    fit = fits[link, name]
    r = dict(
        r_models.filter(
            (pl.col("model") == f"{link} {name}") & (pl.col("vcov").fill_null("") == "")
        )
        .select("term", "coef")
        .iter_rows()
    )
    assert fit.loglik == pytest.approx(r["loglik"], rel=1e-12)
    assert (fit.n, fit.events) == (r["nobs"], r["events"])


def test_table_holds_ratios_and_intervals(fits):
    fit = fits["cloglog", "nch"]
    row = fit.table.row(-1, named=True)
    assert fit.table.columns == ["term", "coef", "se", "hazard_ratio", "low", "high"]
    assert row["term"] == "nch"
    assert row["hazard_ratio"] == pytest.approx(np.exp(row["coef"]))
    assert row["low"] == pytest.approx(np.exp(row["coef"] - stats.norm.ppf(0.975) * row["se"]))
    assert row["high"] == pytest.approx(np.exp(row["coef"] + stats.norm.ppf(0.975) * row["se"]))
    assert fit.vcov.shape == (fit.table.height, fit.table.height)
    assert (fit.variance, fit.cluster, fit.clusters) == ("crv1", "pid", 2500)
    largest = fit._panel["pid"].value_counts()["count"].max() / fit.n
    assert fit.largest_cluster_share == pytest.approx(largest)


def test_crv3_takes_quantiles_of_t(fits):
    fit = fits["cloglog", "nch"].with_cluster("team", variance="crv3")
    row = fit.table.row(-1, named=True)
    quantile = stats.t.ppf(0.975, fit.clusters - 1)
    assert fit.clusters == 24
    assert row["high"] == pytest.approx(np.exp(row["coef"] + quantile * row["se"]))


def test_crv3_equals_refits_without_each_cluster(r_panel):
    terms = ["C(durb)", "C(sex)", "nch"]
    fit = fit_hazard(r_panel, event="y", terms=terms, cluster="team", variance="crv3")
    beta = fit.table["coef"].to_numpy()
    total = np.zeros((len(beta), len(beta)))
    for team in r_panel["team"].unique():
        without = fit_hazard(
            r_panel.filter(pl.col("team") != team), event="y", terms=terms, cluster=None
        )
        change = without.table["coef"].to_numpy() - beta
        total += np.outer(change, change)
    g = r_panel["team"].n_unique()
    np.testing.assert_allclose(fit.vcov, (g - 1) / g * total, rtol=1e-6, atol=1e-12)
    again = fit_hazard(r_panel, event="y", terms=terms, cluster=None).with_cluster(
        "team", variance="crv3"
    )
    np.testing.assert_array_equal(again.vcov, fit.vcov)


def test_small_integers_do_not_overflow(r_panel):
    many = pl.concat([r_panel] * 4).with_columns(pl.all().exclude("pid", "cw").cast(pl.Int8))
    wide = pl.concat([r_panel] * 4)
    terms = ["C(mun)", "dur", "nch"]
    narrow_fit = fit_hazard(many, event="y", terms=terms, cluster="team")
    wide_fit = fit_hazard(wide, event="y", terms=terms, cluster="team")
    assert narrow_fit.events == wide_fit.events == 4 * 912
    np.testing.assert_allclose(narrow_fit.table["se"], wide_fit.table["se"], rtol=1e-12)


def test_panel_can_be_scanned_from_a_file(r_panel, tmp_path: Path):
    r_panel.write_parquet(tmp_path / "panel.parquet")
    terms = ["C(durb)", "nch"]
    lazy = fit_hazard(
        pl.scan_parquet(tmp_path / "panel.parquet"), event="y", terms=terms, cluster="pid"
    )
    eager = fit_hazard(r_panel, event="y", terms=terms, cluster="pid")
    assert lazy.table.equals(eager.table)
    assert lazy.with_cluster("cw").table.equals(eager.with_cluster("cw").table)


def test_the_order_of_rows_changes_nothing(r_panel):
    terms = ["C(durb)", "nch"]
    shuffled = r_panel.sample(fraction=1.0, shuffle=True, seed=3)
    one = fit_hazard(r_panel, event="y", terms=terms, cluster="cw")
    two = fit_hazard(shuffled, event="y", terms=terms, cluster="cw")
    assert one.table.equals(two.table)


def test_boolean_events_and_exposures_count_as_numbers(r_panel):
    truth = r_panel.with_columns(pl.col("y") == 1, ever=pl.col("nch") > 0)
    numbers = r_panel.with_columns(ever=(pl.col("nch") > 0).cast(pl.Int8))
    one = fit_hazard(truth, event="y", terms=["ever"], cluster=None)
    two = fit_hazard(numbers, event="y", terms=["ever"], cluster=None)
    assert one.table.equals(two.table)
    assert one.table["term"].to_list() == ["Intercept", "ever"]


def test_model_without_terms_gives_the_share(r_panel):
    fit = fit_hazard(r_panel, event="y", terms=[], link="logit", cluster="pid")
    share = 912 / 71_497
    assert fit.table["coef"][0] == pytest.approx(np.log(share / (1 - share)), rel=1e-9)


def test_with_cluster_goes_back_to_the_model_s_variance(fits):
    fit = fits["cloglog", "nch"]
    model = fit.with_cluster(None)
    assert (model.variance, model.clusters, model.largest_cluster_share) == ("model", 0, 0.0)
    assert model.with_cluster("cw").variance == "crv1"
    assert model.with_cluster("team", variance="crv3").with_cluster("mun").variance == "crv3"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"link": "probit"}, "The link 'probit' is unknown"),
        ({"frailty": "normal"}, "The frailty 'normal' is unknown"),
        ({"cluster": ("pid", "cw", "team")}, "by one or two columns"),
        ({"cluster": ("pid", "cw"), "variance": "crv3"}, "CRV3 is a jackknife over the clusters"),
        ({"cluster": "caseworker"}, "The panel has no column 'caseworker'"),
        ({"event": "exit"}, "The panel has no column 'exit'"),
        ({"terms": ["changes"]}, "The terms name 'changes', which the panel does not have"),
        ({"terms": ["C(mun"]}, "The term 'C(mun' cannot be read as a formula term"),
        ({"terms": "nch"}, "The terms are 'nch': give a list of texts"),
        ({"terms": None}, "The terms are None: give a list of texts"),
        ({"terms": ["nch", None]}, "The term None is no text"),
        ({"terms": ["y ~ nch"]}, "The term 'y ~ nch' has a ~ or |"),
        ({"terms": ["nch | mun"]}, "has a ~ or |"),
        ({"terms": ["nch**2"]}, "The term 'nch**2' is a product of a term with itself"),
        ({"terms": ["nch^2"]}, "write a square as I(x**2)"),
        ({"terms": ["bs(nch, df=3)"]}, "The term 'bs(nch, df=3)' uses bs(), whose values"),
        ({"terms": ["scale(nch)"]}, "uses scale(), whose values depend on all rows"),
        ({"terms": ["I(nch / np.std(nch))"]}, "depends on other rows: compute it as a column"),
        ({"terms": ["I(nch > np.median(nch))"]}, "depends on other rows"),
        ({"terms": ["np.cumsum(nch)"]}, "depends on other rows"),
        ({"terms": ["I(nch * 1e200)"]}, "is above 1e+100 in some rows"),
        ({"terms": ["C(sex, Treatment('z'))"]}, "C(sex, Treatment('z')) cannot be computed"),
    ],
)
def test_mistakes_get_a_sentence(r_panel, arguments, sentence):
    with pytest.raises(UserError, match=re.escape(sentence)):
        fit_hazard(r_panel, **{"event": "y", "terms": ["nch"], "cluster": "pid", **arguments})


def test_one_cluster_gets_a_sentence(r_panel):
    one = r_panel.with_columns(all=pl.lit(1))
    for variance in ("crv1", "crv3"):
        with pytest.raises(NotEstimableError, match="lie in one cluster"):
            fit_hazard(one, event="y", terms=["nch"], cluster="all", variance=variance)


def test_nulls_get_a_sentence(r_panel):
    holed = r_panel.with_columns(
        nch=pl.when(pl.int_range(pl.len()) < 3).then(None).otherwise("nch"),
        cw=pl.when(pl.int_range(pl.len()) < 1).then(None).otherwise("cw"),
        x=pl.when(pl.int_range(pl.len()) < 2).then(float("nan")).otherwise(1.0),
    )
    for arguments, sentence in (
        ({"terms": ["nch"], "cluster": "pid"}, "'nch' is empty in 3 person-months"),
        ({"terms": ["sex"], "cluster": "cw"}, "'cw' is empty in 1 person-month:"),
        ({"terms": ["x"], "cluster": "pid"}, "'x' is empty in 2 person-months"),
    ):
        with pytest.raises(UserError, match=re.escape(sentence)):
            fit_hazard(holed, event="y", **arguments)


def test_events_must_be_0_or_1(r_panel):
    for event, sentence in (
        (pl.col("y") * 2, "neither 0 nor 1 in 912 person-months"),
        (pl.when(pl.int_range(pl.len()) > 0).then("y"), "neither 0 nor 1 in 1 person-month:"),
        (pl.lit("no"), "holds String; it must hold 0 and 1"),
    ):
        with pytest.raises(UserError, match=re.escape(sentence)):
            fit_hazard(r_panel.with_columns(e=event), event="e", terms=["nch"], cluster="pid")


def test_large_panels_are_read_in_parts_with_the_same_result(r_panel, monkeypatch, tmp_path):
    terms = ["C(durb)", "C(sex)", "nch"]
    named = r_panel.with_columns(name=pl.format("person {}", pl.col("pid")))
    whole = {c: fit_hazard(named, event="y", terms=terms, cluster=c) for c in ("pid", "name")}
    monkeypatch.setattr(robust, "PART_ROWS", 9000)
    monkeypatch.setattr(robust, "MANY_CLUSTERS", 100)
    named.write_parquet(tmp_path / "panel.parquet")
    scan = pl.scan_parquet(tmp_path / "panel.parquet")
    for name, expected in whole.items():
        parts = fit_hazard(scan, event="y", terms=terms, cluster=name)
        np.testing.assert_allclose(parts.vcov, expected.vcov, rtol=1e-10)
        assert parts.clusters == 2500
        assert parts.largest_cluster_share == pytest.approx(expected.largest_cluster_share)
    two = whole["pid"].with_cluster(("pid", "cw"))
    np.testing.assert_allclose(
        fit_hazard(scan, event="y", terms=terms, cluster=("pid", "cw")).vcov, two.vcov, rtol=1e-8
    )
    holed = scan.with_columns(pid=pl.when(pl.col("pid") > 5).then("pid"))
    with pytest.raises(UserError, match="The column of clusters is empty in"):
        fit_hazard(holed, event="y", terms=terms, cluster="pid")
