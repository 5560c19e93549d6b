"""Which numbers of a new release stand as an earlier release published them.

A number is published anew only where its difference from every earlier one surely rests on at least
as many persons as the threshold says, and where changes are counted on as many caseworkers. How
many persons differ is not known number by number; it is bounded from below: two sets whose sizes
differ by d differ in d persons, and a difference of d months in at least d divided by the months
that one person may have.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.earlier.counterparts import NONE, counterparts
from trajectories.release.earlier.published import Published, name_number, read_number
from trajectories.release.gate.derive import floats
from trajectories.release.gate.layout import System
from trajectories.release.gate.protect import Exact
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import TableSpec
from trajectories.release.gate.standing import Before, Standing

ONE_EACH = ("persons", "caseworkers")
"""Units of which a person or a caseworker is one."""


@dataclass(frozen=True)
class Earlier:
    """An earlier release beside the new one.

    Attributes:
        published: what it published.
        changed: persons whose data differ between the two, or who are in one alone; None where
            that is not known.
        same: whether the settings on which results depend are the same.
    """

    published: Published
    changed: int | None
    same: bool


@dataclass(frozen=True)
class _Rows:
    """Rows of a table beside those of an earlier release.

    Attributes:
        place: (rows,) the counterpart's row, −1 for none.
        old: the counterparts' columns, row by row; null where there is none.
        persons: (rows,) by how many the persons of a row differ at least; 0 where not counted.
        caseworkers: (rows,) the same of caseworkers; infinite where none are counted.
        stands: (rows,) rows whose estimates and names stand.
        near: (rows,) by count, numbers that stand by themselves.
    """

    place: Ints
    old: pl.DataFrame
    persons: Floats
    caseworkers: Floats
    stands: Bools
    near: dict[str, Bools]


def stand(
    system: System,
    known: Bools,
    exact: Mapping[str, Exact],
    earlier: Sequence[Earlier],
    rules: Rules,
    most: Mapping[str, float],
) -> Standing:
    """Find what stands of earlier releases.

    Args:
        system: the numbers of the new release.
        known: (v,) zeros that cannot be anything else, which never stand for something.
        exact: its exact tables.
        earlier: earlier releases, the oldest first.
        rules: the gate's rules; a difference must rest on `threshold` persons.
        most: by unit, how much one person may add to a number (one caseworker: `caseworkers`); 1
            where a unit is missing.

    Returns:
        The numbers that stand. Of several releases that they are near to, they stand as in that
        whose exact number is nearest, the latest of equals.
    """
    size = system.size
    which, shown = np.zeros(size, bool), np.full(size, np.nan)
    was, reach = system.exact.copy(), np.zeros(size)
    nearest = np.full(size, np.inf)
    frames = {name: one.frame for name, one in exact.items()}
    before: list[Before] = []
    for other in earlier:
        rows = {
            name: _beside(one, other, rules, most)
            for name, one in exact.items()
            if name in other.published.tables and not one.frame.is_empty()
        }
        found, far = _compared(system, exact, rows, other.published, rules, most)
        ours = np.flatnonzero((found >= 0) & ~known)
        theirs = other.published.numbers
        old, old_shown = floats(theirs, "exact")[found[ours]], floats(theirs, "shown")[found[ours]]
        numbers = np.full((2, size), np.nan)
        numbers[:, ours] = old, old_shown
        before.append(Before(*numbers))
        distance = np.abs(system.exact[ours] - old)
        take = (distance <= far[ours]) & (distance <= nearest[ours])
        mine = ours[take]
        which[mine], shown[mine], was[mine] = True, old_shown[take], old[take]
        reach[mine], nearest[mine] = far[mine], distance[take]
        for name, one in rows.items():
            frames[name] = _with_rows(frames[name], one, exact[name].spec)
    effective = np.where(which, was, system.exact)
    for place in system.places:
        linked = place.ids >= 0
        values = floats(frames[place.table], place.column).copy()
        values[linked] = effective[place.ids[linked]]
        kind = frames[place.table].schema[place.column]
        column = pl.Series(place.column, values).fill_nan(None).cast(kind)
        frames[place.table] = frames[place.table].with_columns(column)
    return Standing(which, shown, was, reach, frames, before)


def _units(spec: TableSpec) -> dict[str, str]:
    """The unit of each counted column and total."""
    units: dict[str, str] = {count.name: count.unit for count in spec.counts}
    return units | {total.name: units[total.count] for total in spec.totals}


def _beside(one: Exact, other: Earlier, rules: Rules, most: Mapping[str, float]) -> _Rows:
    """Put the rows of a table beside those of an earlier release."""
    spec, frame = one.spec, one.frame
    old = other.published.tables[spec.name]
    guards = [count for count in spec.counts if count.guards and count.name in old.columns]
    counts = [count for count in spec.counts if count.name in old.columns]
    sizes = [
        np.nan_to_num(floats(table, counts[0].name)) if counts else np.zeros(table.height)
        for table in (frame, old)
    ]
    place = counterparts(list(_keys(frame, spec)), list(_keys(old, spec)), *sizes)
    beside = old[np.maximum(place, 0).tolist()] if old.height else old.clear(frame.height)
    there = place >= 0
    beside = beside.select(
        pl.when(pl.Series(there)).then(pl.col(name)).otherwise(None).alias(name)
        for name in beside.columns
    )
    by = {
        count.name: np.abs(floats(frame, count.name) - floats(beside, count.name))
        for count in counts
    }
    persons = [np.nan_to_num(by[count.name]) for count in guards if count.unit == "persons"]
    caseworkers = [
        np.where(_neither(frame, beside, count.name), np.inf, np.nan_to_num(by[count.name]))
        for count in guards
        if count.unit == "caseworkers"
    ]
    fewest = np.min(persons, axis=0) if persons else np.zeros(frame.height)
    workers = np.min(caseworkers, axis=0) if caseworkers else np.full(frame.height, np.inf)
    near = {
        count.name: there & (by[count.name] <= _reach(count.unit, fewest, workers, rules, most))
        for count in counts
    }
    few = other.changed is not None and 0 < other.changed < rules.threshold
    if guards:
        stands = np.any([near[count.name] for count in guards], axis=0)
        moved = np.any([np.nan_to_num(by[count.name]) > 0 for count in counts], axis=0)
        stands &= moved | other.same | few
    else:
        stands = np.all([near[count.name] for count in counts], axis=0) if counts else there & few
    return _Rows(place, beside, fewest, workers, (stands | few) & there, near)


def _neither(frame: pl.DataFrame, old: pl.DataFrame, column: str) -> Bools:
    """(rows,) rows in which neither release counts any, such as a model without changes."""
    return np.isnan(floats(frame, column)) & np.isnan(floats(old, column))


def _keys(frame: pl.DataFrame, spec: TableSpec) -> Iterator[tuple[tuple[str, str], ...]]:
    columns = [frame[name].cast(pl.String).fill_null("").to_list() for name in spec.dims]
    for row in range(frame.height):
        yield tuple((name, values[row]) for name, values in zip(spec.dims, columns, strict=True))


def _reach(
    unit: str, persons: Floats, caseworkers: Floats, rules: Rules, most: Mapping[str, float]
) -> Floats:
    """(rows,) the largest difference that may rest on too few persons or caseworkers."""
    k = rules.threshold
    limit = np.full(len(persons), k - 1.0)
    if unit not in ONE_EACH:
        limit = np.where(persons < k, np.ceil(k * most.get(unit, 1.0)) - 1, limit)
    if unit != "caseworkers":
        clients = np.ceil(k * most.get("caseworkers", 1.0)) - 1
        limit = np.where(caseworkers < k, np.maximum(limit, clients), limit)
    return limit


def _compared(
    system: System,
    exact: Mapping[str, Exact],
    rows: Mapping[str, _Rows],
    published: Published,
    rules: Rules,
    most: Mapping[str, float],
) -> tuple[Ints, Floats]:
    """Find the counterpart of each number, and how far from it is too near.

    Returns:
        (v,) place of the counterpart, −1 for none; (v,) the largest difference that may rest on too
        few. Of several rows with the number the one counts that tells most. Changes must differ by
        enough caseworkers in any row that counts them, other numbers where all their rows do.
    """
    found = np.full(system.size, NONE, np.int64)
    keys = [read_number(name_number(*key)) for key in system.keys]
    others = [read_number(name) for name in published.numbers["number"]]
    old = floats(published.numbers, "exact")
    found[: system.named] = counterparts(keys, others, system.exact[: system.named], old)
    persons, unit = np.zeros(system.size), np.full(system.size, "", dtype=object)
    workers, free = np.full(system.size, -np.inf), np.zeros(system.size, bool)
    for place in system.places:
        units = _units(exact[place.table].spec)
        there = place.ids >= 0
        ids = place.ids[there]
        unit[ids] = units[place.column]
        own = rows.get(place.table)
        counted = not (place.repeated or place.total)
        if own is not None and counted:
            same = own.place[there] >= 0
            np.maximum.at(persons, ids[same], own.persons[there][same])
            some = same & np.isfinite(own.caseworkers[there])
            free[ids[~some]] |= units[place.column] != "events"
            np.maximum.at(workers, ids[some], own.caseworkers[there][some])
    workers = np.where(np.isfinite(workers) & ~free, workers, np.inf)
    far = np.zeros(system.size)
    for one in {*unit[unit != ""].tolist()}:
        mine = unit == one
        far[mine] = _reach(one, persons[mine], workers[mine], rules, most)
    return found, far


def _with_rows(frame: pl.DataFrame, rows: _Rows, spec: TableSpec) -> pl.DataFrame:
    """Put what stands of an earlier release into a table: whole rows, and single counts."""
    names = [name for name in frame.columns if name in rows.old.columns and name not in spec.dims]
    return frame.with_columns(
        pl.when(pl.Series(rows.stands | rows.near.get(name, False)))
        .then(rows.old[name].cast(frame.schema[name], strict=False))
        .otherwise(frame[name])
        .alias(name)
        for name in names
    )
