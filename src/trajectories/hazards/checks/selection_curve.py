"""The selection curve: what a naive analysis would find if changes had no effect."""

from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Array, Bools, Floats, Ints
from trajectories.caseworkers.changes import NOT_A_CHANGE
from trajectories.caseworkers.handovers import COUNTED_SCHEMA, count_of
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.config.sections.sensitivity import SensitivityConfig
from trajectories.machine.progress import counted
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.errors import NotEstimableError

COLUMNS = ("duration_band", "half_year", "municipality", "age_band", "sex")
TERMS = tuple(f"C({name})" for name in COLUMNS)
UNSELECTED = ("departure", "absence", "return", "reorganisation", "municipality_move")
"""Causes that depend on the caseworker or the address, so that clients cannot be selected."""
KINDS = {"requests": ("request",), "every change but departures and moves": None}
LARGEST_COHORT = 100_000
"""Most courses that are simulated."""
CALIBRATIONS = 4
NEWTON_STEPS, CONVERGED = 50, 1e-10
SELECTION_SCHEMA = {
    "selective": pl.String,
    "strength": pl.String,
    **dict.fromkeys(("persons", "person_months", "events", "changes", "selected"), pl.Int64),
    **COUNTED_SCHEMA,
    "association": pl.Float64,
    "departures": pl.Float64,
}


def selection_curve(
    panel: pl.DataFrame,
    changes: pl.DataFrame,
    *,
    rules: SensitivityConfig,
    models: ModelsConfig,
    by_departure: bool = True,
) -> pl.DataFrame:
    """The association if changes had no effect but were more frequent for the worst off.

    The register is simulated with a true hazard ratio of 1: the same courses from time zero to the
    end of the data, hazards of the event and of all other exits from a fitted model without
    changes, an unobserved factor of the event's hazard per person (log-normal, mean 1), and changes
    at the observed rates. Departures and other unselected changes occur at random. Selected changes
    are more frequent for persons with a low factor: with strength s, s times as frequent one
    standard deviation of the log factor below the mean; their number is the observed one at every
    strength. The association and the effect of departures are then estimated, adjusted for
    duration, half-year, municipality, age and sex, with counts lagged by one month. Of more than
    100,000 courses, so many are drawn once, and the counts of the result are theirs.

    Args:
        panel: person-months at risk, as `risk_set` returns them.
        changes: as `caseworker_changes` returns them.
        rules: strengths, variance of the unobserved factor, draws and seed.
        models: the event.
        by_departure: whether the effect of departures is given; false if the headline has too few.

    Returns:
        One row per kind of selected changes and strength: selective, strength (text), persons,
        person_months, events, changes, selected (means over the draws), the caseworkers behind the
        registered changes (from_caseworkers, to_caseworkers), association, departures
        (hazard ratios, geometric means over the draws; departures null if not given).

    Raises:
        NotEstimableError: there are too few events or changes to estimate the hazards.
    """
    courses = panel["course"].unique().sort()
    share = min(1.0, LARGEST_COHORT / max(len(courses), 1))
    if share < 1:
        courses = courses.sample(LARGEST_COHORT, seed=rules.seed).sort()
    rates = _rates(panel, changes, share)
    cohort = _cohort(panel, models.event, courses)
    events = round(share * int(panel[models.event].sum()))
    points = [(kind, s) for kind in KINDS if rates[kind][0] for s in rules.selection_strengths]
    if not points:
        raise NotEstimableError("There is no change at risk that could have been selected.")
    found: dict[tuple[str, float], list[dict[str, float]]] = {point: [] for point in points}
    for draw in counted(range(rules.draws), "simulated cohorts"):
        lived = _lives(cohort, rules, draw, events=events)
        stream = np.random.default_rng([rules.seed, draw, 1])
        # Common random numbers at every strength: the curve then shows strength and not chance.
        uniforms = stream.random((3, len(lived["course"])))
        for kind, strength in points:
            found[kind, strength].append(_one(lived, rates[kind], strength, uniforms))
    persons = cohort["person"].n_unique()
    behind = _behind(panel, changes)
    rows = [_mean_row(*point, persons, found[point]) | behind[point[0]] for point in points]
    curve = pl.DataFrame(rows, schema=SELECTION_SCHEMA)
    return curve if by_departure else curve.with_columns(departures=pl.lit(None, pl.Float64))


