"""The verdict: what each check says of the headline, contradicted, silent or supported."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from trajectories.hazards.design_rows import e_value

CONTRADICTED, SILENT, SUPPORTED = "contradicted", "silent", "supported"
VERDICTS = (CONTRADICTED, SILENT, SUPPORTED)
VERDICT_SCHEMA = {"order": pl.String, "check": pl.String, "verdict": pl.String, "why": pl.String}
MARGIN = np.log(1.1)
SMALL_DIFFERENCE, LARGE_DIFFERENCE = 0.1, 0.25
LEAST_P = 0.05
Row = tuple[str, str, str]


def verdict(
    *,
    models: pl.DataFrame,
    designs: pl.DataFrame,
    tests: pl.DataFrame,
    balanced: pl.DataFrame,
    exit_months: pl.DataFrame,
    lag_months: int,
) -> pl.DataFrame:
    """Judge every check of the headline.

    Args:
        models: as `fit_models` gives them.
        designs: as `fit_designs` gives them.
        tests: the event study's tests.
        balanced: as `balance` gives it.
        exit_months: as `describe.exit_months` gives it.
        lag_months: the lag of the counts.

    Returns:
        order ("1" contradicted, "2" silent, "3" supported, so that what speaks against the headline
        stands first), check, verdict, why (a sentence with estimates and no count), in that order.
    """
    headline = _headline(models)
    rows = [
        *_leads(tests),
        *_placebo(designs),
        *_negative_control(designs),
        *_balance(balanced),
        *_closing(exit_months, lag_months),
        *_later_changes(designs),
        *_total_and_direct(models),
        *_left_out(designs, headline),
        *_specifications(designs, headline),
        *_subgroups(designs),
        *_unmeasured(headline),
    ]
    table = pl.DataFrame(
        [(str(VERDICTS.index(row[1]) + 1), *row) for row in rows],
        schema=VERDICT_SCHEMA,
        orient="row",
    )
    return table.sort("order", maintain_order=True)


def _headline(models: pl.DataFrame) -> dict[str, Any] | None:
    rows = models.filter((pl.col("model") == "departures_total") & (pl.col("term") == "departures"))
    return rows.row(0, named=True) if rows.height else None


def _family(designs: pl.DataFrame, family: str) -> pl.DataFrame:
    return designs.filter(pl.col("family") == family)


def _leads(tests: pl.DataFrame) -> Iterator[Row]:
    if tests.height:
        yield ("Same chances before the departure (leads)", *lead_verdict(tests))


def _near_one(row: dict[str, Any], what: str) -> tuple[str, str]:
    numbers = f"hazard ratio {row['hazard_ratio']:.2f}, {row['low']:.2f} to {row['high']:.2f}"
    if row["p_value"] < LEAST_P:
        return CONTRADICTED, f"{what} goes with another chance, where none is expected ({numbers})."
    if np.log(row["low"]) > -MARGIN and np.log(row["high"]) < MARGIN:
        return SUPPORTED, f"{what} goes with no other chance, within 10 % ({numbers})."
    return SILENT, f"{what} shows no other chance, but the interval is wide ({numbers})."


def _placebo(designs: pl.DataFrame) -> Iterator[Row]:
    for row in _family(designs, "placebo").iter_rows(named=True):
        what = "A caseworker who will leave within six months, but has not,"
        yield ("Placebo: before the caseworker leaves", *_near_one(row, what))


def _negative_control(designs: pl.DataFrame) -> Iterator[Row]:
    for row in _family(designs, "negative control").iter_rows(named=True):
        what = f"A departure, in exits that it should not bring about ({row['design']}),"
        yield ("Negative control: unrelated exits", *_near_one(row, what))


def _balance(balanced: pl.DataFrame) -> Iterator[Row]:
    if balanced.is_empty():
        return
    largest = float(str(balanced["standardised_difference"].abs().max()))
    where = balanced.sort(pl.col("standardised_difference").abs()).row(-1, named=True)
    name = f"{where['characteristic'].replace('_', ' ')} {where['level']}"
    sentence = f"The largest standardised difference is {largest:.2f} ({name})."
    if largest > LARGE_DIFFERENCE:
        word = CONTRADICTED
    else:
        word = SUPPORTED if largest <= SMALL_DIFFERENCE else SILENT
    yield "Leavers' clients look like others at the list date", word, sentence


def _closing(exit_months: pl.DataFrame, lag_months: int) -> Iterator[Row]:
    for row in exit_months.filter(pl.col("lag") == -lag_months).iter_rows(named=True):
        if not row["exit_months"] or not row["matched_months"]:
            return
        here = row["exit_changes"] / row["exit_months"]
        usual = row["matched_changes"] / row["matched_months"]
        se = np.sqrt(
            here * (1 - here) / row["exit_months"] + usual * (1 - usual) / row["matched_months"]
        )
        excess = (here - usual) / se if se > 0 else 0.0
        sentence = (
            f"With the lag of {lag_months} month{'' if lag_months == 1 else 's'} the month counted "
            f"last before a job holds a change in {here:.0%} of cases, matched months in "
            f"{usual:.0%}."
        )
        word = CONTRADICTED if excess > 1.96 else SUPPORTED
        yield "No closing caseworkers counted as changes", word, sentence


def _later_changes(designs: pl.DataFrame) -> Iterator[Row]:
    for row in _family(designs, "later changes").iter_rows(named=True):
        word, _ = _near_one(row, "")
        yield (
            "A departure brings no other changes with it",
            word,
            f"After a departure the hazard of another change is {row['hazard_ratio']:.2f} times "
            f"as high ({row['low']:.2f} to {row['high']:.2f}); where it is not 1, the companion "
            "model is no effect and the headline is the total of all that follows.",
        )


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
            "Total and direct effect agree",
            SUPPORTED if near else SILENT,
            f"The total effect is {total:.2f}, with other changes held it is {direct:.2f}.",
        )


def _left_out(designs: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    rows = _family(designs, "leave one out")
    if headline is None or rows.is_empty():
        return
    low, high = (float(str(v)) for v in (rows["hazard_ratio"].min(), rows["hazard_ratio"].max()))
    sentence = (
        f"Without one municipality in turn the hazard ratio lies from {low:.2f} to {high:.2f}."
    )
    if (low - 1) * (high - 1) < 0:
        word = CONTRADICTED if headline["low"] > 1 or headline["high"] < 1 else SILENT
    else:
        word = SUPPORTED if headline["low"] <= low and high <= headline["high"] else SILENT
    yield "No single municipality makes the result", word, sentence


def _specifications(designs: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    rows = _family(designs, "specification").filter(~pl.col("design").str.starts_with("job or"))
    if headline is None or rows.height < 2:
        return
    low, high = (float(str(v)) for v in (rows["hazard_ratio"].min(), rows["hazard_ratio"].max()))
    inside = headline["low"] <= low and high <= headline["high"]
    sided = (low - 1) * (high - 1) > 0
    yield (
        "Other reasonable specifications agree",
        SUPPORTED if inside and sided else (SILENT if sided or inside else CONTRADICTED),
        f"Over lags, links, controls and samples the hazard ratio lies from {low:.2f} to "
        f"{high:.2f}.",
    )


def _subgroups(designs: pl.DataFrame) -> Iterator[Row]:
    tests = _family(designs, "subgroup").filter(pl.col("term") == "equal in all groups")
    if tests.is_empty():
        return
    least = tests.sort("p_value").row(0, named=True)
    apart = least["p_value"] < LEAST_P
    yield (
        "One number describes everyone",
        CONTRADICTED if apart else SILENT,
        f"The smallest corrected p-value of equality over groups is {least['p_value']:.3f} "
        f"(by {least['design']})"
        + (
            ": read the headline with the table of subgroups."
            if apart
            else "; no difference shown."
        ),
    )


def _unmeasured(headline: dict[str, Any] | None) -> Iterator[Row]:
    if headline is None:
        return
    bound = headline["high"] if headline["hazard_ratio"] < 1 else headline["low"]
    crossed = (headline["low"] - 1) * (headline["high"] - 1) <= 0
    yield (
        "Strength of an unmeasured cause that would explain it (E-value)",
        SILENT,
        f"A risk ratio of {e_value(headline['hazard_ratio']):.2f} with both departures and jobs "
        f"would explain the estimate, {1.0 if crossed else e_value(bound):.2f} its interval's near "
        "bound.",
    )


def lead_verdict(tests: pl.DataFrame) -> tuple[str, str]:
    """What the leads say: contradicted, silent or supported, and why, in a sentence."""
    by_name = {row["test"]: row for row in tests.iter_rows(named=True)}
    if "leads" not in by_name:
        return "silent", "No month long before a departure could be compared."
    pooled = by_name["pooled lead"]
    # With few clusters the joint test alone rejects too often: their mean must differ as well.
    p = max(by_name["leads"]["p_value"], pooled["p_value"])
    least = by_name["smallest detectable lead"]
    if p < LEAST_P:
        return (
            "contradicted",
            "The leavers' clients differed from others before anyone could know of the departure "
            f"(months −12 to −4, jointly and on average: p = {p:.3f}; mean hazard ratio "
            f"{pooled['hazard_ratio']:.2f}).",
        )
    if np.log(pooled["low"]) > -MARGIN and np.log(pooled["high"]) < MARGIN:
        return (
            "supported",
            "Long before the departure the leavers' clients had the same chance of a job as "
            f"others, within 10 % (mean hazard ratio {pooled['hazard_ratio']:.2f}, 90 % interval "
            f"{pooled['low']:.2f} to {pooled['high']:.2f}).",
        )
    return (
        "silent",
        "No difference before the departure was found, but the data could only have shown a hazard "
        f"ratio beyond {least['low']:.2f} or {least['high']:.2f}.",
    )
