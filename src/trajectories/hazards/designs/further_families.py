"""Further designs: other definitions of a job, weighted censoring, within caseworkers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import polars as pl

from trajectories.hazards.designs import rows as common
from trajectories.hazards.designs.censoring_weights import WEIGHT, censoring_weights
from trajectories.hazards.designs.nested_samples import between
from trajectories.survival.discrete_time.fixed_effects import fit_within
from trajectories.survival.errors import NotEstimableError

FAMILY, TEAM = "specification", "C(team_first)"
TERMS = {common.EXPOSURE: "departures"}


def other_jobs(made: common.Ingredients) -> Iterator[common.Work]:
    """The headline with other definitions of a job."""
    if made.rules.event != "job":
        return
    for name, make in made.job_variants.items():

        def one(name: str = name, make: Callable[[], pl.DataFrame] = make) -> list[dict[str, Any]]:
            panel = make()
            fit = common.fit_design(panel, made.rules, [common.EXPOSURE])
            apart = between(made.panel, panel, event=made.rules.event)
            return [row | apart for row in common.rows_of(fit, panel, FAMILY, name, TERMS)]

        yield name, one


def weighted_censoring(made: common.Ingredients) -> Iterator[common.Work]:
    """The headline until the first other change, with inverse-probability-of-censoring weights.

    Few persons remain late, so teams may separate the events: both rows are then estimated without
    teams, with the weights and, for comparison, without.
    """

    def one() -> list[dict[str, Any]]:
        try:
            return _until_other_change(made, made.rules.adjustment, "")
        except NotEstimableError:
            fewer = [term for term in made.rules.adjustment if term != TEAM]
            if len(fewer) == len(made.rules.adjustment):
                raise
            return _until_other_change(made, fewer, ", no team")

    yield "until the first other change, weighted", one


def _until_other_change(
    made: common.Ingredients, adjustment: Sequence[str], label: str
) -> list[dict[str, Any]]:
    rules = made.rules
    active = pl.col("active_now").replace_strict({0: "passive", 1: "active"}, default="neither")
    found = censoring_weights(
        made.panel.with_columns(active_state=active.fill_null("neither")),
        numerator=[*adjustment, common.EXPOSURE],
        denominator=rules.censoring_terms,
        truncation=rules.weight_truncation,
    )
    name = "until the first other change"
    rows = []
    for text, weight in ((f"{name}, weighted{label}", WEIGHT), (f"{name}{label}", None)):
        if weight or label:
            fit = common.fit_design(
                found.rows, rules, [common.EXPOSURE], adjustment=adjustment, weight=weight
            )
            apart = between(made.panel, found.rows, event=rules.event)
            rows += [row | apart for row in common.rows_of(fit, found.rows, FAMILY, text, TERMS)]
    made.notes.append(
        (
            "censoring_weights",
            f"Censored at the first other change: the weights average {found.mean:.3f} and "
            f"reach {found.largest:.3g}; those outside {found.low:.3g} to {found.high:.3g}, "
            f"{rules.weight_truncation:.0%} at either end, were set to these.",
        )
    )
    return rows


def within_caseworkers(made: common.Ingredients) -> Iterator[common.Work]:
    """Compare clients of the same caseworker whose earlier caseworker left with the others."""
    name = "within caseworkers (rate ratio)"

    def one() -> list[dict[str, Any]]:
        fit = fit_within(
            made.panel,
            within="caseworker",
            event=made.rules.event,
            terms=[*made.rules.adjustment, common.EXPOSURE],
            cluster=common.CLUSTER,
        )
        return common.rows_of(fit, made.panel, FAMILY, name, TERMS)

    yield name, one
