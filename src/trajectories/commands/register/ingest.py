"""`ingest`: raw extracts to the cleaned register."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from trajectories.artefacts.coverage import write_coverage
from trajectories.artefacts.tables import write_tables
from trajectories.config.section import read_section
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.inputs import attested
from trajectories.io import make_private, read_json, write_json, write_parquet, write_parquet_parts
from trajectories.register.clean.accounting import check_reading
from trajectories.register.clean.clean_table import CleanTable, add_counts
from trajectories.register.clean.ingestion import clean_tables
from trajectories.register.clean.rejections import table_lines
from trajectories.register.codes.codelist import load_alphabet, load_codelist, load_states
from trajectories.register.extracts import files_of, read_input, scan_weekly
from trajectories.register.read.coverage import Extract
from trajectories.register.read.readers import RawTable, find_files, names_of
from trajectories.register.read.statistical_files import CONVERTED, STATISTICAL, announce
from trajectories.register.weekly.ingestion import clean_weekly

KEY_FILES = {"persons": "keys.parquet", "assignments": "caseworker_keys.parquet"}
# The names of the tables of counts, and of what each table hands in for them.
COUNTED = {"accounting": "accounting", "conflicts": "conflicts", "persons_found": "found"}
WITHOUT_ROWS = ("dream",)
CASEWORKER_KEYS = {"key": pl.String, "caseworker": pl.UInt32}


def ingest(
    *, config: Path, out: Path, raw: Path | None = None, converted: Path | None = None
) -> None:
    """Check, clean and account for every row of the extracts.

    Writes to `out`: persons, spells, employment, assignments, readiness and activities as Parquet
    (tables that the extract lacks are empty), keys, caseworker_keys, rejected,
    `tables/{accounting,conflicts,persons_found}.parquet`, `coverage.json` (first_day, last_day),
    `reading.json` (each file's format, encoding, delimiter, rows) and `inputs.json` (each file's
    hash).

    Args:
        config: the run's configuration; the section `register` is read.
        out: the folder `private/register` of the run.
        raw: the folder of the simulated extracts where `register.source` is simulator.
        converted: the folder of `trajectories convert`, where there are SAS or Stata files.

    Raises:
        UserError: an input cannot be used, or changes while it is read.
    """
    section = read_section(config, "register", RegisterConfig)
    with attested(_files_read(section), out):
        _ingest(section, out=out, raw=raw, converted=converted)


def _files_read(section: RegisterConfig) -> list[Path]:
    lists = [Path(path) for path in (section.codelist, section.states, section.alphabet)]
    if section.source != "files":
        return lists
    extracts = [
        path for table in TABLE_COLUMNS for path in find_files(section.files.of(table), table=table)
    ]
    return [*lists, *(path for path in extracts if path.suffix.lower() not in STATISTICAL)]


def _ingest(
    section: RegisterConfig, *, out: Path, raw: Path | None, converted: Path | None
) -> None:
    codelist = load_codelist(Path(section.codelist))
    load_states(Path(section.states)).check_alphabet(load_alphabet(Path(section.alphabet)))
    make_private(out)
    log: list[dict[str, Any]] = []

    def load(name: str) -> RawTable | None:
        table = read_input(name, section, raw, converted)
        log.extend(dict(entry) for entry in (table.log if table else ()))
        return table

    seed = _key_seed(section, out)
    wide = files_of("dream", section, raw, converted)
    with ExitStack() as stack:
        if wide.path is None:
            tables = clean_tables(load, codelist, section, key_seed=seed)
        else:
            scratch = Path(stack.enter_context(TemporaryDirectory(prefix=".wide.", dir=out)))
            scan = stack.enter_context(scan_weekly(wide, section, scratch))
            log.extend(dict(entry) for entry in scan.table.log)
            tables = clean_weekly(scan, load, codelist, section, key_seed=seed, scratch=scratch)
        extract, accounting, remarks = _write_tables(tables, out)
    copies = _name_formats(log, section, converted)
    check_reading(log, accounting, copies)
    _say_what_came_of(accounting, [*remarks, *([extract.remark] if extract.remark else [])])
    said = "register.last_day" if section.last_day else "the latest date of the extract"
    announce(f"    The extract covers {extract.first_day} to {extract.last_day} ({said}).")
    write_json(log, out / "reading.json")
    write_coverage(extract.first_day, extract.last_day, out)


def _say_what_came_of(accounting: pl.DataFrame, remarks: Iterable[str]) -> None:
    for line in (*table_lines(accounting), *(f"! {remark}" for remark in remarks)):
        announce(f"    {line}")


def _name_formats(
    log: list[dict[str, Any]], section: RegisterConfig, converted: Path | None
) -> list[dict[str, Any]]:
    """Name the format of converted files in the log of reading, and list them by their names."""
    found = []
    for entry in read_json(converted / CONVERTED) if converted is not None else ():
        table = entry["table"]
        paths = find_files(files_of(table, section, None, converted), table=table)
        names = dict(zip(paths, names_of(paths), strict=True))
        named = {**entry, "file": names[converted / entry["copy"]]}
        found.append(named)
        for read in log:
            if (read["table"], read["file"]) == (table, named["file"]):
                read["format"] = entry["format"]
    return found


def _write_tables(
    tables: Iterator[CleanTable], out: Path
) -> tuple[Extract, pl.DataFrame, list[str]]:
    """Write each table, its parts one after another, and then what became of all rows.

    Returns:
        The days covered, the accounting of all tables, and warnings.
    """
    rejected: list[pl.DataFrame] = []
    counts: dict[str, list[pl.DataFrame]] = {name: [] for name in COUNTED}

    def rows(parts: Iterable[CleanTable]) -> Iterator[pl.DataFrame]:
        for part in parts:
            rejected.append(part.rejected)
            for name, attribute in COUNTED.items():
                counts[name].append(getattr(part, attribute))
            if part.name in KEY_FILES:
                keys = pl.DataFrame(schema=CASEWORKER_KEYS) if part.keys is None else part.keys
                write_parquet(keys, out / KEY_FILES[part.name])
            extracts.append(part.extract)
            remarks.extend(part.remarks)
            yield part.frame

    extracts: list[Extract] = []
    remarks: list[str] = []
    for name, parts in groupby(tables, key=attrgetter("name")):
        if name in WITHOUT_ROWS:
            list(rows(parts))
        else:
            write_parquet_parts(rows(parts), out / f"{name}.parquet")
    write_parquet(pl.concat(rejected), out / "rejected.parquet")
    totals = {name: add_counts(found) for name, found in counts.items()}
    write_tables(totals, out)
    return extracts[-1], totals["accounting"], remarks


def _key_seed(section: RegisterConfig, out: Path) -> int:
    """Return the seed of the key permutation; a secret one is drawn once and kept."""
    if section.key_seed is not None:
        return section.key_seed
    kept = out / "key_seed.json"
    if not kept.exists():
        write_json(secrets.randbits(63), kept)
    seed: int = read_json(kept)
    return seed
