"""Every model that R fitted to the simulated panel, with every variance, to 1e-7 relative."""

import gzip
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from survival.r_glm import where_r_stops
from trajectories.hazards import HazardFit, fit_hazard
from trajectories.survival.cox.model import fit_cox
from trajectories.survival.cox.subdistribution import fine_gray
from trajectories.survival.discrete_time import cluster_variance as robust
from trajectories.survival.discrete_time.cells import N, Y, cluster_counts, count
from trajectories.survival.discrete_time.likelihood import Solution, inverse

FIXTURES = Path(__file__).parents[1] / "fixtures" / "hazards"
ADJUSTMENT = tuple(f"C({c})" for c in ("durb", "ref", "q", "ageb", "sex", "mun", "ar"))
R = pl.read_csv(FIXTURES / "models.csv.gz", infer_schema_length=None, null_values=["NA", ""])
ESTIMATES = R.filter(pl.col("vcov").is_not_null())
CASES = [key for key, _ in groupby(ESTIMATES.select("model", "vcov").iter_rows())]
GLM = [case for case in CASES if not case[0].startswith("coxph")]
COX = [case for case in CASES if case[0].startswith("coxph")]
EXACT = 1e-7


@cache
def panel() -> pl.DataFrame:
    return pl.read_parquet(FIXTURES / "panel.parquet").with_columns(stop=pl.col("dur") + 1)


@cache
def fitted(model: str) -> HazardFit:
    link, exposures = model.split(" ")
    terms = [*ADJUSTMENT, *exposures.split("+")]
    return fit_hazard(panel(), event="y", terms=terms, link=link, cluster=None)


def standard_errors(fit: HazardFit, solution: Solution, name: str) -> np.ndarray:
    bread = inverse(solution.information)
    if name == "model":
        return np.sqrt(np.diag(bread))
    clusters = {"pid": ["pid"], "cw": ["cw"], "team": ["team"]}
    columns = next((c for key, c in clusters.items() if f"cluster {key}" in name), ["pid", "cw"])
    groupings = [[c] for c in columns] + ([columns] if len(columns) > 1 else [])
    total = np.zeros_like(bread)
    for grouping in groupings:
        counts = count(panel(), [*fit._design.columns, *grouping], "y")
        sparse = cluster_counts(counts, fit._design.cells, fit._design.columns, grouping)
        part = bread @ robust.meat(fit._design.matrix, solution, sparse) @ bread
        factor = sparse.clusters / (sparse.clusters - 1) if "x G/(G-1)" in name else 1.0
        total += factor * part * (1 if len(grouping) == 1 else -1)
    return np.sqrt(np.diag(total))


def r_s(model: str, name: str) -> pl.DataFrame:
    return ESTIMATES.filter((pl.col("model") == model) & (pl.col("vcov") == name))


@pytest.mark.parametrize(("model", "name"), GLM)
def test_glm(model, name):
    fit, r = fitted(model), r_s(model, name)
    assert r.height == fit.table.height
    np.testing.assert_allclose(fit.table["coef"], r["coef"], rtol=EXACT)
    if fit.link == "logit":
        stop = where_r_stops(fit)
        np.testing.assert_allclose(stop.coef, r["coef"], rtol=1e-10)
        np.testing.assert_allclose(standard_errors(fit, stop, name), r["se"], rtol=1e-9)
    # Ours are those of the maximum itself.
    tolerance = 1e-6 if fit.link == "logit" else EXACT
    np.testing.assert_allclose(standard_errors(fit, fit._solution, name), r["se"], rtol=tolerance)


@pytest.mark.parametrize("variance", ["HC0 cluster pid x G/(G-1)", "HC0 cluster cw x G/(G-1)"])
def test_the_public_variance_is_r_s(variance):
    fit = fitted("cloglog nch").with_cluster(variance.split(" ")[2])
    np.testing.assert_allclose(fit.table["se"], r_s("cloglog nch", variance)["se"], rtol=EXACT)


@pytest.mark.parametrize(("model", "name"), COX)
def test_cox(model, name):
    r = r_s(model, name)
    fit = fit_cox(
        panel(),
        entry="dur",
        stop="stop",
        event="y",
        terms=[*ADJUSTMENT[1:], "nch"],
        ties=model.split(" ")[1],
        cluster="pid" if name.startswith("robust") else None,
    )
    np.testing.assert_allclose(fit.table["coef"], r["coef"], rtol=EXACT)
    np.testing.assert_allclose(fit.table["se"], r["se"], rtol=EXACT)
    assert fit.loglik == pytest.approx(statistics(model)["loglik"], rel=1e-12)


def statistics(model: str) -> dict[str, float]:
    rows = R.filter((pl.col("model") == model) & pl.col("vcov").is_null())
    return dict(rows.select("term", "coef").iter_rows())


@pytest.mark.parametrize(
    "model",
    [f"{link} {exposure}" for link in ("cloglog", "logit") for exposure in ("nch", "dep+oth")],
)
def test_fit_statistics(model):
    fit = fitted(model)
    ours = {"loglik": fit.loglik, "deviance": -2 * fit.loglik, "nobs": fit.n, "events": fit.events}
    assert ours == pytest.approx(statistics(model), rel=1e-12)


def test_every_row_is_compared():
    named = {model for model, _ in GLM} | {model for model, _ in COX}
    assert set(R["model"]) == named
    alone = R.filter(pl.col("vcov").is_null()).select("model", "term").rows()
    glm = [m for m in named if m.startswith(("cloglog", "logit"))]
    cox = [(m, "loglik") for m in named if m.startswith("coxph")]
    terms = ("loglik", "deviance", "nobs", "events")
    assert sorted(alone) == sorted([*((m, t) for m in glm for t in terms), *cox])


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.csv.gz")), ids=lambda p: p.name)
def test_the_fixtures_are_the_reference_s(reference: Path, path: Path):
    whole = reference / "hazard_synthetic" / path.name.removesuffix(".gz")
    assert gzip.decompress(path.read_bytes()) == whole.read_bytes()


def test_the_panel_is_the_reference_s(reference: Path):
    whole = pl.read_csv(reference / "hazard_synthetic" / "panel.csv.gz")
    assert pl.read_parquet(FIXTURES / "panel.parquet").cast(pl.Int64).equals(whole)
    held = {path.name.removesuffix(".gz") for path in FIXTURES.glob("*.csv.gz")}
    listed = {path.name for path in (reference / "hazard_synthetic").iterdir()}
    assert listed == held | {"panel.csv.gz"}


def test_fine_gray(r_durations):
    start = panel().sort("pid", "month").group_by("pid").agg(pl.col("mun", "sex").first())
    durations = r_durations.join(start, left_on="person", right_on="pid")
    terms = ["C(mun)", "sex", "ar0"]
    fit = fine_gray(durations, terms=terms, ties="breslow", censored="with", weights="estimated")
    r = pl.read_csv(FIXTURES / "fine_gray_job.csv.gz")
    np.testing.assert_allclose(fit.table["coef"], r["coef"], rtol=EXACT)
    np.testing.assert_allclose(fit.table["se"], r["se"], rtol=EXACT)


def test_the_cells_hold_every_person_month():
    fit = fitted("poisson nch")
    assert fit._design.cells.select(pl.col(N, Y).sum()).row(0) == (71_497, 912)
    assert panel()["y"].sum() == 912
