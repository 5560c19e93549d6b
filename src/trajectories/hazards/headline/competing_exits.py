"""Competing exits: simultaneous bands for cumulative incidence, and Fine–Gray models."""

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import polars as pl

from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.hazards.columns import SUBDISTRIBUTION_ESTIMATES
from trajectories.hazards.description.changes_and_exits import course_ends
from trajectories.hazards.parts import Parts
from trajectories.survival.cox.model import CoxFit, fit_cox
from trajectories.survival.cox.subdistribution import fine_gray
from trajectories.survival.life_tables import Courses, courses_of, standard_errors, steps

DRAWS = 1000
# Persons whose multipliers are in memory at a time.
PERSONS_AT_ONCE = 50_000
MOST_PERSONS, SEED = 150_000, 1
"""Most persons of whom subdistribution hazards are fitted, and the seed of their draw."""
STEPS_AT_ONCE = 32
# A band covers the times with at least this many exits before and persons at risk after.
EDGE = 20
BAND_SCHEMA = {
    "group": pl.String,
    "exit": pl.String,
    "persons": pl.Int64,
    "events": pl.Int64,
    "critical": pl.Float64,
    "first_month": pl.Int64,
    "last_month": pl.Int64,
}
SUBDISTRIBUTION_SCHEMA = {
    "exit": pl.String,
    "term": pl.String,
    "persons": pl.Int64,
    "events": pl.Int64,
    **dict.fromkeys(SUBDISTRIBUTION_ESTIMATES, pl.Float64),
}


def incidence_bands(panel: pl.DataFrame, *, seed: int = 1) -> pl.DataFrame:
    """Half-widths, in standard errors, of 95 % bands that cover whole cumulative incidence curves.

    Equal-precision bands (Nair 1984): the 95 % quantile of the largest standardised deviation over
    the months of the band, from `DRAWS` draws of normal multipliers of the persons' influences (Lin
    1997). With F the curve and s its standard error the band is
    1 − (1 − F)^exp(∓c·s / ((1 − F)·log(1 − F))); a pointwise interval has c = 1.96.

    Returns:
        Columns of `BAND_SCHEMA`, one row per group ("all", and age at time zero) and exit with
        `EDGE` events; months since time zero.
    """
    ends = course_ends(panel)
    rows: list[dict[str, Any]] = []
    ages = ends["age_band"].unique().sort().to_list()
    for group, part in [
        ("all", ends),
        *((f"age {age}", ends.filter(pl.col("age_band") == age)) for age in ages),
    ]:
        kinds = part.filter(pl.col("exit") != 0)["exit"].unique().sort().to_numpy()
        if len(kinds):
            rows += _bands(group, courses_of(part, kinds.astype(np.int64)), part, seed)
    return pl.DataFrame(rows, schema=BAND_SCHEMA)


def _bands(group: str, courses: Courses, part: pl.DataFrame, seed: int) -> list[dict[str, Any]]:
    draw = np.random.default_rng(seed)
    persons = courses.persons.shape[0]
    multipliers = np.zeros((courses.persons.shape[1], DRAWS))
    for first in range(0, persons, PERSONS_AT_ONCE):
        some = courses.persons[first : first + PERSONS_AT_ONCE]
        multipliers += some.T @ draw.normal(size=(some.shape[0], DRAWS))
    reached = np.cumsum(courses.events()[:, :-1], axis=0)
    at_risk = courses.at_risk()
    largest = np.zeros((len(courses.kinds), DRAWS))
    months: list[list[int]] = [[] for _ in courses.kinds]
    usable = (reached >= EDGE) & (at_risk[:, None] >= EDGE)
    each = zip(steps(courses), usable, strict=True)
    while taken := list(islice(each, STEPS_AT_ONCE)):
        # One product of many rows takes a tenth of the time of as many products of few.
        influence = np.concatenate([one.influence[:, use].T for one, use in taken])
        distance = np.abs(influence @ multipliers)
        errors = np.concatenate(
            [standard_errors(courses, one.influence)[use] for one, use in taken]
        )
        distance /= errors[:, None]
        kinds = np.concatenate([np.flatnonzero(use) for _, use in taken])
        for kind in np.unique(kinds):
            largest[kind] = np.maximum(largest[kind], distance[kinds == kind].max(axis=0))
        for one, use in taken:
            for kind in np.flatnonzero(use):
                months[kind].append(int(one.time))
    return [
        {
            "group": group,
            "exit": EXITS[int(number) - 1],
            "persons": part["person"].n_unique(),
            "events": int(reached[-1, kind]),
            # Sums of many products may differ in the last digits between versions of libraries.
            "critical": round(float(np.quantile(largest[kind], 0.95)), 6),
            "first_month": months[kind][0],
            "last_month": months[kind][-1],
        }
        for kind, number in enumerate(courses.kinds)
        if months[kind]
    ]


