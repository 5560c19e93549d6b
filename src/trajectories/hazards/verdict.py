"""The verdict: what each check says of the headline, contradicted, silent or supported."""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import polars as pl

from trajectories.hazards.design_rows import e_value, holm
from trajectories.hazards.verdict_words import CHECKS, sentence

CONTRADICTED, SILENT, SUPPORTED = "contradicted", "silent", "supported"
VERDICTS = (CONTRADICTED, SILENT, SUPPORTED)
VERDICT_SCHEMA = dict.fromkeys(
    ("order", "check", "verdict", "why", "check_da", "why_da"), pl.String
)
MARGIN = np.log(1.1)
SMALL_DIFFERENCE, LARGE_DIFFERENCE = 0.1, 0.25
LEAST_P = 0.05
ALWAYS = ("balance", "closing", "total_and_direct")
OF_DESIGNS = (
    "placebo",
    "negative_control",
    "later_changes",
    "left_out",
    "specifications",
    "subgroups",
)
OF_EVENT_STUDY = ("leads",)
"""Checks that a run makes, and those that it makes with designs and with the event study."""
Row = tuple[str, str, str, dict[str, Any]]
"""Check, verdict, sentence and what stands in the sentence's braces."""


def verdict(
    *,
    models: pl.DataFrame,
    designs: pl.DataFrame,
    tests: pl.DataFrame,
    balanced: pl.DataFrame,
    exit_months: pl.DataFrame,
    lag_months: int,
    asked: Collection[str] = (),
) -> pl.DataFrame:
    """Judge every check of the headline.

    Args:
        models: as `fit_models` gives them.
        designs: as `fit_designs` gives them.
        tests: the event study's tests.
        balanced: as `balance` gives it.
        exit_months: as `describe.exit_months` gives it.
        lag_months: the lag of the counts.
        asked: checks that the run asks for; those that nothing was found for are silent.

    Returns:
        order ("1" contradicted, "2" silent, "3" supported, so that what speaks against the headline
        stands first), check, verdict, why (a sentence with estimates and no count), and check and
        why in Danish, in that order.
    """
    headline = _headline(models)
    rows = [
        *_leads(tests),
        *_no_effect(designs, "placebo", "placebo"),
        *_no_effect(designs, "negative control", "negative_control"),
        *_no_effect(designs, "attrition", "attrition"),
        *_balance(balanced),
        *_closing(exit_months, lag_months),
        *_later_changes(designs),
        *_total_and_direct(models),
        *_left_out(designs, headline),
        *_specifications(designs, headline),
        *_subgroups(designs),
        *_unmeasured(headline),
    ]
    made = {check for check, *_ in rows}
    rows += [(check, SILENT, "not_tested", {}) for check in asked if check not in made]
    table = pl.DataFrame(
        [_written(*row) for row in rows],
        schema=VERDICT_SCHEMA,
        orient="row",
    )
    return table.sort("order", maintain_order=True)


def _written(check: str, word: str, key: str, values: dict[str, Any]) -> tuple[str, ...]:
    """A row of the table in both languages."""
    order = str(VERDICTS.index(word) + 1)
    why, why_da = (sentence(key, language, values) for language in ("en", "da"))
    return order, CHECKS[check][0], word, why, CHECKS[check][1], why_da


def _headline(models: pl.DataFrame) -> dict[str, Any] | None:
    rows = models.filter((pl.col("model") == "departures_total") & (pl.col("term") == "departures"))
    return rows.row(0, named=True) if rows.height else None


def _family(designs: pl.DataFrame, family: str) -> pl.DataFrame:
    return designs.filter(pl.col("family") == family)


def _leads(tests: pl.DataFrame) -> Iterator[Row]:
    if tests.height:
        yield ("leads", *_judged_leads(tests))


def _near_one(row: dict[str, Any], what: str) -> tuple[str, str, dict[str, Any]]:
    values = {
        "what": what,
        "name": row["design"].split(", "),
        "ratio": float(row["hazard_ratio"]),
        "low": float(row["low"]),
        "high": float(row["high"]),
    }
    if row["p_value"] < LEAST_P:
        return CONTRADICTED, "near_contradicted", values
    if np.log(row["low"]) > -MARGIN and np.log(row["high"]) < MARGIN:
        return SUPPORTED, "near_supported", values
    return SILENT, "near_silent", values


def _no_effect(designs: pl.DataFrame, family: str, check: str) -> Iterator[Row]:
    """A family in which no effect is expected."""
    for row in _family(designs, family).iter_rows(named=True):
        yield (check, *_near_one(row, check))


def _balance(balanced: pl.DataFrame) -> Iterator[Row]:
    if balanced.is_empty():
        return
    size = pl.col("standardised_difference").abs()
    corrected = pl.Series("p", holm(balanced["p_value"].fill_null(1.0).to_list()))
    apart = balanced.with_columns(corrected).sort(size, descending=True, maintain_order=True)
    # Few lists differ much by chance alone: a large difference speaks where it is more than that.
    beyond = apart.filter((size > LARGE_DIFFERENCE) & (pl.col("p") < LEAST_P))
    row = (apart if beyond.is_empty() else beyond).row(0, named=True)
    largest = abs(float(row["standardised_difference"]))
    if not beyond.is_empty():
        word, key = CONTRADICTED, "balance_apart"
    elif largest > LARGE_DIFFERENCE:
        word, key = SILENT, "balance_by_chance"
    else:
        word, key = SUPPORTED if largest <= SMALL_DIFFERENCE else SILENT, "balance"
    name = [row["characteristic"].replace("_", " "), row["level"]]
    yield "balance", word, key, {"largest": largest, "name": name, "p": float(row["p"])}


