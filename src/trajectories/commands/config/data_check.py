"""The verb `config check --data`: everything that the files of a configuration would stop at.

The files are read and examined; what would mend a finding is put into a copy of the configuration
and the files are examined again, so that what hides behind a finding shows at once. Where nothing
is left the extracts are cleaned on trial.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from trajectories.commands.config.data_names import durations_in_data, names_in_data
from trajectories.commands.register.ingest import ingest
from trajectories.config.root import Config, dump, stages
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.errors import UserError
from trajectories.io import write_text
from trajectories.register.codes.codelist import load_codelist
from trajectories.register.extracts import read_table, scan_weekly
from trajectories.register.read.readers import MissingColumns, RawTable, find_files
from trajectories.register.trial import Finding, examine, keys_of, match_keys
from trajectories.register.weekly.ingestion import refuse_values, weekly_extract

ROUNDS: Final = 5


def findings(settings: Config) -> list[str]:
    """List what the input files of a run would stop at or lose, each in one sentence.

    Args:
        settings: the run's configuration; nothing is looked at where the register is
            simulated.

    Returns:
        The sentences; the last one holds the keys that would mend some of them, if any would.
    """
    if "durations" in stages(settings):
        return list(durations_in_data(settings))
    if settings.register.source != "files":
        return []
    found: list[str] = []
    advice: dict[str, Any] = {}
    for _ in range(ROUNDS):
        trial = _with(settings, advice)
        new: dict[str, Any] = {}
        tables: dict[str, RawTable] = {}
        for finding in _examine(trial.register, tables):
            found.append(finding.sentence)
            new = _laid_over(new, finding.settings or {})
        found.extend(names_in_data(trial, tables))
        if not new or _laid_over(advice, new) == advice:
            break
        advice = _laid_over(advice, new)
    if not found:
        found = list(_clean_on_trial(settings))
    if advice:
        text = yaml.safe_dump({"register": advice}, sort_keys=False, allow_unicode=True)
        found.append(f"As far as the files tell, these keys would mend it:\n{text.rstrip()}")
    return list(dict.fromkeys(found))


def _with(settings: Config, advice: Mapping[str, Any]) -> Config:
    section = _laid_over(settings.register.model_dump(mode="json"), advice)
    return settings.model_copy(update={"register": RegisterConfig.model_validate(section)})


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[key] = _laid_over(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _examine(section: RegisterConfig, tables: dict[str, RawTable]) -> Iterator[Finding]:
    """Read all files, put the tables that can be read into `tables`, and examine them."""
    for name in TABLE_COLUMNS:
        if name != "dream":
            yield from _read(name, section, tables)
    try:
        codelist = load_codelist(Path(section.codelist))
    except UserError as error:
        yield Finding(str(error))
        return
    yield from examine(tables, codelist, section)
    wide = section.files.of("dream")
    if wide.path is None:
        return
    try:
        with (
            TemporaryDirectory(prefix="weeks.") as scratch,
            scan_weekly(wide, section, Path(scratch), say=lambda _: None) as scan,
        ):
            if "persons" in tables:
                known = keys_of(tables["persons"]).drop_nulls()
                yield from match_keys(scan.table, scan.table.frame["person"], known)
            refuse_values(scan, codelist, section)
            weekly_extract(scan, section)
    except MissingColumns as error:
        yield _missing("dream", error)
    except UserError as error:
        yield Finding(str(error))


def _read(name: str, section: RegisterConfig, tables: dict[str, RawTable]) -> Iterator[Finding]:
    """Read the files of a table one after another, so that each says what is wrong with it."""
    files = section.files.of(name)
    failed = False
    try:
        paths = find_files(files, table=name)
        for path in paths if len(paths) > 1 else ():
            try:
                read_table(name, files.model_copy(update={"path": str(path)}), section)
            except MissingColumns as error:
                failed = True
                yield _missing(name, error)
            except UserError as error:
                failed = True
                yield Finding(str(error))
        if paths and not failed:
            tables[name] = read_table(name, files, section)
    except MissingColumns as error:
        yield _missing(name, error)
    except UserError as error:
        yield Finding(str(error))


def _missing(name: str, error: MissingColumns) -> Finding:
    settings = {"files": {name: {"columns": error.likely}}} if error.likely else None
    return Finding(str(error), settings)


def _clean_on_trial(settings: Config) -> Iterator[str]:
    """Clean the extracts into a folder that is gone afterwards, and say what that stops at."""
    with TemporaryDirectory(prefix="trial.") as folder:
        config = Path(folder) / "config.yaml"
        write_text(dump(settings), config)
        try:
            ingest(config=config, out=Path(folder) / "register")
        except UserError as error:
            yield str(error)
