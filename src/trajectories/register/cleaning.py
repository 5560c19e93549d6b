"""From a table as read to days that do not overlap, with the fate of each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import dataframely as dy
import polars as pl

from trajectories.config.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.accounting import Ledger, stop_if_none_left
from trajectories.register.contracts import reject
from trajectories.register.keys import refuse_cpr
from trajectories.register.overlaps import Resolved
from trajectories.register.parsing import Kind, parse
from trajectories.register.persons import People
from trajectories.register.readers import RawTable


@dataclass(frozen=True)
class Extract:
    """The days that the extract covers, both inclusive."""

    first_day: date
    last_day: date


@dataclass(frozen=True)
class IntervalTable:
    """How one table of days is cleaned.

    Attributes:
        name: of the table in the config.
        required: columns that the file must hold besides person, start and end.
        kinds: what each column besides these three holds.
        rows: the contract of its rows.
        payload: the columns that describe an interval.
        resolve: makes days that do not overlap of sorted rows without duplicates.
    """

    name: str
    required: tuple[str, ...]
    kinds: dict[str, Kind]
    rows: type[dy.Schema]
    payload: tuple[str, ...]
    resolve: Callable[[pl.DataFrame, RegisterConfig], Resolved]


def parse_intervals(raw: RawTable, table: IntervalTable, config: RegisterConfig) -> pl.DataFrame:
    """Read the cells of a table of days.

    Returns:
        row (UInt32), key, start, end, needs_end, the table's columns, and the flags of
        `parsing.parse`; an end that the config takes for open is null.
    """
    kinds: dict[str, Kind] = {"person": "text", "start": "date", "end": "date", **table.kinds}
    still_open = pl.col("end").is_in(config.open_end_dates)
    return (
        parse(raw.frame, kinds, file=raw.label)
        .rename({"person": "key"})
        .with_columns(
            end=pl.when(~still_open).then("end"),
            needs_end=(config.empty_end == "reject") & ~still_open.fill_null(False),
        )
        .with_row_index("row")
    )


def attach(
    parsed: pl.DataFrame, people: People, config: RegisterConfig, *, file: str
) -> pl.DataFrame:
    """Replace the key of each row by what `persons` says of the person.

    Args:
        parsed: as `parse_intervals` returns it.
        people: the persons of the extract.
        config: its after_death_codes and allow_cpr_keys.
        file: what to call the table in messages.

    Returns:
        The rows in their order with person, has_key, was_rejected, birth_date and
        last_living_day instead of key.

    Raises:
        UserError: keys that are not in persons look like CPR numbers.
    """
    person = parsed.select("key").join(
        people.frame.select("key", "person"), on="key", how="left", maintain_order="left"
    )["person"]
    strange = parsed["key"].filter(person.is_null())
    refuse_cpr(strange.unique(), file=file, column="person", allowed=config.allow_cpr_keys)
    died = people.frame["died"].gather(person)
    attached = parsed.with_columns(
        person=person,
        has_key=pl.col("key").is_not_null(),
        was_rejected=pl.col("key").is_in(people.rejected.implode()).fill_null(False),
        birth_date=people.frame["birth_date"].gather(person),
        last_living_day=died,
    ).drop("key")
    if "code" not in attached.columns:
        return attached
    exempt = pl.col("code").cast(pl.String).is_in(config.after_death_codes).fill_null(False)
    return attached.with_columns(last_living_day=pl.when(~exempt).then("last_living_day"))


def find_extract(spells: pl.DataFrame, config: RegisterConfig, *, file: str) -> Extract:
    """Find the days that the extract covers: from the config, else from the usable spells.

    Args:
        spells: as `attach` returns them.
        config: its first_day and last_day go first.
        file: what to call the spells in messages.

    Raises:
        UserError: no spell is usable, or the days would end before they begin.
    """
    usable = spells.lazy().filter(
        pl.col("person").is_not_null(),
        pl.col("start").is_not_null(),
        (pl.col("end") >= pl.col("start")).fill_null(True),
        (pl.col("start") >= pl.col("birth_date")).fill_null(True),
        (pl.col("start") <= pl.col("last_living_day")).fill_null(True),
    )
    latest = pl.max_horizontal(pl.col("start").max(), pl.col("end").max())
    found: Any = usable.select(pl.col("start").min(), latest.alias("end")).collect().row(0)
    if found[0] is None:
        raise UserError(
            f"{file} holds no usable row: none has a person of persons, a start that is a date "
            "(YYYY-MM-DD), an end not before it, and days within the person's life."
        )
    first, last = config.first_day or found[0], config.last_day or found[1]
    if last < first:
        raise UserError(
            f"the extract would run from {first} to {last}: set register.first_day and "
            "register.last_day to the days that it covers."
        )
    return Extract(first, last)


def clean_intervals(
    attached: pl.DataFrame,
    table: IntervalTable,
    extract: Extract,
    config: RegisterConfig,
    *,
    file: str,
) -> tuple[pl.DataFrame, Ledger]:
    """Reject what breaks the contract, cut to the extract, merge duplicates, resolve overlaps.

    Args:
        attached: as `attach` returns it.
        table: how this table is cleaned.
        extract: the days covered.
        config: the rules.
        file: what to call the table in messages.

    Returns:
        person, start, end and payload, sorted by person and start, without overlaps; and the
        ledger of all rows.

    Raises:
        UserError: the table has rows but none is usable, or rows overlap where that stops.
    """
    ledger = Ledger(table.name, attached.height)
    days = {"first_day": pl.lit(extract.first_day), "last_day": pl.lit(extract.last_day)}
    framed = attached.with_columns(**days)
    if reject(framed, table.rows, ledger):
        framed = framed.filter(pl.Series(ledger.without_fate))
        stop_if_none_left(framed, ledger, file=file)
    unique = _merge_duplicates(_cut(framed), table.payload, ledger)
    resolved = table.resolve(unique, config)
    for step, reason, rows in resolved.fates:
        ledger.enter(step, reason, rows)
    return resolved.intervals, ledger


def _cut(rows: pl.DataFrame) -> pl.DataFrame:
    """Cut rows to the extract and the person's life; `lost` counts the days cut off.

    An open end that runs to the last day loses nothing.
    """
    end = pl.min_horizontal("end", "last_day", "last_living_day")
    start = pl.max_horizontal("start", "first_day")
    before = (start - pl.col("start")).dt.total_days()
    after = (pl.col("end") - end).dt.total_days().fill_null(0)
    return rows.with_columns(start=start, end=end, lost=before + after)


def _merge_duplicates(rows: pl.DataFrame, payload: Sequence[str], ledger: Ledger) -> pl.DataFrame:
    """Sort rows by content and merge those that are equal on the days of the extract."""
    content = ("person", "start", "end", *payload)
    ordered = rows.select("row", *content, "lost").sort(*content, "lost", nulls_last=False)
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in content)
    again = ordered.select(equal).to_series()
    ledger.enter("merged", "equal to another row", ordered["row"].filter(again).to_numpy())
    return ordered.filter(~again)
