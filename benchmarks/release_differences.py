"""Pairs of releases of nearly the same persons, and what their difference tells.

A world is a small simulated register: age, municipality, cluster, a state a month, caseworkers. It
is released, changed a little (one person fewer, `split_age` 31 for 30, a municipality fewer, a
month more) and released again: without a register of releases, with it, and with an ideal one that
knows the persons behind every number. Two things are counted: numbers that are published otherwise
although their persons differ by one to four; and differences of one to four that an attacker tells
exactly, or more closely than promised, who has both releases and knows the rules, that all others
are the same persons, and of every dash whether it stands for a small count. Where one person left,
any number that is known to have counted the person is told: a priori each counts it or not.

    python benchmarks/release_differences.py 500 --out benchmarks/results/release_differences.csv
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from release_worlds import (
    MONTHS,
    RULES,
    TABLES,
    VARIANTS,
    K,
    Number,
    World,
    behind,
    persons_differ,
    plain,
    shown,
)
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from trajectories.release.certificate.witnesses import Search
from trajectories.release.earlier.comparison import Earlier, stand
from trajectories.release.earlier.published import published
from trajectories.release.gate.layout import System
from trajectories.release.gate.protect import Exact, Release, protect_all
from trajectories.release.gate.standing import Standing

REGISTERS = ("none", "sizes", "persons")


def ideal(
    system: System,
    known: np.ndarray,
    exact: Mapping[str, Exact],
    *,
    first: Release,
    worlds: tuple[World, World],
) -> Standing:
    """What stands if the persons behind every number are known: those that differ by 1 to 4."""
    old, new = behind(worlds[0]), behind(worlds[1])
    before = shown(first)
    which, values = np.zeros(system.size, bool), np.full(system.size, np.nan)
    was, reach = system.exact.copy(), np.zeros(system.size)
    frames = {name: one.frame for name, one in exact.items()}
    for place in system.places:
        spec, frame = TABLES[place.table], exact[place.table].frame
        total = place.column == "all_persons"
        column = frame[place.column].to_list()
        for row, key in enumerate(frame.select(spec.dims).rows()):
            name = plain(key)[:-1] if total else plain(key)
            number = place.table, name, place.column
            one = int(place.ids[row])
            if number not in before or one < 0 or known[one]:
                continue
            there, here = old.get(number, frozenset()), new.get(number, frozenset())
            if persons_differ(there, here) < K:
                which[one], values[one] = True, np.nan if before[number] is None else before[number]
                was[one] = sum(weight for _, weight in there)
                reach[one] = K - 1 if place.column != "at_risk" else (K - 1) * MONTHS * 3
                column[row] = int(was[one])
        frames[place.table] = frames[place.table].with_columns(
            pl.Series(place.column, column).cast(pl.Int64)
        )
    return Standing(which, values, was, reach, frames)


def released(world: World, first: Release | None, before: World | None, register: str) -> Release:
    """Release a world, beside an earlier release of another where one is known."""
    compare = None
    if first is not None and before is not None and register == "sizes":
        most = {"months": float(world.persons["at_risk"].max() or 1)}  # type: ignore[arg-type]
        earlier = [Earlier(published(first, "x"), None, same=True)]
        compare = partial(stand, earlier=earlier, rules=RULES, most=most)
    if first is not None and before is not None and register == "persons":
        compare = partial(ideal, first=first, worlds=(before, world))
    return protect_all(world.exact(), RULES, Search().untold, compare)


class Attacker:
    """Bounds of differences from two releases, by integer programs over kinds of persons.

    Persons whom all numbers of both releases count alike are of one kind; how many there are of
    each is unknown, which kinds there are is known. Where one person left, of whom only the kind is
    unknown, a second set of unknowns says which.
    """

    def __init__(
        self, first: World, second: World, made: tuple[Release, Release], *, register: bool
    ) -> None:
        """See two releases.

        Args:
            first: the first world.
            second: the second one; that one person left it is known, if so.
            made: what was released of them.
            register: whether the attacker knows that a register of releases was asked.
        """
        self.sets = behind(first), behind(second)
        left = {*first.persons["person"]} - {*second.persons["person"]}
        self.leaver = len(left) == 1
        kinds = self._kinds(first)
        number = max(kinds.values()) + 1
        self.size = number * (1 + self.leaver)
        self.rows: dict[tuple[int, Number], np.ndarray] = {}
        for at, sets in enumerate(self.sets):
            for name, members in self.sets[0 if self.leaver else at].items():
                row = np.zeros(self.size)
                row[[kinds[person] for person, _ in members]] = 1
                if self.leaver and at == 1:
                    row[number:] = -row[:number]
                if name in sets:
                    self.rows[at, name] = row
        self.seen: list[np.ndarray] = []
        self._bound(made, register=register, moved=0)
        if self.width(next(iter(self.sets[0]))) is None:
            # No counts agree with both: the gate moved a number, and any may be a moved one.
            self._bound(made, register=register, moved=RULES.base // 2)

    def _kinds(self, first: World) -> dict[int, int]:
        """Number the kinds of persons."""
        marks: dict[int, list[tuple[int, Number]]] = {p: [] for p in first.persons["person"]}
        for at, sets in enumerate(self.sets[: 1 if self.leaver else 2]):
            for number, members in sets.items():
                for person, _ in members:
                    marks[person].append((at, number))
        names: dict[frozenset[tuple[int, Number]], int] = {}
        return {p: names.setdefault(frozenset(one), len(names)) for p, one in marks.items()}

    def _bound(self, made: tuple[Release, Release], *, register: bool, moved: int) -> None:
        before, after = shown(made[0]), shown(made[1])
        rows, low, high = [], [], []

        def say(row: np.ndarray, least: float, most: float) -> None:
            rows.append(row)
            low.append(least)
            high.append(most)

        for number, value in before.items():
            if number[2] == "at_risk" or (0, number) not in self.rows:
                continue
            row = self.rows[0, number]
            say(row, *_interval(value, len(self.sets[0][number]), moved))
        for number, value in after.items():
            if number[2] == "at_risk" or (1, number) not in self.rows:
                continue
            row, then = self.rows[1, number], before.get(number)
            least, most = _interval(value, len(self.sets[1][number]), moved)
            if not register or number not in before or (0, number) not in self.rows:
                say(row, least, most)
                continue
            change = row - self.rows[0, number]
            if value == then and value is not None:
                # It stands, or it was published anew and happens to be alike: either is nearer.
                say(row, max(0.0, least - K + 1), most + K - 1)
                say(change, 1 - K - RULES.base, K - 1 + RULES.base)
            elif value is not None:
                say(row, least, most)
                if then is not None:
                    sign = 1.0 if value > then else -1.0
                    say(sign * change, K if not moved else 1 - K, np.inf)
            else:
                say(row, least, most)
        if self.leaver:
            half = self.size // 2
            say(np.repeat([0.0, 1.0], half), 1, 1)
            for one in range(half):
                row = np.zeros(self.size)
                row[[one, half + one]] = 1, -1
                say(row, 0, np.inf)
        self.inside = LinearConstraint(csr_array(np.array(rows)), np.array(low), np.array(high))

    def width(self, number: Number) -> float | None:
        """How many values less one the difference of a number may have; None where none fits."""
        none = np.zeros(self.size)
        goal = self.rows.get((1, number), none) - self.rows.get((0, number), none)
        wide = 1.0 if self.leaver else float(RULES.width)
        values = [float(goal @ one) for one in self.seen]
        for sign in (1.0, -1.0):
            if values and max(values) - min(values) >= wide:
                return wide
            solved = milp(
                sign * goal,
                constraints=[self.inside],
                bounds=Bounds(np.zeros(self.size), np.full(self.size, 300.0)),
                integrality=np.ones(self.size),
            )
            if solved.x is None:
                return None
            self.seen.append(np.rint(solved.x))
            values.append(float(goal @ self.seen[-1]))
        return min(max(values) - min(values), wide)


def _interval(value: float | None, exact: int, moved: int) -> tuple[float, float]:
    if value is None:
        return 0.0, K - 1.0 if exact < K else np.inf
    low, high = np.ceil(value - RULES.base / 2) - moved, np.ceil(value + RULES.base / 2) - 1 + moved
    return max(K, low), high


def measured(seed: int, variant: str) -> dict[str, Counter[str]]:
    """Release a pair of worlds with each register, attack it and count."""
    first = World.drawn(seed)
    second = first.changed(variant, seed)
    before = released(first, None, None, "none")
    old, new = behind(first), behind(second)
    found = {}
    for register in REGISTERS:
        made = released(second, before, first, register)
        one, other = shown(before), shown(made)
        shared = [number for number in other if number in one]
        far = {n: persons_differ(old.get(n, frozenset()), new.get(n, frozenset())) for n in shared}
        few = [number for number in shared if 0 < far[number] < K]
        visible = [number for number in few if one[number] != other[number]]
        attacker = Attacker(first, second, (before, made), register=register != "none")
        sized = [n for n in few if n[2] != "at_risk" and len(old.get(n, ())) != len(new.get(n, ()))]
        widths = [attacker.width(number) for number in sized]
        promised = 1 if variant == "person" else RULES.width
        errors = [
            abs(float(value) - sum(weight for _, weight in new[number]))
            for number, value in other.items()
            if value is not None and number in new
        ]
        alike = sum(one[n] == other[n] for n in shared)
        found[register] = Counter(
            pairs=1,
            numbers=len(other),
            few=len(few),
            visible=len(visible),
            pairs_few=int(bool(few)),
            pairs_visible=int(bool(visible)),
            attacked=len(widths),
            exactly=sum(width == 0 for width in widths),
            too_closely=sum(width is not None and width < promised for width in widths),
            unfit=sum(width is None for width in widths),
            withheld=sum(value is None for value in other.values()),
            alike=alike,
            enough=sum(far[n] >= K for n in shared),
            enough_alike=sum(far[n] >= K and one[n] == other[n] for n in shared),
            shown=len(errors),
            error=round(sum(errors)),
        )
    return found


def main() -> None:
    """Attack pairs of releases and write the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=int)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    sums: dict[tuple[str, str], Counter[str]] = {}
    for pair in range(given.pairs):
        variant = VARIANTS[pair % len(VARIANTS)]
        for register, counts in measured(pair, variant).items():
            sums.setdefault((variant, register), Counter()).update(counts)
        if pair % 40 == 39:
            print(pair + 1, file=sys.stderr, flush=True)
        if given.out is not None:
            _table(sums).write_csv(given.out)
    with pl.Config(tbl_rows=-1, tbl_cols=-1):
        print(_table(sums))


def _table(sums: dict[tuple[str, str], Counter[str]]) -> pl.DataFrame:
    rows = [{"variant": v, "register": r, **counts} for (v, r), counts in sums.items()]
    return pl.DataFrame(rows).sort("variant", "register")


if __name__ == "__main__":
    main()
