"""The verb `ingest`: raw extracts to the cleaned register."""

import secrets
from pathlib import Path

from trajectories.config._base import read_section
from trajectories.config.register import RegisterConfig, TableFiles
from trajectories.io import make_private, read_json, write_json, write_parquet
from trajectories.register.codelists import load_alphabet, load_codelist, load_states
from trajectories.register.ingestion import clean_register
from trajectories.register.persons import CONTENT
from trajectories.register.readers import RawTable, read_files
from trajectories.register.tables import TABLES

REQUIRED_OF_SIMULATOR = ("persons", "spells")


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
    inputs = read_inputs(section, raw)
    make_private(out)
    register = clean_register(inputs, codelist, section, key_seed=_key_seed(section, out))
    for name, frame in register.tables.items():
        write_parquet(frame, out / f"{name}.parquet")
    write_parquet(register.keys, out / "keys.parquet")
    write_parquet(register.caseworker_keys, out / "caseworker_keys.parquet")
    write_parquet(register.rejected, out / "rejected.parquet")
    write_parquet(register.accounting, out / "tables" / "accounting.parquet")
    write_json([entry for table in inputs.values() for entry in table.log], out / "reading.json")
    extract = register.extract
    coverage = {"first_day": str(extract.first_day), "last_day": str(extract.last_day)}
    write_json(coverage, out / "coverage.json")


def read_inputs(section: RegisterConfig, raw: Path | None) -> dict[str, RawTable]:
    """Read the raw tables that the configuration names, or those that the simulator wrote."""
    inputs = {}
    for name in ("persons", *TABLES):
        files: TableFiles = getattr(section.files, name)
        if section.source == "simulator":
            path = (raw or Path()) / f"{name}.parquet"
            present = path.exists() or name in REQUIRED_OF_SIMULATOR
            files = TableFiles(path=str(path) if present else None)
        if files.path is None:
            continue
        if name == "persons":
            required: tuple[str, ...] = ("person", *section.keep)
            optional: tuple[str, ...] = CONTENT
        else:
            required = ("person", "start", "end", *TABLES[name].required)
            optional = tuple(k for k in TABLES[name].kinds if k not in required)
        inputs[name] = read_files(files, table=name, required=required, optional=optional)
    return inputs


def _key_seed(section: RegisterConfig, out: Path) -> int:
    """Return the seed of the key permutation; a secret one is drawn once and kept."""
    if section.key_seed is not None:
        return section.key_seed
    kept = out / "key_seed.json"
    if not kept.exists():
        write_json(secrets.randbits(63), kept)
    seed: int = read_json(kept)
    return seed
