"""Conversion of intervals to sorted integer arrays for the sweep, and of codes back to names."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Ints
from trajectories.register.codes.codelist import StateRules
from trajectories.sequences.calendar import NO_DAY, Days, Months, days_of
from trajectories.sequences.months.month_kernels import NO_CODE, NO_PLACE

KIND: Final = ("group", "readiness", "activity")
NO_STATE: Final = -1
MONTHS_A_YEAR: Final = 12

Codes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Kinds:
    """The distinct combinations of spells and readiness, and their states.

    Attributes:
        of_spell: row of `state` of each spell, int32 (s,).
        of_readiness: code of each readiness interval in `values`, int16.
        values: all values of readiness, in order.
        state: position of the state, uint8 (kinds, values + 1); column 0 is a day without a
            readiness interval, column v + 1 a day with the value v in force.
        readiness: code of the readiness that results, same shape; `NO_CODE` = unknown.
    """

    of_spell: npt.NDArray[np.int32]
    of_readiness: npt.NDArray[np.int16]
    values: tuple[str, ...]
    state: Codes
    readiness: Codes


def position(state: str, alphabet: Sequence[str]) -> int:
    """Return the position of a state in the alphabet."""
    try:
        return alphabet.index(state)
    except ValueError:
        known = ", ".join(alphabet)
        raise ValueError(f"the state {state} is not in the alphabet ({known})") from None


def state_ranks(alphabet: Sequence[str], order: Sequence[str]) -> Codes:
    """Return the rank of each state: those in `order` first, the others as in the alphabet."""
    listed = [position(state, alphabet) for state in order]
    if len(set(listed)) != len(listed):
        raise ValueError("the order names a state more than once")
    rest = [place for place in range(len(alphabet)) if place not in listed]
    rank = np.empty(len(alphabet), dtype=np.uint8)
    rank[listed + rest] = np.arange(len(alphabet), dtype=np.uint8)
    return rank


def spells_in(spells: pl.DataFrame, first_day: dt.date, last_day: dt.date) -> pl.DataFrame:
    """Return the sorted spells of persons with any spell within the extract."""
    ordered = _sorted(spells)
    _refuse_overlaps(ordered, "spells")
    within_extract = (pl.col("start") <= last_day) & (pl.col("end") >= first_day)
    people = ordered.select(pl.col("person").filter(within_extract).unique())
    if len(people) == ordered["person"].n_unique():
        return ordered
    return ordered.join(people, on="person", how="semi", maintain_order="left")


def within(
    intervals: pl.DataFrame | None, people: pl.Series, values: str | None = None
) -> pl.DataFrame:
    """Return the sorted intervals of `people`; intervals with values must not overlap."""
    columns = ["person", "start", "end", *([] if values is None else [values])]
    if intervals is None:
        dates = dict.fromkeys(("start", "end"), pl.Date)
        text = {} if values is None else {values: pl.String}
        return pl.DataFrame(schema={"person": pl.UInt32, **dates, **text})
    ordered = _sorted(
        intervals.select(columns).join(
            people.to_frame(), on="person", how="semi", maintain_order="left"
        )
    )
    if values is not None:
        _refuse_overlaps(ordered, values)
    return ordered


def days_out(homes: pl.DataFrame) -> Days:
    """Return each person's first day after death or emigration."""
    died, emigrated = days_of(homes["died"]), days_of(homes["emigrated"])
    return np.minimum(np.minimum(died, emigrated) + np.int32(1), NO_DAY)


def observed_months(
    homes: pl.DataFrame, *, first: int, last: int, from_age_years: int, ends: Days | None
) -> tuple[Months, Ints]:
    """Return each person's first observed month and number of observed months.

    Args:
        homes: birth_date, one row per person.
        first: the extract's first whole month.
        last: the extract's last whole month.
        from_age_years: months before the one after this birthday are not observed.
        ends: each person's first day out, if months end before it.
    """
    unknown = first - from_age_years * MONTHS_A_YEAR - 1
    born = homes["birth_date"].to_numpy().astype("datetime64[M]").astype(np.int64)
    born = np.where(homes["birth_date"].is_null().to_numpy(), unknown, born)
    begins = np.maximum(born + from_age_years * MONTHS_A_YEAR + 1, first)
    final = np.full(len(homes), last, dtype=np.int64)
    if ends is not None:
        out_month = ends.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        final = np.minimum(final, out_month - 1)
    return begins.astype(np.int32), np.maximum(final - begins + 1, 0)


def code_values(column: pl.Series, more: Sequence[str] = ()) -> tuple[tuple[str, ...], Codes]:
    """Return the sorted distinct values, including `more`, and the index of each row."""
    values = _values(column, more)
    return values, _codes(column, values)