def _behind(panel: pl.DataFrame, changes: pl.DataFrame) -> dict[str, dict[str, int]]:
    """By kind: the caseworkers behind the changes at risk that the selected ones represent."""
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    at_risk = real.join(panel.select("person", "month"), on=["person", "month"], how="semi")
    return {kind: count_of(at_risk.filter(_selected(kind))) for kind in KINDS}


def _selected(kind: str) -> pl.Expr:
    cause, names = pl.col("cause").cast(pl.String), KINDS[kind]
    return cause.is_in(list(names)) if names else ~cause.is_in(list(UNSELECTED))


def _rates(
    panel: pl.DataFrame, changes: pl.DataFrame, share: float
) -> dict[str, tuple[int, float, float]]:
    """By kind: number of selected changes, monthly rates of a departure and of another change.

    The number is that of a share of the courses.
    """
    real = changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
    at_risk = real.join(panel.select("person", "month"), on=["person", "month"], how="semi")
    cause = at_risk["cause"].cast(pl.String)
    left = int((cause == "departure").sum())
    months = max(panel.height, 1)
    out = {}
    for kind in KINDS:
        selected = at_risk.filter(_selected(kind)).height
        other = (len(cause) - selected - left) / months
        out[kind] = (round(share * selected), left / months, other)
    return out


def _cohort(panel: pl.DataFrame, event: str, courses: pl.Series) -> pl.DataFrame:
    """Courses from time zero to the end of the data, with their two linear predictors."""
    other = (pl.col("exit").is_not_null() & (pl.col(event) == 0)).cast(pl.Int8)
    known = panel.select(*COLUMNS, event, other_exit=other)
    first = panel.filter(pl.col("duration") == 0, pl.col("course").is_in(courses.implode())).select(
        "person", "course", "month", "municipality", "age_band", "sex"
    )
    durations = panel.select("duration", "duration_band").unique("duration").sort("duration")
    halves = panel.select("month", "half_year").unique("month")
    grid = (
        first.sort("course")
        .join(durations, how="cross", maintain_order="left_right")
        .with_columns(pl.col("month").dt.offset_by(pl.format("{}mo", "duration")))
        .join(halves, on="month", how="inner", maintain_order="left")
    )
    return grid.with_columns(
        eta_event=_linear(fit_hazard(known, event=event, terms=TERMS, cluster=None), grid),
        eta_other=_linear(fit_hazard(known, event="other_exit", terms=TERMS, cluster=None), grid),
    )


def _linear(fit: HazardFit, rows: pl.DataFrame) -> pl.Series:
    """The linear predictor of a model of main effects; dropped levels count as the base."""
    coef = dict(fit.table.select("term", "coef").iter_rows())
    out = np.full(rows.height, coef.get("Intercept", 0.0))
    for name in COLUMNS:
        levels = rows[name].cast(pl.String)
        effects = {
            level: coef.get(f"C({name})[T.{level}]", 0.0) for level in levels.unique().to_list()
        }
        out += levels.replace_strict(effects, return_dtype=pl.Float64).to_numpy()
    return pl.Series(out)