def subdistribution(panel: pl.DataFrame, exits: Sequence[str], parts: Parts) -> pl.DataFrame:
    """Cause-specific and subdistribution hazard ratios of some exits, by age and sex at time zero.

    The cause-specific ratio compares the rate of the exit among persons still at risk, Fine and
    Gray's the cumulative share that has left by it; they differ if other exits differ. Departures
    are not a term: they are time-dependent, and a subdistribution hazard ratio has no meaning for
    them. Of more than `MOST_PERSONS` persons as many are drawn, which a note says: after another
    exit a person takes a weighted row a month.

    Returns:
        Columns of `SUBDISTRIBUTION_SCHEMA`; `persons` and `events` are those of the level that the
        term names.
    """
    sexes = panel.sort("course", "month").group_by("course").agg(pl.col("sex").first())
    ends = (
        course_ends(panel)
        .join(sexes, on="course", maintain_order="left")
        .with_columns(pl.col("sex").cast(pl.String))
    )
    terms = [f"C({name})" for name in ("age_band", "sex") if ends[name].n_unique() > 1]
    persons = ends["person"].unique().sort()
    if len(persons) > MOST_PERSONS:
        drawn = np.random.default_rng(SEED).choice(len(persons), MOST_PERSONS, replace=False)
        ends = ends.filter(pl.col("person").is_in(persons[np.sort(drawn)].implode()))
        parts.notes.append(
            (
                "subdistribution_sample",
                f"Subdistribution hazards: {MOST_PERSONS:,} of {len(persons):,} persons were drawn "
                "at random, because the weighted rows of all would take too much memory.",
            )
        )
    rows: list[dict[str, Any]] = []
    for name in exits if terms else ():
        one = partial(_of_exit, name, ends, terms)
        rows += parts.attempt("subdistribution", f"Subdistribution of {name}", one, [])
    return pl.DataFrame(rows, schema=SUBDISTRIBUTION_SCHEMA)


def _of_exit(name: str, ends: pl.DataFrame, terms: Sequence[str]) -> list[dict[str, Any]]:
    number = EXITS.index(name) + 1
    own = ends.with_columns(event=(pl.col("exit") == number).cast(pl.Int8))
    fits = (
        fit_cox(own, stop="time", event="event", terms=terms, cluster="person"),
        fine_gray(own, terms=terms, exit_number=number),
    )
    return _terms(name, own, fits)


def _terms(name: str, own: pl.DataFrame, fits: tuple[CoxFit, CoxFit]) -> list[dict[str, Any]]:
    rows = []
    second = {row["term"]: row for row in fits[1].table.iter_rows(named=True)}
    for row in fits[0].table.iter_rows(named=True):
        column, _, level = row["term"].removeprefix("C(").removesuffix("]").partition(")[T.")
        other = second.get(row["term"])
        if other is None:
            continue
        part = own.filter(pl.col(column) == level)
        base = own[column].unique().sort()[0]
        rows.append(
            {
                "exit": name,
                "term": f"{'age' if column == 'age_band' else column} {level} against {base}",
                "persons": part["person"].n_unique(),
                "events": int(part["event"].sum()),
                "cause_specific": row["hazard_ratio"],
                "cause_specific_low": row["low"],
                "cause_specific_high": row["high"],
                "subdistribution": other["hazard_ratio"],
                "subdistribution_low": other["low"],
                "subdistribution_high": other["high"],
            }
        )
    return rows
