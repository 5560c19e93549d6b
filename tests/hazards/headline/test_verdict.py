"""The verdict: every check can be contradicted, inconclusive and supported."""

from typing import Any

import polars as pl
import pytest

from trajectories.hazards.checks.lead_bounds import BOUND_SCHEMA
from trajectories.hazards.checks.randomised_checks import RANDOMISED_SCHEMA
from trajectories.hazards.designs.rows import DESIGN_SCHEMA
from trajectories.hazards.headline.verdict import (
    ALWAYS,
    OF_DESIGNS,
    OF_EVENT_STUDY,
    OF_RANDOMISATION,
    lead_verdict,
    verdict,
)
from trajectories.hazards.headline.verdict_rows import VERDICT_SCHEMA
from trajectories.release.study import Study
from trajectories.release.verdict_words import CHECKS, SENTENCES, sentence
from trajectories.release.verdict_words import judged as written

DANISH = Study(language="da")
MODELS = pl.DataFrame(
    {
        "model": ["departures_total", "departures_given_other"],
        "term": ["departures"] * 2,
        "hazard_ratio": [0.78, 0.9],
        "low": [0.7, 0.8],
        "high": [0.86, 1.0],
        "persons": [400] * 2,
        "events": [90] * 2,
        "from_caseworkers": [30] * 2,
        "to_caseworkers": [40] * 2,
    }
)


def lead_tests(p: float, low: float, high: float) -> pl.DataFrame:
    rows = [
        {"test": "leads", "p_value": p},
        {"test": "pooled lead", "hazard_ratio": 1.0, "low": low, "high": high, "p_value": p},
        {"test": "smallest detectable lead", "low": 0.8, "high": 1.25},
    ]
    sizes = {"persons": 300, "events": 60, "from_caseworkers": 30, "to_caseworkers": 40}
    return pl.DataFrame([row | sizes for row in rows], infer_schema_length=None)


def check(family: str, ratio: float, low: float, high: float, p: float = 0.5) -> dict[str, Any]:
    row = dict.fromkeys(DESIGN_SCHEMA)
    return row | {
        "family": family,
        "design": "one",
        "term": "departures",
        "hazard_ratio": ratio,
        "low": low,
        "high": high,
        "p_value": p,
        "persons": 400,
        "events": 90,
        "from_caseworkers": 30,
        "to_caseworkers": 40,
    }


def balanced(difference: float, p_value: float | None = 0.01) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "characteristic": ["sex"],
            "level": ["K"],
            "listed": [40],
            "others": [70],
            "from_caseworkers": [9],
            "other_caseworkers": [12],
            "standardised_difference": [difference],
            "p_value": [p_value],
        },
        schema_overrides={"p_value": pl.Float64},
    )


def exit_months(months: int, changes: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "lag": [-1],
            "exit_months": [months],
            "exit_changes": [changes],
            "matched_months": [10 * months],
            "matched_changes": [months // 3],
            "from_caseworkers": [20],
            "to_caseworkers": [25],
        }
    )


def judged(designs: list[dict[str, Any]], **frames: pl.DataFrame) -> dict[str, str]:
    found = verdict(
        models=frames.get("models", MODELS),
        designs=pl.DataFrame(designs, schema=DESIGN_SCHEMA),
        tests=frames.get("tests", lead_tests(0.6, 0.95, 1.05)),
        balanced=frames.get("balanced", pl.DataFrame()),
        exit_months=frames.get("exit_months", exit_months(900, 90)),
        randomised=frames.get("randomised", pl.DataFrame(schema=RANDOMISED_SCHEMA)),
        bounds=frames.get("bounds", pl.DataFrame(schema=BOUND_SCHEMA)),
        lag_months=1,
    )
    return dict(found.select("check", "verdict").iter_rows())


def test_each_check_can_contradict():
    bad = judged(
        [
            check("placebo", 0.8, 0.7, 0.9, 0.01),
            check("negative control", 1.0, 0.95, 1.05),
            check("later changes", 1.3, 1.1, 1.5, 0.001),
            check("leave one out", 0.9, 0.8, 1.0),
            check("leave one out", 1.1, 1.0, 1.2),
            check("specification", 0.6, 0.5, 0.7),
            check("specification", 1.2, 1.1, 1.3),
            check("subgroup", 1.0, 1.0, 1.0, 0.01) | {"term": "equal in all groups"},
        ],
        balanced=balanced(0.4),
    )
    assert bad == {
        "placebo": "contradicted",
        "balance": "contradicted",
        "closing": "contradicted",
        "later_changes": "contradicted",
        "left_out": "contradicted",
        "specifications": "contradicted",
        "subgroups": "contradicted",
        "total_and_direct": "silent",
        "unmeasured": "silent",
        "leads": "supported",
        "negative_control": "supported",
    }


