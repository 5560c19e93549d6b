"""The rule that chooses the number of clusters."""

import math

import pytest

from trajectories.typology.choose_k import Evidence, choose_by_model, choose_k

QUALITY = {
    2: {"ASW": 0.30, "HC": 0.20, "PBC": 0.50, "CH": 90.0},
    3: {"ASW": 0.40, "HC": 0.10, "PBC": 0.60, "CH": 80.0},
    4: {"ASW": 0.35, "HC": 0.05, "PBC": 0.55, "CH": 70.0},
}
LARGE = dict.fromkeys(QUALITY, 0.2)


def test_the_lowest_sum_of_ranks_wins_and_hc_is_best_when_low() -> None:
    choice = choose_k(QUALITY, LARGE)
    assert choice.k == 3  # ranks 1, 2, 1, 2
    assert choice.text == (
        "Of k = 2 to 4, those with at least 0 % of the windows' weight in every cluster took part "
        "(2, 3 and 4); k = 3 has the lowest sum of ranks over ASW, HC, PBC and CH: 6 (ASW 1, HC 2, "
        "PBC 1, CH 2; rank 1 is best), followed by k = 4 with 8."
    )


def test_the_best_of_one_index() -> None:
    assert choose_k(QUALITY, LARGE, rule="best", indices=["HC", "ASW"]).k == 4
    choice = choose_k(QUALITY, LARGE, rule="best", indices=["CH"])
    assert choice.k == 2
    assert choice.text.endswith("k = 2 has the highest CH (90.000).")


def test_a_fixed_number_is_taken_as_it_is() -> None:
    choice = choose_k(QUALITY, dict.fromkeys(QUALITY, 0.0), rule="fixed", k=2, minimum_share=0.1)
    assert choice.k == 2
    assert "fixed in the configuration" in choice.text


@pytest.mark.parametrize("k", [None, 9])
def test_a_fixed_number_outside_the_range_is_refused(k: int | None) -> None:
    with pytest.raises(ValueError, match="k must be one of 2 to 4"):
        choose_k(QUALITY, LARGE, rule="fixed", k=k)


def test_partitions_with_a_tiny_cluster_do_not_take_part() -> None:
    choice = choose_k(QUALITY, {2: 0.2, 3: 0.01, 4: 0.05}, minimum_share=0.02)
    assert choice.k == 4
    assert "at least 2 % of the windows' weight in every cluster took part (2 and 4)" in choice.text


def test_all_take_part_where_none_passes() -> None:
    choice = choose_k(QUALITY, dict.fromkeys(QUALITY, 0.01), minimum_share=0.3)
    assert choice.k == 3
    assert choice.text.startswith("No k of 2 to 4 had at least 30 %")


def test_ties_go_to_the_smaller_k_and_missing_values_rank_last() -> None:
    equal = {k: {"ASW": 0.5} for k in (5, 3, 4)}
    assert choose_k(equal, dict.fromkeys(equal, 1.0), indices=["ASW"]).k == 3
    partly = {2: {"ASW": math.nan}, 3: {"ASW": -0.4}}
    assert choose_k(partly, dict.fromkeys(partly, 1.0), indices=["ASW"]).k == 3


def test_a_single_number_needs_no_runner_up() -> None:
    choice = choose_k({2: QUALITY[2]}, {2: 1.0}, indices=["ASW"])
    assert choice.text.endswith("over ASW: 1 (ASW 1; rank 1 is best).")
    assert choice.text.startswith("Of k = 2, those")


def evidence(p: dict[int, float], jaccard: dict[int, list[float]] | None = None) -> Evidence:
    """Standardised indices by which 4 stands out most, then 3."""
    away = {2: 1.0, 3: 2.0, 4: 3.0}
    return Evidence(
        p_value=p,
        standardised={k: {"ASW": z, "HC": -z, "PBC": z, "CH": z} for k, z in away.items()},
        jaccard=jaccard or {k: [0.9] * k for k in QUALITY},
        replicates=1000,
        level=0.05,
        threshold=0.75,
    )