def _closing(exit_months: pl.DataFrame, lag_months: int) -> Iterator[Row]:
    for row in exit_months.filter(pl.col("lag") == -lag_months).iter_rows(named=True):
        if not row["exit_months"] or not row["matched_months"]:
            return
        here = row["exit_changes"] / row["exit_months"]
        usual = row["matched_changes"] / row["matched_months"]
        se = np.sqrt(
            here * (1 - here) / row["exit_months"] + usual * (1 - usual) / row["matched_months"]
        )
        if se == 0:
            # Nobody changed in either, or everybody: nothing is compared.
            return
        word = CONTRADICTED if (here - usual) / se > 1.96 else SUPPORTED
        values = {"months": lag_months, "here": float(here), "usual": float(usual)}
        yield "closing", word, "closing", values


def _later_changes(designs: pl.DataFrame) -> Iterator[Row]:
    for row in _family(designs, "later changes").iter_rows(named=True):
        word, _, values = _near_one(row, "")
        kept = {name: values[name] for name in ("ratio", "low", "high")}
        yield "later_changes", word, "later_changes", kept


def _total_and_direct(models: pl.DataFrame) -> Iterator[Row]:
    found = {
        row["model"]: row["hazard_ratio"]
        for row in models.filter(pl.col("term") == "departures")
        .unique("model", keep="first", maintain_order=True)
        .iter_rows(named=True)
    }
    if len(found) == 2:
        total, direct = found["departures_total"], found["departures_given_other"]
        near = abs(total / direct - 1) <= 0.03
        yield (
            "total_and_direct",
            SUPPORTED if near else SILENT,
            "total_and_direct",
            {"total": float(total), "direct": float(direct)},
        )


def _left_out(designs: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    rows = _family(designs, "leave one out")
    if headline is None or rows.is_empty():
        return
    low, high = (float(str(v)) for v in (rows["hazard_ratio"].min(), rows["hazard_ratio"].max()))
    if (low - 1) * (high - 1) < 0:
        word = CONTRADICTED if headline["low"] > 1 or headline["high"] < 1 else SILENT
    else:
        word = SUPPORTED if headline["low"] <= low and high <= headline["high"] else SILENT
    yield "left_out", word, "left_out", {"low": low, "high": high}


def _specifications(designs: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    rows = _family(designs, "specification").filter(~pl.col("design").str.starts_with("job or"))
    if headline is None or rows.height < 2:
        return
    low, high = (float(str(v)) for v in (rows["hazard_ratio"].min(), rows["hazard_ratio"].max()))
    inside = headline["low"] <= low and high <= headline["high"]
    sided = (low - 1) * (high - 1) > 0
    yield (
        "specifications",
        SUPPORTED if inside and sided else (SILENT if sided or inside else CONTRADICTED),
        "specifications",
        {"low": low, "high": high},
    )


def _subgroups(designs: pl.DataFrame) -> Iterator[Row]:
    tests = _family(designs, "subgroup").filter(pl.col("term") == "equal in all groups")
    if tests.is_empty():
        return
    least = tests.sort("p_value").row(0, named=True)
    apart = least["p_value"] < LEAST_P
    yield (
        "subgroups",
        CONTRADICTED if apart else SILENT,
        "subgroups_apart" if apart else "subgroups_alike",
        {"p": float(least["p_value"]), "name": [least["design"]]},
    )


def _unmeasured(headline: dict[str, Any] | None) -> Iterator[Row]:
    if headline is None:
        return
    bound = headline["high"] if headline["hazard_ratio"] < 1 else headline["low"]
    crossed = (headline["low"] - 1) * (headline["high"] - 1) <= 0
    yield (
        "unmeasured",
        SILENT,
        "unmeasured",
        {
            "value": e_value(headline["hazard_ratio"]),
            "bound": 1.0 if crossed else e_value(bound),
        },
    )


def lead_verdict(tests: pl.DataFrame) -> tuple[str, str]:
    """What the leads say: contradicted, silent or supported, and why, in a sentence."""
    word, key, values = _judged_leads(tests)
    return word, sentence(key, "en", values)


def _judged_leads(tests: pl.DataFrame) -> tuple[str, str, dict[str, Any]]:
    by_name = {row["test"]: row for row in tests.iter_rows(named=True)}
    if "leads" not in by_name:
        return SILENT, "leads_missing", {}
    pooled = by_name["pooled lead"]
    # With few clusters the joint test alone rejects too often: their mean must differ as well.
    joint = by_name["leads"]["p_value"]
    if joint is None or not np.isfinite(joint):
        return SILENT, "leads_few_clusters", {}
    p = max(joint, pooled["p_value"])
    least = by_name["smallest detectable lead"]
    ratio = float(pooled["hazard_ratio"])
    if p < LEAST_P:
        return CONTRADICTED, "leads_contradicted", {"p": float(p), "ratio": ratio}
    if np.log(pooled["low"]) > -MARGIN and np.log(pooled["high"]) < MARGIN:
        bounds = {name: float(pooled[name]) for name in ("low", "high")}
        return SUPPORTED, "leads_supported", {"ratio": ratio, **bounds}
    return SILENT, "leads_silent", {name: float(least[name]) for name in ("low", "high")}
