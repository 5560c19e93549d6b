"""Numbers of a table in two releases, cell by cell."""

from dataclasses import dataclass

import polars as pl

from trajectories.release.gate.spec import TableSpec

LARGEST = 25
"""Changed cells of a table that are listed, the largest changes first."""


@dataclass(frozen=True)
class TableChange:
    """What changed in a table.

    Attributes:
        table: the file's name without its ending.
        cells: numbers that both releases publish.
        changed: of these, those that differ.
        appeared: numbers that only the second release publishes: withheld or absent in the first.
        vanished: numbers that only the first publishes.
        largest: cell (Utf8: its row and column), first, second (Float64): the largest changes,
            relative to the larger of the two numbers.
    """

    table: str
    cells: int
    changed: int
    appeared: int
    vanished: int
    largest: pl.DataFrame

    @property
    def differs(self) -> bool:
        """Whether anything changed."""
        return self.changed + self.appeared + self.vanished > 0


def compare_numbers(spec: TableSpec, first: pl.DataFrame, second: pl.DataFrame) -> TableChange:
    """Compare a table of two releases cell by cell.

    Rows are matched by the table's dimensions; rows that these do not tell apart, by their order.

    Args:
        spec: the table's declaration.
        first: the table of the first release.
        second: that of the second.
    """
    both = _cells(spec, first).join(
        _cells(spec, second), on="cell", how="full", coalesce=True, suffix="_second"
    )
    shared = both.drop_nulls()
    changed = shared.filter(pl.col("first") != pl.col("first_second"))
    size = pl.max_horizontal(pl.col("first").abs(), pl.col("first_second").abs())
    largest = (
        changed.with_columns(part=(pl.col("first_second") - pl.col("first")).abs() / size)
        .sort("part", "cell", descending=[True, False])
        .head(LARGEST)
        .select("cell", "first", second="first_second")
    )
    return TableChange(
        table=spec.file,
        cells=shared.height,
        changed=changed.height,
        appeared=int(both["first"].null_count()),
        vanished=int(both["first_second"].null_count()),
        largest=largest,
    )


def _cells(spec: TableSpec, table: pl.DataFrame) -> pl.DataFrame:
    """Give the published numbers as cell, first; those withheld are left out."""
    dims = [name for name in spec.dims if name in table.columns]
    numbers = [
        name
        for name, dtype in table.schema.items()
        if name not in spec.dims and (dtype.is_numeric() or dtype == pl.Boolean)
    ]
    if not numbers:
        return pl.DataFrame(schema={"cell": pl.String, "first": pl.Float64})
    row = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("") for name in dims], separator=" · "
    )
    named = table.with_columns(cell=row if dims else pl.lit(""))
    place = pl.int_range(pl.len()).over("cell")
    twice = pl.when(place > 0).then(pl.format(" ({})", place + 1)).otherwise(pl.lit(""))
    return (
        named.with_columns(pl.col(numbers).cast(pl.Float64), cell=pl.col("cell") + twice)
        .unpivot(numbers, index="cell", variable_name="column", value_name="first")
        .drop_nulls("first")
        .select(cell=pl.col("cell") + " · " + pl.col("column"), first="first")
    )
