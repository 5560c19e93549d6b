"""`codelist check`: the codes of an extract against the codelist."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from trajectories.commands.register.shown import shown_by
from trajectories.config.section import read_section
from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.io import write_text
from trajectories.register.clean.contracts import REASONS
from trajectories.register.clean.mending import find_mend
from trajectories.register.codes.check import STATUSES, check_codes
from trajectories.register.codes.codelist import load_labels
from trajectories.register.extracts import files_of, read_input, scan_weekly
from trajectories.register.read.cpr import refuse_cpr
from trajectories.register.read.parsing import Kind, parse
from trajectories.register.read.readers import RawTable
from trajectories.register.weekly.scan import starts_of_runs


def check(
    *, config: Path = Path("config/config.yaml"), raw: Path | None = None, out: Path | None = None
) -> Iterator[str]:
    """Show which codes occur, when, how often, and which are unmapped or outside their validity.

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
    shown = shown_by(config)
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


def _code_lines(table: pl.DataFrame) -> Iterator[str]:
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
