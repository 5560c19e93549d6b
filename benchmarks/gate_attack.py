"""An attacker with exact integer bounds against the gate, on random linked tables.

A world is a small cross-classification with planted small cells, of which random margins are
published, some with a total, some with cells that cannot be. The attacker knows of every dash
whether it stands for a small count, and that all numbers are sums of the same cells. Of the gate it
knows nothing more, and it builds its sums from the cells, not from what the gate derived.

    python benchmarks/gate_attack.py 5000 --out benchmarks/results/gate_attack.csv
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp

from trajectories.errors import UserError
from trajectories.release import PRESETS, Count, Rules, TableSpec, Total, protect
from trajectories.release.certificate.witnesses import Search
from trajectories.release.gate.links import cells
from trajectories.release.gate.protect import protect_all

DIMENSIONS = {"a": "pqrs", "b": "xyz", "c": "uv"}
SMALL = (0, 1, 2, 3, 4)
SIZES = (5, 6, 7, 8, 12, 17, 23, 31, 60)


@dataclass(frozen=True)
class World:
    """Exact cells and the tables that are made of them.

    Attributes:
        cells: the finest cells, a column for each dimension and `n`.
        never: a value of a and one of b that no cell combines, None where all may be.
        tables: by name, the dimensions of each table and whether it has a total over the last.
    """

    cells: pl.DataFrame
    never: tuple[str, str] | None
    tables: dict[str, tuple[tuple[str, ...], bool]]

    @classmethod
    def drawn(cls, seed: int) -> "World":
        """Draw a world with between a tenth and nine tenths of small cells."""
        draw = np.random.default_rng(seed)
        sizes = {
            name: values[: draw.integers(2, len(values) + 1)] for name, values in DIMENSIONS.items()
        }
        if draw.random() < 0.4:
            del sizes["c"]
        frame = pl.DataFrame({"n": [0]})
        for name, values in sizes.items():
            frame = frame.join(pl.DataFrame({name: list(values)}), how="cross")
        small = draw.random(frame.height) < draw.uniform(0.1, 0.9)
        counts = np.where(small, draw.choice(SMALL, frame.height), draw.choice(SIZES, frame.height))
        never = (sizes["a"][0], sizes["b"][0]) if draw.random() < 0.3 else None
        frame = frame.with_columns(n=pl.Series(counts))
        if never is not None:
            frame = frame.with_columns(n=pl.when(_is(never)).then(0).otherwise("n"))
        margins = list(
            chain.from_iterable(combinations(sizes, k) for k in range(1, len(sizes) + 1))
        )
        chosen = draw.choice(len(margins), draw.integers(1, len(margins) + 1), replace=False)
        tables = {
            "_".join(margins[one]): (margins[one], bool(draw.random() < 0.5))
            for one in sorted(chosen)
        }
        return cls(frame, never, tables)

    def exact(self) -> dict[str, tuple[pl.DataFrame, TableSpec]]:
        """The exact tables with their declarations."""
        return {
            name: (
                self.cells.group_by(dims, maintain_order=True).agg(pl.col("n").sum()),
                self._declared(name, dims, total=total),
            )
            for name, (dims, total) in self.tables.items()
        }

    def _declared(self, name: str, dims: tuple[str, ...], *, total: bool) -> TableSpec:
        links = (cells("n", of="all", by=dims),)
        if total:
            links += (cells("total", of="all", by=dims[:-1]),)
        knows = self.never is not None and {"a", "b"} <= {*dims}
        return TableSpec(
            stage="stage",
            name=name,
            sensitivity="high",
            row="a cell",
            dims=dims,
            counts=(Count("n", "persons"),),
            links=links,
            totals=(Total("total", "n", over=dims[-1:]),) if total else (),
            structural=_is(self.never) if knows and self.never is not None else None,
        )


def _is(never: tuple[str, str]) -> pl.Expr:
    return (pl.col("a") == never[0]) & (pl.col("b") == never[1])


Number = tuple[tuple[int, ...], float | None, int]
"""The cells that a number is the sum of, what is shown of it, and its exact value."""


def numbers(world: World, released: dict[str, pl.DataFrame]) -> list[Number]:
    """All numbers of the released tables, each once."""
    found: dict[tuple[int, ...], Number] = {}
    for name, (dims, total) in world.tables.items():
        for row in released[name].iter_rows(named=True):
            for column, kept in (("n", dims), ("total", dims[:-1]))[: 1 + total]:
                inside = np.ones(world.cells.height, bool)
                for dim in kept:
                    inside &= (world.cells[dim] == row[dim]).to_numpy()
                members = tuple(np.flatnonzero(inside).tolist())
                exact = int(world.cells["n"].to_numpy()[list(members)].sum())
                shown = row[column] if row[column] is not None else found.get(members, (0, None))[1]
                found[members] = (members, shown, exact)
    return list(found.values())


def narrowest(world: World, released: dict[str, pl.DataFrame], rules: Rules) -> list[int]:
    """The width of what the attacker leaves to each withheld number, `rules.width` at most.

    Widths are exact: whole cells that agree with everything published are sought that are as far
    apart as promised; only where an integer program says that there are none is it narrower.
    """
    every = numbers(world, released)
    size = world.cells.height
    rows = np.zeros((len(every), size))
    low, high = np.zeros(len(every)), np.full(len(every), np.inf)
    for one, (members, shown, exact) in enumerate(every):
        rows[one, list(members)] = 1
        if shown is None:
            high[one] = rules.threshold - 1 if exact < rules.threshold else np.inf
        elif shown == 0:
            high[one] = 0
        else:
            first = max(rules.threshold, int(np.ceil(shown - rules.base / 2)))
            low[one], high[one] = first, np.ceil(shown + rules.base / 2) - 1
    zero = np.zeros(size, bool)
    if world.never is not None:
        zero = world.cells.select(_is(world.never)).to_series().to_numpy()
    known = [bool(zero[list(members)].all()) for members, _, _ in every]
    limit = np.where(zero, 0.0, np.inf)
    inside = [LinearConstraint(rows, low, high)]
    seen: list[np.ndarray] = []
    widths = []
    for one, (_, shown, _) in enumerate(every):
        if shown is not None or known[one]:
            continue
        values = [float(rows[one] @ world_seen) for world_seen in seen]
        for sign in (1.0, -1.0):
            if values and max(values) - min(values) >= rules.width:
                break
            solved = milp(
                sign * rows[one],
                constraints=inside,
                bounds=Bounds(np.zeros(size), np.minimum(limit, 1000.0)),
                integrality=np.ones(size),
            )
            if solved.x is None:
                raise RuntimeError(f"no counts agree with the release: {solved.message}")
            seen.append(np.rint(solved.x))
            values.append(float(rows[one] @ seen[-1]))
        widths.append(int(min(max(values) - min(values), rules.width)))
    return widths


def attacked(seed: int, rules: Rules, *, linked: bool) -> Counter[str]:
    """Release a world, attack it and count dashes, those told exactly or too closely, refusals.

    Args:
        seed: of the world.
        rules: the gate's rules.
        linked: the gate protects all tables together; else every table by itself, without sums.
    """
    world = World.drawn(seed)
    exact = world.exact()
    if linked:
        try:
            made = protect_all(exact, rules, Search().untold).tables
        except UserError:
            return Counter(worlds=1, refused=1)
        released = {name: table for name, (table, _) in made.items()}
    else:
        released = {
            name: _rounded_alone(table, spec, rules) for name, (table, spec) in exact.items()
        }
    widths = narrowest(world, released, rules)
    shown = sum(one is not None for _, one, _ in numbers(world, released))
    return Counter(
        worlds=1,
        numbers=len(widths) + shown,
        withheld=len(widths),
        exactly=sum(width == 0 for width in widths),
        too_closely=sum(width < rules.width for width in widths),
        worlds_lost=int(any(width < rules.width for width in widths)),
    )


def _rounded_alone(table: pl.DataFrame, spec: TableSpec, rules: Rules) -> pl.DataFrame:
    """Release each column by itself: the gate with its protection of sums switched off."""
    alone = {"n": TableSpec("stage", spec.name, "high", "a cell", spec.dims, counts=spec.counts)}
    if spec.totals:
        total = spec.totals[0]
        by = [name for name in spec.dims if name not in total.over]
        summed = pl.col("n").sum().over(by) if by else pl.col("n").sum()
        table = table.with_columns(total=summed)
    found = table.select(spec.dims)
    for column in [name for name in ("n", "total") if name in table.columns]:
        one = table.select(*spec.dims, n=pl.col(column))
        published, _ = protect(one, alone["n"], rules)
        found = found.with_columns(published["n"].alias(column))
    if spec.structural is not None:
        found = found.with_columns(n=pl.when(spec.structural).then(0).otherwise("n"))
    return found


def main() -> None:
    """Attack worlds with protection on and off and write the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", type=int)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows = []
    for preset in ("default", "opensafely", "strict"):
        for linked in (True, False):
            found: Counter[str] = Counter()
            many = preset == "default" and linked
            for seed in range(given.worlds if many else given.worlds // 10):
                found += attacked(seed, PRESETS[preset], linked=linked)
                if seed % 500 == 499:
                    print(preset, linked, dict(found), file=sys.stderr, flush=True)
            names = (
                "worlds",
                "refused",
                "numbers",
                "withheld",
                "exactly",
                "too_closely",
                "worlds_lost",
            )
            rows.append(
                {
                    "preset": preset,
                    "sums_protected": linked,
                    **{name: found[name] for name in names},
                }
            )
            table = pl.DataFrame(rows)
            if given.out is not None:
                table.write_csv(given.out)
    print(table)


if __name__ == "__main__":
    main()