def _lives(
    cohort: pl.DataFrame, rules: SensitivityConfig, draw: int, *, events: int
) -> dict[str, Array]:
    """Months at risk and exits, once per draw: exits do not depend on changes without effect."""
    stream = np.random.default_rng([rules.seed, draw, 0])
    course = cohort["course"].rank("dense").to_numpy().astype(np.int64) - 1
    person = cohort["person"].rank("dense").to_numpy().astype(np.int64) - 1
    sigma = np.sqrt(np.log1p(rules.frailty_variance))
    standing = stream.standard_normal(person.max() + 1)[person]
    job_draw, exit_draw = stream.random(cohort.height), stream.random(cohort.height)
    rate = np.exp(cohort["eta_event"].to_numpy() + sigma * standing - sigma**2 / 2)
    leaves = exit_draw < -np.expm1(-np.exp(cohort["eta_other"].to_numpy()))
    scale = 1.0
    # Persons with good chances leave first: raise the level until the number of events is as
    # observed.
    for _ in range(CALIBRATIONS):
        finds = job_draw < -np.expm1(-scale * rate)
        at_risk = _until_first(finds | leaves, course)
        scale *= events / max(int((finds & at_risk).sum()), 1)
    return {
        "course": course[at_risk],
        "standing": standing[at_risk],
        "event": finds[at_risk],
        "expected": np.exp(cohort["eta_event"].to_numpy()[at_risk]),
        "band": cohort["duration_band"].to_physical().to_numpy()[at_risk].astype(np.int64),
    }


def _until_first(ends: Bools, course: Ints) -> Bools:
    return np.asarray(_before(ends.astype(np.int64), course) == 0)


def _before(happens: Array, course: Ints) -> Ints:
    """How often something happened in earlier rows of the same course."""
    so_far = np.cumsum(happens)
    starts = np.flatnonzero(np.diff(course, prepend=-1))
    base = np.repeat(so_far[starts] - happens[starts], np.diff(starts, append=len(course)))
    return np.asarray(so_far - happens - base, dtype=np.int64)


def _one(
    lived: dict[str, Array], rates: tuple[int, float, float], strength: float, uniforms: Floats
) -> dict[str, float]:
    selected, departing, other = rates
    pull = strength ** -lived["standing"]
    left = (uniforms[0] < departing).astype(np.int64)
    chosen = uniforms[1] < selected * pull / pull.sum()
    made = left + chosen + (uniforms[2] < other)
    course = lived["course"]
    return {
        "events": float(lived["event"].sum()),
        "person_months": float(len(course)),
        "changes": float(made.sum()),
        "selected": float(chosen.sum()),
        "association": log_ratio(_before(made, course), lived),
        "departures": log_ratio(_before(left, course), lived),
    }


def log_ratio(count: Ints, lived: dict[str, Array]) -> float:
    """The log hazard ratio of a count in a proportional hazards model in grouped time.

    The simulation's hazards are an offset and each duration band has its own level: rates
    exp(offset + level + β · count). The levels have a closed form, so β is found by Newton's method
    on sums by band and count.

    Args:
        count: (n,) the count on the eve of each person-month.
        lived: event, band and expected (the offset rate) of each person-month.
    """
    band = lived["band"]
    width = int(count.max()) + 1
    cell = band * width + count
    shape = (int(band.max()) + 1, width)
    size = shape[0] * width
    expected = np.bincount(cell, weights=lived["expected"], minlength=size).reshape(shape)
    events = np.bincount(cell, weights=lived["event"], minlength=size).reshape(shape)
    x = np.arange(width)
    total = events.sum(axis=1)
    beta = 0.0
    for _ in range(NEWTON_STEPS):
        weight = expected * np.exp(beta * x)
        weight /= weight.sum(axis=1, keepdims=True)
        mean = weight @ x
        score = float((events @ x - total * mean).sum())
        information = float((total * (weight @ x**2 - mean**2)).sum())
        if information <= 0:
            return float("nan")
        step = float(np.clip(score / information, -1, 1))
        beta += step
        if abs(step) < CONVERGED:
            break
    return beta


def _mean_row(
    kind: str, strength: float, persons: int, found: list[dict[str, float]]
) -> dict[str, Any]:
    mean = {name: float(np.mean([row[name] for row in found])) for name in found[0]}
    return {
        "selective": kind,
        "strength": f"{strength:g}",
        "persons": persons,
        **{name: round(mean[name]) for name in ("person_months", "events", "changes", "selected")},
        **{name: float(np.exp(mean[name])) for name in ("association", "departures")},
    }
