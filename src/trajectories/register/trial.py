"""Check of the input tables without a run: everything that would stop a run or lose rows."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from trajectories.config.sections.register import READINESS, RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.contracts import REASONS, SEXES
from trajectories.register.clean.intervals import attach, find_extract, parse_intervals
from trajectories.register.clean.keys import usable_keys
from trajectories.register.clean.mending import find_mend
from trajectories.register.clean.persons import KINDS, persons_from_spells
from trajectories.register.clean.rejections import WARN
from trajectories.register.clean.rules import TABLES
from trajectories.register.codes.codelist import unknown_codes
from trajectories.register.read.parsing import Kind, parse
from trajectories.register.read.readers import RawTable

UNREADABLE: Final[dict[Kind, str]] = {
    "date": "is not a date",
    "moment": "is not a date",
    "whole": "is not a whole number",
    "number": "is not a number",
}
NEEDED: Final = ("person", "start", "code", "caseworker", "readiness", "activity")


class Finding(NamedTuple):
    """A problem, and the keys of the section `register` that would solve it."""

    sentence: str
    settings: Mapping[str, Any] | None = None


def examine(
    tables: Mapping[str, RawTable], codelist: pl.DataFrame, config: RegisterConfig
) -> Iterator[Finding]:
    """Examine the input tables: cells, values, keys and days.

    Yields:
        Findings, table by table.
    """
    for raw in tables.values():
        # A user who names columns has already looked at the others.
        if not getattr(config.files, raw.name).columns:
            yield from _unnamed(raw)
        yield from _cells(raw)
        yield from _values(raw, codelist, config)
    keys = {name: keys_of(raw) for name, raw in tables.items()}
    for name in keys if "persons" in keys else ():
        if name != "persons":
            yield from match_keys(tables[name], keys[name], keys["persons"].drop_nulls())
    if "spells" in tables:
        yield from _days(tables["spells"], config)


def kinds_of(name: str) -> dict[str, Kind]:
    """Return the kind of each column of a table."""
    days: dict[str, Kind] = {"person": "text", "start": "date", "end": "date"}
    return KINDS if name == "persons" else {**days, **TABLES[name].kinds}


def _unnamed(raw: RawTable) -> Iterator[Finding]:
    """Report unread columns that may be meant by missing optional ones."""
    if raw.unnamed:
        words = ", ".join(f"{name}: {column}" for name, column in raw.unnamed.items())
        key = f"register.files.{raw.name}.columns"
        yield Finding(
            f"{raw.label}: columns that are not read may be meant by {key}: {{{words}}}.",
            {"files": {raw.name: {"columns": dict(raw.unnamed)}}},
        )


def _cells(raw: RawTable) -> Iterator[Finding]:
    """Check the cells of each column."""
    for column, kind in kinds_of(raw.name).items():
        if column not in raw.frame.columns or raw.frame.is_empty():
            continue
        try:
            cells = parse(
                raw.frame.select(column),
                {column: kind},
                file=raw.label,
                dates=raw.dates,
                missing=raw.missing,
            )
        except UserError as error:
            yield Finding(str(error))
            continue
        empty = cells[column].is_null()
        if kind == "text":
            if column in NEEDED and _share(empty) > WARN:
                said = f"column {column!r} is empty in {_some(empty)} of the rows"
                yield Finding(f"{raw.label}: {said}.")
            continue
        bad = cells[f"bad_{column}"]
        if bad.any():
            reason = f"{column} {UNREADABLE[kind]}"
            rows = np.flatnonzero(bad.to_numpy())
            yield _finding(raw, rows, reason, f"{reason} in {_some(bad)} of the rows")


def _values(raw: RawTable, codelist: pl.DataFrame, config: RegisterConfig) -> Iterator[Finding]:
    """Compare codes, readiness, activities and sexes with the known ones."""
    cases: dict[str, tuple[pl.Series, str, Mapping[str, str]]] = {
        "spells": (codelist["code"], "code", config.code_map),
        "readiness": (pl.Series(READINESS), "readiness", config.readiness_map),
        "activities": (codelist["activity"].drop_nulls().unique().sort(), "activity",
                       config.activity_map),
        "persons": (pl.Series(SEXES), "sex", config.sex_map),
    }  # fmt: skip
    if raw.name not in cases:
        return
    known, column, mapping = cases[raw.name]
    if column not in raw.frame.columns:
        return
    try:
        cells = parse(
            raw.frame.select(column), {column: "text"}, file=raw.label, missing=raw.missing
        )
        values = cells[column].replace(dict(mapping))
        if column == "sex":
            strange = ~values.is_in(known.implode()).fill_null(True)
            if strange.any():
                reason, rows = REASONS["sex_unknown"], np.flatnonzero(strange.to_numpy())
                said = f"{reason} in {_some(strange)} of the rows"
                yield _finding(raw, rows, reason, said)
            return
        rows_of = pl.DataFrame({"key": keys_of(raw), column: values})
        starts = rows_of.with_columns(start=pl.lit(None, dtype=pl.Date))
        unknown_codes(starts, known, file=raw.label, column=column)
    except UserError as error:
        yield Finding(str(error))


def match_keys(raw: RawTable, keys: pl.Series, known: pl.Series) -> Iterator[Finding]:
    """Report the share of rows whose person is not in `persons`, if more than a tenth."""
    strange = keys.is_not_null() & ~keys.is_in(known.implode())
    if _share(strange) > WARN:
        reason, rows = REASONS["person_unknown"], np.flatnonzero(strange.to_numpy())
        said = f"{reason} for {_some(strange)} of the rows"
        yield _finding(raw, rows, reason, said, known)


def _finding(
    raw: RawTable, rows: np.ndarray, reason: str, said: str, keys: pl.Series | None = None
) -> Finding:
    mend = find_mend(raw, rows, reason, keys=keys)
    if mend is None:
        return Finding(f"{raw.label}: {said}.")
    return Finding(f"{raw.label}: {said}; {mend.words}.", mend.settings or None)


def _days(raw: RawTable, config: RegisterConfig) -> Iterator[Finding]:
    """Check the days that the extract covers."""
    try:
        parsed = parse_intervals(raw, TABLES["spells"], config, ends=config.files.of("spells").ends)
        keys = parsed["key"]
        people = persons_from_spells(keys, config, file=raw.label, key_seed=0)
        extract = find_extract(
            attach(parsed, people, config, file=raw.label).rows, config, file=raw.label
        )
    except UserError as error:
        yield Finding(str(error))
    else:
        if extract is not None and extract.remark:
            yield Finding(extract.remark)


def keys_of(raw: RawTable) -> pl.Series:
    """Return the keys as far as they can be read."""
    try:
        cells = parse(
            raw.frame.select("person"), {"person": "text"}, file=raw.label, missing=raw.missing
        )
    except UserError:
        return pl.Series("person", [None], dtype=pl.String).new_from_index(0, raw.frame.height)
    return usable_keys(cells["person"], raw.key_digits)


def _share(which: pl.Series) -> float:
    return float(which.sum()) / max(1, len(which))


def _some(which: pl.Series) -> str:
    share = _share(which)
    return "all" if share == 1 else f"{share:.0%}" if share > WARN else "less than a tenth"
