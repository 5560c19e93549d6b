"""Tables of one population that share their sums bind each other no more than these sums do.

The cells of a and b, of b and c, and of a and c can exclude counts that no sum of two of them
excludes. Where the tables of a population form no such ring, tables with equal common sums always
have common cells, in whole numbers too (Beeri, Fagin, Maier & Yannakakis 1983; Atserias & Kolaitis
2021), so that the equations of the gate are all that a reader has.
"""

from collections.abc import Iterable, Mapping

import pytest

from trajectories.release.gate.links import COARSER, Cells
from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.registry import SPECS

Dimensions = frozenset[str]


def divided_by(link: Cells) -> Dimensions:
    """The dimensions of a declaration, those that follow from them among them."""
    names: set[str] = set()
    for one in link.coordinates:
        names.add(one.name)
        names |= {COARSER[one.name][0]} if one.name in COARSER else set()
        names |= {one.index} if one.index else set()
    return frozenset(names)


def by_population(specs: Mapping[str, TableSpec]) -> dict[str, set[Dimensions]]:
    found: dict[str, set[Dimensions]] = {}
    for spec in specs.values():
        for link in spec.links:
            if isinstance(link, Cells) and not link.some:
                found.setdefault(link.of, set()).add(divided_by(link))
    return found


def ring(tables: Iterable[Dimensions]) -> list[Dimensions]:
    """What is left when dimensions of one table, and tables within another, are taken away.

    Nothing is left where there is no ring (Graham 1979; Yu & Özsoyoğlu 1979).
    """
    left = set(tables)
    while True:
        lone = {
            name for table in left for name in table if sum(name in other for other in left) == 1
        }
        fewer = {table - lone for table in left}
        fewer = {table for table in fewer if not any(table < other for other in fewer)}
        if fewer == left:
            return sorted((table for table in left if table), key=sorted)
        left = fewer


@pytest.mark.parametrize("population", sorted(by_population(SPECS)))
def test_the_tables_of_a_population_form_no_ring(population) -> None:
    assert ring(by_population(SPECS)[population]) == []


@pytest.mark.parametrize(
    ("tables", "rings"),
    [
        (["ab", "bc", "ac"], True),
        (["ab", "bc", "cd", "ad"], True),
        (["ab", "bc", "ac", "abc"], False),
        (["ab", "bc", "cd"], False),
        (["abc", "bcd", "be"], False),
        (["ab", "bc", "ac", "de"], True),
    ],
)
def test_rings_are_found(tables, rings) -> None:
    assert bool(ring(map(frozenset, tables))) is rings


def test_many_tables_of_windows_are_looked_at() -> None:
    assert len(by_population(SPECS)["windows"]) > 8