def code_kinds(
    spells: pl.DataFrame,
    readiness: pl.DataFrame,
    rules: StateRules,
    alphabet: Sequence[str],
    more: Sequence[str] = (),
) -> Kinds:
    """Return the state and readiness of every combination that the spells can have.

    Args:
        spells: with group, readiness and activity.
        readiness: with readiness.
        rules: the state of each combination.
        alphabet: the states in order.
        more: further values of readiness to include in `values`.
    """
    of_spell, kinds = _combinations(spells, KIND)
    values = _values(pl.concat([kinds["readiness"], readiness["readiness"].unique()]), more)
    in_force: list[str | None] = [None, *values]
    state = np.empty((len(kinds), len(in_force)), dtype=np.uint8)
    ability = np.empty_like(state)
    for column, value in enumerate(in_force):
        override = pl.lit(value, dtype=pl.String)
        met = kinds.with_columns(readiness=pl.coalesce(override, "readiness"))
        state[:, column] = _positions(rules.apply(met)["state"], alphabet)
        ability[:, column] = _codes(met["readiness"], values)
    return Kinds(
        of_spell=of_spell,
        of_readiness=_codes(readiness["readiness"], values).astype(np.int16),
        values=values,
        state=state,
        readiness=ability,
    )


def pointed(people: pl.Series, intervals: pl.DataFrame) -> tuple[Ints, Days, Days]:
    """Return the offset of each person's rows in sorted intervals, first days and last days."""
    rows = intervals["person"].to_numpy()
    begins = np.searchsorted(rows, people.to_numpy())
    at = np.append(begins, len(rows)).astype(np.int64)
    return at, days_of(intervals["start"]), days_of(intervals["end"])


def places(frame: pl.DataFrame) -> Places:
    """Return the municipality of each row, unknown as `NO_PLACE`."""
    return frame["municipality"].cast(pl.Int16).fill_null(NO_PLACE).to_numpy()


def decode(codes: Codes, values: Sequence[str]) -> pl.Series:
    """Return codes as an Enum of `values`, others as null."""
    if not values:
        return pl.Series([None], dtype=pl.Enum([])).new_from_index(0, len(codes))
    names = [*values, *[None] * (NO_CODE + 1 - len(values))]
    return pl.Series(names, dtype=pl.Enum(values))[codes]


def decode_places(codes: Places) -> pl.Series:
    """Return municipalities, `NO_PLACE` as null."""
    column = pl.Series(codes)
    return column.set(column == NO_PLACE, None)


def _combinations(
    frame: pl.DataFrame, columns: Sequence[str]
) -> tuple[npt.NDArray[np.int32], pl.DataFrame]:
    """Return the index of each row among the sorted distinct rows of text columns, and those."""
    coded = [code_values(frame[column]) for column in columns]
    shape = tuple(len(values) + 1 for values, _ in coded)
    cell = np.ravel_multi_index(
        [np.minimum(codes, len(values)) for values, codes in coded], shape
    ).astype(np.int32)
    met = np.flatnonzero(np.bincount(cell, minlength=math.prod(shape)))
    place = np.zeros(math.prod(shape), dtype=np.int32)
    place[met] = np.arange(len(met), dtype=np.int32)
    distinct = {
        column: pl.Series([*values, None], dtype=pl.String)[codes]
        for column, (values, _), codes in zip(
            columns, coded, np.unravel_index(met, shape), strict=True
        )
    }
    return place[cell], pl.DataFrame(distinct)


def _values(column: pl.Series, more: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the sorted distinct texts of a column, including `more`."""
    filled = column.null_count() < len(column)
    met = column.unique().drop_nulls().to_list() if filled else []
    values = tuple(sorted({*map(str, met), *more}))
    if len(values) >= NO_CODE:
        raise ValueError(f"{column.name} has {len(values)} values, at most {NO_CODE - 1} fit")
    return values


def _codes(column: pl.Series, values: Sequence[str]) -> Codes:
    """Return the index of each row in `values`, null as `NO_CODE`."""
    if column.null_count() == len(column):
        return np.full(len(column), NO_CODE, dtype=np.uint8)
    coded = column.cast(pl.String).cast(pl.Enum(values)).to_physical()
    return coded.cast(pl.UInt8).fill_null(NO_CODE).to_numpy()


def _sorted(intervals: pl.DataFrame) -> pl.DataFrame:
    """Return intervals sorted by person and start, without a copy if already sorted."""
    person, start = intervals["person"].to_numpy(), days_of(intervals["start"])
    same = person[1:] == person[:-1]
    in_order = (person[1:] > person[:-1]) | (same & (start[1:] >= start[:-1]))
    return intervals if in_order.all() else intervals.sort("person", "start")


def _positions(states: pl.Series, alphabet: Sequence[str]) -> Codes:
    """Return positions in the alphabet; every state must be in it."""
    unknown = set(states.cast(pl.String)) - set(alphabet)
    if unknown:
        names = ", ".join(sorted(str(name) for name in unknown))
        raise ValueError(f"the rules give the state {names}, which is not in the alphabet")
    return _codes(states, alphabet)


def _refuse_overlaps(ordered: pl.DataFrame, name: str) -> None:
    """Raise a ValueError if sorted intervals of one person overlap."""
    same = pl.col("person") == pl.col("person").shift()
    overlapping = ordered.select((same & (pl.col("start") <= pl.col("end").shift())).sum()).item()
    if overlapping:
        raise ValueError(
            f"{name} holds {overlapping} intervals that start before the one before ends"
        )
