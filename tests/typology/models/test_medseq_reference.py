"""R's numbers of MEDseq 1.4.2 on mvad, from R's own starting partitions.

R takes the mode of all persons in noise models of one cluster. These are compared with an
independent algorithm instead.
"""

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from dissimilarity.mvad import ALPHABET, mvad_sequences
from trajectories.typology.models import medseq

DEFAULT, TIGHT = 1e-5, 1e-12
KINDS = ["unweighted", "weighted"]
COLUMNS = ["loglik", "BIC", "ICL", "df", "DBS"]


class Mvad:
    """The sequences and R's files about one kind of weights; fits are made once."""

    def __init__(self, reference, kind):
        self.folder, self.kind, self.fits = reference / "medseq", kind, {}
        self.seqs = mvad_sequences(reference, weighted=kind == "weighted")
        self.init = self.table("init")
        self.covariates = pl.read_csv(reference / "data" / "mvad.csv").select("gcse5eq", "male")

    def table(self, name):
        file = next(self.folder.glob(f"{name}_{self.kind}.csv*"))
        return pl.read_csv(file, null_values=["NA"], infer_schema_length=None)

    def start(self, k):
        if k == 0:
            return None
        return np.ones(len(self.seqs)) if k == 1 else self.init[f"kmedoids_k{k}"].to_numpy()

    def fit(self, components, modtype, tolerance, **options):
        key = (components, modtype, tolerance, *sorted(options.items()))
        if key not in self.fits:
            k = components - modtype.endswith("N")
            data = self.covariates if options else None
            self.fits[key] = medseq(
                self.seqs,
                k,
                modtype,
                start=self.start(k),
                tolerance=tolerance,
                data=data,
                **options,
            )
        return self.fits[key]


@pytest.fixture(scope="module", params=KINDS)
def mvad(request, reference):
    return Mvad(reference, request.param)


def models(table):
    """Return the models of a table that R fits rightly."""
    return [
        (components, modtype)
        for components, modtype in table.select("G", "modtype").unique(maintain_order=True).rows()
        if (components, modtype) not in {(2, "CCN"), (2, "CUN")}
    ]


def tolerance_of(row):
    return TIGHT if row["tol"] == "tight" else DEFAULT


def component(fit, number):
    """Return the column of R's component: noise is 0."""
    return number - 1 if number else fit.theta.shape[0]


def memberships(fit):
    noise = [fit.noise[:, None]] if fit.type.endswith("N") else []
    return np.hstack([fit.memberships, *noise])


def criteria(fit):
    return [fit.loglik, fit.bic, fit.icl, fit.df, fit.dbs]


def test_criteria(mvad):
    table = mvad.table("criteria")
    assert len(models(table)) == 39
    for components, modtype in models(table):
        row = table.filter(G=components, modtype=modtype).row(0, named=True)
        fit = mvad.fit(components, modtype, DEFAULT)
        expected = [np.nan if row[name] is None else row[name] for name in COLUMNS]
        assert_allclose(criteria(fit), expected, rtol=1e-9, err_msg=f"{components} {modtype}")
        if components > 1:
            assert len(fit.trace) == row["iters"]
        assert np.sum(np.isinf(fit.precision)) >= (row["n_lambda_inf"] > 0)


def test_criteria_at_a_tight_tolerance(mvad):
    # DBS jumps where a membership crosses 1e-100, which the last iterations decide.
    table = mvad.table("criteria")
    for components, modtype in models(table):
        row = table.filter(G=components, modtype=modtype).row(0, named=True)
        fit = mvad.fit(components, modtype, TIGHT)
        expected = [row[f"{name}_tight"] for name in COLUMNS[:3]]
        assert_allclose(criteria(fit)[:3], expected, rtol=1e-9, err_msg=f"{components} {modtype}")


def test_log_likelihood_of_every_iteration(mvad):
    table = mvad.table("loglik_trace")
    for (components, modtype, tol), rows in table.group_by("G", "modtype", "tol"):
        if tol == "default":
            fit = mvad.fit(components, modtype, DEFAULT)
            assert_allclose(fit.trace, rows.sort("iteration")["loglik"], rtol=1e-11)
        else:
            fit = mvad.fit(components, modtype, TIGHT)
            both = min(len(fit.trace), rows.height)
            assert_allclose(fit.trace[:both], rows.sort("iteration")["loglik"][:both], rtol=1e-11)


