"""R's distances on the mvad data as sums over all pairs, for whoever has the data."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from dissimilarity import r_calls
from dissimilarity.mvad import read_mvad

NAMED = os.environ.get("TRAJECTORIES_MVAD", "")
KEPT = Path(os.environ.get("TRAJECTORIES_REFERENCE", ""), "data", "mvad.csv")
FILE = Path(NAMED) if NAMED else KEPT
SUMS = Path(__file__).parents[1] / "fixtures" / "dissimilarity" / "mvad.csv"
ROWS = pl.read_csv(SUMS).rows(named=True)


@pytest.mark.untraced
@pytest.mark.skipif(not FILE.is_file(), reason="no copy of mvad.csv is named or kept")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_sums_of_distances_equal_r(row):
    seqs = read_mvad(FILE, weighted=row["name"].endswith("_weighted"))
    found = r_calls.distances(seqs, row["call"])
    pairs = found[np.triu_indices(len(seqs), 1)]
    assert_allclose(pairs.sum(), row["sum"], rtol=1e-9)
    assert_allclose((pairs**2).sum(), row["squares"], rtol=1e-9)
    assert_allclose(pairs.max(), row["max"], rtol=1e-9)
    rows = np.arange(1, len(seqs) + 1) @ found.sum(axis=1)
    assert_allclose(rows, row["checksum"], rtol=1e-9)


def test_every_measure_is_among_them():
    measures = {r_calls.argument(row["call"], "method").lower() for row in ROWS}
    assert measures >= {"om", "ham", "dhd", "lcs", "lcp", "rlcp", "twed", "chi2", "euclid"}
    assert len(ROWS) == 66
