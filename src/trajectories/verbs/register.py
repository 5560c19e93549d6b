"""The verb `ingest`: raw extracts to the cleaned register."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from trajectories.config._base import read_section
from trajectories.config.register import RegisterConfig, TableFiles
from trajectories.io import make_private, read_json, write_json, write_parquet
from trajectories.register.codelists import load_alphabet, load_codelist, load_states
from trajectories.register.ingestion import clean_tables
from trajectories.register.persons import CONTENT
from trajectories.register.readers import RawTable, read_files
from trajectories.register.tables import TABLES

REQUIRED_OF_SIMULATOR = ("persons", "spells")
KEY_FILES = {"persons": "keys.parquet", "assignments": "caseworker_keys.parquet"}
CASEWORKER_KEYS = {"key": pl.String, "caseworker": pl.UInt32}


def ingest(*, config: Path, out: Path, raw: Path | None = None) -> None:
    """Read the extracts, clean them, and account for each row.

    Writes to `out`: persons, spells, employment, assignments and readiness as Parquet (tables that
    the extract lacks are empty), keys, caseworker_keys, rejected, `tables/accounting.parquet`,
    `coverage.json` (first_day, last_day) and `reading.json` (each file's format, encoding,
    delimiter, rows).

    Args:
        config: the run's configuration; the section `register` is read.
        out: the folder `private/register` of the run.
        raw: the folder of the simulated extracts where `register.source` is simulator.

    Raises:
        UserError: an input cannot be used.
    """
    section = read_section(config, "register", RegisterConfig)
    codelist = load_codelist(Path(section.codelist))
    load_states(Path(section.states)).check_alphabet(load_alphabet(Path(section.alphabet)))
    make_private(out)
    log: list[Mapping[str, Any]] = []

    def load(name: str) -> RawTable | None:
        table = read_input(name, section, raw)
        log.extend(table.log if table else ())
        return table

    seed = _key_seed(section, out)
    rejected: list[pl.DataFrame] = []
    tables: dict[str, list[pl.DataFrame]] = {
        name: [] for name in ("accounting", "conflicts", "persons_found")
    }
    for table in clean_tables(load, codelist, section, key_seed=seed):
        write_parquet(table.frame, out / f"{table.name}.parquet")
        rejected.append(table.rejected)
        tables["accounting"].append(table.accounting)
        tables["conflicts"].append(table.conflicts)
        tables["persons_found"].append(table.found)
        if table.name in KEY_FILES:
            keys = pl.DataFrame(schema=CASEWORKER_KEYS) if table.keys is None else table.keys
            write_parquet(keys, out / KEY_FILES[table.name])
        extract = table.extract
    write_parquet(pl.concat(rejected), out / "rejected.parquet")
    for name, parts in tables.items():
        write_parquet(pl.concat(parts), out / "tables" / f"{name}.parquet")
    write_json(log, out / "reading.json")
    coverage = {"first_day": str(extract.first_day), "last_day": str(extract.last_day)}
    write_json(coverage, out / "coverage.json")


def read_input(name: str, section: RegisterConfig, raw: Path | None) -> RawTable | None:
    """Read a raw table that the configuration names or that the simulator wrote, if there is one.

    Args:
        name: of the table.
        section: of the configuration.
        raw: the folder of the simulated extracts.
    """
    files: TableFiles = getattr(section.files, name)
    if section.source == "simulator":
        path = (raw or Path()) / f"{name}.parquet"
        present = path.exists() or name in REQUIRED_OF_SIMULATOR
        files = TableFiles(path=str(path) if present else None)
    if files.path is None:
        return None
    if name == "persons":
        required, optional = ("person", *section.keep), CONTENT
        return read_files(files, table=name, required=required, optional=optional)
    table = TABLES[name]
    return read_files(
        files,
        table=name,
        required=("person", "start", "end", *table.required),
        optional=[key for key in table.kinds if key not in table.required],
    )


def _key_seed(section: RegisterConfig, out: Path) -> int:
    """Return the seed of the key permutation; a secret one is drawn once and kept."""
    if section.key_seed is not None:
        return section.key_seed
    kept = out / "key_seed.json"
    if not kept.exists():
        write_json(secrets.randbits(63), kept)
    seed: int = read_json(kept)
    return seed