def test_modal_sequences(mvad):
    table = mvad.table("theta")
    assert table.height == 54
    for row in table.filter(pl.col("component") != 0).iter_rows(named=True):
        fit = mvad.fit(row["G"], row["modtype"], tolerance_of(row))
        own = [ALPHABET[state] for state in fit.theta[row["component"] - 1]]
        assert own == row["theta"].split("-")


def test_precisions(mvad):
    table = mvad.table("lambda")
    assert table.height > 1000
    for row in table.iter_rows(named=True):
        if row["component"] == "0":
            assert float(row["lambda"]) == 0
            continue
        fit = mvad.fit(row["G"], row["modtype"], tolerance_of(row))
        cluster = 0 if row["component"] == "all" else int(row["component"]) - 1
        own = fit.precision[cluster, max(row["position"] - 1, 0)]
        # An estimate that grows without end is at the mercy of the last iteration.
        expected = float(row["lambda"])
        if expected > 30:
            assert own > 30
        else:
            assert_allclose(own, expected, rtol=1e-9 if row["tol"] == "default" else 1e-6)


def test_proportions(mvad):
    for row in mvad.table("tau").iter_rows(named=True):
        fit = mvad.fit(row["G"], row["modtype"], tolerance_of(row))
        own = [*fit.proportions, fit.noise_proportion][component(fit, row["component"])]
        assert_allclose(own, row["z_wmean"], rtol=1e-9 if row["tol"] == "default" else 1e-7)
        assert_allclose(own, row["tau"], rtol=2e-4)
        number = row["component"] - 1
        assert np.sum(fit.labels == number) == row["map_n"]


def test_labels_and_memberships(mvad):
    table = mvad.table("map").drop("id")
    for name in table.columns:
        modtype, components = name.split("_G")
        fit = mvad.fit(int(components), modtype, TIGHT)
        assert np.array_equal(fit.labels + 1, table[name])
    for (components, modtype), rows in mvad.table("z_first100").group_by("G", "modtype"):
        expected = rows.sort("id").select(f"z{g + 1}" for g in range(components)).to_numpy()
        own = memberships(mvad.fit(components, modtype, TIGHT))[:100]
        assert_allclose(own, expected, atol=2e-6)


def test_density_silhouettes(mvad):
    table = mvad.table("dbs_values").drop("id")
    compared = 0
    for name in table.columns:
        modtype, components = name.split("_G")
        fit = mvad.fit(int(components), modtype, TIGHT)
        if fit.precision.max() < 30:  # an estimate that grows without end moves memberships too
            assert_allclose(fit.silhouettes, table[name].to_numpy(), atol=2e-6)
            compared += 1
    assert compared >= 10


def test_noise_with_one_cluster(mvad):
    table = pl.read_csv(mvad.folder / "g2_noise_full_em.csv").filter(weights=mvad.kind)
    assert table.height == 2
    for row in table.iter_rows(named=True):
        fit = mvad.fit(2, row["modtype"], DEFAULT)
        assert_allclose(fit.loglik, row["loglik_full_em_default_tol"], rtol=1e-11)
        assert len(fit.trace) == row["iters_full_em_default_tol"]
        fit = mvad.fit(2, row["modtype"], TIGHT)
        own = [fit.loglik, fit.bic, fit.icl, fit.precision[0, 0], fit.noise_proportion]
        expected = [
            row[name]
            for name in (
                "loglik_full_em_tight",
                "BIC_full_em_tight",
                "ICL_full_em_tight",
                "lambda_first_position",
                "prop_noise",
            )
        ]
        assert_allclose(own, expected, rtol=1e-7)
        assert fit.loglik > row["loglik_R"] + 300


