"""Every file of R's numbers on clusters and what is explained of them is read by a test."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from tests.typology.helpers import members, mvad_om, r_table, square, tie_free

from discrepancy.r_mvad import case
from trajectories.dissimilarity import pairwise
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team
from trajectories.typology import clara, cut, linkage, null_quality, pam, quality
from trajectories.typology.indices.quality_indices import INDICES, quality_range
from trajectories.typology.medoids.fasterpam import build_medoids

STARTS = (
    "agnes_",
    "bootclustrange_",
    "clust",
    "diss",
    "hclust_",
    "kmedrange",
    "pam_",
    "rarcat_",
    "seqCompare_",
    "seqclararange_",
    "seqdiff_",
    "seqnullcqi_",
    "seqpropclust_",
    "seqrep_",
    "seqtree_",
    "tiefree_",
    "wc",
)
WITHOUT_NUMBERS = r"(seqdiff_variance|seqrep_(density|freq|dist|mscore)_stats)(_weighted)?"
WITHOUT_COUNTERPART = {
    "tiefree_diana_members": "no divisive trees here",
    "tiefree_fanny_k4_m15": "fuzzy clusters here are those of medoids, not fanny's",
    "hclust_ward.D_members_stats_weighted": "at ties R's two programs take different trees",
    "hclust_ward.D2_members_stats_weighted": "at ties R's two programs take different trees",
    "bootclustrange_print": "a random run, printed without its data",
}
W = "(_weighted)?"
TREES = r"(ward\.D2?|average|complete|single|mcquitty)"
READERS = {
    rf"dissassoc_GRP2?(_squared)?{W}_(stat|anova|groups)": "test_association",
    rf"(disscenter(_medoid(_all|_bygroup)?)?|dissvar){W}": "test_association",
    rf"dissmfacw{W}": "test_factors",
    rf"seqdiff_stat{W}": "test_positions",
    rf"seqtree_(leaf|print){W}|seqtree_(fit|rules)": "test_trees",
    rf"(seq|diss)Compare_gcse5eq_(s0|s50|s100|by_male_s0_LCS){W}": "test_comparisons",
    rf"seqpropclust_(members|stats){W}": "test_property_clusters",
    rf"clustassoc{W}": "test_covariate_association",
    rf"(tiefree_)?hclust_{TREES}_(members|height|merge_height){W}": "test_linkage_tree",
    r"hclust_ward\.D2?_members_stats": "test_reference",
    r"agnes_(ward_heights|ward_members|betaflex_members)": "test_linkage_tree",
    r"tiefree_agnes_ward_members": "test_linkage_tree",
    rf"clustrange_(ward\.D2?|average){W}": "test_quality_indices",
    rf"tiefree_clustrange_ward\.D{W}": "test_quality_indices",
    rf"wcSilhouetteObs_wardD_k4{W}|wcClusterQuality_wardD_k4_ASW{W}": "test_silhouettes",
    rf"wcClusterQuality_wardD_k4_stats{W}": "test_reference",
    rf"(tiefree_)?kmedrange{W}|pam_wardD_init(_members)?{W}": "test_reference",
    rf"tiefree_pam_members{W}": "test_reference",
    rf"tiefree_pam{W}|pam_npass100(_members)?{W}": "test_partition_around_medoids",
    r"cluster_pam_build_swap|tiefree_cluster_pam|wcCmpCluster_allstats": "test_reference",
    r"tiefree_(D|index)": "test_linkage_tree",
    rf"wcAggregateCases{W}": "test_reference",
    rf"seqrep_(density|freq|dist|mscore)_(index|scores){W}": "test_covering_set",
    r"rarcat_R20_print": "test_rarcat",
    r"seqclararange_R20_stats|seqnullcqi_R10_print": "test_reference",
}


def test_no_file_is_left_out(reference):
    manifest = json.loads((reference / "MANIFEST.json").read_text())["entries"]
    listed = {entry["name"] for entry in manifest if entry["name"].startswith(STARTS)}
    lying = {
        re.sub(r"\.(csv|txt|bin)(\.gz)?$", "", path.name)
        for folder in ("mvad", "ex1")
        for path in (reference / folder).iterdir()
        if path.name.startswith(STARTS)
    }
    unread = {
        name
        for name in (listed | lying) - set(WITHOUT_COUNTERPART)
        if not re.fullmatch(WITHOUT_NUMBERS, name)
        and not any(re.fullmatch(pattern, name) for pattern in READERS)
    }
    assert not unread
    tests = {path.stem for path in Path(__file__).parents[1].rglob("test_*.py")}
    assert set(READERS.values()) <= tests


def agree(found, rows):
    for index in INDICES:
        close = 2e-6 if index in ("HG", "HGSD") else 1e-9
        assert found[index] == pytest.approx(float(rows[index]), rel=close), index


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("tie_less", [False, True])
def test_ranges_of_medoids_equal_r(reference, weighted, tie_less):
    suffix = "_weighted" if weighted else ""
    prefix, labels = ("tiefree_", "tiefree_pam") if tie_less else ("", "pam_wardD_init")
    d, weights = (tie_free if tie_less else mvad_om)(reference, weighted=weighted)
    theirs = members(reference, f"{labels}_members{suffix}")
    rows = {
        row["k"]: row
        for row in r_table(reference, f"{prefix}kmedrange{suffix}.csv").iter_rows(named=True)
    }
    found = quality_range(d, list(theirs.values()), weights)
    for k, own in zip(theirs, found, strict=True):
        agree(own, rows[k])
    losses = r_table(reference, f"{labels}{suffix}.csv")
    column = "wardinit_sum" if tie_less else "sum_of_distances"
    full = square(d)
    for k, loss in losses.select("k", column).iter_rows():
        medoids = np.unique(theirs[k]) - 1  # R labels items by their medoids
        assert weights @ full[medoids].min(axis=0) == pytest.approx(loss, rel=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_quality_of_four_clusters_and_of_r_trees_equals_r(reference, weighted):
    suffix = "_weighted" if weighted else ""
    d, weights = mvad_om(reference, weighted=weighted)
    rows = r_table(reference, f"wcClusterQuality_wardD_k4_stats{suffix}.csv")
    labels = members(reference, f"hclust_ward.D_members{suffix}")[4]
    agree(quality(d, labels, weights), dict(rows.iter_rows()))
    if not weighted:
        for method in ("ward.D", "ward.D2"):
            own = members(reference, f"hclust_{method}_members_stats")[4]
            ours = cut(linkage(d, method), 4)
            moved = 712 - sum(max(np.bincount(own[ours == cluster])) for cluster in range(4))
            # stats::hclust; in ward.D2 persons equally near two clusters fall to either
            assert moved == 0 if method == "ward.D" else moved <= 2


@pytest.mark.parametrize("tie_less", [False, True])
def test_build_and_swap_of_r_are_reached_or_beaten(reference, tie_less):
    name = "tiefree_cluster_pam" if tie_less else "cluster_pam_build_swap"
    d, weights = (tie_free if tie_less else mvad_om)(reference, weighted=False)
    full = square(d)
    for row in r_table(reference, f"{name}.csv").iter_rows(named=True):
        k = row["k"]
        build, swap = (row.get(n, row.get(f"objective_{n}")) for n in ("build", "swap"))
        with Team(1) as team:
            start = build_medoids(Rows(d, team), k, weights)
        assert full[start].min(axis=0).sum() == pytest.approx(build, rel=1e-9)
        medoids = np.array(row["medoids"].split(), int) - 1
        assert full[medoids].min(axis=0).sum() == pytest.approx(swap, rel=1e-9)
        assert pam(d, k).loss <= swap * (1 + 1e-9)
        if tie_less:
            found = quality(d, full[medoids].argmin(axis=0))["ASW"]
            assert found == pytest.approx(row["asw"], rel=1e-9)


def test_comparison_of_methods_equals_r(reference):
    """On tied distances average linkage takes another merge from k = 4 on.

    R's flexible trees (another order of ties) and medoids (random starts) are compared elsewhere;
    median, centroid and divisive trees have no counterpart.
    """
    d = pairwise(case(reference, weighted=False).seqs, "lcs")
    table = r_table(reference, "wcCmpCluster_allstats.csv")
    compared = 0
    for method in ("ward.D", "ward.D2", "single", "complete", "average", "mcquitty"):
        tree = linkage(d, method)
        ks = range(2, 4 if method == "average" else 7)
        for k, found in zip(ks, quality_range(d, [cut(tree, k) for k in ks]), strict=True):
            agree(found, table.filter(method=method, ngroup=k).row(0, named=True))
            compared += 1
    assert compared == 27


@pytest.mark.parametrize("weighted", [False, True])
def test_unique_sequences_equal_r(reference, weighted):
    suffix = "_weighted" if weighted else ""
    unique = case(reference, weighted=weighted).seqs.unique()
    first = np.full(len(unique), 712)
    np.minimum.at(first, unique.inverse, np.arange(712))
    rows = r_table(reference, f"wcAggregateCases{suffix}.csv.gz")
    assert rows.height == len(unique) == 490
    # R names a sequence by any of its rows
    named = unique.inverse[rows["aggIndex"].to_numpy() - 1]
    assert len(set(named.tolist())) == 490
    assert_allclose(unique.sequences.weights[named], rows["aggWeights"].to_numpy(), rtol=1e-9)


def test_samples_do_at_least_as_well_as_rs(reference):
    seqs = case(reference, weighted=False).seqs
    for row in r_table(reference, "seqclararange_R20_stats.csv").iter_rows(named=True):
        found = clara(seqs, row["k"], "ham", samples=5, sample_size=1000).quality["distance"]
        assert 0.9 * row["Avg.dist"] < found <= row["Avg.dist"] * (1 + 1e-9)


def test_distance_from_the_null_model_equals_rs_in_law(reference):
    """A standard deviation of R's ten replicates is known within a quarter."""
    text = (reference / "mvad" / "seqnullcqi_R10_print.txt").read_text()
    blocks = re.findall(r"^cluster2\s+(.+)$", text, re.MULTILINE)
    names = ("PBC", "HG", "HGSD", "ASW", "ASWw", "CH", "R2", "CHsq", "R2sq", "HC")
    theirs = dict(zip(names, map(float, " ".join(blocks).split()), strict=True))
    seqs = case(reference, weighted=False).seqs
    found = null_quality(
        seqs, [2], "combined", "lcs", method="ward", ward_method="ward.D", replicates=20
    ).table.filter(k=2)
    ours = dict(found.select("index", "standardised").iter_rows())
    for name in ("ASW", "CH", "HC"):
        assert 0.4 < ours[name] / theirs[name] < 2.5, name
