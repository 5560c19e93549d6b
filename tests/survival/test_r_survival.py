"""R's answers on real data sets: Cox, Fine–Gray, Kaplan–Meier and discrete-time models."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from survival.r_glm import where_r_stops
from survival.r_survival import (
    COLON,
    COX,
    COX_FILES,
    EXACT,
    close,
    data,
    fitted,
    r_numbers,
    r_table,
)
from trajectories.hazards import HazardFit, fit_hazard, kaplan_meier
from trajectories.survival.cox.model import fit_cox, likelihood
from trajectories.survival.cox.proportional_hazards_test import proportional_hazards_test
from trajectories.survival.cox.residuals import (
    baseline_hazard,
    deviance_residuals,
    dfbeta,
    martingale_residuals,
    schoenfeld_residuals,
    score_residuals,
)
from trajectories.survival.cox.subdistribution import fine_gray
from trajectories.survival.cox.summary import concordance, joint_tests
from trajectories.survival.curves import (
    cumulative_hazard,
    restricted_mean,
    survival_limits,
    survival_quantiles,
)
from trajectories.survival.discrete_time import cluster_variance as robust
from trajectories.survival.discrete_time.cells import cluster_counts, count
from trajectories.survival.discrete_time.likelihood import Solution, inverse

pytestmark = pytest.mark.usefixtures("reference")
DISCRETE = [
    f"dt_veteran_{link}_{base}"
    for link in ("cloglog", "logit")
    for base in ("logperiod", "perioddummies")
]
HEART_EFRON = ("residuals", "schoenfeld", "score", "dfbeta", "zph", "zph_identity", "basehaz")
ALONE = (
    "cox_heart_exact.csv",
    "clogit_veteran_efron.csv",
    "crr_colon_recur.csv",
    "km_heart_delayed.csv",
    "km_heart_delayed_quantiles.csv",
    "km_heart_delayed_rmean.csv",
    "aj_colon_byrx.csv.gz",
)


def test_no_file_is_left_out(reference: Path):
    compared = {f"{name}{part}.csv" for name in COX_FILES for part in ("", "_fit", "_vcov")}
    compared |= {f"{name}{part}.csv" for name in DISCRETE for part in ("", "_fit")}
    compared |= {f"cox_heart_efron_{part}.csv" for part in HEART_EFRON} | set(ALONE)
    entries = json.loads((reference / "MANIFEST.json").read_text())["entries"]
    listed = {e["file"].partition("/")[2] for e in entries if e["file"].startswith("survival/")}
    assert compared == listed | {path.name for path in (reference / "survival").iterdir()}


@pytest.mark.parametrize("name", COX_FILES)
def test_coefficients(name):
    fit, r = fitted(name), r_table(f"{name}.csv")
    assert fit.table.height == r.height
    close(fit.table["coef"], r["coef"])
    close(np.sqrt(np.diag(fit.model_vcov)), r["se_model"])
    if fit.clusters:
        close(fit.table["se"], r["se_robust"])
    else:
        assert r["se_robust"].null_count() == r.height


@pytest.mark.parametrize("name", COX_FILES)
def test_after_as_many_steps_as_r_takes(name):
    """coxph stops once a step gains less than 1e-9 of the likelihood, ours at the maximum."""
    fit, r = fitted(name), r_table(f"{name}.csv")
    step = np.zeros(len(fit.coef))
    for _ in range(r_table(f"{name}_fit.csv")["iter"][0]):
        _, gradient, information = likelihood(fit._rows, step, fit.ties)
        step = step + np.linalg.solve(information, gradient)
    close(step, r["coef"], tolerance=1e-11)
    variance = np.linalg.inv(likelihood(fit._rows, step, fit.ties)[2])
    close(np.sqrt(np.diag(variance)), r["se_model"], tolerance=1e-12)


@pytest.mark.parametrize("name", COX_FILES)
def test_variances(name):
    close(fitted(name).vcov, r_numbers(f"{name}_vcov.csv"))


@pytest.mark.parametrize("name", COX_FILES)
def test_fit_statistics(name):
    fit, r = fitted(name), r_table(f"{name}_fit.csv").row(0, named=True)
    assert (fit.rows, fit.events) == (r["n"], r["nevent"])
    close([fit.loglik_null, fit.loglik], [r["loglik_null"], r["loglik"]])
    found = {row["test"]: row["chi2"] for row in joint_tests(fit).iter_rows(named=True)}
    close(found["likelihood ratio"], 2 * (r["loglik"] - r["loglik_null"]))
    close([found["score"], found["wald"]], [r["score"], r["wald"]])
    assert ("robust score" in found) == (r["rscore"] is not None)
    if fit.clusters:
        close(found["robust score"], r["rscore"])
    close(concordance(fit), r["concordance"])


def test_residuals_of_rows():
    fit, r = fitted("cox_heart_efron"), r_table("cox_heart_efron_residuals.csv")
    close(martingale_residuals(fit), r["martingale"])
    close(deviance_residuals(fit), r["deviance"])
    close(score_residuals(fit), r_numbers("cox_heart_efron_score.csv"))
    close(dfbeta(fit), r_numbers("cox_heart_efron_dfbeta.csv"))


def test_schoenfeld_residuals():
    ours = schoenfeld_residuals(fitted("cox_heart_efron"))
    r = r_table("cox_heart_efron_schoenfeld.csv")
    close(ours["time"], r["id"])
    close(ours.drop("row", "time").to_numpy(), r_numbers("cox_heart_efron_schoenfeld.csv"))


@pytest.mark.parametrize(("scale", "part"), [("km", "zph"), ("identity", "zph_identity")])
def test_proportional_hazards(scale, part):
    ours = proportional_hazards_test(fitted("cox_heart_efron"), scale=scale)
    r = r_table(f"cox_heart_efron_{part}.csv")
    assert ours["term"].to_list()[:-1] == r["id"].to_list()[:-1]
    assert ours["df"].to_list() == r["df"].to_list()
    close(ours["chi2"], r["chisq"])
    close(ours["p"], r["p"])


def test_baseline_hazard():
    ours, r = baseline_hazard(fitted("cox_heart_efron")), r_table("cox_heart_efron_basehaz.csv")
    close(ours["time"], r["time"])
    close(ours["hazard"], r["hazard"])


def test_exact_ties():
    source, arguments = COX["heart"]
    fit, r = fit_cox(data(source), ties="exact", **arguments), r_table("cox_heart_exact.csv")
    close(fit.table["coef"], r["coef"])
    close(fit.table["se"], r["se_model"])


def test_conditional_logit():
    periods = data("veteran_personperiod30").with_columns(one=pl.lit(1))
    fit = fit_cox(periods, stop="one", event="y", terms=("trt", "karno"), strata="period")
    r = r_table("clogit_veteran_efron.csv")
    close(fit.table["coef"], r["coef"])
    close(fit.table["se"], r["se"])


def colon_durations() -> pl.DataFrame:
    colon = data("colon_cr").rename({"id": "person"})
    return colon.with_columns(exit=pl.col("ev").cast(pl.Int64))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_fine_gray(ties):
    fit = fine_gray(colon_durations(), terms=COLON, ties=ties)
    r = r_table(f"finegray_colon_recur_cluster_{ties}.csv")
    close(fit.table["coef"], r["coef"])
    close(fit.table["se"], r["se_robust"])


def test_crr():
    fit = fine_gray(
        colon_durations(), terms=COLON, ties="breslow", censored="with", weights="estimated"
    )
    r = r_table("crr_colon_recur.csv")
    close(fit.table["se"], r["se_robust"])
    # crr stops once its gradient is small (gtol): at the third of Newton's steps, where ours goes
    # on to the maximum, less than a millionth of a standard error away.
    step = np.zeros(4)
    for _ in range(3):
        _, gradient, information = likelihood(fit._rows, step, "breslow")
        step = step + np.linalg.solve(information, gradient)
    close(step, r["coef"])
    assert np.max(np.abs(fit.coef - r["coef"].to_numpy()) / fit.table["se"].to_numpy()) < 1e-6


def heart_durations() -> pl.DataFrame:
    return data("heart").select(
        "transplant", person="id", entry="start", time="stop", exit=pl.col("event").cast(pl.Int64)
    )


def test_kaplan_meier_with_late_entry():
    durations, r = heart_durations(), r_table("km_heart_delayed.csv")
    curve = survival_limits(kaplan_meier(durations, by="transplant"))
    hazard = cumulative_hazard(durations, by="transplant")
    assert [f"transplant={t:.0f}" for t in curve["transplant"]] == r["strata"].to_list()
    for ours, theirs in (("at_risk", "n.risk"), ("events", "n.event"), ("censored", "n.censor")):
        assert curve[ours].to_list() == r[theirs].to_list()
    for values, theirs in (
        (curve["time"], "time"),
        (curve["estimate"], "surv"),
        (curve["se"] / curve["estimate"], "std.err"),
        (curve["low"], "lower"),
        (curve["high"], "upper"),
        (hazard["estimate"], "cumhaz"),
        (hazard["se"], "std.chaz"),
    ):
        close(values, r[theirs])


def test_quantiles_with_late_entry():
    ours = survival_quantiles(heart_durations(), (0.25, 0.5, 0.75), by="transplant")
    # R's rows go through the groups first.
    ours = ours.sort("probability", "transplant")
    r = r_table("km_heart_delayed_quantiles.csv").cast(pl.Float64)
    assert ours.select("estimate", "low", "high").rows() == r.rows()


def test_restricted_mean_with_late_entry():
    durations = heart_durations()
    curves = kaplan_meier(durations, by="transplant").partition_by("transplant")
    means = restricted_mean(durations, by="transplant")
    medians = survival_quantiles(durations, (0.5,), by="transplant")
    r = r_table("km_heart_delayed_rmean.csv")
    counts = [
        (
            durations.filter(pl.col("transplant") == group).height,
            curve["at_risk"].max(),
            curve["at_risk"][0],
            curve["events"].sum(),
        )
        for group, curve in enumerate(curves)
    ]
    ours = {
        "records": [one[0] for one in counts],
        "n.max": [one[1] for one in counts],
        "n.start": [one[2] for one in counts],
        "events": [one[3] for one in counts],
        "rmean": means["estimate"].to_list(),
        "se(rmean)": means["se"].to_list(),
        "median": medians["estimate"].to_list(),
        "0.95LCL": medians["low"].to_list(),
        "0.95UCL": medians["high"].to_list(),
    }
    assert list(ours) == r["id"].to_list()
    for name, row in zip(ours, r.drop("id").cast(pl.Float64).rows(), strict=True):
        close([np.nan if v is None else v for v in ours[name]], [v or np.nan for v in row])


@cache
def discrete(name: str) -> tuple[pl.DataFrame, HazardFit, Solution]:
    _, _, link, base = name.split("_")
    periods = data("veteran_personperiod30").with_row_index("row")
    periods = periods.with_columns(
        lp=pl.col("period").log(), pb=pl.min_horizontal("period", 8).cast(pl.Int64)
    )
    terms = ["lp" if base == "logperiod" else "C(pb)", "trt", "karno", "age", "C(celltype)"]
    fit = fit_hazard(periods, event="y", terms=terms, link=link, cluster="id")
    return periods, fit, where_r_stops(fit, epsilon=1e-14)


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_time(name):
    periods, fit, stop = discrete(name)
    r = r_table(f"{name}.csv")
    close(stop.coef, r["coef"])
    bread = inverse(stop.information)
    close(np.sqrt(np.diag(bread)), r["se_model"])
    for cluster, column in (("id", "se_cluster_HC0"), ("row", "se_HC0")):
        counts = count(periods, [*fit._design.columns, cluster], "y")
        sparse = cluster_counts(counts, fit._design.cells, fit._design.columns, [cluster])
        se = np.sqrt(np.diag(bread @ robust.meat(fit._design.matrix, stop, sparse) @ bread))
        close(se, r[column])
        if cluster == "id":
            groups = sparse.clusters / (sparse.clusters - 1)
            size = (fit.n - 1) / (fit.n - len(stop.coef))
            close(se * np.sqrt(groups * size), r["se_cluster_HC1_cadj"])
    # Ours is the maximum, which R's last step misses by less than a millionth of an SE.
    away = (fit.table["coef"] - r["coef"]).abs() / r["se_cluster_HC0"]
    assert away.max() < 1e-6


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_time_fit_statistics(name):
    _, fit, _ = discrete(name)
    r = r_table(f"{name}_fit.csv").row(0, named=True)
    assert (fit.n, fit.events) == (r["n"], r["nevents"])
    aic = 2 * fit.table.height - 2 * fit.loglik
    ours = [fit.loglik, -2 * fit.loglik, aic]
    np.testing.assert_allclose(ours, [r["loglik"], r["deviance"], r["aic"]], rtol=EXACT)
