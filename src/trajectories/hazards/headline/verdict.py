"""The verdict: each check of the headline judged contradicted, inconclusive or supported."""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers.handovers import COUNTED
from trajectories.hazards.designs.nested_samples import LEAST
from trajectories.hazards.designs.rows import e_value, holm
from trajectories.hazards.designs.subgroups import EQUAL, UNTESTED
from trajectories.hazards.headline import further_verdicts
from trajectories.hazards.headline.verdict_rows import (
    CHANGES,
    CONTRADICTED,
    MARGIN,
    SILENT,
    SUPPORTED,
    VERDICT_SCHEMA,
    Judged,
    Row,
    family_of,
    fewest,
    interval,
    near_one,
    sizes,
)
from trajectories.hazards.thresholds import LARGE_DIFFERENCE, LARGE_Z, LEAST_P, SMALL_DIFFERENCE

ALWAYS = ("balance", "closing", "total_and_direct")
OF_DESIGNS = (
    "placebo",
    "negative_control",
    "later_changes",
    "left_out",
    "specifications",
    "subgroups",
    "constancy",
)
OF_EVENT_STUDY = ("leads", "lead_bounds")
OF_RANDOMISATION = ("randomisation", "unrelated_exits", "balance_jointly")
"""Checks of every run, and those made with designs, with the event study and with
randomisation."""


def verdict(
    *,
    models: pl.DataFrame,
    designs: pl.DataFrame,
    tests: pl.DataFrame,
    balanced: pl.DataFrame,
    exit_months: pl.DataFrame,
    randomised: pl.DataFrame,
    bounds: pl.DataFrame,
    lag_months: int,
    asked: Collection[str] = (),
) -> pl.DataFrame:
    """Judge every check of the headline.

    Args:
        models: as `fit_models` returns them.
        designs: as `fit_designs` returns them.
        tests: the event study's tests.
        balanced: as `balance` returns it.
        exit_months: as `exit_months` returns it.
        randomised: as `randomised_checks` returns it.
        bounds: as `lead_bounds` returns it.
        lag_months: the lag of the counts; months.
        asked: checks that the run requests; those without a result are inconclusive.

    Returns:
        One row per check, columns of `VERDICT_SCHEMA`: check, verdict, reason (a key; the release
        writes its sentence from what passes the gate), subject (which characteristic, grouping or
        exits), untested (groupings whose groups are not compared, and why: "sex, not tested (…);
        …"), the persons, events and caseworkers behind it (the smaller number for two groups, the
        smallest for several models), and its estimates. A check has the columns that its reason
        needs.
    """
    own = models.filter((pl.col("model") == "departures_total") & (pl.col("term") == "departures"))
    headline = own.row(0, named=True) if own.height else None
    # A rare level may differ by chance, and the verdict must not reveal it.
    common = balanced
    if balanced.height:
        common = balanced.filter(pl.min_horizontal("listed", "others") >= LEAST)
    rows = [
        *([("leads", *lead_verdict(tests))] if tests.height else []),
        *_no_effect(designs, "placebo", "placebo"),
        *_no_effect(designs, "negative control", "negative_control"),
        *_no_effect(designs, "attrition", "attrition"),
        *_balance(common),
        *further_verdicts.balance_jointly(randomised, common),
        *further_verdicts.randomisation(randomised, headline),
        *further_verdicts.unrelated_exits(randomised),
        *further_verdicts.lead_bounds(bounds, headline),
        *_closing(exit_months, lag_months),
        *_later_changes(designs),
        *_total_and_direct(models),
        *_left_out(designs, headline),
        *_specifications(designs, headline),
        *_subgroups(designs),
        *further_verdicts.constancy(designs),
        *_unmeasured(headline),
    ]
    made = {check for check, *_ in rows}
    rows += [(check, SILENT, "not_tested", {}) for check in asked if check not in made]
    return pl.DataFrame(
        [
            {"check": check, "verdict": word, "reason": reason, **values}
            for check, word, reason, values in rows
        ],
        schema=VERDICT_SCHEMA,
    )


def _no_effect(designs: pl.DataFrame, family: str, check: str) -> Iterator[Row]:
    for row in family_of(designs, family).iter_rows(named=True):
        word, reason, values = near_one(row)
        yield check, word, reason, {"subject": row["design"], **values}


def _balance(balanced: pl.DataFrame) -> Iterator[Row]:
    if balanced.is_empty():
        return
    size = pl.col("standardised_difference").abs()
    corrected = pl.Series("p", holm(balanced["p_value"].fill_null(1.0).to_list()))
    apart = balanced.with_columns(corrected).sort(size, descending=True, maintain_order=True)
    # With few lists large differences arise by chance: a large one must be significant as well.
    beyond = apart.filter((size > LARGE_DIFFERENCE) & (pl.col("p") < LEAST_P))
    row = (apart if beyond.is_empty() else beyond).row(0, named=True)
    largest = abs(float(row["standardised_difference"]))
    if not beyond.is_empty():
        word, key = CONTRADICTED, "balance_apart"
    elif largest > LARGE_DIFFERENCE:
        word, key = SILENT, "balance_by_chance"
    else:
        word, key = SUPPORTED if largest <= SMALL_DIFFERENCE else SILENT, "balance"
    values = {
        "subject": f"{row['characteristic'].replace('_', ' ')}, {row['level']}",
        "persons": min(int(str(balanced[name].min())) for name in ("listed", "others")),
        "difference": largest,
        "p_value": row["p"],
    }
    yield (
        "balance",
        word,
        key,
        values
        | {
            "from_caseworkers": balanced["from_caseworkers"].min(),
            "to_caseworkers": balanced["other_caseworkers"].min(),
        },
    )


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
            # Nobody or everybody changed in both: there is nothing to compare.
            return
        word = CONTRADICTED if (here - usual) / se > LARGE_Z else SUPPORTED
        yield (
            "closing",
            word,
            "closing",
            {"months": lag_months} | {name: row[name] for name in (*CHANGES, *COUNTED)},
        )


