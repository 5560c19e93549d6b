"""The wide weekly register: one pass over its files, from columns to runs on disk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.config.sections.dream import DreamConfig, Unit
from trajectories.config.sections.files import MISSING
from trajectories.register.clean.keys import usable_keys
from trajectories.register.clean.rejections import about
from trajectories.register.read.columns import find_columns, suggest
from trajectories.register.read.parsing import parse
from trajectories.register.read.readers import MissingColumns, RawTable
from trajectories.register.read.statistical_files import announce
from trajectories.register.read.wide_files import WideFile
from trajectories.register.weekly.calendar import monday
from trajectories.register.weekly.columns import (
    Columns,
    Kind,
    columns_in,
    covered_weeks,
    units_of,
)
from trajectories.register.weekly.run_kernels import RUN
from trajectories.register.weekly.runs import RunFile, RunWriter
from trajectories.register.weekly.vocabulary import Vocabulary

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scan:
    """What one pass over the weekly register found; a unit is a row of one of its files.

    Attributes:
        table: the column person of all files, one row a unit.
        columns: those of each kind in each file, by the file's name, in the order of the units.
        first_week: the first week that a file holds.
        last_week: the last one.
        units: length of the periods of each kind of column.
        runs: the runs of each kind, in periods of that length, values as the files' numbers.
        texts: of each kind, the texts in order behind a null.
        places: of each kind, the place among `texts` of each number in `runs`.
    """

    table: RawTable
    columns: Mapping[str, Mapping[Kind, Columns]]
    first_week: int
    last_week: int
    units: Mapping[Kind, Unit]
    runs: Mapping[Kind, RunFile]
    texts: Mapping[Kind, pl.Series]
    places: Mapping[Kind, npt.NDArray[np.uint16]]


@contextmanager
def scan_register(
    files: Sequence[WideFile],
    config: DreamConfig,
    *,
    key: str,
    scratch: Path,
    key_digits: int | None = None,
    missing: Sequence[str] = MISSING,
    say: Say = announce,
) -> Iterator[Scan]:
    """Read the weekly register once and keep its runs on disk.

    Neither the wide file nor its long form is ever in memory: columns (of text files: rows) come
    in pieces, and all that stays of a piece is the value each row ended with.

    Args:
        files: one or several; those of other years, and those of other persons.
        config: the patterns of column names.
        key: the column of persons.
        scratch: folder for the runs; what is written there is gone afterwards.
        key_digits: digits of a key, where zeros in front are to be filled in.
        missing: words that mean a missing value in any table.
        say: receives one line a file.

    Yields:
        What was found; its runs exist while the context does.

    Raises:
        UserError: a file lacks the key or the weekly columns, or cannot be read.
    """
    units = units_of(config)
    found = {file.name: columns_in(file.header, config, file=file.name) for file in files}
    first, last = covered_weeks(found, config)
    blanks = frozenset((*config.blank, *missing))
    vocabularies = {kind: Vocabulary(kind, blanks) for kind in units}
    runs = {kind: RunFile(scratch / f"{kind}.runs") for kind in units}
    try:
        keys: list[pl.Series] = []
        log = []
        for file in files:
            columns = found[file.name]
            named = _key_of(file, key)
            begin = sum(map(len, keys))
            own = _read(file, named, columns, vocabularies, runs, begin, missing)
            keys.append(usable_keys(own, key_digits).alias("person"))
            counts = {kind: len(columns[kind].names) for kind in units}
            log.append(
                {"table": "dream", "file": file.name, "rows": len(keys[-1]), **file.log}
                | {f"columns_{kind}": count for kind, count in counts.items()}
            )
            rows, persons = about(len(keys[-1])), about(keys[-1].drop_nulls().n_unique())
            say(f"{file.name}: {rows} rows of {persons} persons, {counts['weeks']} weeks")
        sorted_ = {kind: vocabulary.sorted() for kind, vocabulary in vocabularies.items()}
        yield Scan(
            RawTable(
                "dream",
                pl.DataFrame({"person": pl.concat(keys)}),
                tuple(file.name for file in files),
                tuple(map(len, keys)),
                tuple(log),
                missing=missing,
            ),
            found,
            first,
            last,
            units,
            runs,
            {kind: texts for kind, (texts, _) in sorted_.items()},
            {kind: place for kind, (_, place) in sorted_.items()},
        )
    finally:
        for file_of_runs in runs.values():
            file_of_runs.close()


def _key_of(file: WideFile, key: str) -> str:
    """Return the name under which the column of persons is read."""
    names = "register.files.dream.columns"
    named = () if key == "person" else ("person",)
    place = find_columns(file.header, {"person": key}, named=named, file=file.name, key=names)
    if not place:
        likely = suggest(file.header, ["person"])
        hint = f", perhaps {{person: {likely['person']}}}" if likely else ""
        raise MissingColumns(
            f"{file.name} has no column {key!r}: give the file's own name of 'person' under "
            f"{names}{hint}.",
            likely,
        )
    return file.columns[place["person"]]


def _read(
    file: WideFile,
    key: str,
    columns: Mapping[Kind, Columns],
    vocabularies: Mapping[Kind, Vocabulary],
    runs: Mapping[Kind, RunFile],
    begin: int,
    missing: Sequence[str],
) -> pl.Series:
    """Read one file into runs and return its column of persons."""
    writers = {
        kind: RunWriter(columns[kind], vocabularies[kind], runs[kind], first_unit=begin)
        for kind in vocabularies
    }
    owner = {name: writers[kind] for kind in writers for name in columns[kind].names}
    keys: list[pl.Series] = []
    for row, frame in file.pieces([key, *owner]):
        for column in frame.get_columns():
            if column.name == key:
                named = column.alias("person").to_frame()
                cells = parse(named, {"person": "text"}, file=file.name, missing=missing)
                keys.append(cells["person"])
            else:
                owner[column.name].take(column, row)
    for writer in writers.values():
        writer.finish()
    return pl.concat(keys) if keys else pl.Series("person", [], dtype=pl.String)


def starts_of_runs(scan: Scan, kind: Kind, wanted: npt.NDArray[np.bool_]) -> pl.DataFrame:
    """Return the runs of some values of weekly columns.

    Args:
        scan: of the files.
        kind: columns whose periods are weeks.
        wanted: which of `scan.texts` are meant.

    Returns:
        key (text), value (text) and start (the Monday of the first week), one row a run.
    """
    place = scan.places[kind]
    parts = [part[wanted[place[part["value"]]]] for part in scan.runs[kind].read()]
    found = np.concatenate([np.empty(0, RUN), *parts])
    starts = [monday(week) for week in found["first"].tolist()]
    values = scan.texts[kind].gather(place[found["value"]])
    keys = scan.table.frame["person"].gather(found["unit"])
    return pl.DataFrame({"key": keys, "value": values, "start": pl.Series(starts, dtype=pl.Date)})
