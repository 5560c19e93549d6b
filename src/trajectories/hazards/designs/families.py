"""Families of designs: shape, causes, placebo, other exits and others; and `fit_designs`."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import polars as pl

from trajectories.caseworkers import exposures as further
from trajectories.caseworkers.handovers import AHEAD, LAST_CHANGE, LAST_LISTED, Side, last_change_of
from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.hazards.designs import further_families
from trajectories.hazards.designs.constancy import FAMILY as CONSTANCY
from trajectories.hazards.designs.constancy import constancy
from trajectories.hazards.designs.rows import (
    DESIGN_SCHEMA,
    EXPOSURE,
    Ingredients,
    Work,
    corrected,
    fit_design,
    jackknifed,
    rows_of,
)
from trajectories.hazards.designs.specification_curve import municipalities, variants
from trajectories.hazards.designs.subgroups import subgroups
from trajectories.hazards.designs.support import clusters_with_exposed_events as exposed_clusters
from trajectories.hazards.parts import Parts
from trajectories.machine.progress import counted

LEAST_EVENTS = 20
LEAST_AFTER = 5
UNRELATED_EXITS = ("parental", "death", "emigration", "old_age")


def fit_designs(made: Ingredients, parts: Parts) -> pl.DataFrame:
    """Fit every design; a design that cannot be fitted becomes a note of `parts`.

    Returns:
        The estimates, columns of `DESIGN_SCHEMA`, clustered, t(G−1): the sandwich, or the jackknife
        where a check depends on the estimate.
    """
    rows: list[dict[str, Any]] = []
    for family in counted(FAMILIES, "families of designs"):
        part = family.__name__
        works: list[Work] = parts.attempt(
            part, part.replace("_", " "), partial(_listed, family, made), []
        )
        for name, fit_one in works:
            rows += parts.attempt(part, name, fit_one, [])
    rows = corrected(rows, "exits", but=made.rules.event)
    rows = corrected(rows, CONSTANCY)
    rows += subgroups(made, parts)
    parts.notes += made.notes
    return pl.DataFrame(rows, schema=DESIGN_SCHEMA)


def _listed(family: Callable[[Ingredients], Iterator[Work]], made: Ingredients) -> list[Work]:
    return list(family(made))


def shape(made: Ingredients) -> Iterator[Work]:
    """Months since the departure, and one, two, three or more changes of any cause."""
    for column, levels, name, side in (
        ("since_departure", further.SINCE_BANDS[1:], "months since a departure", LAST_LISTED),
        ("change_band", further.CHANGE_BANDS[1:], "number of changes, any cause", LAST_CHANGE),
    ):
        terms = {f"C({column})[T.{level}]": level for level in levels}

        def one(
            column: str = column, name: str = name, terms: dict[str, str] = terms, side: Side = side
        ) -> Any:
            fit = fit_design(made.panel, made.rules, [f"C({column})"])
            own = {term: pl.col(column).cast(pl.String) == level for term, level in terms.items()}
            behind = dict.fromkeys(terms, side)
            return rows_of(fit, made.panel, "shape", name, terms, own, behind)

        yield name, one


def causes(made: Ingredients) -> Iterator[Work]:
    """Changes so far by the cause known at the time, all counts in one model.

    Causes followed by few events are pooled.
    """
    every = [name for name in made.panel.columns if name.startswith("cause_")]
    after = made.panel.filter(pl.col(made.rules.event) == 1)
    columns = [name for name in every if (after[name] > 0).sum() >= LEAST_AFTER]
    rare = [name for name in every if name not in columns]

    def one() -> list[dict[str, Any]]:
        panel = made.panel.with_columns(cause_rare=pl.sum_horizontal(rare)) if rare else made.panel
        fit = fit_design(panel, made.rules, [*columns, *(["cause_rare"] if rare else [])])
        terms = {column: column.removeprefix("cause_") for column in columns}
        own = {column: pl.col(column) > 0 for column in columns}
        behind = {
            column: last_change_of(pl.col("changed_cause") == cause)
            for column, cause in terms.items()
        }
        name = "changes so far, by cause"
        return rows_of(fit, made.panel, "cause", name, terms, own, behind)

    if columns:
        yield "by cause", one


def later_changes(made: Ingredients) -> Iterator[Work]:
    """The association of a departure with the hazard of each later other change."""

    def one() -> list[dict[str, Any]]:
        fit = fit_design(made.panel, made.rules, [EXPOSURE], event="other_change_now")
        fit = jackknifed(fit, EXPOSURE)
        return rows_of(fit, made.panel, "later changes", "another change", {EXPOSURE: "departures"})

    yield "later changes", one


def placebo(made: Ingredients) -> Iterator[Work]:
    """Placebo: clients whose caseworker will leave but has not yet."""

    def one() -> list[dict[str, Any]]:
        fit = fit_design(made.panel, made.rules, [EXPOSURE, "leaves_next"])
        fit = jackknifed(fit, "leaves_next")
        terms = {"leaves_next": "leaves in the next six months"}
        own = {"leaves_next": pl.col("leaves_next") == 1}
        name = "the caseworker has not left yet"
        return rows_of(fit, made.panel, "placebo", name, terms, own, {"leaves_next": AHEAD})

    yield "placebo", one


def cause_specific(made: Ingredients) -> Iterator[Work]:
    """The departure's hazard ratio for each competing exit.

    p-values are corrected over all exits except the modelled one. The degrees of freedom are one
    less than the number of clusters in which an exposed person has the exit.
    """
    for name in EXITS:
        if name not in made.panel.columns or made.panel[name].sum() < LEAST_EVENTS:
            continue

        def one(name: str = name) -> list[dict[str, Any]]:
            fit = fit_design(made.panel, made.rules, [EXPOSURE], event=name)
            return rows_of(
                fit,
                made.panel,
                "exits",
                name,
                {EXPOSURE: "departures"},
                {EXPOSURE: pl.col(EXPOSURE) > 0},
                clusters={EXPOSURE: min(fit.clusters, exposed_clusters(made.panel, name))},
            )

        yield name, one


def negative_control(made: Ingredients) -> Iterator[Work]:
    """Exits that a caseworker can hardly affect, pooled."""

    def one() -> list[dict[str, Any]]:
        names = [name for name in UNRELATED_EXITS if name in made.panel.columns]
        rows = made.panel.with_columns(unrelated=pl.max_horizontal(names))
        fit = jackknifed(fit_design(rows, made.rules, [EXPOSURE], event="unrelated"), EXPOSURE)
        label = ", ".join(names).replace("_", " ")
        return rows_of(fit, rows, "negative control", label, {EXPOSURE: "departures"})

    yield "negative control", one


def with_loss(panel: pl.DataFrame) -> pl.DataFrame:
    """Add `lost` (i8): the course's last month, without an exit and before the end of the data."""
    gone = (
        (pl.col("month") == pl.col("month").max().over("course"))
        & pl.col("exit").is_null()
        & (pl.col("month") < pl.col("month").max())
    )
    return panel.with_columns(lost=gone.cast(pl.Int8))


def attrition(made: Ingredients) -> Iterator[Work]:
    """The departure's hazard ratio for loss to follow-up, if anybody is lost."""
    rows = with_loss(made.panel)
    if rows["lost"].sum() == 0:
        return

    def one() -> list[dict[str, Any]]:
        fit = jackknifed(fit_design(rows, made.rules, [EXPOSURE], event="lost"), EXPOSURE)
        return rows_of(fit, rows, "attrition", "lost from sight", {EXPOSURE: "departures"})

    yield "attrition", one


FAMILIES: tuple[Callable[[Ingredients], Iterator[Work]], ...] = (
    shape,
    causes,
    later_changes,
    placebo,
    cause_specific,
    negative_control,
    attrition,
    variants,
    further_families.other_jobs,
    further_families.weighted_censoring,
    further_families.within_caseworkers,
    municipalities,
    constancy,
)
"""The designs besides the headline, in the order of their rows; subgroups follow."""