def _later_changes(designs: pl.DataFrame) -> Iterator[Row]:
    for row in family_of(designs, "later changes").iter_rows(named=True):
        word, _, values = near_one(row)
        yield "later_changes", word, "later_changes", values


def _total_and_direct(models: pl.DataFrame) -> Iterator[Row]:
    found = {
        row["model"]: row
        for row in models.filter(pl.col("term") == "departures")
        .unique("model", keep="first", maintain_order=True)
        .iter_rows(named=True)
    }
    if len(found) == 2:
        total = found["departures_total"]
        direct = found["departures_given_other"]
        near = abs(total["hazard_ratio"] / direct["hazard_ratio"] - 1) <= 0.03
        yield (
            "total_and_direct",
            SUPPORTED if near else SILENT,
            "total_and_direct",
            {
                "ratio": total["hazard_ratio"],
                "other_ratio": direct["hazard_ratio"],
                **fewest(total, direct),
            },
        )


def _left_out(designs: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    rows = family_of(designs, "leave one out")
    if headline is None or rows.is_empty():
        return
    low, high = (float(str(v)) for v in (rows["hazard_ratio"].min(), rows["hazard_ratio"].max()))
    if (low - 1) * (high - 1) < 0:
        word = CONTRADICTED if headline["low"] > 1 or headline["high"] < 1 else SILENT
    else:
        word = SUPPORTED if headline["low"] <= low and high <= headline["high"] else SILENT
    yield (
        "left_out",
        word,
        "left_out",
        {"low": low, "high": high, **fewest(*rows.to_dicts(), headline)},
    )


def _specifications(designs: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    # Samples that hardly differ from the headline's carry no further information.
    apart = pl.min_horizontal("out_persons", "out_events").fill_null(LEAST) >= LEAST
    rows = family_of(designs, "specification").filter(apart)
    if headline is None or rows.height < 2:
        return
    low, high = (float(str(v)) for v in (rows["hazard_ratio"].min(), rows["hazard_ratio"].max()))
    inside = headline["low"] <= low and high <= headline["high"]
    sided = (low - 1) * (high - 1) > 0
    yield (
        "specifications",
        SUPPORTED if inside and sided else (SILENT if sided or inside else CONTRADICTED),
        "specifications",
        {"low": low, "high": high, **fewest(*rows.to_dicts(), headline)},
    )


def _subgroups(designs: pl.DataFrame) -> Iterator[Row]:
    rows = family_of(designs, "subgroup")
    tests = rows.filter(pl.col("term") == EQUAL)
    left_out = rows.filter(pl.col("term").is_in(list(UNTESTED)))
    untested = "; ".join(left_out.select(pl.format("{}, {}", "design", "term")).to_series())
    if tests.is_empty():
        if untested:
            yield "subgroups", SILENT, "subgroups_untested", {"untested": untested}
        return
    least = tests.sort("p_value").row(0, named=True)
    apart = least["p_value"] < LEAST_P
    yield (
        "subgroups",
        CONTRADICTED if apart else SILENT,
        "subgroups_apart" if apart else "subgroups_alike",
        {
            "p_value": least["p_value"],
            "subject": least["design"],
            "untested": untested,
            **fewest(*tests.to_dicts()),
        },
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
            "e_value": e_value(headline["hazard_ratio"]),
            "e_value_bound": 1.0 if crossed else e_value(bound),
            **sizes(headline),
        },
    )


def lead_verdict(tests: pl.DataFrame) -> Judged:
    """The verdict on the leads.

    Args:
        tests: the event study's tests, columns of `stacked_departures.TEST_SCHEMA`.

    Returns:
        The verdict, its reason (a key), and further columns of `VERDICT_SCHEMA`.
    """
    by_name = {row["test"]: row for row in tests.iter_rows(named=True)}
    if "leads" not in by_name:
        return SILENT, "leads_missing", {}
    pooled = by_name["pooled lead"]
    # With few clusters the joint test alone rejects too often: the mean must differ as well.
    joint = by_name["leads"]["p_value"]
    if joint is None or not np.isfinite(joint):
        return SILENT, "leads_few_clusters", {}
    p = max(joint, pooled["p_value"])
    least = by_name["smallest detectable lead"]
    rests_on = fewest(by_name["leads"], pooled, least)
    if p < LEAST_P:
        return CONTRADICTED, "leads_contradicted", {"p_value": p, **interval(pooled), **rests_on}
    if np.log(pooled["low"]) > -MARGIN and np.log(pooled["high"]) < MARGIN:
        return SUPPORTED, "leads_supported", interval(pooled) | rests_on
    return SILENT, "leads_silent", {"low": least["low"], "high": least["high"], **rests_on}
