"""The whole stage without files: raw tables in, cleaned tables and the fate of each row out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import dataframely as dy
import polars as pl

from trajectories.config.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.accounting import SCHEMA, Ledger
from trajectories.register.cleaning import (
    Extract,
    attach,
    clean_intervals,
    find_extract,
    parse_intervals,
)
from trajectories.register.codelists import describe_codes, unknown_codes
from trajectories.register.contracts import (
    READINESS,
    Assignments,
    Employment,
    Persons,
    Readiness,
    Spells,
)
from trajectories.register.keys import number_keys, refuse_cpr
from trajectories.register.parsing import as_enum
from trajectories.register.persons import People, clean_persons, persons_from_spells
from trajectories.register.readers import RawTable
from trajectories.register.tables import SPELLS, TABLES

OUTPUTS: dict[str, type[dy.Schema]] = {
    "spells": Spells,
    "employment": Employment,
    "assignments": Assignments,
    "readiness": Readiness,
}
REJECTED = {
    "table": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
    "reason": pl.String,
    "raw": pl.String,
}


@dataclass(frozen=True)
class CleanTable:
    """One cleaned table.

    Attributes:
        name: persons, spells, employment, assignments or readiness.
        frame: the table under its contract (`contracts`), with persons as row numbers.
        rejected: table, file, row (from 1), reason, raw (JSON of the cells as read); private.
        accounting: table, step, reason, rows; empty where the table was absent.
        extract: the days covered.
        keys: for persons key and person, for assignments key and caseworker; private.
    """

    name: str
    frame: pl.DataFrame
    rejected: pl.DataFrame
    accounting: pl.DataFrame
    extract: Extract
    keys: pl.DataFrame | None = None


def clean_register(
    raw: Mapping[str, RawTable], codelist: pl.DataFrame, config: RegisterConfig, *, key_seed: int
) -> dict[str, CleanTable]:
    """Clean all tables of an extract that are in memory; see `clean_tables`."""
    found = clean_tables(raw.get, codelist, config, key_seed=key_seed)
    return {table.name: table for table in found}


def clean_tables(
    load: Callable[[str], RawTable | None],
    codelist: pl.DataFrame,
    config: RegisterConfig,
    *,
    key_seed: int,
) -> Iterator[CleanTable]:
    """Clean one table of an extract after another.

    No result depends on the order of the input rows, and none but the row numbers of persons and
    caseworkers on `key_seed`.

    Args:
        load: gives a raw table by name, or None where the extract lacks it; spells are needed.
        codelist: as `codelists.load_codelist` returns it.
        config: the rules.
        key_seed: of the permutations that give persons and caseworkers their numbers.

    Yields:
        persons, spells, employment, assignments and readiness; absent tables are empty.

    Raises:
        UserError: a table is unusable, or codes are unknown.
    """
    raw_persons, raw = load("persons"), load("spells")
    if raw is None:
        raise UserError("the extract has no spells: name their file under register.files.spells.")
    parsed = _code(parse_intervals(raw, SPELLS, config), codelist, config, file=raw.label)
    if raw_persons is None:
        people, ledger = persons_from_spells(parsed["key"], config, file=raw.label), None
    else:
        people, ledger = clean_persons(raw_persons, config)
    rows = attach(parsed, people, config, file=raw.label)
    del parsed
    extract = find_extract(rows, config, file=raw.label)
    keys = number_keys(people.frame["key"], seed=key_seed, name="person")
    persons = people.frame.with_columns(person=keys["person"]).drop("key").sort("person")
    Persons.validate(persons)
    yield _close("persons", persons, raw_persons, ledger, extract, keys)
    del raw_persons, persons
    for name, table in TABLES.items():
        if name != "spells":
            loaded = load(name)
            if loaded is None:
                yield _close(name, OUTPUTS[name].create_empty(), None, None, extract, None)
                continue
            raw = loaded
            rows = _attach(raw, name, people, config)
        cleaned, ledger = clean_intervals(rows, table, extract, config, file=raw.label)
        frame, caseworkers = _number(cleaned, name, keys["person"], codelist, key_seed)
        yield _close(name, frame, raw, ledger, extract, caseworkers)


def _code(
    parsed: pl.DataFrame, codelist: pl.DataFrame, config: RegisterConfig, *, file: str
) -> pl.DataFrame:
    """Map codes, stop at unknown ones, and add the group."""
    targets = sorted(set(config.code_map.values()) - set(codelist["code"]))
    if targets:
        raise UserError(
            f"register.code_map maps to {targets[0]}, which the codelist does not hold: map to a "
            "code that it holds."
        )
    mapped = parsed.with_columns(pl.col("code").replace(config.code_map))
    unknown_codes(mapped, codelist, file=file)
    codes = mapped["code"].cast(pl.Enum(codelist["code"]))
    return mapped.with_columns(codes, group=as_enum(codelist["group"]).gather(codes.to_physical()))


def _attach(raw: RawTable, name: str, people: People, config: RegisterConfig) -> pl.DataFrame:
    parsed = parse_intervals(raw, TABLES[name], config)
    if name == "readiness":
        parsed = parsed.with_columns(pl.col("readiness").replace(config.readiness_map))
        known = pl.DataFrame({"readiness": READINESS})
        unknown_codes(parsed, known, file=raw.label, column="readiness")
    texts = [as_enum(parsed[key]) for key, kind in TABLES[name].kinds.items() if kind == "text"]
    rows = attach(parsed.with_columns(texts), people, config, file=raw.label)
    if name == "assignments":
        refuse_cpr(
            rows["caseworker"].unique(),
            file=raw.label,
            column="caseworker",
            allowed=config.allow_cpr_keys,
        )
    return rows


def _number(
    cleaned: pl.DataFrame, name: str, numbers: pl.Series, codelist: pl.DataFrame, key_seed: int
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Give persons and caseworkers their numbers, and codes their meaning."""
    frame = cleaned.with_columns(person=numbers.gather(cleaned["person"])).sort("person", "start")
    caseworkers = None
    if name == "assignments":
        worker = frame["caseworker"]
        caseworkers = number_keys(worker.unique().cast(pl.String), seed=key_seed, name="caseworker")
        order = as_enum(worker.cast(pl.String)).to_physical()
        frame = frame.with_columns(caseworker=caseworkers["caseworker"].gather(order))
    if name == "spells":
        coded = frame.drop("group").with_columns(pl.col("code").cast(pl.String))
        frame = describe_codes(coded, codelist)
    schema = OUTPUTS[name]
    return schema.validate(frame.select(schema.column_names()), cast=True), caseworkers


def _close(
    name: str,
    frame: pl.DataFrame,
    raw: RawTable | None,
    ledger: Ledger | None,
    extract: Extract,
    keys: pl.DataFrame | None,
) -> CleanTable:
    rejected, accounting = pl.DataFrame(schema=REJECTED), pl.DataFrame(schema=SCHEMA)
    if raw is not None and ledger is not None:
        rejected, accounting = quarantine(raw, ledger), ledger.close()
    return CleanTable(name, frame, rejected, accounting, extract, keys)


def quarantine(raw: RawTable, ledger: Ledger) -> pl.DataFrame:
    """List the rejected rows of a table: table, file, row (from 1), reason, raw (JSON)."""
    rejected = ledger.rejected()
    rows = rejected["row"].to_numpy()
    cells = raw.frame[rows].select(pl.struct(pl.all()).struct.json_encode().alias("raw"))
    placed = pl.concat([raw.locate(rows), rejected.select("reason"), cells], how="horizontal")
    return placed.select(pl.lit(ledger.table).alias("table"), "file", "row", "reason", "raw")
