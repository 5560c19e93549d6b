"""Bad rows like those of real extracts, to exercise the cleaning.

Whether a person has a bad row in a table, of which kind and next to which good row, is drawn from
the person's own random stream. A bad row is added next to the good one; only a gap alters a good
row, by a few days at its end.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.persons.people import People
from trajectories.simulator.random_kernels import uniforms

TABLES = ("persons", "spells", "employment", "assignments", "readiness")
"""Tables in the order of their random streams for bad rows."""

INTERVAL_KINDS = (
    "duplicate",
    "end before start",
    "overlap",
    "gap",
    "unknown person",
    "missing start",
)
PERSON_KINDS = ("duplicate", "unknown sex", "died before birth", "missing person")
LONGEST_SHIFT_DAYS = 5
SHORTEST_GAPPED_DAYS = 60


def messy_rows(
    table: str, frame: pl.DataFrame, people: People, settings: SimulatorConfig, kinds: int
) -> tuple[Ints, Ints, NDArray[np.int32]]:
    """Choose the good rows next to which a bad one is put.

    Returns:
        For each bad row: the position in `frame`, the kind (from 0), and a number of days (from 1).
    """
    stride = purposes.TABLE_STRIDE * (1 + TABLES.index(table))
    who = frame["who"].to_numpy()
    first = np.flatnonzero(np.diff(who, prepend=-1))
    count = np.diff(first, append=len(who))
    index = people["index"][who[first]]
    nothing = np.zeros_like(index)

    def draw(purpose: int) -> Floats:
        return uniforms(settings.seed, index, purpose + stride, nothing)

    chosen = draw(purposes.MESS_CHANCE) < settings.messy_share
    row = first + (count * draw(purposes.MESS_ROW)).astype(np.int64)
    kind = (kinds * draw(purposes.MESS_KIND)).astype(np.int64)
    days = (1 + LONGEST_SHIFT_DAYS * draw(purposes.MESS_DAYS)).astype(np.int32)
    return row[chosen], kind[chosen], days[chosen]


def mess_up(
    table: str, frame: pl.DataFrame, people: People, settings: SimulatorConfig
) -> pl.DataFrame:
    """Add bad rows to an interval table.

    Returns:
        The rows, sorted by person, with `stranger`: true if the key belongs to nobody.
    """
    row, kind, days = messy_rows(table, frame, people, settings, len(INTERVAL_KINDS))
    start, end = frame["start"].to_numpy(), frame["end"].to_numpy().copy()
    last_day = calendar_of(settings).last_day
    gapped = row[(kind == 3) & (end[row] - start[row] >= SHORTEST_GAPPED_DAYS)]
    added = frame[row].with_columns(
        kind=pl.Series(kind), days=pl.Series(days), stranger=pl.Series(kind == 4)
    )
    end[gapped] -= LONGEST_SHIFT_DAYS
    is_kind = {name: pl.col("kind") == number for number, name in enumerate(INTERVAL_KINDS)}
    added = (
        added.filter(~is_kind["gap"])
        .with_columns(
            start=pl.when(~is_kind["missing start"]).then("start"),
            end=pl.when(is_kind["end before start"])
            .then(pl.col("start") - pl.col("days"))
            .when(is_kind["overlap"])
            .then(pl.min_horizontal(pl.col("end") + pl.col("days"), last_day))
            .otherwise("end"),
        )
        .select(*frame.columns, "stranger")
    )
    whole = frame.with_columns(end=pl.Series(end, dtype=pl.Int32), stranger=pl.lit(value=False))
    return pl.concat([whole, added]).sort("who", maintain_order=True)


def mess_up_persons(frame: pl.DataFrame, people: People, settings: SimulatorConfig) -> pl.DataFrame:
    """Add bad rows to the table of persons.

    Returns:
        The rows, sorted by person; the person's good row comes first.
    """
    row, kind, _ = messy_rows("persons", frame, people, settings, len(PERSON_KINDS))
    is_kind = {name: pl.col("kind") == number for number, name in enumerate(PERSON_KINDS)}
    added = (
        frame[row]
        .with_columns(kind=pl.Series(kind))
        .with_columns(
            person=pl.when(~is_kind["missing person"]).then("person"),
            sex=pl.when(is_kind["unknown sex"]).then(pl.lit("?")).otherwise("sex"),
            died=pl.when(is_kind["died before birth"])
            .then(pl.col("birth_date").dt.offset_by("-1d"))
            .otherwise("died"),
        )
        .select(frame.columns)
    )
    return pl.concat([frame, added]).sort("who", maintain_order=True)
