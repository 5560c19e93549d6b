"""The cleaning stage for a wide weekly register, which processes persons in parts."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.accounting import Ledger, Rows, Step
from trajectories.register.clean.clean_table import CleanTable, add_counts, close
from trajectories.register.clean.contracts import Persons
from trajectories.register.clean.industries import note
from trajectories.register.clean.ingestion import Cleaner
from trajectories.register.clean.persons import People, clean_persons, persons_from_spells
from trajectories.register.clean.rejections import advise, weigh
from trajectories.register.clean.rules import check_priority
from trajectories.register.codes.codelist import unknown_codes
from trajectories.register.read.coverage import FEWEST_ROWS, HANDFUL, LATE, Extract
from trajectories.register.read.cpr import refuse_cpr
from trajectories.register.read.readers import RawTable
from trajectories.register.weekly.calendar import (
    DAYS_A_WEEK,
    EPOCH,
    iso_name,
    monday,
    sunday,
    weeks_of_period,
)
from trajectories.register.weekly.columns import Kind
from trajectories.register.weekly.scan import Scan, starts_of_runs
from trajectories.register.weekly.tables import PERSONS_AT_ONCE, WeeklyTables

DAY = timedelta(days=1)
PARTS_AT_ONCE: Final = 2
"""Parts cleaned in parallel: more would be faster on many cores but need more memory."""


def clean_weekly(
    scan: Scan,
    load: Callable[[str], RawTable | None],
    codelist: pl.DataFrame,
    config: RegisterConfig,
    *,
    key_seed: int,
    scratch: Path,
    persons_at_once: int = PERSONS_AT_ONCE,
) -> Iterator[CleanTable]:
    """Clean the tables of an extract one after another, those of the weekly register in parts.

    Spells, employment and readiness come from the weekly register unless they have files of their
    own. Each part has consecutive persons with all their rows, so the result does not depend on
    the parts.

    Yields:
        persons, dream (no rows: the fates of the weekly register's own rows), spells, employment,
        assignments, readiness and activities; the parts of a table one after another.

    Raises:
        UserError: a table is unusable, or codes are unknown.
    """
    if not scan.table.frame.height:
        file = scan.table.label
        raise UserError(f"{file} holds no usable row: there is none below its header.")
    check_priority(config, codelist)
    extract = weekly_extract(scan, config)
    people, persons = _persons(scan, load("persons"), extract, config, key_seed)
    yield persons
    del persons
    refuse_values(scan, codelist, config)
    person, dream = _place_rows(scan, people, extract, config)
    yield dream
    cleaner = Cleaner(people, extract, codelist, config, key_seed)
    activities = cleaner.clean("activities", load("activities"))
    with WeeklyTables(
        scan,
        config.dream,
        person,
        persons=people.frame.height,
        scratch=scratch,
        persons_at_once=persons_at_once,
    ) as weekly:
        for name in ("spells", "employment", "assignments", "readiness"):
            own = load(name)
            doing = activities.frame if name == "spells" else None
            books: list[pl.DataFrame] = []
            for cleaned in _clean_table(name, own, weekly, cleaner, doing):
                books.append(cleaned.accounting)
                yield cleaned
            if own is None:
                weigh(add_counts(books), config, file=scan.table.label, advice=lambda _: None)
    yield activities


def _clean_table(
    name: str,
    own: RawTable | None,
    weekly: WeeklyTables,
    cleaner: Cleaner,
    doing: pl.DataFrame | None,
) -> Iterator[CleanTable]:
    """Clean a table with its own file as a whole, one from the weekly register in parts."""
    if own is not None or name == "assignments" or not weekly.has(name):
        yield cleaner.clean(name, own, activities=doing)
        return
    yield from _clean_parts(weekly, name, cleaner, doing)


def weekly_extract(scan: Scan, config: RegisterConfig) -> Extract:
    """Return the days that a weekly register covers.

    These are the days of its weeks, and the rest of the first and last month if all weeks of the
    month are present. The config's days take precedence.
    """
    first, last = monday(scan.first_week), sunday(scan.last_week)
    before, opens = _thursday(scan.first_week - 1), _thursday(scan.first_week)
    closes, after = _thursday(scan.last_week), _thursday(scan.last_week + 1)
    if before.month != opens.month:
        first = min(first, opens.replace(day=1))
    if after.month != closes.month:
        last = max(last, after.replace(day=1) - DAY)
    if config.last_day is None:
        until = date.max if config.source == "simulator" else date.today()
        _check_last_week(scan, until)
    return Extract(config.first_day or first, config.last_day or last)


def _check_last_week(scan: Scan, until: date) -> None:
    """Raise a UserError if the last weekly columns are in the future or nearly empty."""
    advice = "set register.last_day to the last day that the extract covers"
    file = scan.table.label
    if monday(scan.last_week) > until:
        raise UserError(
            f"{file}: register.last_day is null and the last weekly column, of "
            f"{iso_name(scan.last_week)}, lies in the future: {advice}."
        )
    if scan.table.frame.height < FEWEST_ROWS:
        return
    # Weeks not yet delivered have few runs.
    first = scan.last_week - LATE // timedelta(weeks=1)
    if sum(_count_late(scan, kind, first) for kind in scan.units) < HANDFUL:
        raise UserError(
            f"{file}: register.last_day is null and the last weekly columns, up to "
            f"{iso_name(scan.last_week)}, hold a value in fewer than {HANDFUL} rows: {advice}."
        )


def _count_late(scan: Scan, kind: Kind, first: int) -> int:
    """Count the runs of one kind that reach a week."""
    unit = scan.units[kind]
    periods = {number for file in scan.columns.values() for number in file[kind].periods}
    if unit == "always" or not periods:
        return 0
    late = [number for number in periods if weeks_of_period(unit, number)[1] >= first]
    since = min(late, default=max(periods) + 1)
    return sum(int((runs["last"] >= since).sum()) for runs in scan.runs[kind].read())


def _thursday(week: int) -> date:
    return EPOCH + timedelta(days=DAYS_A_WEEK * week)


def _persons(
    scan: Scan, raw: RawTable | None, extract: Extract, config: RegisterConfig, key_seed: int
) -> tuple[People, CleanTable]:
    """Return the persons of the extract: from `persons`, else all in the weekly register."""
    ledger = None
    if raw is None:
        keys = scan.table.frame["person"]
        people = persons_from_spells(keys, config, file=scan.table.label, key_seed=key_seed)
    else:
        people, ledger = clean_persons(raw, config, key_seed=key_seed)
    frame = people.frame.drop("key")
    Persons.validate(frame)
    said = [people.remark]
    return people, close("persons", frame, extract, raw, ledger, keys=people.keys, remarks=said)


def refuse_values(scan: Scan, codelist: pl.DataFrame, config: RegisterConfig) -> None:
    """Raise a UserError for CPR numbers in any column and for unknown weekly codes."""
    for kind, values in scan.texts.items():
        refuse_cpr(values, file=scan.table.label, column=kind, allowed=config.allow_cpr_keys)
    texts = scan.texts["weeks"].replace(config.code_map)
    strange = ~(texts.is_in(codelist["code"].implode()) | texts.is_null())
    if strange.any():
        found = starts_of_runs(scan, "weeks", strange.to_numpy()).rename({"value": "code"})
        known = codelist["code"]
        unknown_codes(found, known, file=scan.table.label, column="code")


def _place_rows(
    scan: Scan, people: People, extract: Extract, config: RegisterConfig
) -> tuple[np.ndarray, CleanTable]:
    """Return the person of each row of the weekly register, −1 if it has none."""
    keys = scan.table.frame["person"]
    known = people.lookup(keys)
    person = known["person"].cast(pl.Int64).fill_null(-1).to_numpy()
    missing, refused = keys.is_null().to_numpy(), known["rejected"].to_numpy()
    unknown = (person < 0) & ~missing & ~refused
    strange = keys.filter(pl.Series(unknown)).unique()
    refuse_cpr(strange, file=scan.table.label, column="person", allowed=config.allow_cpr_keys)
    again = (person >= 0) & ~known["person"].is_first_distinct().to_numpy()
    ledger = Ledger("dream", len(keys))
    fates: tuple[tuple[Step, str, Rows], ...] = (
        ("rejected", "person is missing", missing),
        ("rejected", "person was rejected in persons", refused & ~missing),
        ("rejected", "person is not in persons", unknown),
        ("merged", "joined to another row of the person", again),
        ("used", "as registered", (person >= 0) & ~again),
    )
    for step, reason, rows in fates:
        ledger.enter(step, reason, np.flatnonzero(rows))
    table = scan.table
    advice = advise(table, ledger, people.keys["key"])
    remarks = [weigh(ledger.close(), config, file=table.label, advice=advice)]
    if "industry" in scan.texts:
        codes = scan.texts["industry"]
        remarks.append(note(codes, file=table.label, key="register.dream.blank"))
    dream = close(
        "dream", pl.DataFrame(), extract, table, ledger, person=known["person"], remarks=remarks
    )
    return person, dream


def _clean_parts(
    weekly: WeeklyTables, name: str, cleaner: Cleaner, activities: pl.DataFrame | None
) -> Iterator[CleanTable]:
    """Yield the cleaned parts of a table in order, cleaning a few in parallel."""

    def clean(part: int) -> CleanTable:
        first, raw = part * weekly.size, weekly.table(name, part)
        return _clean_part(raw, first, weekly.size, cleaner, activities)

    with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
        coming: deque[Future[CleanTable]] = deque()
        for part in range(weekly.count):
            coming.append(pool.submit(clean, part))
            if len(coming) > PARTS_AT_ONCE:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _clean_part(
    raw: RawTable, first: int, size: int, cleaner: Cleaner, activities: pl.DataFrame | None
) -> CleanTable:
    """Clean the rows of consecutive persons, temporarily numbered from 0."""
    here = pl.col("person") - first
    numbered = cleaner.people.frame.slice(first, size).with_columns(here)
    keys = numbered.select("key", "person").sort("key")
    part = People(numbered, keys, cleaner.people.rejected.clear())
    if activities is not None:
        own = pl.col("person").is_between(first, first + size - 1)
        activities = activities.filter(own).with_columns(here)
    cleaned = replace(cleaner, people=part).clean(raw.name, raw, activities=activities)
    shift = (pl.col("person") + first).cast(pl.UInt32)
    return replace(
        cleaned,
        frame=cleaned.frame.with_columns(shift),
        rejected=cleaned.rejected.with_columns(shift),
    )
