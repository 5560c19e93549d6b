"""The headline within subgroups of persons and months, with tests of equality."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers.handovers import LAST_LISTED, count_of
from trajectories.hazards.designs import rows as common
from trajectories.hazards.designs.nested_samples import beside_smaller, smallest
from trajectories.hazards.designs.support import clusters_with_exposed_events
from trajectories.hazards.parts import Parts

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
EQUAL = "equal in all groups"
FEW_CLUSTERS = "not tested (too few teams in some group)"
ONE_GROUP = "not tested (one group alone)"
NOT_FITTED = "not tested (the model has no estimate)"
"""Terms of the rows on equality between groups: tested, or why not."""
UNTESTED = (FEW_CLUSTERS, ONE_GROUP, NOT_FITTED)
EQUAL_WEIGHTS = "equal weights"


def subgroups(made: common.Ingredients, parts: Parts) -> list[dict[str, Any]]:
    """The headline within groups, with a joint test of equality for each grouping (Holm-corrected).

    Each group uses the jackknife over clusters with t(G−1), where G counts the clusters in which an
    exposed person of the group has the event: only these show how the effect varies. A group with
    fewer than the headline needs (`models.min_clusters`) is not reported. The last row of a
    grouping has the term `EQUAL` and the p-value of the joint test (Holm 1979 over the groupings; G
    of the group with the fewest clusters), or says why there is none (`UNTESTED`): too few clusters
    in some group or for so many groups, only one group, or no estimate. If all municipalities are
    reported, their unweighted mean is added.
    """
    rows: list[dict[str, Any]] = []
    for column, label in SUBGROUPS.items():
        if column not in made.panel.columns:
            continue
        levels = sorted(made.panel[column].cast(pl.String).unique().to_list())
        if len(levels) < 2:
            rows.append(_about_equality(made, label, ONE_GROUP))
            continue
        rows += parts.attempt(
            "subgroups",
            f"By {label}",
            partial(_grouping, made, column, levels, parts),
            [_about_equality(made, label, NOT_FITTED)],
        )
    tests = [row for row in rows if row["term"] == EQUAL]
    for row, p in zip(tests, common.holm([row["p_value"] for row in tests]), strict=True):
        row["p_value"] = p
    return rows


def _grouping(
    made: common.Ingredients, column: str, levels: Sequence[str], parts: Parts
) -> list[dict[str, Any]]:
    label, least = SUBGROUPS[column], made.rules.min_clusters
    group = pl.col(column).cast(pl.String)
    clusters = {
        level: clusters_with_exposed_events(made.panel.filter(group == level), made.rules.event)
        for level in levels
    }
    known = [level for level in levels if clusters[level] >= least]
    untested = _about_equality(made, label, FEW_CLUSTERS)
    few = len(levels) - len(known)
    if few:
        parts.refuse(
            "subgroups",
            f"By {label}: {few} of {len(levels)} groups are not given: their exposed have the "
            f"event in fewer than {least} clusters.",
            "clusters",
        )
    if not known:
        return [untested]
    # A group that depends on a single team would leave the refit without that team no maximum.
    panel = made.panel.filter(group.is_in(known))
    adjustment = list(made.rules.adjustment)
    if not any(f"C({column})" in term for term in adjustment):
        adjustment.append(f"C({column})")
    fit = common.fit_design(
        panel, made.rules, [f"C({column}):{common.EXPOSURE}"], adjustment=adjustment
    )
    fit = fit.with_cluster(common.CLUSTER, variance="crv3")
    terms = {f"C({column})[{level}]:{common.EXPOSURE}": level for level in known}
    own = {term: group == level for term, level in terms.items()}
    counted = {term: clusters[level] for term, level in terms.items()}
    rows = common.rows_of(fit, panel, "subgroup", label, terms, own, clusters=counted)
    apart = beside_smaller(_sizes(made.panel, column, fit.event))
    least_group = smallest(rows)
    rows = [row | apart[row["term"]] for row in rows]
    if few or len(rows) < len(terms) or not np.isfinite([row["se"] for row in rows]).all():
        return [*(row for row in rows if np.isfinite(row["se"])), untested]
    places = [i for i, name in enumerate(fit.table["term"]) if name in terms]
    coef, vcov = fit.table["coef"].to_numpy()[places], fit.vcov[np.ix_(places, places)]
    fewest = min(counted.values())
    if column == "municipality":
        weights = np.full(len(coef), 1 / len(coef))
        value, se = float(weights @ coef), float(np.sqrt(weights @ vcov @ weights))
        whole = _about_equality(made, label, EQUAL_WEIGHTS) | least_group
        rows.append(whole | common.with_interval(value, se, fewest))
    p = common.joint_test(coef, vcov, np.diff(np.eye(len(coef)), axis=0), fewest)
    if not np.isfinite(p):
        return [*rows, untested]
    tested = _about_equality(made, label, EQUAL) | least_group
    return [*rows, tested | {"clusters": fewest, "p_value": p}]


def _sizes(panel: pl.DataFrame, column: str, event: str) -> dict[str, dict[str, Any]]:
    sizes = panel.group_by(pl.col(column).cast(pl.String)).agg(
        persons=pl.col("person").n_unique().cast(pl.Int64),
        events=pl.col(event).cast(pl.Int64).sum(),
    )
    return {row[column]: row for row in sizes.iter_rows(named=True)}


def _about_equality(made: common.Ingredients, label: str, term: str) -> dict[str, Any]:
    """A row on all groups of a grouping together, with counts but no estimate."""
    exposed = made.panel.filter(pl.col(common.EXPOSURE) > 0)
    return {
        "family": "subgroup",
        "design": label,
        "term": term,
        "person_months": made.panel.height,
        "persons": made.panel["person"].n_unique(),
        "events": made.panel[made.rules.event].sum(),
        "clusters": exposed[common.CLUSTER].n_unique(),
        **count_of(made.panel, LAST_LISTED),
    }
