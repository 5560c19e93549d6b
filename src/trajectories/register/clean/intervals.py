"""Cleaning of interval tables: from raw rows to non-overlapping days, with each row's fate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import dataframely as dy
import numpy as np
import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.accounting import READ, Ledger
from trajectories.register.clean.contracts import reject
from trajectories.register.clean.keys import usable_keys
from trajectories.register.clean.overlaps import Resolved
from trajectories.register.clean.persons import People
from trajectories.register.clean.sort import sort_by_content
from trajectories.register.read.coverage import Extract, deduce_days
from trajectories.register.read.cpr import refuse_cpr
from trajectories.register.read.parsing import Kind, parse
from trajectories.register.read.readers import RawTable


@dataclass(frozen=True)
class IntervalTable:
    """How one interval table is cleaned.

    Attributes:
        name: the table's name in the config.
        required: required columns in addition to person, start and end.
        kinds: type of each column other than these three.
        rows: the contract of its rows.
        payload: the columns that describe an interval.
        resolve: resolves overlaps of sorted rows without duplicates.
    """

    name: str
    required: tuple[str, ...]
    kinds: dict[str, Kind]
    rows: type[dy.Schema]
    payload: tuple[str, ...]
    resolve: Callable[[pl.DataFrame, RegisterConfig], Resolved]


@dataclass(frozen=True)
class Attached:
    """Rows joined with `persons`, and the numbers of persons found.

    Attributes:
        rows: the rows in their order, with person, has_key, was_rejected, birth_date and
            last_living_day instead of key.
        found: numbers of persons of the table that are in `persons`, absent, or rejected there.
    """

    rows: pl.DataFrame
    found: dict[str, int]


# The column used by a rule for overlapping rows.
RULE_COLUMNS = {"latest_registered": "registered", "role": "role"}
FAR = 2**31


def parse_intervals(
    raw: RawTable,
    table: IntervalTable,
    config: RegisterConfig,
    *,
    ends: Literal["last_day", "day_after"] = "last_day",
) -> pl.DataFrame:
    """Parse the cells of an interval table.

    Args:
        raw: the table as read.
        table: its columns and their types.
        config: `empty_end`, `open_end_dates` and `overlaps` are used.
        ends: whether `end` is the last day of a row or the day after it.

    Returns:
        row (UInt32), key, start, end, needs_end, has_days (false if, with `day_after`, the row
        starts on its end), the table's columns, and the flags of `parsing.parse`; an end that
        the config treats as open is null.

    Raises:
        UserError: a column is stored with an unsuitable type, or the rule for overlapping rows
            needs a column that is missing.
    """
    rule = getattr(config.overlaps, table.name)
    column = RULE_COLUMNS.get(rule)
    if column is not None and column not in raw.frame.columns:
        raise UserError(
            f"{raw.label} has no column {column!r}, which register.overlaps.{table.name}: {rule} "
            f"needs: name it under register.files.{table.name}.columns or choose another rule."
        )
    kinds: dict[str, Kind] = {"person": "text", "start": "date", "end": "date", **table.kinds}
    still_open = pl.col("end").is_in(config.open_end_dates).fill_null(False)
    last = pl.col("end").dt.offset_by("-1d") if ends == "day_after" else pl.col("end")
    has_days = pl.col("end") != pl.col("start") if ends == "day_after" else pl.lit(True)
    cells = parse(raw.frame, kinds, file=raw.label, dates=raw.dates, missing=raw.missing)
    return (
        cells.drop("person")
        .with_columns(
            key=usable_keys(cells["person"], raw.key_digits),
            end=pl.when(~still_open).then(last),
            has_days=has_days.fill_null(True),
            needs_end=(config.empty_end == "reject") & ~still_open,
        )
        .with_row_index("row")
    )


def attach(parsed: pl.DataFrame, people: People, config: RegisterConfig, *, file: str) -> Attached:
    """Replace the key of each row by the number and dates of its person.

    Raises:
        UserError: keys that are not in persons look like CPR numbers.
    """
    keys = parsed["key"]
    # Extracts are mostly ordered by person, so only the first row of a run is looked up.
    opens = (keys.ne_missing(keys.shift(1))).to_numpy().copy()
    opens[:1] = True
    runs = keys.filter(pl.Series(opens))
    known = people.lookup(runs)
    here, refused = known["person"].is_not_null(), known["rejected"]
    strange = runs.filter(~here & ~refused & runs.is_not_null()).unique()
    refuse_cpr(strange, file=file, column="person", allowed=config.allow_cpr_keys)
    found = {
        "in persons": known["person"].drop_nulls().n_unique(),
        "not in persons": strange.len(),
        "rejected in persons": runs.filter(refused).n_unique(),
    }
    person, rejected = known[np.cumsum(opens) - 1].get_columns()
    attached = parsed.with_columns(
        person=person,
        has_key=keys.is_not_null(),
        was_rejected=rejected,
        birth_date=people.frame["birth_date"].gather(person),
        last_living_day=people.frame["died"].gather(person),
    ).drop("key")
    if "code" not in attached.columns:
        return Attached(attached, found)
    exempt = pl.col("code").cast(pl.String).is_in(config.after_death_codes).fill_null(False)
    living = pl.when(~exempt).then("last_living_day")
    return Attached(attached.with_columns(last_living_day=living), found)


def find_extract(spells: pl.DataFrame, config: RegisterConfig, *, file: str) -> Extract | None:
    """Return the days that the extract covers: from the config, else from the usable spells.

    Returns:
        The days, or None if no spell is usable.

    Raises:
        UserError: the days are implausible, see `coverage.deduce_days`.
    """
    usable = spells.lazy().filter(
        pl.col("person").is_not_null(),
        pl.col("start").is_not_null(),
        (pl.col("end") >= pl.col("start")).fill_null(True),
        (pl.col("start") >= pl.col("birth_date")).fill_null(True),
        (pl.col("start") <= pl.col("last_living_day")).fill_null(True),
    )
    days = usable.select("start", "end").collect()
    if days.is_empty():
        return None
    return deduce_days(days, config, file=file)


def clean_intervals(
    attached: pl.DataFrame,
    table: IntervalTable,
    extract: Extract,
    config: RegisterConfig,
    *,
    persons: int,
    origin: str = READ,
) -> tuple[Resolved, Ledger]:
    """Reject what breaks the contract, cut to the extract, merge duplicates, resolve overlaps.

    Returns:
        Non-overlapping intervals with the payload, sorted by person and start; and the ledger of
        all rows.

    Raises:
        UserError: rows overlap and the rule is `stop`.
    """
    ledger = Ledger(table.name, attached.height, origin=origin)
    days = {"first_day": pl.lit(extract.first_day), "last_day": pl.lit(extract.last_day)}
    framed = attached.with_columns(**days)
    if reject(framed, table.rows, ledger):
        framed = framed.filter(pl.Series(ledger.without_fate))
    claim = claim_of(getattr(config.overlaps, table.name), config)
    unique = _merge_duplicates(
        _cut(framed.with_columns(claim=claim)), table.payload, ledger, persons=persons
    )
    resolved = table.resolve(unique, config)
    for step, reason, rows in resolved.fates:
        ledger.enter(step, reason, rows)
    return resolved, ledger


def claim_of(rule: str, config: RegisterConfig) -> pl.Expr:
    """Return the precedence of rows under a rule for overlaps; lower wins.

    Rows without a date of registration, or with a role that the config does not name, come last.
    """
    if rule == "latest_registered":
        return -pl.col("registered").to_physical().cast(pl.Int64).fill_null(-FAR)
    if rule == "role":
        order = {role: place for place, role in enumerate(config.overlaps.roles)}
        text = pl.col("role").cast(pl.String)
        return text.replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return pl.lit(0, dtype=pl.Int64)


def _cut(rows: pl.DataFrame) -> pl.DataFrame:
    """Cut rows to the extract and the person's life; `lost` counts the days cut off.

    An open end that runs to the last day loses no days.
    """
    end = pl.min_horizontal("end", "last_day", "last_living_day")
    start = pl.max_horizontal("start", "first_day")
    before = start.to_physical() - pl.col("start").to_physical()
    after = (pl.col("end").to_physical() - end.to_physical()).fill_null(0)
    return rows.with_columns(start=start, end=end, lost=before + after)


def _merge_duplicates(
    rows: pl.DataFrame, payload: Sequence[str], ledger: Ledger, *, persons: int
) -> pl.DataFrame:
    """Sort rows by content and merge those that are equal within the extract.

    Of equal rows the one with the highest precedence is kept.
    """
    content = ("person", "start", "end", *payload)
    ordered = sort_by_content(
        rows.select("row", *content, "claim", "lost"), (*payload, "claim", "lost"), persons=persons
    )
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in content)
    again = ordered.select(equal).to_series()
    ledger.enter("merged", "equal to another row", ordered["row"].filter(again).to_numpy())
    return ordered.filter(~again)
