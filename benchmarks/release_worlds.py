"""Small simulated registers, each released twice with something changed between.

Persons have an age, a municipality, a cluster, a state a month and caseworkers.
`release_differences.py` measures what the difference of two releases tells.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.release import PRESETS, Count, TableSpec, Total
from trajectories.release.gate.links import cells
from trajectories.release.gate.protect import Release

RULES = PRESETS["default"]
K = RULES.threshold
VARIANTS = ("person", "split_age", "municipality", "month")
MONTHS = 4
STATES = ("JOB", "EDU", "SICK")
PERSONS = Count("persons", "persons", guards=True)


def _declared(
    name: str, by: tuple[str, ...], some: tuple[Count, ...] = (), **more: object
) -> TableSpec:
    dims = tuple(one.partition("@")[0] for one in by)
    links = [cells("persons", of="persons", by=by)]
    links += [cells(one.name, of=one.name, by=by, overlap=True) for one in some]
    if "totals" in more:
        links.append(cells("all_persons", of="persons", by=by[:-1]))
    return TableSpec(
        "stage", name, "high", "a cell", dims, links=tuple(links), counts=(PERSONS, *some), **more
    )  # type: ignore[arg-type]


TABLES = {
    "ages": _declared("ages", ("age",)),
    "clusters": _declared(
        "clusters", ("age", "cluster"), totals=(Total("all_persons", "persons", over=("cluster",)),)
    ),
    "places": _declared("places", ("municipality",), (Count("at_risk", "months"),)),
    "states": _declared("states", ("age", "position", "state@position")),
    "place_states": _declared("place_states", ("municipality", "position", "state@position")),
}


@dataclass(frozen=True)
class World:
    """Persons, the age that splits them, the months and the municipalities that are released."""

    persons: pl.DataFrame
    split: int = 30
    months: int = MONTHS - 1

    @classmethod
    def drawn(cls, seed: int) -> "World":
        """Draw 60 to 250 persons, some at the age of 30, some in a municipality of three."""
        draw = np.random.default_rng(seed)
        size = int(draw.integers(60, 250))
        place = draw.choice(["101", "147", "159"], size, p=[0.5, 0.3, 0.2]).tolist()
        place[:3] = ["999"] * 3
        frame = pl.DataFrame(
            {
                "person": np.arange(size),
                "years": draw.integers(18, 61, size),
                "municipality": place,
                "cluster": draw.choice([1, 2, 3], size, p=[0.5, 0.35, 0.15]),
                "at_risk": draw.integers(1, MONTHS * 3, size),
            }
        )
        near = pl.col("person") % 9 == 4
        frame = frame.with_columns(years=pl.when(near).then(30).otherwise("years"))
        state = draw.choice(3, size, p=[0.5, 0.35, 0.15])
        for month in range(1, MONTHS + 1):
            moves = draw.random(size) < 0.25
            state = np.where(moves, draw.choice(3, size, p=[0.5, 0.35, 0.15]), state)
            frame = frame.with_columns(pl.Series(f"m{month}", [STATES[one] for one in state]))
        return cls(frame)

    def changed(self, variant: str, seed: int) -> "World":
        """The world of the second release."""
        if variant == "person":
            victim = int(np.random.default_rng(seed).integers(self.persons.height))
            return World(self.persons.filter(pl.col("person") != victim), self.split, self.months)
        if variant == "municipality":
            return World(
                self.persons.filter(pl.col("municipality") != "999"), self.split, self.months
            )
        if variant == "split_age":
            return World(self.persons, 31, self.months)
        longer = self.persons.with_columns(
            at_risk=pl.col("at_risk") + (pl.col(f"m{MONTHS}") != "JOB")
        )
        return World(longer, self.split, MONTHS)

    def long(self, table: str) -> pl.DataFrame:
        """A row for each person and number of a table that counts the person, with its weight."""
        spec = TABLES[table]
        young = pl.col("years") < self.split
        label = (
            pl.when(young)
            .then(pl.lit(f"under {self.split}"))
            .otherwise(pl.lit(f"{self.split} and over"))
        )
        frame = self.persons.with_columns(age=label)
        if "state" in spec.dims:
            months = [
                frame.with_columns(position=pl.lit(month), state=pl.col(f"m{month}"))
                for month in range(1, self.months + 1)
            ]
            frame = pl.concat(months)
        return frame.select(*spec.dims, "person", "at_risk")

    def exact(self) -> dict[str, tuple[pl.DataFrame, TableSpec]]:
        """The exact tables with their declarations."""
        made = {}
        for name, spec in TABLES.items():
            counts = [pl.len().cast(pl.Int64).alias("persons")]
            counts += [pl.col("at_risk").sum()] if name == "places" else []
            made[name] = self.long(name).group_by(spec.dims).agg(counts).sort(spec.dims), spec
        return made


Number = tuple[str, tuple[object, ...], str]
"""Table, row and column."""


def behind(world: World) -> dict[Number, frozenset[tuple[int, int]]]:
    """The persons behind each number, each with what it adds."""
    found: dict[Number, set[tuple[int, int]]] = {}
    for name, spec in TABLES.items():
        size = len(spec.dims)
        for row in world.long(name).iter_rows():
            key, person, months = plain(row[:size]), row[size], row[size + 1]
            found.setdefault((name, key, "persons"), set()).add((person, 1))
            if name == "places":
                found.setdefault((name, key, "at_risk"), set()).add((person, months))
            if spec.totals:
                found.setdefault((name, key[:-1], "all_persons"), set()).add((person, 1))
    return {key: frozenset(value) for key, value in found.items()}


def plain(key: tuple[object, ...]) -> tuple[object, ...]:
    """A row's name that does not depend on where ages are split."""
    words = {"under 31": "under 30", "31 and over": "30 and over"}
    return tuple(words.get(str(one), one) for one in key)


def shown(made: Release) -> dict[Number, float | None]:
    """The published numbers."""
    found: dict[Number, float | None] = {}
    for name, (table, _) in made.tables.items():
        spec = TABLES[name]
        for row in table.iter_rows(named=True):
            key = plain(tuple(row[dim] for dim in spec.dims))
            for count in spec.counts:
                found[name, key, count.name] = row[count.name]
            if spec.totals:
                found[name, key[:-1], "all_persons"] = row["all_persons"]
    return found


def persons_differ(one: frozenset[tuple[int, int]], other: frozenset[tuple[int, int]]) -> int:
    """How many persons two sets differ by."""
    return len({person for person, _ in one ^ other})