def test_of_significant_and_stable_numbers_the_farthest_from_chance_wins() -> None:
    choice = choose_k(
        QUALITY,
        LARGE,
        rule="validated",
        minimum_share=0.02,
        evidence=evidence({2: 0.2, 3: 0.01, 4: 0.001}),
    )
    assert (choice.k, choice.continuum, choice.unstable) == (4, False, ())
    assert choice.text == (
        "Each grouping into 2 to 4 types was compared with 1,000 sets of random courses that have "
        "no types. Clearer than chance would make them (level 5 %): 3 and 4. Of these, 3 and 4 "
        "have no type with less than 2 % of the windows, and each type found again when the "
        "persons are drawn anew. Among these, k = 4 stands out most from chance by ASW, HC, PBC "
        "and CH together."
    )


def test_without_a_significant_number_the_courses_are_a_continuum() -> None:
    found = evidence(dict.fromkeys(QUALITY, 0.06))
    choice = choose_k(QUALITY, LARGE, rule="validated", evidence=found)
    assert (choice.k, choice.continuum) == (2, True)
    assert "The courses form one continuum without separate types." in choice.text
    assert choice.text.count(". ") == 3


def test_unstable_numbers_come_after_stable_ones_and_are_marked() -> None:
    clear = dict.fromkeys(QUALITY, 0.01)
    jaccard = {2: [0.9, 0.9], 3: [0.8, 0.75, 0.9], 4: [0.9, 0.74, 0.9, 0.5]}
    choice = choose_k(QUALITY, LARGE, rule="validated", evidence=evidence(clear, jaccard))
    assert (choice.k, choice.unstable) == (3, ())
    jaccard = {2: [0.9, 0.1], 3: [0.8, 0.1, 0.9], 4: [0.9, 0.74, 0.9, 0.5]}
    choice = choose_k(QUALITY, LARGE, rule="validated", evidence=evidence(clear, jaccard))
    assert (choice.k, choice.unstable) == (4, (1, 3))
    assert "but none has each type found again" in choice.text


def test_significant_numbers_with_a_tiny_cluster_come_last() -> None:
    clear = evidence(dict.fromkeys(QUALITY, 0.01))
    shares = {2: 0.3, 3: 0.1, 4: 0.01}
    choice = choose_k(QUALITY, shares, rule="validated", minimum_share=0.02, evidence=clear)
    assert choice.k == 3
    small = dict.fromkeys(QUALITY, 0.01)
    choice = choose_k(QUALITY, small, rule="validated", minimum_share=0.02, evidence=clear)
    assert choice.k == 4
    assert "None of these has no type" not in choice.text


def test_the_validated_rule_needs_evidence() -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        choose_k(QUALITY, LARGE, rule="validated")


def test_a_model_chooses_the_best_criterion_among_large_clusters() -> None:
    criteria = {1: -100.0, 2: -60.0, 3: -40.0, 4: -30.0}
    shares = {2: 0.4, 3: 0.2, 4: 0.01}
    found = choose_by_model(criteria, shares, minimum_share=0.02)
    assert (found.k, found.continuum) == (3, False)
    assert found.text == (
        "One model of all courses was compared with mixtures of 2, 3 and 4 types. Of those with at "
        "least 2 % of the windows in every type, k = 3 has the best BIC."
    )
    top = choose_by_model(criteria, shares, criterion="icl")
    assert top.k == 4
    assert top.text.endswith("the largest number that was tried: more types may be better still.")


def test_one_model_of_all_courses_makes_a_continuum() -> None:
    found = choose_by_model({1: -10.0, 2: -20.0, 3: -15.0}, {2: 0.5, 3: 0.3})
    assert (found.k, found.continuum) == (3, True)
    assert "one continuum without separate types" in found.text
