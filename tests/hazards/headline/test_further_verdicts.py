"""Verdicts of the randomisation tests, of constancy and of the lead bounds."""

from typing import Any

import polars as pl
import pytest

from trajectories.hazards.checks.lead_bounds import AS_LARGE, BOUND_SCHEMA, BREAKDOWN
from trajectories.hazards.checks.randomised_checks import (
    BALANCE,
    HEADLINE,
    RANDOMISED_SCHEMA,
    UNRELATED,
)
from trajectories.hazards.designs.constancy import ALIKE, CALENDAR, LATER, SINCE, YEARS
from trajectories.hazards.designs.rows import DESIGN_SCHEMA
from trajectories.hazards.designs.stacked_departures import AGAINST_OTHERS
from trajectories.hazards.headline.further_verdicts import (
    balance_jointly,
    constancy,
    lead_bounds,
    randomisation,
    unrelated_exits,
)
from trajectories.hazards.headline.verdict_rows import VERDICT_SCHEMA
from trajectories.release.study import Study
from trajectories.release.verdict_words import CHECKS, SUBJECTS, sentence

LOWER = {"hazard_ratio": 0.78, "low": 0.7, "high": 0.9}
SIZES = {"persons": 400, "events": 60, "from_caseworkers": 20, "to_caseworkers": 30}


def drawn(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([SIZES | row for row in rows], schema=RANDOMISED_SCHEMA)


def one(rows: Any) -> tuple[str, dict[str, Any]]:
    """The verdict of the only row; its sentences leave nothing open, in both languages."""
    ((check, word, reason, values),) = rows
    whole = dict.fromkeys(VERDICT_SCHEMA) | {"check": check, "reason": reason} | values
    assert set(values) <= set(VERDICT_SCHEMA)
    assert check in CHECKS
    for language in ("en", "da"):
        text = sentence(whole, Study(language=language))
        assert "withheld" not in text
        assert "udeladt" not in text
        assert "{" not in text
    if values.get("subject"):
        assert {part for part in values["subject"].split(", ")} <= set(SUBJECTS)
    return word, values


@pytest.mark.parametrize(
    ("statistic", "p", "word"),
    [(-2.5, 0.01, "supported"), (2.5, 0.01, "contradicted"), (-1.0, 0.3, "silent")],
)
def test_leavers_drawn_again_support_or_contradict_the_headlines_sign(statistic, p, word):
    row = {"kind": HEADLINE, "test": "job", "statistic": statistic, "p_value": p}
    found, values = one(randomisation(drawn(row), LOWER))
    assert (found, values["p_value"]) == (word, p)
    higher = {"hazard_ratio": 1.3, "low": 1.1, "high": 1.5}
    swapped = {"supported": "contradicted", "contradicted": "supported"}.get(word, word)
    assert one(randomisation(drawn(row), higher))[0] == swapped
    assert not list(randomisation(drawn(row), None))


@pytest.mark.parametrize(("p", "word"), [(0.04, "contradicted"), (0.06, "silent")])
def test_unrelated_exits_are_judged_by_the_smallest_corrected_p(p, word):
    rows = [
        {"kind": UNRELATED, "test": "death", "p_value": 0.5, "p_corrected": 1.0},
        {"kind": UNRELATED, "test": "old_age", "p_value": p / 2, "p_corrected": p},
        {"kind": HEADLINE, "test": "job", "p_value": 0.001},
    ]
    found, values = one(unrelated_exits(drawn(*rows)))
    assert (found, values["subject"], values["p_value"]) == (word, "old age", p)
    assert not list(unrelated_exits(drawn(rows[2])))


@pytest.mark.parametrize(
    ("p", "largest", "word"),
    [
        (0.01, 0.2, "contradicted"),
        (0.01, -0.05, "silent"),
        (0.4, 0.2, "silent"),
        (0.4, -0.05, "supported"),
    ],
)
def test_balance_jointly_asks_for_a_difference_that_matters(p, largest, word):
    counts = {"listed": [30, 9], "others": [40, 50]}
    counts |= {"from_caseworkers": [8, 6], "other_caseworkers": [9, 7]}
    balanced = pl.DataFrame({"standardised_difference": [0.01, largest], **counts})
    row = {"kind": BALANCE, "test": "all characteristics", "p_value": p, "events": None}
    said, values = one(balance_jointly(drawn(row), balanced))
    assert said == word
    assert (values["persons"], values["from_caseworkers"]) == (9, 6)
    assert not list(balance_jointly(drawn(row), balanced.head(0)))


def course(later: tuple[float, float], years: tuple[float, float], p: float) -> pl.DataFrame:
    rows = [
        {"design": SINCE, "term": LATER, "low": later[0], "high": later[1]},
        {"design": SINCE, "term": ALIKE},
        {"design": CALENDAR, "term": YEARS, "low": years[0], "high": years[1]},
    ]
    whole = [
        row
        | SIZES
        | {
            "family": "constancy",
            "hazard_ratio": None if row["term"] == ALIKE else 1.0,
            "p_value": p,
            "p_corrected": p if row["term"] == ALIKE else 0.9,
        }
        for row in rows
    ]
    return pl.DataFrame(whole, schema=DESIGN_SCHEMA)


@pytest.mark.parametrize(
    ("later", "years", "p", "word"),
    [
        ((0.95, 1.05), (0.95, 1.05), 0.6, "supported"),
        ((0.95, 1.05), (0.8, 1.05), 0.6, "silent"),
        ((0.8, 1.05), (0.95, 1.05), 0.6, "silent"),
        ((0.95, 1.05), (0.95, 1.05), 0.01, "contradicted"),
    ],
)
def test_constancy_is_contradicted_by_any_test_and_supported_by_all(later, years, p, word):
    found, values = one(constancy(course(later, years, p)))
    assert found == word
    assert values["p_value"] == p
    if word == "contradicted":
        assert values["subject"] == f"{SINCE}, {ALIKE}"
    else:
        assert (values["low"], values["high"]) == later
    assert not list(constancy(course(later, years, p).head(0)))


def bounds(low: float, high: float, breakdown: float | None) -> pl.DataFrame:
    rows = [{"bound": AS_LARGE, "relative": 1.0, "low": low, "high": high}]
    if breakdown is not None:
        rows.append({"bound": BREAKDOWN, "relative": breakdown})
    sizes = SIZES | {"contrast": AGAINST_OTHERS}
    return pl.DataFrame([sizes | row for row in rows], schema=BOUND_SCHEMA)


@pytest.mark.parametrize(
    ("low", "high", "breakdown", "word"),
    [
        (0.6, 0.95, 1.2, "supported"),
        (0.6, 0.95, None, "supported"),
        (1.1, 1.5, 1.2, "contradicted"),
        (0.5, 1.1, 0.4, "silent"),
        (0.5, 1.4, 0.0, "silent"),
    ],
)
def test_bounds_support_where_differences_as_before_leave_the_headlines_side(
    low, high, breakdown, word
):
    found, values = one(lead_bounds(bounds(low, high, breakdown), LOWER))
    assert found == word
    assert (values["low"], values["high"], values["relative"]) == (low, high, breakdown)
    assert not list(lead_bounds(bounds(low, high, breakdown), None))
    assert not list(lead_bounds(pl.DataFrame(schema=BOUND_SCHEMA), LOWER))
