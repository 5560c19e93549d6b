"""R's distances on real sequences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from dissimilarity.mvad import mvad_sequences, r_distances, varying_sequences
from trajectories.dissimilarity import Costs, cross, pairwise, substitution_costs

CUSTOM = Costs(
    [
        [0, 0.7, 0.9, 1.1, 1.3, 1.5],
        [0.7, 0, 0.7, 0.9, 1.1, 1.3],
        [0.9, 0.7, 0, 0.7, 0.9, 1.1],
        [1.1, 0.9, 0.7, 0, 0.7, 0.9],
        [1.3, 1.1, 0.9, 0.7, 0, 0.7],
        [1.5, 1.3, 1.1, 0.9, 0.7, 0],
    ],
    [0.7, 0.8, 0.9, 1.0, 1.1, 1.2],
)


def costs_of(seqs, name):
    """Return the costs that a reference file's name stands for."""
    if name in ("own", "vecindel"):
        return CUSTOM if name == "vecindel" else None
    method, _, indel = name.partition(" ")
    costs = substitution_costs(seqs, method)
    return Costs(costs.substitution, float(indel)) if indel else costs


MVAD = [
    ("OM_const", "om", "constant", "none"),
    ("OM_const_maxlength", "om", "constant", "auto"),
    ("OM_trate_indel1", "om", "trate 1", "none"),
    ("OM_trate_indel1_weighted", "om", "trate 1", "none"),
    ("OM_trate_indelauto", "om", "trate", "none"),
    ("OM_trate_indelauto_weighted", "om", "trate", "none"),
    ("OM_trate_maxlength", "om", "trate 1", "auto"),
    ("OM_trate_gmean", "om", "trate 1", "gmean"),
    ("OM_trate_maxdist", "om", "trate 1", "maxdist"),
    ("OM_trate_YujianBo", "om", "trate 1", "yujianbo"),
    ("OM_indels", "om", "indels", "none"),
    ("OM_indels_weighted", "om", "indels", "none"),
    ("OM_indelslog", "om", "indelslog", "none"),
    ("OM_indelslog_weighted", "om", "indelslog", "none"),
    ("OM_indelslog_maxdist", "om", "indelslog", "maxdist"),
    ("OM_future", "om", "future", "none"),
    ("OM_future_weighted", "om", "future", "none"),
    ("OM_custom_vecindel", "om", "vecindel", "none"),
    ("LCS", "lcs", "own", "none"),
    ("LCS_gmean", "lcs", "own", "auto"),
    ("HAM", "ham", "own", "none"),
    ("HAM_maxlength", "ham", "own", "auto"),
    ("HAM_maxdist", "ham", "own", "maxdist"),
    ("HAM_trate", "ham", "trate", "none"),
    ("HAM_trate_weighted", "ham", "trate", "none"),
    ("DHD", "dhd", "own", "none"),
    ("DHD_weighted", "dhd", "own", "none"),
    ("DHD_maxlength", "dhd", "own", "auto"),
    ("DHD_maxdist", "dhd", "own", "maxdist"),
]


@pytest.mark.parametrize(("name", "measure", "costs", "normalise"), MVAD)
def test_mvad_equals_r(reference, name, measure, costs, normalise):
    seqs = mvad_sequences(reference, weighted=name.endswith("_weighted"))
    chosen = costs_of(seqs, costs)
    if costs == "own":
        # The measure's own costs come from all sequences, so all are taken.
        d = pairwise(seqs, measure, normalise=normalise)
        pairs = np.zeros((712, 712))
        pairs[np.triu_indices(712, 1)] = d
        found = (pairs + pairs.T)[:100, :100]
    else:
        found = cross(seqs[:100], seqs[:100], measure, chosen, normalise)
    expected = r_distances(reference, f"mvad/dist_{name}")
    assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", ["none", "auto", "maxlength", "gmean", "maxdist", "YujianBo"])
@pytest.mark.parametrize(
    ("name", "measure", "costs"),
    [
        ("OM_const", "om", "constant"),
        ("OM_indel3", "om", "constant 3"),
        ("OM_trate_auto", "om", "trate"),
        ("OM_indelslog", "om", "indelslog"),
        ("LCS", "lcs", "own"),
    ],
)
def test_unequal_lengths_equal_r(reference, name, measure, costs, kind):
    seqs = varying_sequences(reference)
    expected = r_distances(reference, f"varlen/dist_{name}_{kind}")
    d = pairwise(seqs, measure, costs_of(seqs, costs), kind.lower())
    assert_allclose(d, expected[np.triu_indices(60, 1)], rtol=1e-9, atol=1e-12)
