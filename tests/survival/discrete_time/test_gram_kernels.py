"""Compiled kernels against naive code."""

import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.survival.discrete_time.gram_kernels import weighted_gram


@settings(max_examples=25)
@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 10**6))
def test_weighted_gram_equals_the_dense_product(rows, columns, seed):
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=(rows, columns)) * (rng.random((rows, columns)) < 0.5)
    weight = rng.random(rows)
    x = sp.csr_matrix(dense)
    got = weighted_gram(x.indptr, x.indices, x.data, weight, columns)
    np.testing.assert_allclose(got, dense.T @ (dense * weight[:, None]), atol=1e-12)
    np.testing.assert_array_equal(got, got.T)