def test_each_check_can_support():
    good = judged(
        [
            check("placebo", 1.0, 0.95, 1.05),
            check("later changes", 1.0, 0.95, 1.05),
            check("leave one out", 0.75, 0.7, 0.8),
            check("leave one out", 0.8, 0.7, 0.9),
            check("specification", 0.76, 0.7, 0.8),
            check("specification", 0.79, 0.7, 0.8),
            check("subgroup", 1.0, 1.0, 1.0, 0.4) | {"term": "equal in all groups"},
        ],
        balanced=balanced(0.05),
        exit_months=exit_months(900, 30),
        models=MODELS.with_columns(hazard_ratio=pl.lit(0.78)),
    )
    assert {name for name, word in good.items() if word != "supported"} == {
        "subgroups",
        "unmeasured",
    }


def test_in_between_is_silence():
    between = judged(
        [
            check("placebo", 1.0, 0.7, 1.3),
            check("leave one out", 0.5, 0.4, 0.6),
            check("specification", 0.5, 0.4, 0.6),
            check("specification", 0.8, 0.7, 0.9),
        ],
        balanced=balanced(0.2),
        models=MODELS.with_columns(low=pl.lit(0.6), high=pl.lit(1.1)),
        tests=lead_tests(0.6, 0.8, 1.3).head(0),
    )
    assert between["placebo"] == "silent"
    assert between["left_out"] == "silent"
    assert between["specifications"] == "silent"
    assert between["balance"] == "silent"


def test_what_was_asked_for_and_could_not_be_made_is_silent():
    found = verdict(
        models=MODELS,
        designs=pl.DataFrame([check("placebo", 1.0, 0.95, 1.05)], schema=DESIGN_SCHEMA),
        tests=pl.DataFrame(),
        balanced=pl.DataFrame(),
        exit_months=exit_months(900, 0).with_columns(matched_changes=0),
        randomised=pl.DataFrame(schema=RANDOMISED_SCHEMA),
        bounds=pl.DataFrame(schema=BOUND_SCHEMA),
        lag_months=1,
        asked=(*ALWAYS, *OF_DESIGNS, *OF_EVENT_STUDY, *OF_RANDOMISATION),
    )
    untested = found.filter(reason="not_tested")
    names = {"leads", "negative_control", "later_changes", "left_out", "specifications"}
    names |= {"subgroups", "balance", "closing", "constancy", "lead_bounds"}
    names |= {"randomisation", "unrelated_exits", "balance_jointly"}
    assert set(untested["check"]) == names
    assert set(untested["verdict"]) == {"silent"}
    assert {why for *_, why in written(untested, DANISH)} == {DANISH.say(SENTENCES["not_tested"])}


@pytest.mark.parametrize("p", [0.06, None])
def test_a_large_difference_of_clients_that_may_be_chance_is_silence(p):
    assert judged([], balanced=balanced(0.4, p))["balance"] == "silent"


def test_differences_of_clients_are_corrected_for_their_number():
    ten = pl.concat([balanced(0.4, 0.02), *(balanced(0.01, 0.9) for _ in range(9))])
    assert judged([], balanced=ten)["balance"] == "silent"
    assert judged([], balanced=ten.head(1))["balance"] == "contradicted"


@pytest.mark.parametrize("p", [None, float("nan")])
def test_leads_without_a_joint_test_support_nothing(p):
    tests = lead_tests(0.6, 0.95, 1.05)
    joint = pl.when(pl.col("test") == "leads").then(pl.lit(p, pl.Float64)).otherwise("p_value")
    word, reason, numbers = lead_verdict(tests.with_columns(p_value=joint))
    assert (word, reason, numbers) == ("silent", "leads_few_clusters", {})


def test_without_a_headline_there_is_little_to_judge():
    few = judged(
        [check("leave one out", 0.9, 0.8, 1.0), check("specification", 1, 1, 1)],
        models=MODELS.head(0),
        exit_months=exit_months(0, 0),
    )
    assert list(few) == ["leads"]


