"""The whole stage in memory: raw tables in, cleaned tables and the fate of each row out."""

from collections.abc import Mapping
from dataclasses import dataclass

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
from trajectories.register.keys import number_keys
from trajectories.register.persons import People, clean_persons, persons_from_spells
from trajectories.register.readers import RawTable
from trajectories.register.tables import TABLES

OUTPUTS = {
    "spells": Spells,
    "employment": Employment,
    "assignments": Assignments,
    "readiness": Readiness,
}


@dataclass(frozen=True)
class Register:
    """The cleaned register.

    Attributes:
        tables: persons, spells, employment, assignments, readiness, each under its contract.
        keys: key, person; private.
        caseworker_keys: key, caseworker; private.
        rejected: table, file, row, reason, raw (JSON of the cells as read); private.
        accounting: table, step, reason, rows.
        extract: the days covered.
    """

    tables: dict[str, pl.DataFrame]
    keys: pl.DataFrame
    caseworker_keys: pl.DataFrame
    rejected: pl.DataFrame
    accounting: pl.DataFrame
    extract: Extract


def clean_register(
    raw: Mapping[str, RawTable], codelist: pl.DataFrame, config: RegisterConfig, *, key_seed: int
) -> Register:
    """Clean all tables of an extract.

    No result depends on the order of the input rows, and none but the row numbers of persons and
    caseworkers on `key_seed`.

    Args:
        raw: the tables by name; `spells` is needed, the others may be absent.
        codelist: as `codelists.load_codelist` returns it.
        config: the rules.
        key_seed: of the permutations that give persons and caseworkers their numbers.

    Raises:
        UserError: a table is unusable, or codes are unknown.
    """
    parsed = {
        name: parse_intervals(raw[name], table, config)
        for name, table in TABLES.items()
        if name in raw
    }
    parsed["spells"] = _code_spells(parsed["spells"], raw["spells"], codelist, config)
    if "readiness" in parsed:
        parsed["readiness"] = _map_readiness(parsed["readiness"], raw["readiness"], config)
    people, ledgers = _persons(raw, parsed["spells"], config)
    spells = attach(parsed.pop("spells"), people, config)
    extract = find_extract(spells, config, file=raw["spells"].label)
    cleaned = {}
    for name in TABLES:
        if name in raw:
            rows = spells if name == "spells" else attach(parsed.pop(name), people, config)
            cleaned[name], ledgers[name] = clean_intervals(
                rows, TABLES[name], extract, config, file=raw[name].label
            )
    return _assemble(raw, people, cleaned, ledgers, codelist, extract, key_seed)


def _persons(
    raw: Mapping[str, RawTable], spells: pl.DataFrame, config: RegisterConfig
) -> tuple[People, dict[str, Ledger]]:
    if "persons" not in raw:
        return persons_from_spells(spells["key"]), {}
    people, ledger = clean_persons(raw["persons"], config)
    return people, {"persons": ledger}


def _code_spells(
    parsed: pl.DataFrame, raw: RawTable, codelist: pl.DataFrame, config: RegisterConfig
) -> pl.DataFrame:
    targets = sorted(set(config.code_map.values()) - set(codelist["code"]))
    if targets:
        raise UserError(
            f"register.code_map maps to {targets[0]}, which the codelist does not hold: map to a "
            "code that it holds."
        )
    mapped = parsed.with_columns(pl.col("code").replace(config.code_map))
    unknown_codes(mapped, codelist, file=raw.label)
    groups = codelist.select("code", "group")
    return mapped.join(groups, on="code", how="left", maintain_order="left")


def _map_readiness(parsed: pl.DataFrame, raw: RawTable, config: RegisterConfig) -> pl.DataFrame:
    mapped = parsed.with_columns(pl.col("readiness").replace(config.readiness_map))
    known = pl.DataFrame({"readiness": READINESS})
    unknown_codes(mapped, known, file=raw.label, column="readiness")
    return mapped


def _assemble(
    raw: Mapping[str, RawTable],
    people: People,
    cleaned: dict[str, pl.DataFrame],
    ledgers: dict[str, Ledger],
    codelist: pl.DataFrame,
    extract: Extract,
    key_seed: int,
) -> Register:
    keys = number_keys(people.frame["key"], seed=key_seed, name="person")
    numbers = keys["person"]
    tables = {"persons": people.frame.with_columns(person=numbers).drop("key").sort("person")}
    caseworker_keys = pl.DataFrame(schema={"key": pl.String, "caseworker": pl.UInt32})
    for name, schema in OUTPUTS.items():
        if name not in cleaned:
            tables[name] = schema.create_empty()
            continue
        frame = cleaned[name].with_columns(person=numbers.gather(cleaned[name]["person"]))
        if name == "assignments":
            caseworker_keys = number_keys(
                frame["caseworker"].unique(), seed=key_seed, name="caseworker"
            )
            coded = frame.join(
                caseworker_keys, left_on="caseworker", right_on="key", maintain_order="left"
            )
            frame = coded.with_columns(caseworker=coded["caseworker_right"])
        if name == "spells":
            frame = describe_codes(frame.drop("group"), codelist)
        tables[name] = schema.validate(
            frame.sort("person", "start").select(schema.column_names()), cast=True
        )
    Persons.validate(tables["persons"])
    closed = [ledger.close() for ledger in ledgers.values()]
    rejected = [quarantine(raw[name], ledger) for name, ledger in ledgers.items()]
    return Register(
        tables=tables,
        keys=keys,
        caseworker_keys=caseworker_keys,
        rejected=pl.concat(rejected),
        accounting=pl.concat([pl.DataFrame(schema=SCHEMA), *closed]),
        extract=extract,
    )


def quarantine(raw: RawTable, ledger: Ledger) -> pl.DataFrame:
    """List the rejected rows of a table: table, file, row (from 1), reason, raw (JSON)."""
    rejected = ledger.fates.filter(pl.col("step") == "rejected")
    rows = rejected["row"].to_numpy()
    cells = raw.frame[rows].select(pl.struct(pl.all()).struct.json_encode().alias("raw"))
    return pl.concat([raw.locate(rows), rejected.select("reason"), cells], how="horizontal").select(
        pl.lit(ledger.table).alias("table"), "file", "row", "reason", "raw"
    )
