"""The simulated register: raw extracts and the truth behind them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.notebook.described import described
from trajectories.simulator.courses.assignments import assigned_in, assignments_of, registered
from trajectories.simulator.courses.courses import Block, blocks_of, live_block
from trajectories.simulator.courses.employment import employment_of
from trajectories.simulator.courses.spans import Runs, status_runs
from trajectories.simulator.courses.spells import readiness_of, spells_of
from trajectories.simulator.extracts.untidy_rows import mess_up, mess_up_persons
from trajectories.simulator.persons.identifiers import CASEWORKER, PERSON, STRANGER, opaque
from trajectories.simulator.persons.people import birth_dates
from trajectories.simulator.persons.places import MUNICIPALITIES
from trajectories.simulator.reform_truth import reform_tallies
from trajectories.simulator.statuses import DEAD, EMIGRATED
from trajectories.simulator.truth import (
    changes_of_caseworker,
    departures_of,
    panel_of,
    tallies_of,
    types_of,
)


@described(lambda x: f"{x.persons.height:,} simulated persons")
@dataclass(frozen=True)
class Register:
    """Raw extracts of simulated persons and their truth.

    Attributes:
        persons: person (str), birth_date, sex ("K" or "M"), municipality (i16), died, emigrated.
        spells: person, code (str), start, end (null = running), municipality.
        employment: person, start, end, weekly_hours (f64), industry (str).
        assignments: person, caseworker (str), start, end (null = running), team, municipality,
            reason (nullable).
        readiness: person, readiness, start, end (null = running).
        truth_departures: caseworker, date (last day with clients), mode, clients, municipality.
        truth_changes: person, date (first day with the new caseworker), cause, caseworker.
        truth_types: person, type (str, type of course; "none" without one).
        tallies: counts that add up over chunks, for `truth.json` (see `truth_of`).
    """

    persons: pl.DataFrame
    spells: pl.DataFrame
    employment: pl.DataFrame
    assignments: pl.DataFrame
    readiness: pl.DataFrame
    truth_departures: pl.DataFrame
    truth_changes: pl.DataFrame
    truth_types: pl.DataFrame
    tallies: dict[str, int]


NEVER = np.iinfo(np.int32).max

RAW_TABLES = ("persons", "spells", "employment", "assignments", "readiness")
"""The extracts."""
TRUTH_TABLES = ("truth_departures", "truth_changes", "truth_types")
"""Tables of the truth, which no extract contains; private."""


def simulate(settings: SimulatorConfig) -> Register:
    """Simulate a register in memory.

    Args:
        settings: the simulator's section of the configuration.
    """
    chunks = list(simulate_chunks(settings))
    tallies: Counter[str] = Counter()
    for chunk in chunks:
        tallies.update(chunk.tallies)
    frames = {
        name: pl.concat([getattr(chunk, name) for chunk in chunks])
        for name in (*RAW_TABLES, *TRUTH_TABLES)
    }
    return Register(**frames, tallies=dict(tallies))


def simulate_chunks(settings: SimulatorConfig) -> Iterator[Register]:
    """Simulate a register in chunks, with the rows of `simulate` in the same order.

    Args:
        settings: the simulator's section of the configuration; a chunk has `office_persons`
            persons, which bounds the memory needed.
    """
    for number in blocks_of(settings):
        yield _extracts(live_block(settings, number), settings)


def simulate_panel(settings: SimulatorConfig) -> pl.DataFrame:
    """Simulate the person-months at risk, with the variables on which the true hazard depends.

    Args:
        settings: the simulator's section of the configuration.

    Returns:
        The columns of `panel_of`, `person` (str) instead of `who`.
    """
    parts = []
    for number in blocks_of(settings):
        block = live_block(settings, number)
        panel, keys = panel_of(block), opaque(PERSON, settings.seed, block.people["index"])
        parts.append(panel.select(keys.gather(panel["who"]).alias("person"), pl.exclude("who")))
    return pl.concat(parts)


def _extracts(block: Block, settings: SimulatorConfig) -> Register:
    keys = opaque(PERSON, settings.seed, block.people["index"])
    runs = status_runs(block.courses, block.calendar)
    assigned = assigned_in(block, runs, settings)
    system = registered(assigned, block, runs, settings)
    tables = {
        "spells": spells_of(block, settings).with_columns(pl.col("code").cast(pl.String)),
        "employment": employment_of(block, runs, settings),
        "assignments": _with_caseworkers(assignments_of(system, block, settings), settings),
        "readiness": readiness_of(block, settings),
    }
    written = {
        name: _written(name, mess_up(name, frame, block.people, settings), keys, block, settings)
        for name, frame in tables.items()
    }
    left = _with_caseworkers(departures_of(block, assigned), settings)
    changes = _with_caseworkers(changes_of_caseworker(assigned), settings)
    return Register(
        persons=_persons(block, runs, keys, settings),
        **written,
        truth_departures=left.with_columns(pl.col("date").cast(pl.Date)),
        truth_changes=changes.select(
            keys.gather(changes["who"]).alias("person"),
            pl.col("date").cast(pl.Date),
            "cause",
            "caseworker",
        ),
        truth_types=pl.DataFrame({"person": keys, "type": types_of(block)}),
        tallies=tallies_of(block, assigned) | reform_tallies(block, settings),
    )


def _with_caseworkers(frame: pl.DataFrame, settings: SimulatorConfig) -> pl.DataFrame:
    """Replace caseworkers' numbers by their identifiers."""
    numbers, place = np.unique(frame["caseworker"].to_numpy(), return_inverse=True)
    names = opaque(CASEWORKER, settings.seed, numbers)
    return frame.with_columns(caseworker=names.gather(place))


