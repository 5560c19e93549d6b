"""Terms that separate events only together, and the jackknife without what held them back."""

import hypothesis
import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp
from hypothesis import strategies as st
from scipy import optimize, special

from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.discrete_time.separation import receding


def separated_by_programme(x: np.ndarray, n: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The cells that some move of the coefficients separates, by a linear programme a cell."""
    sign = np.where(y == n, 1.0, -1.0)
    inner = (y > 0) & (y < n)
    found = np.zeros(len(x), bool)
    for cell in np.flatnonzero(~inner):
        result = optimize.linprog(
            -sign[cell] * x[cell],
            A_ub=-(sign[:, None] * x)[~inner],
            b_ub=np.zeros((~inner).sum()),
            A_eq=x[inner] if inner.any() else None,
            b_eq=np.zeros(inner.sum()) if inner.any() else None,
            bounds=(-1, 1),
        )
        found[cell] = result.fun < -1e-6
    return found


@hypothesis.given(st.integers(0, 10_000))
@hypothesis.example(733)  # Directions that hold only if equal numbers are equal to the last bit.
@hypothesis.settings(deadline=None, max_examples=60)
def test_separated_cells_are_those_of_a_linear_programme(seed):
    draw = np.random.default_rng(seed)
    one, two = draw.integers(0, 3, 14), draw.integers(0, 3, 14)
    columns = [np.ones(14), *((one == level) * 1.0 for level in (1, 2))]
    columns += [(two == level) * 1.0 for level in (1, 2)]
    x = np.column_stack(columns)
    hypothesis.assume(np.linalg.matrix_rank(x) == x.shape[1])
    n = draw.integers(1, 4, 14).astype(float)
    y = np.minimum(n, draw.choice([0, 0, 0, 1, 2], 14)).astype(float)
    cells, terms = receding(sp.csr_matrix(x), n, y)
    assert cells.tolist() == separated_by_programme(x, n, y).tolist()
    assert terms.any() == cells.any()


def lonely() -> pl.DataFrame:
    """Without cluster 0 nobody of column 2 is outside row 2, whose events are all in column 2."""
    draw = np.random.default_rng(4)
    size = 1_200
    cluster = np.arange(size) % 8
    row, column = draw.integers(0, 3, size), draw.integers(0, 3, size)
    column = np.where((column == 2) & (row < 2) & (cluster > 0), 0, column)
    z = draw.normal(size=size).round(1)
    event = draw.random(size) < 1 / (1 + np.exp(1.5 - 0.5 * z))
    event &= (row < 2) | (column == 2)
    return pl.DataFrame(
        {"person": np.arange(size), "cluster": cluster, "z": z, "job": event.astype(np.int8)}
        | {"row": row.astype(str), "column": column.astype(str)}
    )


def slope_in_the_limit(rows: pl.DataFrame) -> float:
    """The coefficient of z by a general optimiser, the separated rows left out."""
    levels = [(rows[name] == level).to_numpy() for name in ("row", "column") for level in "12"]
    x = np.column_stack([rows["z"], np.ones(rows.height), *levels]).astype(float)
    y = rows["job"].to_numpy().astype(float)
    cells = pl.DataFrame(x[:, 1:]).with_columns(y=y).group_by(pl.exclude("y"), maintain_order=True)
    groups = cells.agg(n=pl.len(), y=pl.col("y").sum())
    n, events = groups["n"].to_numpy(), groups["y"].to_numpy()
    apart = separated_by_programme(groups[:, :-2].to_numpy(), n, events)
    gone = {tuple(row) for row in groups[:, :-2].to_numpy()[apart].tolist()}
    kept = np.array([tuple(row) not in gone for row in x[:, 1:].tolist()])
    x, y = x[kept], y[kept]
    basis = np.linalg.svd(x[:, 1:], full_matrices=False)
    others = basis[0][:, basis[1] > 1e-9]
    z = np.column_stack([x[:, 0], others * np.sqrt(len(x))])

    def loss(beta):
        eta = z @ beta
        return (np.logaddexp(0, eta) - y * eta).sum(), z.T @ (special.expit(eta) - y)

    start = np.zeros(z.shape[1])
    return optimize.minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x[0]


def test_the_jackknife_takes_the_limit_where_terms_separate_together():
    rows = lonely()
    terms = ["z", "C(row)", "C(column)"]
    fit = fit_hazard(rows, terms=terms, link="logit", cluster="cluster", variance="crv3")
    place = fit.table["term"].to_list().index("z")
    whole = slope_in_the_limit(rows)
    assert fit.table["coef"][place] == pytest.approx(whole, abs=1e-6)
    apart = [slope_in_the_limit(rows.filter(pl.col("cluster") != g)) - whole for g in range(8)]
    expected = 7 / 8 * np.square(apart).sum()
    assert fit.vcov[place, place] == pytest.approx(expected, rel=1e-4)
    # Of the terms that went away without cluster 0 nothing can be said.
    errors = dict(fit.table.select("term", "se").iter_rows())
    assert np.isnan(errors["C(row)[T.2]"])
    assert np.isnan(errors["C(column)[T.2]"])
    assert errors["C(row)[T.1]"] > 0


def test_a_cluster_that_holds_all_events_leaves_no_jackknife_variance():
    rows = lonely().with_columns(job=pl.when(pl.col("cluster") == 3).then("job").otherwise(0))
    fit = fit_hazard(rows, terms=["z"], cluster="cluster", variance="crv3")
    assert np.isnan(fit.vcov).all()
