"""Intervals as the sorted integer arrays that the sweep reads, and codes back to names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.register.codelists import StateRules
from trajectories.sequences._calendar import (
    NO_DAY,
    Days,
    Months,
    days_of,
)
from trajectories.sequences._kernels import NO_CODE, NO_PLACE

KIND: Final = ("group", "readiness", "activity")
NO_STATE: Final = -1
MONTHS_A_YEAR: Final = 12

Codes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Kinds:
    """The distinct combinations of spells and readiness, and what each means.

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
    """Return the spells of the persons that have any within the extract, sorted."""
    touching = (pl.col("start") <= last_day) & (pl.col("end") >= first_day)
    ordered = spells.sort("person", "start")
    _refuse_overlaps(ordered, "spells")
    people = ordered.filter(touching).select("person").unique()
    return ordered.join(people, on="person", how="semi", maintain_order="left")


def within(
    intervals: pl.DataFrame | None, people: pl.Series, values: str | None = None
) -> pl.DataFrame:
    """Return the intervals of `people`, sorted; where they carry values they may not overlap."""
    columns = ["person", "start", "end", *([] if values is None else [values])]
    if intervals is None:
        dates = dict.fromkeys(("start", "end"), pl.Date)
        text = {} if values is None else {values: pl.String}
        return pl.DataFrame(schema={"person": pl.UInt32, **dates, **text})
    ordered = (
        intervals.select(columns)
        .join(people.to_frame(), on="person", how="semi")
        .sort("person", "start")
    )
    if values is not None:
        _refuse_overlaps(ordered, values)
    return ordered


def days_out(homes: pl.DataFrame) -> Days:
    """Return each person's first day after death or emigration."""
    died, emigrated = days_of(homes["died"]), days_of(homes["emigrated"])
    return np.minimum(np.minimum(died, emigrated) + np.int32(1), NO_DAY)


def observed_months(
    homes: pl.DataFrame,
    *,
    first: int,
    last: int,
    from_age_years: int,
    ends: Days | None,
) -> tuple[Months, npt.NDArray[np.int64]]:
    """Return each person's first observed month and number of observed months.

    Args:
        homes: birth_date, one row a person.
        first: the extract's first whole month.
        last: the extract's last whole month.
        from_age_years: months before the one after this birthday are not observed.
        ends: each person's first day out, where months are to end before it.
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


def code_values(column: pl.Series) -> tuple[tuple[str, ...], Codes]:
    """Return the distinct values in order, and each row's place among them."""
    values = tuple(str(value) for value in column.drop_nulls().unique().sort())
    if len(values) >= NO_CODE:
        raise ValueError(f"{column.name} has {len(values)} values, at most {NO_CODE - 1} fit")
    return values, _codes(column, values)


def code_kinds(
    spells: pl.DataFrame, readiness: pl.DataFrame, rules: StateRules, alphabet: Sequence[str]
) -> Kinds:
    """Return the state and readiness of every combination that the spells can have."""
    columns = list(KIND)
    kinds = spells.select(columns).unique(maintain_order=True).with_row_index("kind")
    of_spell = spells.select(columns).join(
        kinds, on=columns, how="left", nulls_equal=True, maintain_order="left"
    )["kind"]
    both = pl.concat([kinds["readiness"], readiness["readiness"]])
    values, _ = code_values(both.rename("readiness"))
    in_force: list[str | None] = [None, *values]
    state = np.empty((len(kinds), len(in_force)), dtype=np.uint8)
    ability = np.empty_like(state)
    for column, value in enumerate(in_force):
        met = kinds.select(
            "group",
            pl.coalesce(pl.lit(value, dtype=pl.String), "readiness").alias("readiness"),
            "activity",
        )
        state[:, column] = _positions(rules.apply(met)["state"], alphabet)
        ability[:, column] = _codes(met["readiness"], values)
    return Kinds(
        of_spell=of_spell.to_numpy().astype(np.int32),
        of_readiness=_codes(readiness["readiness"], values).astype(np.int16),
        values=values,
        state=state,
        readiness=ability,
    )


def pointed(people: pl.Series, intervals: pl.DataFrame) -> tuple[npt.NDArray[np.int64], Days, Days]:
    """Return where each person's rows begin among sorted intervals, first days and last days."""
    rows = intervals["person"].to_numpy()
    begins = np.searchsorted(rows, people.to_numpy())
    at = np.append(begins, len(rows)).astype(np.int64)
    return at, days_of(intervals["start"]), days_of(intervals["end"])


def places(frame: pl.DataFrame) -> Places:
    """Return the municipality of each row, unknown as `NO_PLACE`."""
    return frame["municipality"].cast(pl.Int16).fill_null(NO_PLACE).to_numpy()


def decode(codes: Codes, values: Sequence[str]) -> pl.Series:
    """Return codes as an Enum of `values`, `NO_CODE` as null."""
    column = pl.Series(codes)
    known = pl.select(pl.when(column != NO_CODE).then(column)).to_series()
    return known.cat.to(pl.Enum(values))


def decode_places(codes: Places) -> pl.Series:
    """Return municipalities, `NO_PLACE` as null."""
    column = pl.Series(codes)
    return pl.select(pl.when(column != NO_PLACE).then(column)).to_series()


def _codes(column: pl.Series, values: Sequence[str]) -> Codes:
    """Return each row's place among `values`, null as `NO_CODE`."""
    places_of: dict[Any, int] = {value: place for place, value in enumerate(values)}
    coded = column.cast(pl.String).replace_strict(places_of, default=None, return_dtype=pl.UInt8)
    return coded.fill_null(NO_CODE).to_numpy()


def _positions(states: pl.Series, alphabet: Sequence[str]) -> Codes:
    """Return positions in the alphabet; every state must be in it."""
    unknown = set(states.cast(pl.String)) - set(alphabet)
    if unknown:
        names = ", ".join(sorted(str(name) for name in unknown))
        raise ValueError(f"the rules give the state {names}, which is not in the alphabet")
    return _codes(states, alphabet)


def _refuse_overlaps(ordered: pl.DataFrame, name: str) -> None:
    """Raise where sorted intervals of one person overlap."""
    same = pl.col("person") == pl.col("person").shift()
    overlapping = ordered.select((same & (pl.col("start") <= pl.col("end").shift())).sum()).item()
    if overlapping:
        raise ValueError(
            f"{name} holds {overlapping} intervals that start before the one before ends"
        )
