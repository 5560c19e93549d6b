"""What a table's counts are functions of: cells of a population, named alike in all tables.

Two numbers with the same population and the same coordinates are one number, wherever they are
published. A number with fewer coordinates is the sum of those with more. So the identities between
tables follow from what each of them declares about itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

ALL = ("all", "any")
"""Values of a dimension that stand for all its values together."""
SEVERAL = "|"
"""Divides the values of an index in a row that is part of several divisions."""
COARSER: dict[str, tuple[str, Callable[[str], str]]] = {
    "month": ("year", lambda month: month[:4]),
    "exit": ("end", lambda exit: exit if exit == "censored" else "exit"),
}
"""Dimensions from which a coarser one follows, and how."""
BY_MONTH, POOLED_BY_MONTH = "state@position", "pooled state@position"
"""States by month, and those that a coarser form of a table pools."""
BETWEEN = {"from_state": "pooled from_state", "to_state": "pooled to_state"}
"""The same of the states between which a transition lies."""


def coarser_with(pooled: Mapping[str, str]) -> Mapping[str, tuple[str, Callable[[str], str]]]:
    """Give the dimensions from which a coarser one follows, where some states are pooled.

    Args:
        pooled: state to what it is pooled into.
    """
    if not pooled:
        return COARSER

    def pool(value: str) -> str:
        position, _, state = value.partition("=")
        return f"{position}={pooled.get(state, state)}"

    def pool_alone(value: str) -> str:
        return pooled.get(value, value)

    between = {name: (coarse, pool_alone) for name, coarse in BETWEEN.items()}
    return {**COARSER, BY_MONTH: (POOLED_BY_MONTH, pool), **between}


@dataclass(frozen=True)
class Coordinate:
    """A column of a table as a dimension of its population.

    Attributes:
        column: the table's column.
        name: the population's dimension; tables that share it divide the population alike.
        index: a column each of whose values is a division of its own: the states of month 3 divide
            the windows, and so do those of month 4. A row may be part of several divisions, written
            as `3|4`: a cluster that is found among three clusters and among four.
    """

    column: str
    name: str
    index: str | None = None

    @classmethod
    def read(cls, text: str) -> "Coordinate":
        """Read `column`, `column:name`, `column@index` or `column:name@index`."""
        rest, _, index = text.partition("@")
        column, _, name = rest.partition(":")
        shared = name or column
        return cls(column, f"{shared}@{index}" if index else shared, index or None)


@dataclass(frozen=True)
class Cells:
    """Counted columns as cells of a population.

    Attributes:
        columns: the counted columns, or totals; several only where `some` names all dimensions.
        of: the population, the same word in all tables.
        by: dimensions that divide the population: `column`, `column:name` where the population has
            another name for it, `column@index` where each value of `index` divides it anew.
        some: dimensions that choose members without dividing them: cells overlap or leave members
            out, so that each is at most the number without these dimensions.
        overlap: members may be in several cells (persons with several windows): a whole is at least
            its largest part and at most their sum.
        within: a column of the same table that is at least as large, row by row.
        only: a column and its value in the rows that this declaration covers; None for all rows.
        also: dimensions, written as those of `by`, under which other tables know the same number;
            a row that holds nothing in one of them has no such other place.
    """

    columns: tuple[str, ...]
    of: str
    by: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    overlap: bool = False
    within: str | None = None
    only: tuple[str, str] | None = None
    also: tuple[str, ...] = ()

    @property
    def coordinates(self) -> tuple[Coordinate, ...]:
        """The dimensions that divide the population, by name."""
        return _by_name(self.by)

    @property
    def other_coordinates(self) -> tuple[Coordinate, ...]:
        """The dimensions under which other tables know the numbers, by name."""
        return _by_name(self.also)


def _by_name(texts: tuple[str, ...]) -> tuple[Coordinate, ...]:
    return tuple(sorted(map(Coordinate.read, texts), key=lambda one: one.name))


@dataclass(frozen=True)
class Apart:
    """Counted columns from which no other released number follows, with the reason."""

    columns: tuple[str, ...]
    why: str


Link = Cells | Apart


def cells(
    *columns: str,
    of: str,
    by: tuple[str, ...] = (),
    some: tuple[str, ...] = (),
    overlap: bool = False,
    within: str | None = None,
    only: tuple[str, str] | None = None,
    also: tuple[str, ...] = (),
) -> Cells:
    """Declare counted columns as cells of a population (see `Cells`)."""
    return Cells(columns, of, by, some, overlap, within, only, also)


def apart(*columns: str, why: str) -> Apart:
    """Declare that no released number follows from these columns, and why."""
    return Apart(columns, why)
