"""One pass over the files of the wide weekly register: from columns to runs on disk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Bools
from trajectories.config.sections.dream import DreamConfig, Unit
from trajectories.config.sections.files import MISSING
from trajectories.errors import UserError
from trajectories.register.clean.keys import usable_keys
from trajectories.register.clean.rejections import about
from trajectories.register.read.columns import find_columns, suggest
from trajectories.register.read.parsing import parse
from trajectories.register.read.readers import MissingColumns, RawTable
from trajectories.register.read.statistical_files import announce
from trajectories.register.read.wide_files import WideFile
from trajectories.register.weekly.calendar import monday
from trajectories.register.weekly.columns import Columns, Kind, columns_in, covered_weeks, units_of
from trajectories.register.weekly.run_kernels import RUN
from trajectories.register.weekly.runs import RunFile, RunWriter
from trajectories.register.weekly.vocabulary import UnusableCodesError, Vocabulary

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scan:
    """The result of one pass over the weekly register; a unit is a row of one of its files.

    Attributes:
        table: the column person of all files, one row per unit.
        columns: the columns of each kind in each file, by file name, in the order of the units.
        first_week: the first week in any file.
        last_week: the last week in any file.
        units: period length of each kind of column.
        runs: the runs of each kind, in periods of that length, with numbered values.
        texts: for each kind, a null followed by the sorted texts.
        places: for each kind, the position in `texts` of each number in `runs`.
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
    """Read the weekly register once and store its runs on disk.

    Neither the wide file nor its long form is ever in memory: columns (in text files: rows) are
    read in pieces, and only the last value of each row is kept between pieces.

    Args:
        files: one or more files, for different years or different persons.
        config: the patterns of column names.
        key: the column of persons.
        scratch: folder for the runs, which are deleted afterwards.
        key_digits: number of digits to which keys are padded with leading zeros, if any.
        missing: words that mean a missing value.
        say: called with one line per file.

    Yields:
        The scan; its runs exist only within the context.

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
            try:
                own = _read(file, named, columns, vocabularies, runs, begin, missing)
            except UnusableCodesError as error:
                raise UserError(f"{file.name}: {error}") from None
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
    """Write the runs of one file and return its column of persons."""
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


def starts_of_runs(scan: Scan, kind: Kind, wanted: Bools) -> pl.DataFrame:
    """Return the runs of some values of weekly columns.

    Args:
        scan: the scan of the files.
        kind: a kind of column with weeks as periods.
        wanted: Boolean for each of `scan.texts`.

    Returns:
        key (text), value (text) and start (the Monday of the first week), one row per run.
    """
    place = scan.places[kind]
    parts = [part[wanted[place[part["value"]]]] for part in scan.runs[kind].read()]
    found = np.concatenate([np.empty(0, RUN), *parts])
    starts = [monday(week) for week in found["first"].tolist()]
    values = scan.texts[kind].gather(place[found["value"]])
    keys = scan.table.frame["person"].gather(found["unit"])
    return pl.DataFrame({"key": keys, "value": values, "start": pl.Series(starts, dtype=pl.Date)})
