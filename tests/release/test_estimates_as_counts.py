"""No estimate is a count in disguise: one person more or less rarely changes what is published."""

import polars as pl
import pytest

from trajectories.release import EXACT, PRESETS, protect
from trajectories.release.outputs.registry import SPECS, spec_for

from .test_specs import CASES, exact

RULES = PRESETS["default"]
N = 265
NO_SHARES = {
    # of models, with three digits each
    *("coef", "se", "hazard_ratio", "ratio", "other_ratio", "relative", "likelihood_gain"),
    *("set_low", "set_high", "low", "high", "statistic", "bic_below", "icl_below", "lrt"),
    *("delta_bic", "lowest", "highest", "starts", "e_value", "e_value_bound", "association"),
    *("departures", "planted", "share_at_maximum", "breakdown", "correlation"),
    *("subdistribution", "subdistribution_low", "subdistribution_high"),
    *("cause_specific", "cause_specific_low", "cause_specific_high"),
    # of tests
    *("p_value", "p_corrected", "p_alone", "p_beside", "p_dispersion", "p_permutation"),
    *("pre_trend_p_value", "placebo_p_value", "placebo_count"),
    # of distances between sequences, of partitions and of pictures
    *("PBC", "HG", "HGSD", "ASW", "ASWw", "CH", "R2", "CHsq", "R2sq", "HC", "ari", "ami", "r2"),
    *("estimate", "observed", "standardised", "threshold", "explained", "stress", "dbs", "quality"),
    *("distance", "discrepancy", "pseudo_r2", "r2_alone", "r2_beside", "alone", "remaining"),
    *("unaccounted", "db", "xb", "pbm", "ams", "jaccard", "ari_stable", "jaccard_stable"),
    *("jaccard_median", "share_below", "samples", "difference"),
    # of money and hours, and what a simulation was told
    *("amount", "state_part", "municipal_part", "state_share", "softdtw_hours", "effect"),
    *("touched_without", "effect_comparison", "difference_in_differences"),
}
"""Estimates that are no shares of persons or windows, by name."""
SHARES_HERE = {
    ("robust_associations", "estimate"),
    ("membership_effects", "estimate"),
    ("design", "estimate"),
    ("design_trends", "estimate"),
    ("design_placebos", "estimate"),
    ("differences", "difference"),
    ("adjusted_differences", "difference"),
    ("after_types", "difference"),
    ("job_risks", "difference"),
}
"""Those of such a name that are differences of shares."""
TOLD = {"planted_reform"}
"""Tables of what a simulation was told, of no register."""
SHARES = sorted(
    (spec.name, one.name)
    for spec in SPECS.values()
    for one in spec.estimates
    if (one.name not in NO_SHARES or (spec.name, one.name) in SHARES_HERE) and spec.name not in TOLD
)


def published(name: str, numbers: dict[str, float], size: int = N) -> pl.DataFrame:
    """Release the first row of a table that rests on so many persons, with these numbers."""
    spec = spec_for(name)
    run = next(run for run, table in CASES if table == name)
    table = exact(run, name).head(1)
    counts = [one.name for one in spec.counts if one.name in table.columns]
    inner = {column: float(size) for column in spec.internal}
    table = table.with_columns(
        **{one: pl.lit(size).cast(table.schema[one]) for one in counts},
        **{one: pl.lit(value, pl.Float64) for one, value in (inner | numbers).items()},
    )
    return protect(table, spec, RULES)[0]


@pytest.mark.parametrize(("name", "column"), SHARES)
def test_shares_of_few_persons_more_are_published_alike(name, column):
    shares = [published(name, {column: k / N})[column] for k in range(50, 62)]
    assert len({value.to_list()[0] for value in shares}) <= 6


@pytest.mark.parametrize("near", range(5))
def test_a_representative_of_few_does_not_say_of_how_few(near):
    rows = {"cluster": 1, "rank": [1, 2, 3], "persons": [150, 70, 45], "quality": 0.5}
    table = pl.DataFrame({**rows, "near": [120, 40, near]})
    found, _ = protect(table, spec_for("representative_sets"), RULES)
    assert found["near"].is_null().to_list() == [False, False, True]
    # the total covered may be rounded up or down, as any count next to a dash
    assert set(found["coverage"]) in ({0.6}, {0.62})


def test_a_representative_tells_the_size_of_its_cluster_no_more_exactly_than_the_total():
    def shown(size: int) -> pl.DataFrame:
        table = pl.DataFrame(
            {"cluster": 1, "rank": 1, "persons": [size], "near": [120], "quality": 0.5}
        )
        return protect(table, spec_for("representative_sets"), RULES)[0]

    assert all(shown(size).equals(shown(265)) for size in range(263, 268))


def test_an_effective_number_tells_nobody_how_many_equal_weights_there_are():
    def shown(size: int) -> pl.DataFrame:
        weights = {"precision": 1.0, "largest": 1 / size}
        table = pl.DataFrame({"group": "after", "windows": [size], "persons": [size], **weights})
        return protect(table, spec_for("effective_sizes"), RULES)[0]

    assert all(shown(size).equals(shown(530)) for size in range(528, 533))
    assert shown(530)["effective"].to_list() == [530.0]


@pytest.mark.parametrize("fewer", range(5))
def test_the_mean_of_an_outcome_that_few_have_is_withheld(fewer):
    means = {"touched_before": fewer / N, "touched_before_fewer": float(fewer)}
    found = published("design", means)
    assert found["touched_before"].to_list() == [None]
    assert found["touched_after"].null_count() == 0


@pytest.mark.parametrize("fewer", range(5))
def test_a_cluster_of_which_few_are_unsure_does_not_say_of_how_few(fewer):
    found = published("membership_certainty", {"sure": 1 - fewer / N, "fewer": float(fewer)})
    assert found["sure"].to_list() == [None]


@pytest.mark.parametrize("name", ["robust_associations", "membership_effects"])
@pytest.mark.parametrize("fewest", [0.0, 4.0, None])
def test_the_effect_of_a_level_of_few_persons_is_withheld(name, fewest):
    assert published(name, {"fewest": fewest})["estimate"].to_list() == [None]
    assert published(name, {})["estimate"].null_count() == 0


def test_the_exact_twin_says_everything():
    run = next(run for run, table in CASES if table == "effective_sizes")
    table = exact(run, "effective_sizes")
    twin, _ = protect(table, spec_for("effective_sizes"), EXACT)
    assert twin["precision"].to_list() == table["precision"].to_list()
