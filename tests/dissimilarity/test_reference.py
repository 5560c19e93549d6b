"""R's costs and distances: every entry of the manifest on the four data sets."""

import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from dissimilarity import r_calls
from trajectories.dissimilarity import substitution_costs

FOLDER = Path(os.environ.get("TRAJECTORIES_REFERENCE", ""))
DATASETS = ("mvad", "ex1", "varlen", "spell")
KNOWN = FOLDER.is_dir() and "TRAJECTORIES_REFERENCE" in os.environ
DISTANCES = r_calls.entries(FOLDER, "dist_", DATASETS) if KNOWN else []
COSTS = r_calls.entries(FOLDER, "cost_", DATASETS) if KNOWN else []
MATRICES = [entry for entry in DISTANCES if "summary" not in entry["name"]]

pytestmark = pytest.mark.skipif(
    not KNOWN,
    reason="the data behind R's numbers may not be committed: TRAJECTORIES_REFERENCE names them",
)


def name_of(entry):
    return entry["file"]


@cache
def sequences(file):
    return r_calls.sequences_of(FOLDER, next(e for e in COSTS + DISTANCES if e["file"] == file))


@cache
def summaries():
    tables = [
        pl.read_csv(FOLDER / "mvad" / f"dist_summary_{kind}.csv").with_columns(
            name="dist_" + pl.col("dist") + ("_weighted" if kind == "w" else "")
        )
        for kind in "uw"
    ]
    return {row["name"]: row for row in pl.concat(tables).iter_rows(named=True)}


def test_the_manifest_is_walked_whole():
    everything = json.loads((FOLDER / "MANIFEST.json").read_text())["entries"]
    stage = [
        entry
        for entry in everything
        if entry["dataset"] in DATASETS
        and ("seqdist(" in entry["call"] or "seqcost(" in entry["call"])
        and entry["name"].startswith(("cost_", "dist_"))
    ]
    assert {entry["file"] for entry in stage} <= {entry["file"] for entry in COSTS + MATRICES}
    assert len(COSTS) == 48
    assert len(MATRICES) == 268
    assert len(summaries()) == 66


@pytest.mark.parametrize("entry", MATRICES, ids=name_of)
def test_distances_equal_r(entry):
    seqs = sequences(entry["file"])
    expected = r_calls.read_table(FOLDER, entry).to_numpy().astype(float)
    found = r_calls.distances(seqs, entry["call"])
    n = len(expected)
    assert_allclose(found[:n, :n], expected, rtol=1e-9, atol=1e-12)
    if entry["dataset"] == "mvad":
        whole = summaries()[entry["name"]]
        pairs = found[np.triu_indices(len(seqs), 1)]
        assert_allclose(pairs.sum(), whole["sum_lower"], rtol=1e-9)
        assert_allclose((pairs**2).sum(), whole["sumsq_lower"], rtol=1e-9)
        assert_allclose(pairs.max(), whole["max"], rtol=1e-9)
        rows = np.arange(1, len(seqs) + 1) @ found.sum(axis=1)
        assert_allclose(rows, whole["frobenius_wtd_checksum"], rtol=1e-9)


@pytest.mark.parametrize("entry", COSTS, ids=name_of)
def test_costs_equal_r(entry):
    seqs = sequences(entry["file"])
    call = entry["call"]
    options = {}
    if lag := r_calls.argument(call, "lag"):
        options["lag"] = int(lag)
    if "time.varying=TRUE" in entry["call"] and "TRATE" in call:
        options["time_varying"] = True
        options["transition"] = r_calls.argument(call, "transition")
    if "FEATURES" in call:
        options["state_features"] = np.array([[1, 0, 0, 0, 0, 1], [0, 1, 2, 0, 1, 1]]).T
    method = r_calls.cost_method(call)
    if "INDELSLOG" in call and "time.varying" in call:
        options["time_varying"] = True
    costs = r_calls.derived(seqs, method, **options)
    if entry["name"].startswith("cost_sm_TRATE_tv"):
        table = pl.read_csv(FOLDER / entry["file"])
        assert table["t"].is_sorted()
        assert_allclose(costs.substitution.reshape(-1), table["cost"], rtol=1e-9, atol=1e-12)
        return
    table = r_calls.read_table(FOLDER, entry) if "cost_sm" in entry["name"] else None
    if table is None:
        indel = pl.read_csv(FOLDER / entry["file"])["indel"].to_numpy()
        assert_allclose(np.broadcast_to(costs.indel, indel.shape), indel, rtol=1e-9)
    else:
        found = costs.substitution[0] if "time_varying" in options else costs.substitution
        assert_allclose(found, table.to_numpy().astype(float), rtol=1e-9, atol=1e-12)


def test_costs_of_missing_from_the_data():
    seqs = r_calls.example_sequences(FOLDER, missing="state")
    given = substitution_costs(seqs, "trate", missing_state="*", miss_cost_fixed=False)
    assert_allclose(given.substitution, substitution_costs(seqs, "trate").substitution)
    one = substitution_costs(seqs, "future", missing_state="*", miss_cost=1)
    assert set(one.substitution[-1]) == {0, 1}
