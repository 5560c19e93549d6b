"""Every file of R's numbers on discrepancy is read by a test."""

import json
import re
from pathlib import Path

STARTS = (
    "dissassoc_",
    "disscenter",
    "dissvar",
    "dissmfacw",
    "seqdiff_",
    "seqtree_",
    "seqCompare_",
    "dissCompare_",
    "seqpropclust_",
    "clustassoc",
)
WITHOUT_NUMBERS = {"seqdiff_variance", "seqdiff_variance_weighted"}
READERS = {
    r"dissassoc_GRP2?(_squared)?(_weighted)?_(stat|anova|groups)": "test_association",
    r"(disscenter(_medoid(_all|_bygroup)?)?|dissvar)(_weighted)?": "test_association",
    r"dissmfacw(_weighted)?": "test_factors",
    r"seqdiff_stat(_weighted)?": "test_positions",
    r"seqtree_(leaf|print)(_weighted)?|seqtree_(fit|rules)": "test_trees",
    r"(seq|diss)Compare_gcse5eq_(s0|s50|s100|by_male_s0_LCS)(_weighted)?": "test_comparisons",
    r"seqpropclust_(members|stats)(_weighted)?": "test_property_clusters",
    r"clustassoc(_weighted)?": "test_covariate_association",
}


def test_no_file_is_left_out(reference):
    manifest = json.loads((reference / "MANIFEST.json").read_text())["entries"]
    listed = {entry["name"] for entry in manifest if entry["name"].startswith(STARTS)}
    lying = {
        path.name.split(".")[0]
        for path in (reference / "mvad").iterdir()
        if path.name.startswith(STARTS)
    }
    unread = {
        name
        for name in (listed | lying) - WITHOUT_NUMBERS
        if not any(re.fullmatch(pattern, name) for pattern in READERS)
    }
    assert not unread
    tests = {path.stem for path in Path(__file__).parents[1].rglob("test_*.py")}
    assert set(READERS.values()) <= tests