def test_every_check_speaks_danish_too():
    designs = [
        check("placebo", 0.8, 0.7, 0.9, 0.01),
        check("attrition", 1.0, 0.95, 1.05),
        check("negative control", 1.0, 0.8, 1.2) | {"design": "parental, old age"},
        check("subgroup", 1.0, 1.0, 1.0, 0.0123) | {"term": "equal in all groups", "design": "age"},
    ]
    found = verdict(
        models=MODELS,
        designs=pl.DataFrame(designs, schema=DESIGN_SCHEMA),
        tests=lead_tests(0.6, 0.8, 1.2),
        balanced=balanced(0.05),
        exit_months=exit_months(900, 90),
        randomised=pl.DataFrame(schema=RANDOMISED_SCHEMA),
        bounds=pl.DataFrame(schema=BOUND_SCHEMA),
        lag_months=1,
    )
    assert dict(found.schema) == VERDICT_SCHEMA
    shares = (0.1, 0.03)
    found = found.with_columns(exit_share=shares[0], matched_share=shares[1])
    why = {check: text for check, _, text in written(found, DANISH)}
    assert "0,80, 95 %-interval 0,70 til 0,90" in why["Placebo: før sagsbehandleren stopper"]
    assert "(barsel, alder)" in why["Negativ kontrol: afgange uden forbindelse"]
    assert "0,012 (efter alder)" in why["Ét tal dækker alle"]
    assert "10 % af de sidst talte" in why["Ingen afsluttende sagsbehandlere talt som skift"]
    not_made = {"later_changes", "left_out", "specifications", "constancy", "lead_bounds"}
    not_made |= {"randomisation", "unrelated_exits", "balance_jointly"}
    assert set(CHECKS) - not_made == {
        key for key, name in CHECKS.items() if DANISH.say(name) in why
    }
    english = written(found, Study())
    assert [word for _, word, _ in english] == sorted(word for _, word, _ in english)
    assert not {check for check, *_ in english} & set(why)
    # Nothing in braces is left.
    assert not any("{" in text for text in (*why.values(), *(text for *_, text in english)))


def test_a_number_that_was_withheld_is_called_so():
    row = {"check": "placebo", "reason": "near_silent", "ratio": 0.9, "low": None, "high": None}
    assert "(hazard ratio 0.90, 95 % interval withheld to withheld)" in sentence(row, Study())
    gone = dict.fromkeys(VERDICT_SCHEMA) | {"check": "closing"}
    assert sentence(gone, Study()) == SENTENCES["withheld"]
    (told,) = written(pl.DataFrame([gone]), DANISH)
    name, words = (DANISH.say(text) for text in (CHECKS["closing"], SENTENCES["withheld"]))
    assert told == (name, "withheld", words)


@pytest.mark.parametrize(
    ("tests", "word"),
    [
        (lead_tests(0.01, 0.95, 1.05), "contradicted"),
        (lead_tests(0.6, 0.95, 1.05), "supported"),
        (lead_tests(0.6, 0.8, 1.2), "silent"),
        (lead_tests(0.6, 0.8, 1.2).head(0), "silent"),
    ],
)
def test_leads_contradict_support_or_are_silent(tests, word):
    assert lead_verdict(tests)[0] == word


def test_a_word_rests_on_every_row_that_it_depends_on():
    """A headline of three persons is told by no word that compares others with it."""
    designs = [
        check("leave one out", 0.75, 0.7, 0.8),
        check("leave one out", 0.8, 0.7, 0.9) | {"events": 7},
        check("specification", 0.76, 0.7, 0.8),
        check("specification", 0.79, 0.7, 0.8) | {"out_persons": 12, "out_events": 11},
        # All but the headline's sample, so that it is not looked at.
        check("specification", 9.9, 0.7, 99.0) | {"out_persons": 3, "out_events": 2},
    ]

    def rests_on(models: pl.DataFrame) -> dict[str, tuple[int, int]]:
        found = verdict(
            models=models,
            designs=pl.DataFrame(designs, schema=DESIGN_SCHEMA),
            tests=pl.DataFrame(),
            balanced=pl.DataFrame(),
            exit_months=exit_months(900, 90),
            randomised=pl.DataFrame(schema=RANDOMISED_SCHEMA),
            bounds=pl.DataFrame(schema=BOUND_SCHEMA),
            lag_months=1,
        )
        return {row["check"]: (row["persons"], row["events"]) for row in found.to_dicts()}

    many = rests_on(MODELS)
    assert (many["left_out"], many["specifications"]) == ((400, 7), (12, 11))
    few = rests_on(MODELS.with_columns(persons=pl.Series([3, 400])))
    assert {few[name][0] for name in ("left_out", "specifications", "total_and_direct")} == {3}


def test_a_level_that_few_have_is_not_compared():
    few = balanced(3.0, 0.001).with_columns(listed=pl.lit(4))
    both = pl.concat([balanced(0.05), few.cast(balanced(0.05).schema)])
    assert judged([], balanced=both)["balance"] == "supported"
    assert "balance" not in judged([], balanced=few)
