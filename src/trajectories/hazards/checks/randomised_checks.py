"""Randomisation checks: the headline, exits that should be unrelated, and balance."""

from functools import partial
from typing import Any

import polars as pl

from trajectories.caseworkers.colleagues import Candidates, candidates
from trajectories.caseworkers.handovers import COUNTED_SCHEMA, LAST_LISTED, count_of
from trajectories.config.sections.changes import ChangesConfig
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.checks import randomisation
from trajectories.hazards.checks.joint_balance import balance_test, list_totals
from trajectories.hazards.designs.families import LEAST_EVENTS, UNRELATED_EXITS
from trajectories.hazards.designs.rows import EXPOSURE, holm
from trajectories.hazards.parts import Parts

HEADLINE, UNRELATED, BALANCE = "headline", "unrelated exit", "balance"
RANDOMISED_SCHEMA = {
    "kind": pl.String,
    "test": pl.String,
    "persons": pl.Int64,
    "events": pl.Int64,
    **COUNTED_SCHEMA,
    **dict.fromkeys(("departures", "caseworkers", "blocks", "degrees"), pl.Int64),
    **dict.fromkeys(("statistic", "p_value", "p_corrected"), pl.Float64),
}


def randomised_checks(
    panel: pl.DataFrame,
    departures: pl.DataFrame,
    assignments: pl.DataFrame,
    parts: Parts,
    *,
    rules: ModelsConfig,
    changes: ChangesConfig,
    lag_months: int,
) -> pl.DataFrame:
    """Redraw the leavers of each team and month and compare with those observed.

    Returns:
        Columns of `RANDOMISED_SCHEMA`, one row per test. kind and test: "headline" with the
        modelled exit, "unrelated exit" with each of `UNRELATED_EXITS` with enough events, "balance"
        with "all characteristics"; persons (and, for an exit, events) after a departure, for
        balance persons on the leavers' lists who are at risk after the list day; from_caseworkers,
        to_caseworkers; departures redrawn; caseworkers (candidates); blocks (teams and months);
        degrees of d² (1 otherwise); statistic (a standardised sum; d²); p_value; p_corrected (Holm
        over the unrelated exits).
    """
    found = candidates(
        departures, assignments, list_months=changes.list_months, min_clients=changes.min_clients
    )
    exits = [
        name
        for name in UNRELATED_EXITS
        if name != rules.event and name in panel.columns and panel[name].sum() >= LEAST_EVENTS
    ]
    exposed = panel.filter(pl.col(EXPOSURE) > 0)
    behind = count_of(exposed, LAST_LISTED)

    def of_exit(kind: str, name: str) -> list[dict[str, Any]]:
        own = rules.model_copy(update={"event": name})
        scores = randomisation.departure_scores(panel, found, rules=own, lag_months=lag_months)
        made = randomisation.randomisation_test(scores, found, draws=rules.randomisations)
        sizes = {"persons": exposed["person"].n_unique(), "events": int(exposed[name].sum())}
        return [_row(kind, name, made, 1) | sizes | behind]

    def of_balance() -> list[dict[str, Any]]:
        made, degrees = balance_test(list_totals(panel, found), found, draws=rules.randomisations)
        sizes = {"persons": _persons_listed(panel, found), "events": None}
        return [_row(BALANCE, "all characteristics", made, degrees) | sizes | behind]

    rows: list[dict[str, Any]] = []
    for kind, name in ((HEADLINE, rules.event), *((UNRELATED, name) for name in exits)):
        label = f"Leavers drawn again, {name.replace('_', ' ')}"
        rows += parts.attempt("randomisation", label, partial(of_exit, kind, name), [])
    rows += parts.attempt("randomisation", "Leavers drawn again, balance", of_balance, [])
    places = [i for i, row in enumerate(rows) if row["kind"] == UNRELATED]
    for place, p in zip(places, holm([rows[i]["p_value"] for i in places]), strict=True):
        rows[place]["p_corrected"] = p
    return pl.DataFrame(rows, schema=RANDOMISED_SCHEMA)


def _row(kind: str, test: str, made: randomisation.Randomised, degrees: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "test": test,
        "departures": made.departures,
        "caseworkers": made.caseworkers,
        "blocks": made.blocks,
        "degrees": degrees,
        "statistic": made.statistic,
        "p_value": made.p_value,
    }


def _persons_listed(panel: pl.DataFrame, found: Candidates) -> int:
    return (
        found.rows.filter("left")
        .select("candidate")
        .join(found.clients, on="candidate")
        .select("person", month=pl.col("list_day").dt.offset_by("1d"))
        .join(panel.select("person", "month"), on=["person", "month"])["person"]
        .n_unique()
    )
