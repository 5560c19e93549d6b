"""Competing exits: life tables, Aalen–Johansen curves and the Kaplan–Meier estimator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
import scipy.sparse as sp

from trajectories.arrays import Array, Floats, Ints
from trajectories.errors import UserError
from trajectories.survival.tied_times import tied
from trajectories.survival.usable import refuse_rows, require_usable

By = str | Sequence[str] | None
RESERVED = frozenset(
    {
        "person",
        "time",
        "entry",
        "exit",
        "at_risk",
        "events",
        "censored",
        "estimate",
        "se",
        "low",
        "high",
        "until",
        "probability",
    }
)
"""Column names of durations and curves."""


def life_table(durations: pl.DataFrame, by: By = None) -> pl.DataFrame:
    """Persons at risk, exits of each kind and censorings at each time (Kaplan & Meier 1958).

    Args:
        durations: one row per course: person, time (number), exit (integer, 0 = censored), and
            optionally entry (left truncation: at risk after `entry`, up to and including `time`).
        by: one or more columns of groups.

    Returns:
        [by…], time, exit, at_risk, events, censored (i64), sorted; one row for each observed time
        and each kind of exit that occurs anywhere in `durations`. Exits come before censorings at
        the same time: a person censored at t is at risk at t.

    Raises:
        UserError: the durations cannot be used (`require_usable`).
    """
    return _each_group(durations, by, _life_table)


def cumulative_incidence(durations: pl.DataFrame, by: By = None) -> pl.DataFrame:
    """The cumulative incidence of each exit (Aalen & Johansen 1978), with its standard error.

    Standard errors are from the infinitesimal jackknife, as in R's `survfit` for multi-state
    curves: the square root of the sum over persons of their squared influence on the estimate. Rows
    of the same person are summed before squaring.

    Args:
        durations: one row per course: person, time (number), exit (integer, 0 = censored), and
            optionally entry (left truncation: at risk after `entry`, up to and including `time`).
        by: one or more columns of groups.

    Returns:
        [by…], time, exit, at_risk (i64), estimate, se (f64), sorted; one row for each observed
        time and each kind of exit that occurs anywhere in `durations`. Events come before
        censorings at ties.

    Raises:
        UserError: the durations cannot be used (`require_usable`).

    Examples:
        >>> import polars as pl
        >>> from trajectories.survival import cumulative_incidence
        >>> durations = pl.DataFrame({"person": [1, 2, 3], "time": [1, 2, 3], "exit": [1, 0, 1]})
        >>> cumulative_incidence(durations)["estimate"].round(3).to_list()
        [0.333, 0.333, 1.0]

    See Also:
        `kaplan_meier`, `fine_gray`, `trajectories.plot.cumulative_incidence`.

    R equivalent: `survival::survfit` with a factor of states.
    """
    return _each_group(durations, by, _aalen_johansen)


def kaplan_meier(durations: pl.DataFrame, by: By = None) -> pl.DataFrame:
    """The probability of no exit (Kaplan & Meier 1958), with Greenwood's standard error (1926).

    Args:
        durations: as for `cumulative_incidence`; any exit other than 0 is the event.
        by: one or more columns of groups.

    Returns:
        [by…], time, at_risk, events, censored (i64), estimate, se (f64), sorted. `se` is on the
        probability scale.

    Raises:
        UserError: the durations cannot be used (`require_usable`).

    Examples:
        >>> import polars as pl
        >>> from trajectories.survival import kaplan_meier
        >>> durations = pl.DataFrame({"person": [1, 2, 3], "time": [1, 2, 3], "exit": [1, 0, 1]})
        >>> kaplan_meier(durations)["estimate"].round(3).to_list()
        [0.667, 0.667, 0.0]

    See Also:
        `cumulative_incidence`, `survival_limits`, `trajectories.plot.survival`.

    R equivalent: `survival::survfit`.
    """
    groups = groups_of(by)
    require_usable(durations, "durations", ends="exit")
    one = durations.with_columns(exit=(pl.col("exit") != 0).cast(pl.Int64))
    table = life_table(one, by)
    if not (one["exit"] == 1).any():
        table = table.with_columns(events=pl.lit(0, pl.Int64))
    hazard = pl.col("events") / pl.col("at_risk")
    greenwood = pl.col("events") / (pl.col("at_risk") * (pl.col("at_risk") - pl.col("events")))
    over = groups or pl.lit(1)
    table = table.drop("exit").with_columns(estimate=(1 - hazard).cum_prod().over(over))
    # When the last persons at risk leave, survival is 0 and Greenwood's term is 0 · ∞.
    se = pl.col("estimate") * greenwood.cum_sum().sqrt().over(over)
    return table.with_columns(se=pl.when(pl.col("estimate") > 0).then(se).otherwise(None))


@dataclass(frozen=True)
class Courses:
    """The courses of one group, with identical ones counted once.

    Attributes:
        times: (t,) observed times, ascending.
        kinds: (k,) kinds of exit.
        entry: (p,) entries of the distinct courses; −∞ without late entry.
        time: (p,) end times of the distinct courses.
        exit: (p,) exits of the distinct courses.
        persons: (persons, p) sparse; how often a person has each course.
    """

    times: Floats
    kinds: Ints
    entry: Floats
    time: Floats
    exit: Ints
    persons: sp.csr_matrix

    @property
    def courses(self) -> Floats:
        """(p,) number of courses identical to each distinct one."""
        return np.asarray(self.persons.sum(axis=0), dtype=np.float64).ravel()

    def events(self) -> Floats:
        """(t, k + 1) exits of each kind at each time, censorings in the last column."""
        kinds = np.append(self.kinds, 0)
        row = np.searchsorted(self.times, self.time)
        column = np.argmax(self.exit[:, None] == kinds[None, :], axis=1)
        counts = np.zeros((len(self.times), len(kinds)))
        np.add.at(counts, (row, column), self.courses)
        return counts

    def at_risk(self) -> Floats:
        """(t,) courses at risk at each time: entered before it and not ended before it."""
        ended = _sorted_sum(self.time, self.courses, self.times, side="left")
        entered = _sorted_sum(self.entry, self.courses, self.times, side="left")
        return entered - ended


def _sorted_sum(
    at: Floats, weight: Floats, times: Floats, side: Literal["left", "right"]
) -> Floats:
    """Σ of the weights of everything before (or at) each time."""
    order = np.argsort(at, kind="stable")
    total = np.append(0.0, np.cumsum(weight[order]))
    return np.asarray(total[np.searchsorted(at[order], times, side=side)])


def groups_of(by: By) -> list[str]:
    """The columns of groups.

    Raises:
        UserError: one is no name, or that of a column of the curves.
    """
    groups = [by] if isinstance(by, str) else list(by) if isinstance(by, Sequence) else []
    if not (by is None or isinstance(by, Sequence)) or not all(isinstance(g, str) for g in groups):
        raise UserError(f"The groups are {by!r}: name a column, or a list of columns.")
    taken = sorted(RESERVED & set(groups))
    if taken:
        raise UserError(
            f"Curves have a column {taken[0]!r} of their own: rename the column of groups."
        )
    return groups


def _each_group(
    durations: pl.DataFrame, by: By, make: Callable[[Courses], dict[str, Array]]
) -> pl.DataFrame:
    groups = groups_of(by)
    require_usable(
        durations,
        "durations",
        stop="time",
        entry="entry" if "entry" in durations.columns else None,
        ends="exit",
        filled=[*groups, "person"],
    )
    durations = _with_tied_times(durations)
    kinds = durations.filter(pl.col("exit") != 0)["exit"].unique().sort().to_numpy()
    kinds = kinds.astype(np.int64) if len(kinds) else np.array([1])
    parts = durations.partition_by(groups, as_dict=True) if groups else {(): durations}
    frames = []
    for key in sorted(parts):
        courses = courses_of(parts[key], kinds)
        columns = make(courses)
        rows = len(courses.times) * len(kinds)
        head = {
            name: pl.repeat(value, rows, dtype=durations.schema[name], eager=True)
            for name, value in zip(groups, key, strict=True)
        }
        head["time"] = pl.Series(np.repeat(courses.times, len(kinds))).cast(
            durations.schema["time"]
        )
        head["exit"] = pl.Series(np.tile(kinds, len(courses.times))).cast(durations.schema["exit"])
        frames.append(pl.DataFrame(head | {name: pl.Series(v) for name, v in columns.items()}))
    return pl.concat(frames)


def _with_tied_times(durations: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in ("time", "entry") if name in durations.columns]
    if not any(durations[name].dtype.is_float() for name in names):
        return durations
    made = tied(*(durations[name].cast(pl.Float64).to_numpy() for name in names))
    durations = durations.with_columns(
        pl.Series(name, values) for name, values in zip(names, made, strict=True)
    )
    if "entry" in names:
        late = int((durations["entry"] >= durations["time"]).sum())
        refuse_rows(late, "durations", "'entry' equals 'time'")
    return durations


def courses_of(frame: pl.DataFrame, kinds: Ints) -> Courses:
    """Count the distinct courses of a frame: person, time, exit, and entry if present."""
    entry = pl.col("entry").cast(pl.Float64) if "entry" in frame.columns else pl.lit(-np.inf)
    frame = frame.select(
        "person", pl.col("time").cast(pl.Float64), "exit", entry.fill_null(-np.inf).alias("entry")
    )
    by = ["entry", "time", "exit"]
    distinct = frame.select(by).unique().sort(by).with_row_index("course")
    rows = frame.join(distinct, on=by)
    person = rows["person"].rank("dense").to_numpy().astype(np.int64) - 1
    persons = sp.csr_matrix(
        (np.ones(rows.height), (person, rows["course"].to_numpy())),
        shape=(int(person.max()) + 1, distinct.height),
    )
    persons.sum_duplicates()
    return Courses(
        times=distinct["time"].unique().sort().to_numpy(),
        kinds=kinds,
        entry=distinct["entry"].to_numpy(),
        time=distinct["time"].to_numpy(),
        exit=distinct["exit"].to_numpy().astype(np.int64),
        persons=persons,
    )


def _life_table(courses: Courses) -> dict[str, Array]:
    kinds = len(courses.kinds)
    counts = courses.events().round().astype(np.int64)
    return {
        "at_risk": np.repeat(courses.at_risk().round().astype(np.int64), kinds),
        "events": counts[:, :-1].ravel(),
        "censored": np.repeat(counts[:, -1], kinds),
    }


@dataclass(frozen=True)
class Step:
    """The cumulative incidences up to one time.

    Attributes:
        time: the time.
        incidence: (kinds,) estimates.
        influence: (p, kinds) derivatives in the weight of each distinct course.
    """

    time: float
    incidence: Floats
    influence: Floats


def steps(courses: Courses) -> Iterator[Step]:
    """Aalen–Johansen estimates at successive times, with the influence of each course."""
    at_risk, events = courses.at_risk(), courses.events()[:, :-1]
    survival = 1.0
    incidence = np.zeros(len(courses.kinds))
    survival_by_course = np.zeros(len(courses.time))
    influence = np.zeros((len(courses.time), len(courses.kinds)))
    for i, now in enumerate(courses.times):
        hazard = events[i] / at_risk[i]
        here = (courses.entry < now) & (courses.time >= now)
        left = (courses.time == now)[:, None] & (courses.exit[:, None] == courses.kinds[None, :])
        change = (left - here[:, None] * hazard) / at_risk[i]
        influence = influence + (survival_by_course[:, None] * hazard + survival * change)
        survival_by_course = survival_by_course * (1 - hazard.sum()) - survival * change.sum(axis=1)
        incidence = incidence + survival * hazard
        survival *= 1 - hazard.sum()
        yield Step(float(now), incidence, influence)


def standard_errors(courses: Courses, influence: Floats) -> Floats:
    """(kinds,) infinitesimal-jackknife standard errors; rows of a person are summed first."""
    if courses.persons.sum(axis=1).max() > 1:
        squares = np.asarray(courses.persons @ influence) ** 2
        return np.asarray(np.sqrt(squares.sum(axis=0)))
    return np.asarray(np.sqrt((courses.courses[:, None] * influence**2).sum(axis=0)))


def _aalen_johansen(courses: Courses) -> dict[str, Array]:
    found = [(one.incidence, standard_errors(courses, one.influence)) for one in steps(courses)]
    estimate, se = (np.array(part) for part in zip(*found, strict=True))
    at_risk = courses.at_risk().round().astype(np.int64)
    return {
        "at_risk": np.repeat(at_risk, len(courses.kinds)),
        "estimate": estimate.ravel(),
        "se": se.ravel(),
    }