def _written(
    name: str, frame: pl.DataFrame, keys: pl.Series, block: Block, settings: SimulatorConfig
) -> pl.DataFrame:
    """Add persons' keys and dates to rows.

    Rows that run on the last day have an empty end in assignments and readiness, and in the spells
    of every second person; employment is reported monthly, so its rows end with the register.
    """
    index = block.people["index"][frame["who"].to_numpy()]
    opened = {"spells": index % 2 == 0, "employment": np.zeros(len(index), bool)}
    is_open = pl.Series(opened.get(name, np.ones(len(index), bool)))
    strangers = opaque(STRANGER, settings.seed, block.people["index"]).gather(frame["who"])
    key = pl.when("stranger").then(strangers).otherwise(keys.gather(frame["who"]))
    return (
        frame.with_columns(key.alias("person"))
        .with_columns(
            pl.col("start").cast(pl.Date),
            end=pl.when(~(is_open & (pl.col("end") == block.calendar.last_day)))
            .then("end")
            .cast(pl.Date),
        )
        .select("person", pl.exclude("person", "who", "stranger"))
    )


def _persons(block: Block, runs: Runs, keys: pl.Series, settings: SimulatorConfig) -> pl.DataFrame:
    people, courses = block.people, block.courses
    dates = {}
    for name, left in (("died", DEAD), ("emigrated", EMIGRATED)):
        days = np.full(len(people), NEVER, np.int32)
        days[runs.who[runs.status == left]] = runs.start[runs.status == left]
        dates[name] = days
    frame = pl.DataFrame(
        {
            "who": np.arange(len(people)),
            "person": keys,
            "birth_date": birth_dates(people, block.calendar),
            "sex": pl.Series(["M", "K"]).gather(people["female"]),
            "municipality": MUNICIPALITIES[courses["municipality"][:, 0]],
            **dates,
        }
    ).with_columns(
        pl.col("birth_date").cast(pl.Date),
        *(pl.when(pl.col(name) != NEVER).then(name).cast(pl.Date) for name in dates),
    )
    return mess_up_persons(frame, people, settings).drop("who")
