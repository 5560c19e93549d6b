"""Released tables with the columns that an export scan lets pass."""

from dataclasses import dataclass

import polars as pl

from trajectories.release.gate.spec import TableSpec

N = "N"
LARGEST_SMALL = 99
"""Whole numbers up to this look like the values of single persons."""


@dataclass(frozen=True)
class TakenTable:
    """A table as it is taken home.

    Attributes:
        spec: its declaration.
        frame: its columns; counts are `N` and `N_<what>`, no column holds only zeros and ones, and
            small whole numbers that are no counts are words.
        counts: the columns of counts, each with the name that it had.
        left_out: columns that held only zeros and ones.
    """

    spec: TableSpec
    frame: pl.DataFrame
    counts: dict[str, str]
    left_out: tuple[str, ...]

    @property
    def n(self) -> int | None:
        """The largest count in the table."""
        found = [self.frame[name].max() for name in self.counts]
        return max((int(str(one)) for one in found if one is not None), default=None)


def taken_table(spec: TableSpec, table: pl.DataFrame, yes: str, no: str) -> TakenTable:
    """Make a released table ready for the export scan; no number changes.

    Args:
        spec: its declaration.
        table: the released table.
        yes: the word for true.
        no: the word for false.
    """
    counted = _counted(spec, table)
    columns: list[pl.Series] = []
    counts: dict[str, str] = {}
    left_out = []
    for name in table.columns:
        column = table[name]
        if name in counted:
            # A zero that cannot be anything else has nobody behind it: it is no count.
            whole = column.round().cast(pl.Int64)
            counts[counted[name]] = name
            columns.append(whole.set(whole == 0, None).alias(counted[name]))
        elif column.dtype == pl.Boolean():
            columns.append(_worded(column, yes, no))
        elif column.dtype == pl.Float64() and _only_zeros_and_ones(column):
            left_out.append(name)
        else:
            columns.append(_spelled(column))
    return TakenTable(spec, pl.DataFrame(columns), counts, tuple(left_out))


def small_whole_numbers(texts: pl.Series) -> bool:
    """Whether all texts of a column are whole numbers that look like values of single persons."""
    numbers = texts.drop_nulls().filter(texts.drop_nulls() != "")
    if not numbers.len() or not numbers.str.contains(r"^-?\d+$").all():
        return False
    return bool((numbers.cast(pl.Int64).abs() <= LARGEST_SMALL).all())


def _counted(spec: TableSpec, table: pl.DataFrame) -> dict[str, str]:
    """Name the counts: the first that guards its row is `N`, else the first; weights are none."""
    counts = [count for count in spec.counts if count.unit != "weight"]
    names = [count.name for count in counts]
    guards = [count.name for count in counts if count.guards]
    first = next((name for name in (*guards, *names) if name in table.columns), None)
    names += [total.name for total in spec.totals if total.count in names]
    return {name: N if name == first else f"{N}_{name}" for name in names if name in table.columns}


def _worded(column: pl.Series, yes: str, no: str) -> pl.Series:
    words = pl.when(pl.col(column.name)).then(pl.lit(yes)).otherwise(pl.lit(no))
    known = pl.when(pl.col(column.name).is_not_null()).then(words)
    return column.to_frame().select(known.alias(column.name))[column.name]


def _only_zeros_and_ones(column: pl.Series) -> bool:
    known = column.drop_nulls()
    return bool(known.len() and known.is_in([0.0, 1.0]).all())


def _spelled(column: pl.Series) -> pl.Series:
    """Put the column's name before small whole numbers: `cluster 2`."""
    texts = column.cast(pl.String)
    if column.dtype == pl.Float64() or not small_whole_numbers(texts):
        return column
    return (column.name + " " + texts).alias(column.name)
