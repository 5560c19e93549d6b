"""The headline within groups of persons and months."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from trajectories.hazards.design_rows import (
    CLUSTER,
    EXPOSURE,
    Ingredients,
    fit_design,
    holm,
    joint_test,
    rows_of,
    two_sided,
)
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.nested import beside_smaller, smallest

SUBGROUPS = {
    "age_band": "age",
    "sex": "sex",
    "municipality": "municipality",
    "period": "period",
    "duration_band": "months on support",
    "earlier_changes": "earlier other changes",
    "readiness_zero": "readiness at time zero",
    "earlier_course": "course before time zero",
}


def subgroups(made: Ingredients) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """The headline within groups, a joint test of equality each, Holm's correction over them.

    The test's row has the term `equal in all groups` and its p-value, corrected (Holm 1979) over
    the groupings. Its degrees of freedom count the clusters in which the exposed have the event, in
    the group where they are fewest: they alone say how its effect varies. There is no test where
    they are no more than the equalities tested. The municipalities' plain mean is added, each
    weighing the same.
    """
    rows: list[dict[str, Any]] = []
    notes: list[tuple[str, str]] = []
    tests: list[tuple[int, float]] = []
    for column, label in SUBGROUPS.items():
        if column not in made.panel.columns:
            continue
        levels = sorted(made.panel[column].cast(pl.String).unique().to_list())
        if len(levels) < 2:
            continue
        try:
            adjustment = list(made.rules.adjustment)
            if not any(f"C({column})" in term for term in adjustment):
                adjustment.append(f"C({column})")
            fit = fit_design(
                made.panel, made.rules, [f"C({column}):{EXPOSURE}"], adjustment=adjustment
            )
            terms = {f"C({column})[{level}]:{EXPOSURE}": level for level in levels}
            own = {term: pl.col(column).cast(pl.String) == level for term, level in terms.items()}
            found = rows_of(fit, made.panel, "subgroup", label, terms, own)
        except NotEstimableError as error:
            notes.append(("subgroups_refused", f"By {label}: {error}"))
            continue
        places = [i for i, name in enumerate(fit.table["term"]) if name in terms]
        coef, vcov = fit.table["coef"].to_numpy()[places], fit.vcov[np.ix_(places, places)]
        sizes = _sizes(made.panel, column, fit.event)
        whole = found[0] | smallest(found)
        apart = beside_smaller(sizes)
        rows += [row | apart[row["term"]] for row in found]
        if column == "municipality":
            weights = np.full(len(coef), 1 / len(coef))
            rows.append(_combined(whole, weights, coef, vcov, "equal weights"))
        if len(coef) > 1:
            clusters = _fewest_clusters(made.panel, column, fit.event)
            p = joint_test(coef, vcov, np.diff(np.eye(len(coef)), axis=0), clusters)
            if not np.isfinite(p):
                notes.append(
                    ("subgroups_refused", f"By {label}: too few clusters to test all groups.")
                )
                continue
            tests.append((len(rows), p))
            rows.append({**_blank(whole), "term": "equal in all groups"})
    for (place, _), p in zip(tests, holm([p for _, p in tests]), strict=True):
        rows[place]["p_value"] = p
    return rows, notes


def _sizes(panel: pl.DataFrame, column: str, event: str) -> dict[str, dict[str, Any]]:
    """Persons and events of each group, those of groups whose effect is not known among them."""
    sizes = panel.group_by(pl.col(column).cast(pl.String)).agg(
        persons=pl.col("person").n_unique().cast(pl.Int64),
        events=pl.col(event).cast(pl.Int64).sum(),
    )
    return {row[column]: row for row in sizes.iter_rows(named=True)}


def _fewest_clusters(panel: pl.DataFrame, column: str, event: str) -> int:
    """In how many clusters an exposed person has the event, in the group where it is fewest."""
    hit = (pl.col(EXPOSURE) > 0) & (pl.col(event) == 1)
    counts = panel.group_by(column).agg(pl.col(CLUSTER).filter(hit).n_unique())
    return int(counts[CLUSTER].to_numpy().min())


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    return row | dict.fromkeys(("coef", "se", "hazard_ratio", "low", "high", "p_value"))


def _combined(
    row: dict[str, Any],
    weights: NDArray[np.float64],
    coef: NDArray[np.float64],
    vcov: NDArray[np.float64],
    term: str,
) -> dict[str, Any]:
    value, se = float(weights @ coef), float(np.sqrt(weights @ vcov @ weights))
    wide = float(stats.t.ppf(0.975, max(row["clusters"] - 1, 1))) * se
    return row | {
        "term": term,
        "coef": value,
        "se": se,
        "hazard_ratio": float(np.exp(value)),
        "low": float(np.exp(value - wide)),
        "high": float(np.exp(value + wide)),
        "p_value": two_sided(value / se, row["clusters"]),
    }
