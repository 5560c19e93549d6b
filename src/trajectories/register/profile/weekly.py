"""A profile of a wide weekly register: its columns, share of filled cells and values.

The runs on disk are read in pieces. Nothing shown is based on fewer persons than the threshold: a
value is shown if enough persons have it, and a share of cells if neither the filled nor the blank
cells can all belong to fewer persons.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.config.sections.dream import DreamConfig
from trajectories.register.profile.dictionary import weekly_meaning
from trajectories.register.profile.tables import MOST_VALUES, PROFILE, Shown, list_values
from trajectories.register.weekly.calendar import days_of_period
from trajectories.register.weekly.columns import Kind
from trajectories.register.weekly.scan import Scan


@dataclass(frozen=True)
class Filled:
    """The filled cells of one kind of column.

    Attributes:
        by_period: number of filled cells in each period, starting with `first`.
        first: number of the first period.
        values: value, rows (cells) of the values that enough persons have, commonest first.
    """

    by_period: Ints
    first: int
    values: pl.DataFrame


def describe_weekly(scan: Scan, config: DreamConfig, shown: Shown) -> pl.DataFrame:
    """Profile a weekly register.

    Returns:
        Rows as `tables.describe_table` returns them: the persons; each kind of column as a whole
        (the pattern, the share of blank cells, the number of values that enough persons have, the
        first and last column, the commonest values with their cells); and the share of blank cells
        in each year.
    """
    keys = scan.table.frame["person"]
    person = keys.rank("dense").cast(pl.Int64).fill_null(0).to_numpy()
    distinct = int(person.max(initial=0))
    # A person may have several rows, and so this many cells of one column.
    most = int(np.bincount(person)[1:].max(initial=1))
    danish, english = weekly_meaning("person")
    rows: list[tuple[object, ...]] = [
        ("person", "person", "text", shown.share(keys.null_count(), len(keys)),
         shown.count(distinct), None, None, None, "keys", danish, english)
    ]  # fmt: skip
    for kind in scan.units:
        pattern = getattr(config, kind)
        cells = _cells(scan, kind)
        danish, english = weekly_meaning(kind)
        if not cells:
            rows.append((pattern, kind, "text", None, None, None, None, None,
                         "no column fits this pattern", danish, english))  # fmt: skip
            continue
        filled = _filled(scan, kind, person, distinct, shown)
        names = _names(scan, kind)
        total, held = sum(cells.values()), int(filled.by_period.sum())
        enough = shown.threshold * most * len(cells)
        rest = held - int(filled.values.head(MOST_VALUES)["rows"].sum())
        common = list_values(filled.values, rest if rest >= enough else None, shown)
        rows.append((pattern, kind, "text", _share(total - held, total, enough, shown),
                     filled.values.height, names[min(names)], names[max(names)], common, None,
                     danish, english))  # fmt: skip
        for year, periods in _years(scan, kind, sorted(cells)):
            total = sum(cells[number] for number in periods)
            held = int(sum(_at(filled, number) for number in periods))
            share = _share(total - held, total, shown.threshold * most * len(periods), shown)
            rows.append((pattern, f"{kind} {year}", "text", share, None, names[periods[0]],
                         names[periods[-1]], None, None, danish, english))  # fmt: skip
    return pl.DataFrame(rows, schema=PROFILE, orient="row")


def _names(scan: Scan, kind: Kind) -> dict[int, str]:
    """Return the name of each period's column."""
    found = [file[kind] for file in scan.columns.values()]
    pairs = [zip(one.periods, one.names, strict=True) for one in found]
    return {number: name for pair in pairs for number, name in pair}


def _cells(scan: Scan, kind: Kind) -> dict[int, int]:
    """Count the cells of each period in all files."""
    cells: dict[int, int] = {}
    for rows, found in zip(scan.table.rows, scan.columns.values(), strict=True):
        for number in found[kind].periods:
            cells[number] = cells.get(number, 0) + rows
    return cells


def _share(blank: int, cells: int, enough: int, shown: Shown) -> float | None:
    if 0 < blank < enough or 0 < cells - blank < enough:
        return None
    return shown.share(blank, cells)


def _at(filled: Filled, number: int) -> int:
    place = number - filled.first
    return int(filled.by_period[place]) if 0 <= place < len(filled.by_period) else 0


def _years(scan: Scan, kind: Kind, periods: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield years and their periods; a week belongs to the year of its Thursday."""
    unit = scan.units[kind]
    if unit == "always":
        return
    years: dict[int, list[int]] = {}
    for number in periods:
        first, last = days_of_period(unit, number)
        years.setdefault((first + (last - first) / 2).year, []).append(number)
    yield from sorted(years.items())


def _filled(scan: Scan, kind: Kind, person: Ints, persons: int, shown: Shown) -> Filled:
    """Read the runs of one kind once."""
    texts, places = scan.texts[kind], scan.places[kind]
    cells = np.zeros(len(texts), np.int64)
    met: list[set[int]] = [set() for _ in range(len(texts))]
    enough = np.zeros(len(texts), np.bool_)
    first = min(_cells(scan, kind))
    # How many runs begin at a period, less those that ended before it.
    open_runs = np.zeros(max(_cells(scan, kind)) - first + 2, np.int64)
    for runs in scan.runs[kind].read():
        begin, end = runs["first"].astype(np.int64), runs["last"].astype(np.int64)
        value, who = places[runs["value"]], person[runs["unit"]]
        cells += np.bincount(value, end - begin + 1, len(cells)).astype(np.int64)
        np.add.at(open_runs, begin - first, 1)
        np.add.at(open_runs, end + 1 - first, -1)
        rare = ~enough[value] & (who > 0)
        pairs = np.unique(value[rare].astype(np.int64) * (persons + 1) + who[rare])
        for number, one in zip(*np.divmod(pairs, persons + 1), strict=True):
            if len(met[number]) < shown.threshold:
                met[number].add(int(one))
        enough = np.array([len(those) >= shown.threshold for those in met])
    values = pl.DataFrame({"value": texts, "rows": cells}).filter(pl.Series(enough))
    common = values.sort("rows", "value", descending=[True, False])
    return Filled(np.cumsum(open_runs)[:-1], first, common)
