"""The linked system of a release: its numbers as variables, and the identities between them."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement, product

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.derive import floats
from trajectories.release.gate.links import ALL, SEVERAL, Cells, Coordinate, coarser_with
from trajectories.release.gate.spec import TableSpec

Key = tuple[tuple[str, str], ...]
"""Coordinates of a number by name; the value of a divided index is `index=value`."""
SEPARATOR, NONE = "\x1f", -1


def label(population: str, key: Key) -> str:
    """Say a population and coordinates in words."""
    return f"{population} {' '.join(f'{name}={value}' for name, value in key)}".strip()


@dataclass(frozen=True)
class Place:
    """A column of a table.

    Attributes:
        table: the table's name.
        column: the counted column or total.
        ids: (rows,) variable of each row, −1 where there is no number.
        repeated: rows repeat the number, so that it is lost with all of them.
        total: a row that loses its own numbers keeps it.
    """

    table: str
    column: str
    ids: Ints
    repeated: bool
    total: bool


@dataclass(frozen=True)
class System:
    """Variables and the equations between them: the parts of an equation add up to its whole.

    Attributes:
        exact: (v,) exact numbers.
        named: variables before this one are numbers of tables; the others are what is left to an
            inequality.
        keys: (named,) population and coordinates.
        parts: (p, 2) equation and variable of each part.
        wholes: (e,) variable of each equation's whole.
        places: where the variables stand.
        broken: identities that the exact numbers do not satisfy, by pair of families, with how
            often; nothing follows from them.
    """

    exact: Floats
    named: int
    keys: list[tuple[str, Key]]
    parts: Ints
    wholes: Ints
    places: list[Place]
    broken: dict[str, int] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        """Say population and coordinates of each named number in words."""
        return [label(*key) for key in self.keys]

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self.exact)


@dataclass(frozen=True)
class _Family:
    """Numbers of a population with the same dimensions."""

    population: str
    names: tuple[str, ...]
    overlap: bool
    ids: dict[Key, int] = field(default_factory=dict)


_Equation = tuple[list[int], int]


Tables = Mapping[str, tuple[pl.DataFrame, TableSpec]]


def lay_out(
    tables: Tables, finer: Tables | None = None, pooled: Mapping[str, str] | None = None
) -> System:
    """Lay out the numbers of tables and the identities that follow from their declarations.

    Args:
        tables: exact table and declaration, by name.
        finer: the same of tables that are released in a coarser form. Their numbers come after the
            named ones: nobody sees them, and other tables add up to them.
        pooled: state to what coarser forms pool it into.
    """
    made = _Layout(pooled or {})
    made.add_all(tables)
    named = len(made.exact)
    places = list(made.places)
    made.add_all(finer or {})
    return replace(made.system(), named=named, keys=made.keys[:named], places=places)


class _Layout:
    def __init__(self, pooled: Mapping[str, str]) -> None:
        self.coarser = coarser_with(pooled)
        self.exact: list[float] = []
        self.keys: list[tuple[str, Key]] = []
        self.known: dict[tuple[str, Key], int] = {}
        self.families: dict[tuple[str, tuple[str, ...]], _Family] = {}
        self.places: list[Place] = []
        self.at_most: list[tuple[int, int]] = []
        self.some: list[tuple[int, str, Key]] = []
        self.broken: dict[str, int] = defaultdict(int)

    def add_all(self, tables: Tables) -> None:
        """Add the declared columns of tables."""
        for name, (frame, spec) in tables.items():
            for link in spec.links:
                if isinstance(link, Cells):
                    self.add(name, frame, spec, link)

    def add(self, table: str, frame: pl.DataFrame, spec: TableSpec, link: Cells) -> None:
        """Add the columns of one declaration."""
        for column in link.columns:
            if column not in frame.columns:
                continue
            values = floats(frame, column)
            if link.only is not None:
                values = np.where(_is(frame, *link.only), values, np.nan)
            found: dict[tuple[Key, float], int] = {}
            ids = np.full(frame.height, NONE, np.int64)
            for row, keys in enumerate(_keys(frame, link, table, column)):
                if not np.isfinite(values[row]):
                    continue
                # Rows that a declaration does not tell apart are one number only if they are equal.
                one = keys[0], float(values[row])
                if one not in found:
                    found[one] = self._variable(table, link, keys, one[1])
                ids[row] = found[one]
            own = len({*ids[ids >= 0].tolist()}) == int((ids >= 0).sum())
            counted = {count.name for count in spec.counts}
            sums = {one.total for one in spec.column_sums}
            repeated = column not in counted or column in sums or not own
            total = column in {total.name for total in spec.totals}
            self.places.append(Place(table, column, ids, repeated, total))
            if link.within is not None:
                self._within(table, ids, link.within)

    def _within(self, table: str, ids: Ints, column: str) -> None:
        for place in self.places:
            if place.table == table and place.column == column:
                pairs = zip(ids.tolist(), place.ids.tolist(), strict=True)
                self.at_most += {(a, b) for a, b in pairs if NONE not in (a, b)}

    def _variable(self, table: str, link: Cells, keys: list[Key], value: float) -> int:
        """Number a cell by all its keys; one that is counted differently is a number of its own."""
        population = link.of
        known = [self.known[population, key] for key in keys if (population, key) in self.known]
        same = [number for number in known if self.exact[number] == value]
        if known and not same:
            self.broken[f"{population}, counted otherwise in {table}"] += 1
            population = f"{population} ({table})"
            known = [self.known[population, key] for key in keys if (population, key) in self.known]
            same = [number for number in known if self.exact[number] == value]
        new = [key for key in keys if (population, key) not in self.known]
        if same:
            number = same[0]
        else:
            number = len(self.exact)
            self.exact.append(value)
            self.keys.append((population, keys[0]))
        for key in new:
            self.known[population, key] = number
            if link.some:
                whole = tuple(one for one in key if SEPARATOR not in one[0])
                self.some.append((number, population, whole))
            else:
                names = tuple(name for name, _ in key)
                family = _Family(population, names, link.overlap)
                self.families.setdefault((population, names), family).ids[key] = number
        return number

    def system(self) -> System:
        """Put all identities together that the exact numbers satisfy."""
        named = len(self.exact)
        self._add_margins()
        equations = list(self._sums())
        for number, population, key in self.some:
            whole = self.known.get((population, key))
            if whole is not None:
                self.at_most.append((number, whole))
        for small, large in self.at_most:
            if self.exact[small] <= self.exact[large]:
                equations.append(([small, self._left(large, [small])], large))
            else:
                inside, outside = label(*self.keys[small]), label(*self.keys[large])
                self.broken[f"{inside} within {outside}"] += 1
        members = [(number, part) for number, (parts, _) in enumerate(equations) for part in parts]
        return System(
            exact=np.array(self.exact, np.float64),
            named=named,
            keys=self.keys,
            parts=np.array(members, np.int64).reshape(-1, 2),
            wholes=np.array([whole for _, whole in equations], np.int64),
            places=self.places,
            broken=dict(self.broken),
        )

    def _left(self, whole: int, parts: list[int]) -> int:
        """A variable for what an inequality leaves."""
        self.exact.append(self.exact[whole] - sum(self.exact[part] for part in parts))
        return len(self.exact) - 1

    def _add_margins(self) -> None:
        """Add the sums, in no table, to which two tables add up, or all divisions of one."""
        for fine, other in combinations_with_replacement(list(self.families.values()), 2):
            shared = self._reach(fine) & self._reach(other)
            if fine is other:
                shared = frozenset(name for name in shared if "@" not in name)
            implied = {self.coarser[name][0] for name in shared if name in self.coarser}
            names = tuple(sorted(shared - implied))
            contained = {*names} in ({*fine.names}, {*other.names})
            if fine.population != other.population or contained or fine.overlap or other.overlap:
                continue
            one, two = (self._summed(family, names) for family in (fine, other))
            margin = self.families.setdefault(
                (fine.population, names), _Family(fine.population, names, overlap=False)
            )
            for key, value in one.items():
                if key not in margin.ids and two.get(key) == value:
                    self.exact.append(value)
                    margin.ids[key] = len(self.exact) - 1

    def _reach(self, family: _Family) -> frozenset[str]:
        """The dimensions that are known of each cell."""
        coarse = {self.coarser[name][0] for name in family.names if name in self.coarser}
        return frozenset({*family.names, *coarse})

    def _summed(self, family: _Family, names: tuple[str, ...]) -> dict[Key, float]:
        """Add a family up to fewer dimensions, where every index gives the same sum."""
        sums: dict[tuple[Key, Key], float] = defaultdict(float)
        for key, number in family.ids.items():
            rest, kept = self._projected(key, names)
            sums[kept, rest] += self.exact[number]
        found: dict[Key, float] = {}
        for (kept, _), value in sums.items():
            found[kept] = value if found.get(kept, value) == value else math.nan
        return found

    def _sums(self) -> Iterator[_Equation]:
        by_population: dict[str, list[_Family]] = defaultdict(list)
        for family in self.families.values():
            by_population[family.population].append(family)
        for families in by_population.values():
            pairs: dict[tuple[int, int], tuple[list[_Equation], bool]] = {}
            for (i, fine), (j, coarse) in product(enumerate(families), repeat=2):
                if i != j and set(coarse.names) < self._reach(fine):
                    pairs[i, j] = self._pair(fine, coarse)
            for (i, j), (equations, _) in pairs.items():
                between = (
                    k
                    for k in range(len(families))
                    if pairs.get((i, k), ((), False))[1] and pairs.get((k, j), ((), False))[1]
                )
                if next(between, None) is None:
                    yield from equations

    def _projected(self, key: Key, names: tuple[str, ...]) -> tuple[Key, Key]:
        """Split coordinates: the indexes of those that are summed away, and those that remain."""
        at = dict(key)
        for name, value in key:
            if name in self.coarser:
                coarse, coarsened = self.coarser[name]
                at.setdefault(coarse, coarsened(value))
        rest = tuple(
            (name, value.partition("=")[0])
            for name, value in key
            if name not in names and "@" in name
        )
        return rest, tuple((name, at[name]) for name in names)

    def _pair(self, fine: _Family, coarse: _Family) -> tuple[list[_Equation], bool]:
        """The equations between two families, and whether they are all there and all hold."""
        groups: dict[tuple[int, Key], list[int]] = defaultdict(list)
        for key, number in fine.ids.items():
            rest, kept = self._projected(key, coarse.names)
            whole = coarse.ids.get(kept)
            if whole is not None:
                groups[whole, rest].append(number)
        held: list[_Equation] = []
        broken = 0
        for (whole, _), parts in groups.items():
            total = sum(self.exact[part] for part in parts)
            if fine.overlap:
                held += self._overlapping(parts, whole, total)
            elif total == self.exact[whole]:
                held.append((parts, whole))
            else:
                broken += 1
        if broken:
            self.broken[f"{fine.population}: {fine.names} to {coarse.names}"] += broken
        complete = {whole for whole, _ in groups} >= set(coarse.ids.values())
        return held, complete and not broken and not fine.overlap

    def _overlapping(self, parts: list[int], whole: int, total: float) -> Iterator[_Equation]:
        value = self.exact[whole]
        for part in parts:
            if self.exact[part] <= value:
                yield [part, self._left(whole, [part])], whole
        if total >= value:
            self.exact += [total - value, total]
            yield [whole, len(self.exact) - 2], len(self.exact) - 1
            yield parts, len(self.exact) - 1


def _keys(frame: pl.DataFrame, link: Cells, table: str, column: str) -> Iterator[list[Key]]:
    """The coordinates of each row, under each name of its number.

    Coordinates that only choose members have the table's name.
    """
    columns = [_values(frame, one) for one in link.coordinates]
    for name in link.some:
        values = _texts(frame, name)
        columns.append((f"{table}.{column}{SEPARATOR}{name}", [[value] for value in values]))
    others = [_values(frame, one) for one in link.other_coordinates]
    for row in range(frame.height):
        keys = _cells_of(columns, row)
        if others and all(values[row] != [""] for _, values in others):
            keys += _cells_of(others, row)
        yield keys


_Values = tuple[str, list[list[str]]]


def _values(frame: pl.DataFrame, one: Coordinate) -> _Values:
    """Name a coordinate, with its values in each row: several where divisions share the cell."""
    values = _texts(frame, one.column)
    if one.index is None:
        return one.name, [[value] for value in values]
    index = _texts(frame, one.index)
    return one.name, [
        [f"{i}={value}" for i in several.split(SEVERAL)]
        for several, value in zip(index, values, strict=True)
    ]


def _texts(frame: pl.DataFrame, column: str) -> list[str]:
    return frame[column].cast(pl.String).fill_null("").to_list()


def _cells_of(columns: list[_Values], row: int) -> list[Key]:
    names = [name for name, _ in columns]
    return [
        tuple((name, value) for name, value in zip(names, cell, strict=True) if value not in ALL)
        for cell in product(*(values[row] for _, values in columns))
    ]


def _is(frame: pl.DataFrame, column: str, value: str) -> Bools:
    return (frame[column].cast(pl.String) == value).fill_null(False).to_numpy()


def where_of(system: System, table: str) -> dict[str, Place]:
    """The places of one table by column."""
    return {place.column: place for place in system.places if place.table == table}


def known_zeros(system: System, structural: Mapping[str, Bools]) -> Bools:
    """(v,) zeros that cannot be anything else, from the rows of each table that hold such.

    A sum of nothing but such zeros is one, and so are the parts of one.
    """
    known = np.zeros(system.size, bool)
    for place in system.places:
        rows = structural[place.table] & (place.ids >= 0)
        if not place.repeated:
            known[place.ids[rows]] = True
    equation, part = system.parts.T
    while known.any():
        before = int(known.sum())
        others = np.bincount(equation, ~known[part], len(system.wholes))
        known[system.wholes[others == 0]] = True
        known[part[known[system.wholes[equation]]]] = True
        if before == known.sum():
            break
    return known
