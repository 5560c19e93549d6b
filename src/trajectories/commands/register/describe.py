"""`describe`: what an extract holds, before the first run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from trajectories.commands.register.shown import shown_by
from trajectories.config.section import read_section
from trajectories.config.sections.files import TableFiles
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.errors import UserError
from trajectories.io import write_text
from trajectories.register.extracts import files_of, scan_weekly
from trajectories.register.profile.tables import Shown, describe_table
from trajectories.register.profile.weekly import describe_weekly
from trajectories.register.read.readers import column_names, find_files, read_one
from trajectories.register.weekly.columns import columns_in


def describe(
    files: Sequence[Path] = (),
    *,
    config: Path = Path("config/config.yaml"),
    raw: Path | None = None,
    person: str = "person",
    out: Path | None = None,
) -> Iterator[str]:
    """Profile an extract before its first run; no value of fewer than five persons is shown.

    Args:
        files: files to profile instead of the configured tables.
        config: the run's configuration, for the tables, their columns and the disclosure rules.
        raw: the folder of simulated extracts where `register.source` is simulator.
        person: the column of person keys in `files`.
        out: a CSV file to write the profile to.

    Yields:
        The profile of each file as text.

    Raises:
        UserError: a file cannot be read, or the configuration names none.
    """
    section = read_section(config, "register", RegisterConfig)
    shown = shown_by(config)
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