def tight(mvad, name):
    """Return R's rows of gating where its multinomial logit is a maximum.

    With a noise component of constant proportion R gives each person the same weight in the logit,
    also one who is noise almost surely, and so misses the maximum.
    """
    file = next(mvad.folder.glob(f"{name}.csv*"))
    table = pl.read_csv(file, null_values=["NA"], infer_schema_length=0)
    found = table.filter(
        (pl.col("weights") == mvad.kind)
        & (pl.col("fit") == "list_start_tight")
        & (pl.col("noise.gate") == "TRUE")
    )
    assert found.height
    return found


def gated(mvad, row):
    return mvad.fit(3, row["modtype"], TIGHT, gating=row["gating"])


def named(component):
    return {"Noise": "noise", "Cluster0": "noise"}.get(component, component.removeprefix("Cluster"))


def test_gating_criteria(mvad):
    for row in tight(mvad, "gating_criteria").iter_rows(named=True):
        fit = gated(mvad, row)
        own = [fit.loglik, fit.bic, fit.icl, fit.df]
        assert_allclose(own, [float(row[name]) for name in COLUMNS[:4]], rtol=1e-9)
        if row["modtype"] != "UU":  # as without gating, DBS jumps with the last iterations
            assert_allclose(fit.dbs, float(row["DBS"]), atol=1e-9)


def test_gating_coefficients(mvad):
    for row in tight(mvad, "gating_coefficients").iter_rows(named=True):
        term = row["term"].replace("(Intercept)", "Intercept").replace("yes", "[T.yes]")
        found = gated(mvad, row).gating.filter(cluster=named(row["component"]), term=term)
        assert_allclose(found["estimate"].item(), float(row["coef"]), atol=1e-5)


def test_gating_proportions(mvad):
    for row in tight(mvad, "gating_tau").iter_rows(named=True):
        values = dict(zip(row["gating"].split(" + "), row["covariates"].split(":"), strict=True))
        found = gated(mvad, row).gated_proportions.filter(cluster=named(row["component"]), **values)
        assert_allclose(found["proportion"].item(), float(row["tau"]), atol=1e-6)


def test_gating_components(mvad):
    for row in tight(mvad, "gating_theta").iter_rows(named=True):
        fit, cluster = gated(mvad, row), int(named(row["component"])) - 1
        if cluster < len(fit.theta):
            assert [ALPHABET[state] for state in fit.theta[cluster]] == row["theta"].split("-")
            # R's table of common precisions has a second row: that of noise.
            if cluster == 0 or fit.type[0] == "U":
                assert_allclose(fit.precision[cluster, 0], float(row["lambda_first"]), rtol=1e-6)


def test_gating_memberships(mvad):
    for (modtype, gating), rows in tight(mvad, "gating_z_first100").group_by("modtype", "gating"):
        fit = gated(mvad, {"modtype": modtype, "gating": gating})
        expected = rows.select("z1", "z2", "z3").cast(pl.Float64).to_numpy()
        assert_allclose(memberships(fit)[:100], expected, atol=2e-6)


def test_a_noise_proportion_apart_from_gating_has_a_higher_likelihood_than_in_r(mvad):
    table = pl.read_csv(mvad.folder / "gating_criteria.csv", infer_schema_length=0)
    row = table.filter(
        (pl.col("weights") == mvad.kind)
        & (pl.col("fit") == "list_start_tight")
        & (pl.col("noise.gate") == "FALSE")
    ).row(0, named=True)
    fit = mvad.fit(3, "CCN", TIGHT, gating="gcse5eq", noise_gated=False)
    assert fit.df == int(row["df"])
    assert 1 < fit.loglik - float(row["loglik"]) < 10
    noise = fit.gated_proportions.filter(cluster="noise")["proportion"]
    assert_allclose(noise, fit.noise_proportion)


@pytest.mark.parametrize(("components", "modtype"), [(4, "UU"), (4, "UUN"), (5, "CCN"), (6, "UC")])
def test_free_runs_reach_the_best_of_the_starts_of_r(mvad, components, modtype):
    table = mvad.table("best_over_starts").filter(G=components, modtype=modtype)
    fit = medseq(mvad.seqs, components - modtype.endswith("N"), modtype)
    assert fit.loglik > table["loglik"].item() - 1e-6
    assert fit.starts.height == 60
    assert np.all(np.diff(fit.proportions) <= 0)
