"""The result of cleaning one table: clean rows, rejected rows and counts of both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from trajectories.notebook.described import described
from trajectories.register.clean.accounting import SCHEMA, Ledger
from trajectories.register.clean.overlaps import CONFLICTS
from trajectories.register.read.coverage import Extract
from trajectories.register.read.readers import RawTable

REJECTED = {
    "table": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
    "reason": pl.String,
    "person": pl.UInt32,
    "raw": pl.String,
}
CONFLICT_COUNTS = {"table": pl.String, "rule": pl.String, **CONFLICTS}
PERSON_COUNTS = {"table": pl.String, "found": pl.String, "persons": pl.Int64}
# Columns of keys: only the key tables contain them.
KEY_COLUMNS = ("person", "caseworker")


@described(
    lambda x: f"{x.name}, {x.frame.height:,} rows, {x.rejected.height:,} rejected",
    "accounting",
    "conflicts",
    "found",
)
@dataclass(frozen=True)
class CleanTable:
    """One cleaned table.

    Attributes:
        name: persons, spells, employment, assignments, readiness or activities.
        frame: the table under its contract (`contracts`), with persons as row numbers.
        rejected: table, file, row (from 1), reason, person (null if unknown), raw (JSON of the
            cells as read, without keys); private.
        accounting: table, step, reason, rows; empty if the table is absent.
        conflicts: table, rule, event, rows, persons, days: cases decided by the rules for
            overlaps and gaps.
        found: table, found, persons: numbers of persons of the table in `persons`, and of persons
            in `persons` without rows in the table.
        extract: the days covered.
        keys: for persons key and person, for assignments key and caseworker; private.
        remarks: warnings, for instance that many rows were rejected (see `rejections.weigh`).
    """

    name: str
    frame: pl.DataFrame
    rejected: pl.DataFrame
    accounting: pl.DataFrame
    conflicts: pl.DataFrame
    found: pl.DataFrame
    extract: Extract
    keys: pl.DataFrame | None = None
    remarks: tuple[str, ...] = ()


def close(
    name: str,
    frame: pl.DataFrame,
    extract: Extract,
    raw: RawTable | None = None,
    ledger: Ledger | None = None,
    *,
    person: pl.Series | None = None,
    conflicts: pl.DataFrame | None = None,
    found: pl.DataFrame | None = None,
    keys: pl.DataFrame | None = None,
    remarks: Iterable[str | None] = (),
) -> CleanTable:
    """Put together the result of a table; without a ledger all counts are empty.

    Args:
        name: the table's name.
        frame: its clean rows.
        extract: the days covered.
        raw: the table as read.
        ledger: the fate of each row.
        person: the number of each row's person, null if unknown.
        conflicts: as `count_conflicts` returns it.
        found: as `count_persons` returns it.
        keys: the key table, if the table has one.
        remarks: warnings; None is skipped.

    Raises:
        AccountingError: a row has no fate.
    """
    rejected, accounting = pl.DataFrame(schema=REJECTED), pl.DataFrame(schema=SCHEMA)
    if raw is not None and ledger is not None:
        rejected, accounting = quarantine(raw, ledger, person), ledger.close()
    return CleanTable(
        name,
        frame,
        rejected,
        accounting,
        pl.DataFrame(schema=CONFLICT_COUNTS) if conflicts is None else conflicts,
        pl.DataFrame(schema=PERSON_COUNTS) if found is None else found,
        extract,
        keys,
        tuple(remark for remark in remarks if remark is not None),
    )


def quarantine(raw: RawTable, ledger: Ledger, person: pl.Series | None) -> pl.DataFrame:
    """Return the rejected rows of a table with the schema `REJECTED`.

    Args:
        raw: the table as read.
        ledger: the fate of each row.
        person: the number of each row's person, or None if rows have no persons.
    """
    rejected = ledger.rejected()
    rows = rejected["row"].to_numpy()
    shown = raw.frame.select(pl.all().exclude(KEY_COLUMNS))
    cells = (
        shown[rows].select(pl.struct(pl.all()).struct.json_encode().alias("raw"))
        if shown.width
        else pl.DataFrame({"raw": ["{}"] * len(rows)}, schema={"raw": pl.String})
    )
    who = pl.lit(None, dtype=pl.UInt32) if person is None else person.gather(rows)
    placed = pl.concat([raw.locate(rows), rejected.select("reason"), cells], how="horizontal")
    table = pl.lit(ledger.table).alias("table")
    return placed.with_columns(table, who.alias("person")).select(*REJECTED)


def count_conflicts(table: str, rule: str, conflicts: pl.DataFrame) -> pl.DataFrame:
    """Add table and rule to the counts of `overlaps.Resolved`; events without rows are dropped."""
    met = conflicts.filter(pl.col("rows") > 0)
    return met.select(pl.lit(table).alias("table"), pl.lit(rule).alias("rule"), *CONFLICTS)


def count_persons(table: str, found: dict[str, int], persons: int) -> pl.DataFrame:
    """Count the persons of a table found in `persons`, and those in `persons` only."""
    counts = {**found, "in persons only": persons - found["in persons"]}
    rows = [(table, name, count) for name, count in counts.items()]
    return pl.DataFrame(rows, schema=PERSON_COUNTS, orient="row")


def add_counts(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Add up the counts of tables that were cleaned in parts.

    Args:
        parts: frames of one schema: text columns that identify a count, and integer counts.

    Returns:
        One row per combination of the text columns, in order of first occurrence.
    """
    rows = pl.concat(parts)
    counts = [name for name, dtype in rows.schema.items() if dtype.is_integer()]
    keys = [name for name in rows.columns if name not in counts]
    return rows.group_by(keys, maintain_order=True).agg(pl.col(counts).sum())
