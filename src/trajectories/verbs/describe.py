"""The verbs `describe` and `codelist check`: what an extract holds, before the first run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from trajectories.config.section import read_section
from trajectories.config.sections.files import TableFiles
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.config.sections.release import ReleaseConfig
from trajectories.errors import UserError
from trajectories.io import write_text
from trajectories.register.clean.contracts import REASONS
from trajectories.register.clean.mending import find_mend
from trajectories.register.codes.check import STATUSES, check_codes
from trajectories.register.codes.codelist import load_labels
from trajectories.register.profile.tables import Shown, describe_table
from trajectories.register.profile.weekly import describe_weekly
from trajectories.register.read.cpr import refuse_cpr
from trajectories.register.read.parsing import Kind, parse
from trajectories.register.read.readers import RawTable, column_names, find_files, read_one
from trajectories.register.weekly.columns import columns_in
from trajectories.register.weekly.scan import starts_of_runs
from trajectories.release.about import rules_of
from trajectories.verbs.register import files_of, read_input, scan_weekly


def describe(
    *,
    config: Path,
    raw: Path | None,
    files: Sequence[Path] = (),
    person: str = "person",
    out: Path | None = None,
) -> Iterator[str]:
    """Profile the tables of the configuration, or single files.

    Args:
        config: the run's configuration, for the tables, their columns and the disclosure rules.
        raw: the folder of simulated extracts where `register.source` is simulator.
        files: files to profile instead of the configured tables.
        person: the column of person keys in `files`.
        out: a CSV file to write the profile to.

    Yields:
        The profile of each file as text.

    Raises:
        UserError: a file cannot be read, or the configuration names none.
    """
    section = read_section(config, "register", RegisterConfig)
    shown = _shown(config)
    found = []
    for table, path, spec in _inputs(section, raw, files, person):
        frame, _, reading = read_one(path, spec)
        roles = {name: name for name in frame.columns}
        roles |= {column: name for name, column in spec.columns.items()}
        key = spec.columns.get("person", "person")
        keyed = key if key in frame.columns else None
        profile = describe_table(frame, roles, keyed, shown, table=table, dates=spec.dates)
        rows = shown.count(frame.height)
        found.append(profile.select(pl.lit(table).alias("table"), pl.lit(path.name).alias("file"),
                                    pl.all()))  # fmt: skip
        how = ", ".join(str(value) for value in reading.values())
        yield f"{table}: {path.name} ({how}), {'too few' if rows is None else rows} rows"
        yield from _lines(profile)
    for label, profile, rows in _weekly(section, raw, files, person, shown):
        found.append(profile.select(pl.lit("dream").alias("table"), pl.lit(label).alias("file"),
                                    pl.all()))  # fmt: skip
        yield f"dream: {label}, {'too few' if rows is None else rows} rows, by weeks"
        yield from _lines(profile)
    if not found:
        raise UserError(
            "there is nothing to describe: name files, or tables under register.files, or the "
            "folder of simulated extracts with --raw."
        )
    if out is not None:
        write_text(pl.concat(found).write_csv(), out)


def check(*, config: Path, raw: Path | None, out: Path | None = None) -> Iterator[str]:
    """Hold the codes of the spells, or of the weekly register, against the codelist.

    Args:
        config: the run's configuration.
        raw: the folder of simulated extracts where `register.source` is simulator.
        out: a CSV file to write the table to.

    Yields:
        The table as text, line by line.

    Raises:
        UserError: codes are unmapped; after the table was given.
    """
    section = read_section(config, "register", RegisterConfig)
    shown = _shown(config)
    labels = load_labels(Path(section.codelist))
    rules = {"threshold": shown.threshold, "base": shown.base}
    found = []
    for name, rows, remark in _coded_rows(section, raw):
        if remark is not None:
            yield remark
        found.append((name, check_codes(rows, labels, section.code_map, **rules)))
    if not found:
        raise UserError(
            "the extract has no spells: name their file under register.files.spells, or the "
            "weekly register under register.files.dream."
        )
    label = found[0][0]
    table = pl.concat([part for _, part in found]).sort(
        pl.col("status").cast(pl.Enum(STATUSES)), "code"
    )
    if out is not None:
        write_text(table.write_csv(), out)
    yield f"{label}: {table.height} codes against {section.codelist}"
    yield from _code_lines(table)
    unmapped = table.filter(pl.col("status") == "unmapped")
    if unmapped.height:
        raise UserError(
            f"{label} holds {unmapped.height} codes that the codelist does not know: add them to "
            "the codelist or map them under register.code_map."
        )


def _coded_rows(
    section: RegisterConfig, raw: Path | None
) -> Iterator[tuple[str, pl.DataFrame, str | None]]:
    """Give the rows with codes as key, code, start: of spells at once, of weeks code by code.

    A remark says where days cannot be read.
    """
    wide = files_of("dream", section, raw)
    spells = read_input("spells", section, raw)
    if spells is not None:
        kinds: dict[str, Kind] = {"person": "text", "code": "text", "start": "date"}
        cells = parse(
            spells.frame, kinds, file=spells.label, dates=spells.dates, missing=spells.missing
        )
        for name in ("person", "code"):
            _refuse(cells[name], spells.label, name, section)
        yield spells.label, cells.rename({"person": "key"}), _unread(spells, cells, section)
    elif wide.path is not None:
        with (
            TemporaryDirectory(prefix="codes.") as scratch,
            scan_weekly(wide, section, Path(scratch), say=lambda _: None) as scan,
        ):
            label, codes = scan.table.label, scan.texts["weeks"]
            _refuse(scan.table.frame["person"], label, "person", section)
            _refuse(codes, label, "weeks", section)
            for code in codes.drop_nulls():
                wanted = (codes == code).fill_null(False).to_numpy()
                yield label, starts_of_runs(scan, "weeks", wanted).rename({"value": "code"}), None


def _unread(spells: RawTable, cells: pl.DataFrame, section: RegisterConfig) -> str | None:
    """Say how many starts are no dates, and what would read them."""
    bad = cells["bad_start"]
    if not bad.any():
        return None
    rows = np.flatnonzero(bad.to_numpy())
    mend = find_mend(spells, rows, REASONS["start_invalid"])
    which = "no start is" if bad.all() else "not every start is"
    hint = f"; {mend.words}" if mend else ""
    return (
        f"{spells.label}: {which} a date, so that months and rows outside the validity of codes "
        f"rest on the others alone{hint}."
    )


def _refuse(values: pl.Series, file: str, column: str, section: RegisterConfig) -> None:
    refuse_cpr(values.unique(), file=file, column=column, allowed=section.allow_cpr_keys)


def _shown(config: Path) -> Shown:
    rules = rules_of(read_section(config, "release", ReleaseConfig))
    return Shown(rules.threshold, rules.base)


def _inputs(
    section: RegisterConfig, raw: Path | None, files: Sequence[Path], person: str
) -> Iterator[tuple[str, Path, TableFiles]]:
    """List the files to profile with their table and how to read them, but weekly registers."""
    for path in files:
        if not _is_weekly(path, section):
            yield path.stem, path, TableFiles(path=str(path), columns={"person": person})
    if files:
        return
    for table in TABLE_COLUMNS:
        if table == "dream":
            continue
        spec = section.files.of(table)
        if section.source == "simulator":
            spec = TableFiles() if raw is None else files_of(table, section, raw)
            if spec.path is not None and not Path(str(spec.path)).exists():
                continue
        if spec.path is not None:
            for path in find_files(spec, table=table):
                yield table, path, spec


def _is_weekly(path: Path, section: RegisterConfig) -> bool:
    """Say whether a file has weekly columns, reading no more than its header."""
    names = column_names(path, TableFiles(path=str(path)))
    return bool(columns_in(names, section.dream, file=path.name)["weeks"].names)


def _weekly(
    section: RegisterConfig, raw: Path | None, files: Sequence[Path], person: str, shown: Shown
) -> Iterator[tuple[str, pl.DataFrame, int | None]]:
    """Profile the weekly register: its label, the profile, and the rounded number of its rows."""
    unwritten = section.source == "simulator" and raw is None
    wide = TableFiles() if files or unwritten else files_of("dream", section, raw)
    given = [str(path) for path in files if _is_weekly(path, section)]
    if given:
        wide = TableFiles(path=given, columns={"person": person})
    if wide.path is None:
        return
    with (
        TemporaryDirectory(prefix="weeks.") as scratch,
        scan_weekly(wide, section, Path(scratch), say=lambda _: None) as scan,
    ):
        profile = describe_weekly(scan, section.dream, shown)
        yield scan.table.label, profile, shown.count(scan.table.frame.height)


def _lines(profile: pl.DataFrame) -> Iterator[str]:
    """Write a profile as aligned lines."""
    wide = max([6, *profile["column"].str.len_chars()])
    yield f"  {'column':<{wide}}  {'type':<12}  missing  distinct  values"
    for row in profile.iter_rows(named=True):
        missing = "few" if row["missing"] is None else f"{row['missing']:.0%}"
        distinct = "few" if row["distinct"] is None else f"{row['distinct']:,}"
        spread = f"{row['lowest']} to {row['highest']}" if row["lowest"] is not None else ""
        words = "; ".join(x for x in (spread, row["commonest"], row["remark"]) if x)
        renamed = row["role"] not in (None, row["column"])
        label = f"  ({row['role']})" if renamed else ""
        yield (
            f"  {row['column']:<{wide}}  {row['type']:<12}  {missing:>7}  {distinct:>8}  "
            f"{words}{label}"
        )


def _code_lines(table: pl.DataFrame) -> Iterator[str]:
    """Write the table of codes as aligned lines."""
    wide = max([4, *table["code"].str.len_chars()])
    yield (
        f"  {'code':<{wide}}  {'status':<8}  {'rows':>10}  {'persons':>9}  {'first':<7}  "
        f"{'last':<7}  {'outside':>8}  meaning"
    )
    for row in table.iter_rows(named=True):
        rows, persons, outside = (
            "few" if row[name] is None else f"{row[name]:,}"
            for name in ("rows", "persons", "rows_outside")
        )
        first, last = (
            "" if row[name] is None else f"{row[name]:%Y-%m}"
            for name in ("first_month", "last_month")
        )
        target = f" → {row['target']}" if row["status"] == "mapped" else ""
        valid = f" (from {row['valid_from']})" if row["valid_from"] else ""
        meaning = " / ".join(row[name] for name in ("english", "danish") if row[name])
        yield (
            f"  {row['code']:<{wide}}  {row['status']:<8}  {rows:>10}  {persons:>9}  {first:<7}  "
            f"{last:<7}  {outside:>8}  {meaning}{valid}{target}"
        )
