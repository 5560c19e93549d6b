"""The verb `ingest`: raw extracts to the cleaned register."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from trajectories.config.section import read_section
from trajectories.config.sections.files import TableFiles
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.errors import UserError
from trajectories.inputs import attested
from trajectories.io import (
    make_private,
    read_json,
    read_parquet,
    write_json,
    write_parquet,
    write_parquet_parts,
)
from trajectories.register.clean.accounting import check_reading
from trajectories.register.clean.clean_table import CleanTable, add_counts
from trajectories.register.clean.ingestion import clean_tables
from trajectories.register.clean.persons import CONTENT
from trajectories.register.clean.rejections import table_lines
from trajectories.register.clean.rules import TABLES
from trajectories.register.codes.codelist import load_alphabet, load_codelist, load_states
from trajectories.register.read.coverage import Extract
from trajectories.register.read.readers import RawTable, find_files, names_of, read_files
from trajectories.register.read.statistical_files import (
    STATISTICAL,
    Say,
    announce,
    convert,
    copy_of,
)
from trajectories.register.read.wide_files import open_wide
from trajectories.register.weekly.ingestion import clean_weekly
from trajectories.register.weekly.scan import Scan, scan_register

CONVERTED = "converted.json"
KEY_FILES = {"persons": "keys.parquet", "assignments": "caseworker_keys.parquet"}
# The names of the tables of counts, and of what each table hands in for them.
COUNTED = {"accounting": "accounting", "conflicts": "conflicts", "persons_found": "found"}
WITHOUT_ROWS = ("dream",)
CASEWORKER_KEYS = {"key": pl.String, "caseworker": pl.UInt32}


def convert_files(*, config: Path, out: Path) -> None:
    """Turn the SAS and Stata files among the extracts into Parquet, in chunks and once.

    Args:
        config: the run's configuration; the section `register` is read.
        out: folder that receives `<table>/<number>/<file>.parquet`, and `converted.json` with
            table, copy, format and rows of each.

    Raises:
        UserError: a file does not exist or is cut short.
    """
    section = read_section(config, "register", RegisterConfig)
    make_private(out)
    log: list[Mapping[str, Any]] = []
    named = [
        (table, number, path)
        for table in TABLE_COLUMNS
        for number, path in enumerate(find_files(section.files.of(table), table=table))
        if path.suffix.lower() in STATISTICAL
    ]
    with attested([path for _, _, path in named], out):
        for table, number, path in named:
            copy = copy_of(path, number, out / table)
            rows = convert(path, copy)
            log.append(
                {
                    "table": table,
                    "copy": str(copy.relative_to(out)),
                    "format": path.suffix.lower()[1:],
                    "rows": rows,
                }
            )
    write_json(log, out / CONVERTED)


def ingest(
    *, config: Path, out: Path, raw: Path | None = None, converted: Path | None = None
) -> None:
    """Read the extracts, clean them, and account for each row.

    Writes to `out`: persons, spells, employment, assignments, readiness and activities as Parquet
    (tables that the extract lacks are empty), keys, caseworker_keys, rejected,
    `tables/{accounting,conflicts,persons_found}.parquet`, `coverage.json` (first_day, last_day),
    `reading.json` (each file's format, encoding, delimiter, rows) and `inputs.json` (each file's
    hash).

    Args:
        config: the run's configuration; the section `register` is read.
        out: the folder `private/register` of the run.
        raw: the folder of the simulated extracts where `register.source` is simulator.
        converted: the folder of `convert_files`, where there are SAS or Stata files.

    Raises:
        UserError: an input cannot be used, or changes while it is read.
    """
    section = read_section(config, "register", RegisterConfig)
    with attested(_files_read(section), out):
        _ingest(section, out=out, raw=raw, converted=converted)


def _files_read(section: RegisterConfig) -> list[Path]:
    """List the user's files that `ingest` reads; SAS and Stata files `convert_files` has read."""
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
    coverage = {"first_day": str(extract.first_day), "last_day": str(extract.last_day)}
    write_json(coverage, out / "coverage.json")


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


def rejected_rows(*, register: Path, table: str | None = None) -> str:
    """Return the rejected rows with their reasons as CSV; they are person-level.

    Args:
        register: the folder `private/register` of a run.
        table: one table alone.

    Raises:
        UserError: the folder holds no quarantine, or no row of that table was read.
    """
    rows = read_parquet(register / "rejected.parquet")
    if table is None:
        return rows.write_csv()
    known = read_parquet(register / "tables" / "accounting.parquet")["table"].unique().sort()
    if table not in known:
        raise UserError(f"No row of {table!r} was read: name one of {', '.join(known)}.")
    return rows.filter(pl.col("table") == table).write_csv()


def scan_weekly(
    wide: TableFiles, section: RegisterConfig, scratch: Path, *, say: Say = announce
) -> AbstractContextManager[Scan]:
    """Read the weekly register once, with its runs in a folder of scratch files."""
    paths = find_files(wide, table="dream")
    files = []
    for number, (path, name) in enumerate(zip(paths, names_of(paths), strict=True)):
        own = scratch / str(number)
        own.mkdir()
        files.append(open_wide(path, wide, scratch=own, name=name, say=say))
    key = wide.columns.get("person", "person")
    return scan_register(
        files,
        section.dream,
        key=key,
        scratch=scratch,
        key_digits=wide.key_digits,
        missing=wide.missing,
        say=say,
    )


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
    for name, total in totals.items():
        write_parquet(total, out / "tables" / f"{name}.parquet")
    return extracts[-1], totals["accounting"], remarks


def files_of(
    name: str, section: RegisterConfig, raw: Path | None, converted: Path | None = None
) -> TableFiles:
    """Return the files of a table: those of the config, or what the simulator wrote, if anything.

    Args:
        name: of the table.
        section: of the configuration.
        raw: the folder of the simulated extracts.
        converted: the folder of `convert_files`; its copies take the place of their files.
    """
    if section.source != "simulator":
        files = section.files.of(name)
        if converted is None or files.path is None:
            return files
        paths = find_files(files, table=name)
        copies = [copy_of(path, place, converted / name) for place, path in enumerate(paths)]
        chosen = [
            str(copy if copy.exists() else path) for path, copy in zip(paths, copies, strict=True)
        ]
        return files.model_copy(update={"path": chosen})
    folder = raw or Path()
    found = sorted(folder.glob(f"{name}.*"))
    if not found and name == "spells" and not any(folder.glob("dream.*")):
        found = [folder / "spells.parquet"]
    return TableFiles(path=str(found[0]) if found else None)


def read_input(
    name: str, section: RegisterConfig, raw: Path | None, converted: Path | None = None
) -> RawTable | None:
    """Read a raw table that the configuration names or that the simulator wrote, if there is one.

    Args:
        name: of the table.
        section: of the configuration.
        raw: the folder of the simulated extracts.
        converted: the folder of `convert_files`.
    """
    files = files_of(name, section, raw, converted)
    return None if files.path is None else read_table(name, files, section)


def read_table(name: str, files: TableFiles, section: RegisterConfig) -> RawTable:
    """Read the files of a table with the columns that it needs and may have.

    Args:
        name: of the table.
        files: that hold it.
        section: of the configuration.
    """
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
